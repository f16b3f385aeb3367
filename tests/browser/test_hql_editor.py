"""The editor's own modules, run where they belong: what can be named at the cursor, and what becomes of tabs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

SCOPES = {
    "SELECT r.| FROM requests AS r": ("r(model,cost)", "", ""),
    "SELECT | FROM requests r JOIN scores AS s USING (request_id)": ("r(model,cost) s(name,value)", "", ""),
    "SELECT 1 FROM requests AS a, scores WHERE |": ("a(model,cost) scores(name,value)", "", ""),
    "WITH t AS (SELECT model, sum(cost) AS total FROM requests GROUP BY model) SELECT | FROM t": (
        "t(model,total)", "", "t",
    ),
    "SELECT x.| FROM (SELECT *, cost * 2 AS twice FROM requests) AS x": ("x(model,cost,twice)", "", ""),
    "SELECT model, count() AS n FROM requests GROUP BY model ORDER BY |": ("requests(model,cost)", "n", ""),
    "SELECT 1 FROM scores UNION ALL SELECT | FROM requests": ("requests(model,cost)", "", ""),
    "SELECT 1 FROM requests WHERE model IN (SELECT | FROM scores)": ("scores(name,value) requests(model,cost)", "", ""),
    "SELECT * FROM (SELECT | FROM requests": ("requests(model,cost) ()", "", ""),
    "SELECT ') FROM scores' AS t, -- FROM scores\n | /* FROM scores */ FROM requests": (
        "requests(model,cost)", "t", "",
    ),
    "SELECT extract(DAY FROM at) AS day, | FROM requests ARRAY JOIN tags AS tag": ("requests(model,cost)", "day", ""),
    'SELECT "q".| FROM requests AS "q"': ("q(model,cost)", "", ""),
    "SELECT |": ("", "", ""),
    "": ("", "", ""),
    "'|": ("", "", ""),
    "))) FROM requests (((|": ("requests(model,cost)", "", ""),
}  # fmt: skip
"""A query with | for the cursor: the sources with their columns, the names that the SELECT gives, the CTEs."""

SCOPE = """async cases => {
  const { scope } = await import("/assets/hql/scope.js");
  const columns = (...names) => names.map(name => ({ name, type: "", comment: "" }));
  const tables = { requests: { columns: columns("model", "cost") }, scores: { columns: columns("name", "value") } };
  return cases.map(sql => {
    const at = Math.max(sql.indexOf("|"), 0);
    const found = scope(sql.replace("|", ""), at, { table: name => tables[name] });
    const sources = found.sources.map(s => `${s.alias ?? ""}(${s.columns.map(c => c.name).join(",")})`).join(" ");
    return [sources, found.outputs.map(c => c.name).join(), [...found.ctes.keys()].join()];
  });
}"""

DRAFTS = """async () => {
  const { Drafts, dirty } = await import("/assets/hql/drafts.js");
  const storage = () => {
    const kept = new Map();
    return { getItem: key => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
  };
  const [local, one, two] = [storage(), storage(), storage()];
  const window = session => new Drafts("org", { session, local });
  const names = drafts => drafts.tabs.map(tab => tab.name).join();
  const first = window(one);
  first.current.text = "SELECT 1";
  first.open({ query: "q", name: "Saved", text: "SELECT q" });
  first.keep();
  const second = window(two);
  const seen = names(second);
  second.open({ text: "SELECT 2" });
  second.keep();
  first.open({ text: "SELECT 3" });
  first.keep();
  const draft = first.open({ query: "q", name: "Saved", text: "SELECT newer" });
  const untouched = draft.text;
  draft.text = "SELECT changed";
  const kept = first.open({ query: "q", name: "Saved", text: "SELECT newest" }).text;
  first.close(draft.id);
  const closed = names(first);
  first.reopen();
  for (let number = 0; number < 20; number += 1) first.open({});
  first.tabs.forEach((tab, index) => (tab.text ||= `SELECT unsaved ${index}`));
  first.tabs[4].saved = first.tabs[4].text;
  const evicted = ["Cost", "Errors"].map(name => first.open({ name, text: name }) && first.evicted.text);
  const full = { evicted, most: first.tabs.length, blank: first.open({}), front: first.current.name };
  return {
    full,
    seen, untouched, kept, closed, reopened: names(first).includes("Saved"), most: first.tabs.length,
    dirty: dirty(first.tabs.find(tab => tab.query === "q")), reloaded: names(window(two)),
    fresh: names(window(storage())), other: names(new Drafts("another", { session: one, local })),
  };
}"""


@pytest.fixture
def page(signed_in: Callable[..., Page]) -> Page:
    return signed_in()


def test_what_can_be_named_depends_on_where_the_cursor_is(page: Page) -> None:
    found: list[list[str]] = page.evaluate(SCOPE, list(SCOPES))
    assert dict(zip(SCOPES, map(tuple, found), strict=True)) == SCOPES


def test_tabs_are_kept_by_window_and_drafts_are_never_overwritten(page: Page) -> None:
    found: dict[str, Any] = page.evaluate(DRAFTS)
    assert found == {
        # Nothing is refused that a link opens, and what makes room for it is what loses nothing by it.
        "full": {"evicted": ["SELECT unsaved 4", "SELECT 1"], "most": 10, "blank": None, "front": "Errors"},
        "seen": "Query 1,Saved",
        "untouched": "SELECT newer",
        "kept": "SELECT changed",
        "closed": "Query 1,Query 2",
        "reopened": True,
        "most": 10,
        "dirty": True,
        "reloaded": "Query 1,Saved,Query 2",
        "fresh": "Query 1,Saved,Query 2,Query 2",
        "other": "Query 1",
    }
