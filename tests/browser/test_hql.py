"""HQL in a real browser: type, run, chart, save, reload, run again, download; and what the editor knows and keeps."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Download, Page, expect

from tests.browser.conftest import WITHIN_MS
from tests.stack import Stack

pytestmark = pytest.mark.browser

APP = "hql-browser"
SQL = (
    "SELECT model, count() AS requests, sum(cost) AS cost\nFROM request_response_rmt\n"
    f"WHERE properties['App'] = '{APP}'\nGROUP BY model\nORDER BY requests DESC, model"
)
VALUE = "ace.edit(document.querySelector('.hql-ace')).getValue()"


@pytest.fixture(scope="module")
def recorded(stack: Stack) -> None:
    """Five requests to two models, taken by the gateway."""
    headers = {"Authorization": f"Bearer {stack.api_key}", "Helicone-Property-App": APP}
    for model in ["demo/gpt-4o-mini"] * 3 + ["demo/gpt-4o"] * 2:
        body = {"model": model, "messages": [{"role": "user", "content": "Hello"}]}
        httpx.post(f"{stack.gateway_url}/v1/chat/completions", json=body, headers=headers).raise_for_status()


@pytest.fixture
def page(signed_in: Callable[..., Page], recorded: None) -> Page:
    """The HQL page with its editor ready to type in."""
    page = signed_in(accept_downloads=True)
    page.get_by_role("link", name="HQL").click()
    return ready(page)


def ready(page: Page) -> Page:
    page.wait_for_selector(".hql-ace .ace_content")
    # The names that completion and colours need have arrived.
    page.wait_for_selector(".hqs-table")
    return page


def write(page: Page, sql: str) -> None:
    page.focus(".hql-ace textarea")
    page.keyboard.press("Control+a")
    page.keyboard.type(sql)


def text(page: Page) -> str:
    return str(page.evaluate(VALUE))


def run(page: Page) -> None:
    page.keyboard.press("Control+Enter")
    expect(page.locator(".st-key-hql-answer")).to_be_visible(timeout=WITHIN_MS)


def cells(page: Page) -> list[list[str]]:
    """What the table shows, by row: it is a canvas, with its cells beside it for those who do not see it."""
    found: dict[int, dict[int, str]] = {}
    page.wait_for_selector("[data-testid='glide-cell-0-0']", state="attached")
    for cell in page.locator("[data-testid^='glide-cell-']").all():
        place = re.fullmatch(r"glide-cell-(\d+)-(\d+)", cell.get_attribute("data-testid") or "")
        assert place
        found.setdefault(int(place[2]), {})[int(place[1])] = cell.text_content() or ""
    return [[row[column] for column in sorted(row)] for _, row in sorted(found.items())]


def run_until_recorded(page: Page) -> list[list[str]]:
    """The worker needs about a second: ask again until all five requests are there."""
    for _ in range(20):
        run(page)
        if page.get_by_text("2 rows ·").is_visible() and sum(int(row[1]) for row in cells(page)) == 5:
            break
        page.wait_for_timeout(1000)
    return cells(page)


def save_as(page: Page, name: str) -> None:
    page.keyboard.press("Control+s")
    dialog = page.get_by_test_id("stDialog")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_role("button", name="Save").click()
    expect(page.locator(".hql-tab.active")).to_contain_text(name)
    expect(page.locator(".hql-tab.active")).not_to_have_class(re.compile("dirty"))


def download(page: Page, label: str) -> Download:
    page.get_by_test_id("stPopoverButton").filter(has_text="Download").click()
    with page.expect_download() as found:
        page.get_by_role("link", name=label, exact=True).click()
    return found.value


def test_type_run_chart_save_reload_rerun_download(page: Page, tmp_path: Path) -> None:
    write(page, SQL)
    assert text(page) == SQL
    rows = run_until_recorded(page)
    assert [row[1] for row in rows] == ["3", "2"]
    assert all(row[3].startswith("$") for row in rows), "cost is shown in USD as well"
    page.get_by_role("radio", name="Chart").or_(page.get_by_text("Chart", exact=True)).first.click()
    expect(page.locator(".js-plotly-plot")).to_be_visible(timeout=WITHIN_MS)
    save_as(page, "Requests of the browser test")
    page.wait_for_url(re.compile(r"/hql\?.*query=[0-9a-f-]{36}"))
    page.reload()
    ready(page)
    assert text(page) == SQL
    expect(page.locator(".hql-tab.active")).to_contain_text("Requests of the browser test")
    run(page)
    page.get_by_text("Table", exact=True).click()
    assert cells(page) == rows
    saved = tmp_path / "answer.csv"
    download(page, "CSV").save_as(saved)
    with saved.open(newline="") as file:
        answer = list(csv.DictReader(file))
    assert [(row["model"], row["requests"]) for row in answer] == [(row[0], row[1]) for row in rows]


def test_no_tab_is_lost_by_a_reload_and_none_by_closing_it(page: Page) -> None:
    write(page, "SELECT 1 AS first")
    page.get_by_role("button", name="New query").click()
    page.keyboard.type("SELECT 2 AS second")
    page.reload()
    ready(page)
    assert text(page) == "SELECT 2 AS second"
    page.locator(".hql-tab").first.click()
    assert text(page) == "SELECT 1 AS first"
    page.locator(".hql-tab.active .hql-close").click()
    assert text(page) == "SELECT 2 AS second"
    page.get_by_role("button", name="Undo").click()
    assert text(page) == "SELECT 1 AS first"


def test_completion_knows_tables_aliases_and_keys(page: Page) -> None:
    for written, completed in (
        ("SELECT * FROM request_res", "SELECT * FROM request_response_rmt"),
        (
            "WITH t AS (SELECT sum(cost) AS total_cost FROM users) SELECT x.tot",
            "WITH t AS (SELECT sum(cost) AS total_cost FROM users) SELECT x.tot",
        ),
        ("SELECT toStartOfHo", "SELECT toStartOfHour()"),
    ):
        write(page, written)
        if written != completed:
            page.wait_for_selector(".ace_autocomplete .ace_line", state="visible")
            page.keyboard.press("Tab")
        assert text(page) == completed
    write(page, "SELECT 1 FROM request_response_rmt AS r WHERE r.properties['")
    page.wait_for_selector(".ace_autocomplete .ace_line", state="visible")
    expect(page.locator(".ace_autocomplete")).to_contain_text("App")
    # What pops up by itself is not taken over by Enter.
    write(page, "SELECT mod")
    page.wait_for_selector(".ace_autocomplete .ace_line", state="visible")
    page.keyboard.press("Enter")
    assert text(page) == "SELECT mod\n"


def test_an_error_is_marked_at_its_place_before_and_after_running(page: Page) -> None:
    write(page, "SELECT modle\nFROM request_response_rmt")
    expect(page.locator(".hql-line")).to_contain_text("did you mean model?")
    expect(page.locator(".hql-error")).to_have_count(1)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("stAlert")).to_contain_text("HQL_UNKNOWN_COLUMN", timeout=WITHIN_MS)
    expect(page.locator(".ace_gutter-cell.ace_error")).to_have_text("1")
    write(page, "SELECT model FROM request_response_rmt")
    expect(page.locator(".hql-error")).to_have_count(0)
    expect(page.locator(".hql-line")).to_contain_text("Reads about")


def test_a_query_is_stopped_and_typing_goes_on_meanwhile(page: Page) -> None:
    slow = "SELECT sum(sipHash64(a.number * b.number)) FROM (SELECT arrayJoin(range(1000000)) AS number) AS a "
    write(page, slow + "CROSS JOIN (SELECT arrayJoin(range(1000000)) AS number) AS b")
    before = text(page)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("button", name="Stop")).to_be_visible(timeout=WITHIN_MS)
    page.keyboard.press("Control+End")
    page.keyboard.type(" -- still typing while it runs", delay=50)
    assert text(page) == before + " -- still typing while it runs"
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("The query was stopped.")).to_be_visible(timeout=WITHIN_MS)


def test_a_link_opens_a_query_with_its_parameters_and_runs_it(page: Page, stack: Stack) -> None:
    write(page, "SELECT 'of another tab'")
    page.goto(f"{stack.app_url}/hql?library=cost-by-model-and-day&p.days=3&run=1")
    expect(page.locator(".st-key-hql-answer")).to_be_visible(timeout=WITHIN_MS)
    expect(page.get_by_label("days")).to_have_value("3")
    page.wait_for_url(lambda url: "p.days=3" in url and "run=1" not in url)
    expect(page.locator(".hql-tab")).to_have_count(2)
    page.locator(".hql-tab").first.click()
    expect(page.get_by_text("Run the query to see its answer here.")).to_be_visible(timeout=WITHIN_MS)
    page.wait_for_url(lambda url: "library" not in url)


def test_a_selection_is_run_alone(page: Page) -> None:
    write(page, "SELECT 1 AS one\n")
    page.keyboard.type("SELECT 'two' AS two")
    page.keyboard.press("Shift+Home")
    run(page)
    expect(page.locator(".st-key-hql-answer")).to_contain_text("Of the selection: 1 row")
    assert cells(page) == [["two"]]


def test_the_schema_browser_puts_names_into_the_editor(page: Page) -> None:
    write(page, "SELECT ")
    page.get_by_placeholder("Find a table or column").fill("time_to_first")
    page.get_by_role("button", name="time_to_first_token", exact=True).first.click()
    assert text(page) == "SELECT time_to_first_token"
    page.get_by_placeholder("Find a table or column").fill("properties")
    page.get_by_role("button", name="More of properties").first.click()
    page.locator(".hqs-values button", has_text="App").click()
    assert text(page).endswith("properties['App']")
