"""The sessions' pages: the list and what narrows it, a session and its steps, two beside each other."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

import polars as pl
import pytest

from tests.pages.conftest import Dashboard, text
from ui import registry
from ui.state import View
from warehouse.client import Reader, insert
from warehouse.row import Row


@pytest.fixture
def played(dashboard: Dashboard) -> Dashboard:
    """Two runs of an agent, of which the second searches twice and fails once, and a chat."""
    begin = datetime.now(UTC) - timedelta(minutes=30)

    def step(session: str, name: str, at: int, path: str, **more: Any) -> None:
        dashboard.record(
            at=begin + timedelta(seconds=at), session_id=session, session_name=name, session_path=path, latency=900,
            user_id="ann", **{"model": "gpt-4o", "cost": 2_000_000, "cost_status": "priced", "status": 200, **more},
        )  # fmt: skip

    for session, searches in (("run-1", 1), ("run-2", 2)):
        step(session, "agent", 0, "/run/plan", response_body='{"choices": [{"message": {"content": "I plan"}}]}')
        for number in range(searches):
            step(
                session, "agent", 5 + number, f"/run/search-{number}", span_kind="tool", model="tool:web", cost=0,
                status=500 if number else 200, request_body='{"_type": "tool", "toolName": "web", "input": "parcels"}',
                response_body='{"results": 3}',
            )  # fmt: skip
        step(session, "agent", 20, "/run/write")
    step("talk <1>", "chat", 0, "/chat")
    return dashboard


def names(app: Any) -> list[str]:
    return [str(one.label) for one in app.button]


def test_the_list_has_totals_names_and_links(played: Dashboard) -> None:
    shown = text(played.open("sessions", range="24h"))
    assert "3 sessions" in shown
    assert "8 requests, $0.010" in shown
    assert "2 · $0.0080" in shown
    assert "session=run-2" in shown and "talk &lt;1&gt;" in shown
    assert "f=session_name%3Aequals%3Aagent" in shown
    assert "1 error;" in shown


@pytest.mark.parametrize(
    "given, found",
    [
        ({"search": "run-2"}, ["run-2"]),
        ({"bounds": "errors:1:"}, ["run-2"]),
        ({"bounds": "cost::0.003"}, ["talk"]),
        ({"f": "session_name:equals:agent"}, ["run-1", "run-2"]),
        ({"sort": "requests"}, ["run-2", "run-1", "talk"]),
    ],
)
def test_the_list_is_narrowed_by_the_url(played: Dashboard, given: dict[str, str], found: list[str]) -> None:
    shown = text(played.open("sessions", range="24h", **given))
    at = [shown.find(f"session={one}") for one in found]
    assert all(place > 0 for place in at)
    if "sort" in given:
        assert at == sorted(at)
    else:
        assert f"{len(found)} session" in shown


def test_the_names_stay_to_be_chosen_when_one_is(played: Dashboard) -> None:
    shown = text(played.open("sessions", range="24h", f="session_name:equals:chat"))
    assert 'class="on"' in shown
    assert "session_name%3Aequals%3Aagent" in shown


def test_a_search_goes_into_the_url(played: Dashboard) -> None:
    app = played.open("sessions", range="24h")
    app.text_input(key="search").set_value("talk").run()
    assert app.query_params["search"] in ("talk", ["talk"])
    assert "1 session" in text(app)


def test_nothing_that_matches_can_be_cleared(played: Dashboard) -> None:
    app = played.open("sessions", range="24h", search="nobody", bounds="errors:1:")
    assert "No session of this time range has “nobody” in its id or name and has such figures." in text(app)
    app.button[names(app).index("Show all sessions")].click().run()
    assert "3 sessions" in text(app)


def links(app: Any, label: str) -> list[dict[str, str]]:
    """The parameters of all links with that label."""
    found = re.findall(rf'href="([^"]*)"[^>]*>{label}</a>', text(app))
    return [dict(parse_qsl(urlsplit(unescape(one)).query)) for one in found]


def rows(played: Dashboard, link: dict[str, str]) -> pl.DataFrame:
    """What the CSV behind that link has."""
    panel = registry.panel(link["panel"], {name[2:]: of for name, of in link.items() if name.startswith("o.")})
    within = View.parse(link.items()).range(UTC)
    return panel.table(panel.question(Reader(played.client, played.organization_id), within, **dict(panel.options)))


def test_csv_and_hql_are_of_all_the_sessions_that_the_list_narrows_to(
    played: Dashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.sessions.page.SIZE", 1)
    app = played.open("sessions", range="24h", search="run", bounds="requests:2:", sort="-requests")
    [csv], [hql], [pinned] = (links(app, label) for label in ("Data as CSV", "Open as HQL", "Add to a dashboard"))
    assert rows(played, csv)["session_id"].to_list() == ["run-1", "run-2"]
    assert "ILIKE '%run%'" in hql["sql"] and "count() >= 2" in hql["sql"]
    assert "ORDER BY count() ASC" in hql["sql"]
    assert (pinned["o.search"], pinned["o.limit"]) == ("run", "50")


@pytest.mark.parametrize("show", ["spread", "paths"])
def test_distributions_and_paths_are_narrowed_as_the_list_is(played: Dashboard, show: str) -> None:
    app = played.open("sessions", range="24h", show=show, search="run", bounds="errors:1:")
    assert not app.exception
    assert app.text_input(key="search").value == "run"
    assert 1 in [one.value for one in app.number_input if one.label == "Errors, at least"]
    for csv in links(app, "Data as CSV"):
        assert rows(played, csv)["sessions"].max() == 1
    assert "mean 4, median 4 a session" in text(app) if show == "spread" else "1 sessions" in text(app)


def test_sessions_of_a_tag_can_be_downloaded(played: Dashboard) -> None:
    played.open("sessions", session="run-1").multiselect[0].set_value(["odd"]).run()
    [csv] = links(played.open("sessions", range="24h", tag="odd"), "Data as CSV")
    assert rows(played, csv)["session_id"].to_list() == ["run-1"]


def test_a_page_beyond_the_end_is_the_last(played: Dashboard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.sessions.page.SIZE", 2)
    app = played.open("sessions", range="24h", sort="requests", page="99999")
    assert "3–3 of 3" in text(app) and "session=talk" in text(app)
    app.button[names(app).index("Previous")].click().run()
    assert "1–2 of 3" in text(app)


@pytest.mark.parametrize(
    "given", [{"bounds": "cost:-1:"}, {"bounds": "cost:inf:,requests:1e300:,errors:1.5:"}, {"page": "²"}]
)
def test_odd_addresses_show_the_list(played: Dashboard, given: dict[str, str]) -> None:
    app = played.open("sessions", range="24h", **given)
    assert not app.exception
    assert "3 sessions" in text(app)


def test_figures_keep_their_digits(played: Dashboard) -> None:
    app = played.open("sessions", range="24h", bounds="cost:0.0015:")
    fields = {one.label: one for one in app.number_input}
    assert (fields["Cost, USD, at least"].value, fields["Cost, USD, at least"].proto.format) == (0.0015, "%g")
    assert (fields["Requests, at least"].step, fields["Requests, at least"].proto.format) == (1, "%d")
    fields["Requests, at least"].set_value(1234567)
    [show] = [one for one in app.button if one.label == "Show" and one.form_id == "session bounds"]
    show.click().run()
    assert app.query_params["bounds"] in ("cost:0.0015:,requests:1234567:", ["cost:0.0015:,requests:1234567:"])


def test_a_session_leads_back_to_the_list_as_it_was(played: Dashboard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.sessions.page.SIZE", 1)
    left = {"range": "7d", "search": "run", "bounds": "requests:1:", "sort": "-cost", "page": "2"}
    shown = text(played.open("sessions", **left))
    [to] = re.findall(r'href="/sessions([^"]*session=run-[^"]*)"', shown)
    opened = dict(parse_qsl(urlsplit(unescape(to)).query))
    app = played.open("sessions", **opened)
    app.multiselect[0].set_value(["looked at"]).run()
    assert links(app, "← Sessions") == [left]


def test_the_requests_of_a_session_are_all_of_it_and_nothing_else(played: Dashboard) -> None:
    for given in ({}, {"range": "15m", "f": "model:equals:none"}):
        [link] = links(played.open("sessions", session="run-2", **given), "Its requests")
        assert "range" not in link and link["f"] == "session_id:equals:run-2"
        listed = text(played.open("requests", from_=link["from"], to=link["to"], f=link["f"]))
        assert "4 requests" in listed


def test_distributions_and_paths(played: Dashboard) -> None:
    spread = text(played.open("sessions", range="24h", show="spread"))
    assert "mean 2.7, median 3 a session" in spread
    paths = text(played.open("sessions", range="24h", show="paths"))
    assert "/run/search-*" in paths


def test_a_session_has_its_figures_and_its_steps(played: Dashboard) -> None:
    app = played.open("sessions", session="run-2", range="24h")
    shown = text(app)
    assert not app.exception
    assert "agent · run-2" in shown
    assert "$0.0040" in shown and "25.0 % of its requests" in shown and "user ann" in shown
    assert "Where the cost went" in shown
    assert "session_id%3Aequals%3Arun-2" in shown


def test_a_step_is_opened_by_its_link(played: Dashboard) -> None:
    at = datetime.now(UTC) - timedelta(minutes=20)
    ids = {
        kind: str(played.record(at=at, session_id="kinds", session_path=f"/{kind}", span_kind=kind, **more))
        for kind, more in {
            "tool": {"request_body": '{"toolName": "web", "input": "x"}', "response_body": '{"ok": 1}'},
            "vector_db": {"request_body": '{"text": "where"}', "response_body": '[{"id": "d1", "score": 0.5}]'},
            "llm": {"response_body": '{"choices": [{"message": {"role": "assistant", "content": "Hello"}}]}'},
        }.items()
    }
    for kind, said in (("tool", "Calls web"), ("vector_db", "<td>d1</td>"), ("llm", "Hello")):
        app = played.open("sessions", session="kinds", step=ids[kind])
        assert said in text(app)
        assert not app.exception


def test_a_session_can_be_tagged_and_found_by_its_tag(played: Dashboard) -> None:
    app = played.open("sessions", session="run-1")
    app.multiselect[0].set_value(["odd one"]).run()
    assert app.multiselect[0].value == ["odd one"]
    shown = text(played.open("sessions", range="24h", tag="odd one"))
    assert "1 session" in shown and '<span class="tag">odd one</span>' in shown


def test_two_sessions_beside_each_other(played: Dashboard) -> None:
    app = played.open("sessions", session="run-1", **{"with": "run-2"})
    shown = text(app)
    assert "The first 2 steps agree; then they part: only in the second." in shown
    assert "1 step" in shown and "of 3 and 4" in shown
    assert not app.exception
    assert "no session with the second id" in text(played.open("sessions", session="run-1", **{"with": "none"}))


def test_a_session_that_is_not_there_is_said_to_be_missing(played: Dashboard) -> None:
    assert "No such session" in text(played.open("sessions", session="none"))


def test_another_organisations_session_is_not_there(played: Dashboard) -> None:
    at = datetime.now(UTC) - timedelta(minutes=5)
    theirs = Row(uuid4(), uuid4(), at, at, ingested_at=at, session_id="theirs", session_name="agent")
    insert(played.client, "request_response_rmt", Row._fields, [theirs], token=str(theirs.request_id))
    assert "No such session" in text(played.open("sessions", session="theirs"))
    assert "theirs" not in text(played.open("sessions", range="24h"))
