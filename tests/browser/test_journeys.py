"""What people come for, in a real browser: from a jump in cost to its request, a session's tree, two sessions beside
each other, links that show the same again, the keyboard, the dark theme, a phone."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

import settings as configuration
from metadata import store as metadata
from tests.browser.conftest import WITHIN_MS
from tests.stack import Stack
from warehouse.client import connect, insert
from warehouse.row import Row

pytestmark = pytest.mark.browser

DAY = timedelta(days=1)
KEYS_ARE_HEARD = "window.heliograph?.listens"
COSTLY = "What does the costly release say of a lantern?"


@pytest.fixture(scope="module")
def story(stack: Stack) -> Stack:
    """Two weeks of a product whose release 2.4.0 costs forty times as much, and two runs of one agent."""
    settings = configuration.load(stack.environ)
    owner = metadata.connect(settings).organisations()[0].id
    rows = [*_releases(owner), *_agent(owner, "run-a", retries=0), *_agent(owner, "run-b", retries=2)]
    client = connect(settings)
    insert(client, "request_response_rmt", Row._fields, rows, token=str(uuid4()))
    client.close()
    return stack


def _releases(owner: UUID) -> list[Row]:
    rows, now = [], datetime.now(UTC)
    for ago in range(2, 13):
        for hour in range(6):
            costly = ago <= 4 and hour % 2
            at = now - ago * DAY - timedelta(hours=hour)
            said = COSTLY if costly and (ago, hour) == (3, 3) else f"Question {ago} of {hour}"
            rows.append(
                _row(
                    owner, at, 1200, model="gpt-5" if costly else "gpt-4o-mini", question=said,
                    cost=(900_000_000 if said == COSTLY else 400_000_000) if costly else 10_000_000,
                    properties={"Release": "2.4.0" if costly else "2.3.1", "App": "tagger"},
                    user_id=f"user-{hour}",
                )
            )  # fmt: skip
    return rows


def _agent(owner: UUID, session_id: str, *, retries: int) -> list[Row]:
    begun = datetime.now(UTC) - timedelta(hours=5)
    steps = [("/plan", "o4-mini", "llm", 0, 900), ("/plan/search", "tool:search", "tool", 1000, 400)]
    steps += [(f"/plan/retry-{n}", "tool:search", "tool", 1500 + 500 * n, 400) for n in range(retries)]
    steps += [("/plan/write/draft", "gpt-4o", "llm", 3000, 1500)]
    return [
        _row(
            owner, begun + timedelta(milliseconds=after), ms, model=model, span_kind=kind, session_id=session_id,
            session_name="Agent", session_path=path, cost=5_000_000, question=f"Step {path}",
        )
        for path, model, kind, after, ms in steps
    ]  # fmt: skip


def _row(owner: UUID, at: datetime, ms: int, *, question: str, **values: object) -> Row:
    model = str(values["model"])
    body = {"model": model, "messages": [{"role": "user", "content": question}]}
    if model.startswith("tool:"):
        body = {"_type": "tool", "toolName": "search", "input": {"query": question}}
    reply = {"choices": [{"message": {"role": "assistant", "content": f"An answer to: {question}"}}]}
    common = {
        "status": 200, "provider": "openai", "latency": ms, "cost_status": "priced", "prompt_tokens": 100,
        "completion_tokens": 20, "request_body": json.dumps(body), "response_body": json.dumps(reply),
    }  # fmt: skip
    ended = at + timedelta(milliseconds=ms)
    return Row(owner, uuid4(), at, ended, ingested_at=ended, **{**common, **values})  # type: ignore[arg-type]


@pytest.fixture
def page(signed_in: Callable[..., Page], story: Stack) -> Page:
    return signed_in()


def test_from_a_jump_in_cost_to_its_request_in_three_clicks(page: Page, story: Stack) -> None:
    # Of one application: other tests ask through this installation as well.
    page.goto(f"{story.app_url}/?range=7d&f=properties.App:equals:tagger")
    # Somebody may have looked some seconds ago, when there was no history yet.
    page.wait_for_selector('[data-test-script-state="notRunning"] .hg-tiles')
    page.get_by_role("button", name="refresh").first.click()
    page.locator(".hg-list a", has_text="2.4.0").first.click()
    page.wait_for_url("**/requests?*sort=cost*")
    dearest = page.locator(".hg-rows a.row").first
    expect(dearest).to_contain_text("lantern", timeout=WITHIN_MS)
    dearest.click()
    expect(page.locator(".hg-message.user .text")).to_contain_text(COSTLY, timeout=WITHIN_MS)
    assert "request=" in page.url


def test_the_way_back_is_the_way_that_was_come(page: Page, story: Stack) -> None:
    begun = f"{story.app_url}/?range=30d&f=properties.App:equals:tagger"
    page.goto(begun)
    page.get_by_role("button", name="refresh").first.click()
    page.locator(".hg-list a", has_text="2.4.0").first.click()
    page.wait_for_url("**/requests?*sort=cost*")
    expect(page.locator(".hg-rows a.row").first).to_contain_text("lantern", timeout=WITHIN_MS)
    page.go_back()
    expect(page.locator("h1", has_text="Overview")).to_be_visible(timeout=WITHIN_MS)
    assert unquote(page.url) == begun
    menu = page.locator("details.hg-menu", has=page.get_by_label("Menu of Models by cost", exact=True)).first
    menu.locator("summary").click()
    menu.get_by_role("link", name="Open as HQL").click()
    page.wait_for_url("**/hql?range=30d&f=*")
    expect(page.get_by_text("ms ·").first).to_be_visible(timeout=WITHIN_MS)
    assert "sql=" not in page.url
    page.go_back()
    expect(page.locator("h1", has_text="Overview")).to_be_visible(timeout=WITHIN_MS)
    assert unquote(page.url) == begun


def test_dragging_over_a_chart_shows_that_time_alone(page: Page, story: Stack) -> None:
    page.goto(f"{story.app_url}/?range=30d&f=properties.App:equals:tagger")
    chart = page.locator('[data-testid="stPlotlyChart"]', has=page.locator(".bars")).nth(1)
    chart.scroll_into_view_if_needed()
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning", timeout=WITHIN_MS)
    box = chart.locator(".nsewdrag").first.bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.72, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.9, middle, steps=5)
    page.mouse.up()
    page.wait_for_url("**/?from=*")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}
    start, end = (datetime.fromisoformat(asked[name]) for name in ("from", "to"))
    # Whole days of the browser's zone, as the bars are.
    assert {at.astimezone(ZoneInfo("Europe/Berlin")).hour for at in (start, end)} == {0}
    assert DAY * 4 <= end - start <= DAY * 7
    assert asked["f"] == "properties.App:equals:tagger"


def test_a_sessions_tree_opens_step_by_step(page: Page, story: Stack) -> None:
    page.goto(f"{story.app_url}/sessions?range=24h&session=run-a")
    tree = page.get_by_role("tree")
    expect(tree.get_by_role("treeitem", name="write")).to_be_visible(timeout=WITHIN_MS)
    # No request has the path /plan/write: it is there because of what is under it.
    tree.get_by_role("treeitem", name="plan").first.click()
    expect(page.get_by_text("An answer to: Step /plan", exact=True).first).to_be_visible(timeout=WITHIN_MS)
    tree.press("ArrowLeft")
    expect(tree.get_by_role("treeitem", name="write")).to_have_count(0)
    tree.press("ArrowRight")
    tree.get_by_role("treeitem", name="draft").first.click()
    expect(page.get_by_text("Step /plan/write/draft").first).to_be_visible(timeout=WITHIN_MS)
    assert "step=" in page.url
    page.reload()
    expect(page.get_by_text("Step /plan/write/draft").first).to_be_visible(timeout=WITHIN_MS)


def test_two_sessions_lie_beside_each_other(page: Page, story: Stack) -> None:
    page.goto(f"{story.app_url}/sessions?range=24h&session=run-a&with=run-b")
    expect(page.get_by_text("retry").first).to_be_visible(timeout=WITHIN_MS)
    expect(page.get_by_role("button", name="Stop comparing")).to_be_visible()


def test_a_copied_link_shows_the_same_to_another(page: Page, story: Stack, signed_in: Callable[..., Page]) -> None:
    page.goto(f"{story.app_url}/requests?range=30d&f=properties.Release:equals:2.4.0&sort=cost")
    first = page.locator(".hg-rows a.row").first
    expect(first).to_contain_text("lantern", timeout=WITHIN_MS)
    page.wait_for_function(KEYS_ARE_HEARD)
    page.keyboard.press("g")
    page.keyboard.press("o")
    page.wait_for_url("**/?range=30d&f=*")
    other = signed_in()
    other.goto(page.url)
    expect(other.get_by_role("button", name="Release is 2.4.0")).to_be_visible(timeout=WITHIN_MS)


def test_keys_lead_to_pages_and_to_the_search(page: Page, story: Stack) -> None:
    page.wait_for_selector(".hg-tiles")
    page.evaluate("window.sameDocument = true")
    page.wait_for_function(KEYS_ARE_HEARD)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keyboard")).to_have_count(0)
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.wait_for_url("**/sessions")
    page.keyboard.press("/")
    expect(page.locator(".st-key-search input")).to_be_focused(timeout=WITHIN_MS)
    page.keyboard.type("g r")
    assert "/sessions" in page.url
    assert page.evaluate("window.sameDocument")


def test_a_panels_menu_asks_in_hql_and_gives_its_data(page: Page, story: Stack) -> None:
    page.goto(f"{story.app_url}/?range=30d")
    menu = page.locator("details.hg-menu", has=page.get_by_label("Menu of Cost", exact=True)).first
    menu.locator("summary").click()
    with page.expect_download() as started:
        menu.get_by_role("link", name="Data as CSV").click()
    assert "cost" in started.value.path().read_text().splitlines()[0]
    menu.locator("summary").click()
    menu.get_by_role("link", name="Open as HQL").click()
    page.wait_for_url("**/hql*")
    expect(page.get_by_text("ms ·").first).to_be_visible(timeout=WITHIN_MS)


@pytest.mark.parametrize("path", ["", "requests", "sessions", "users", "properties", "scores", "cost", "latency"])
def test_the_dark_theme_and_a_phone_show_every_page(signed_in: Callable[..., Page], story: Stack, path: str) -> None:
    page = signed_in(color_scheme="dark", viewport={"width": 390, "height": 844})
    page.goto(f"{story.app_url}/{path}?range=30d")
    page.wait_for_selector(".hg-title")
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning", timeout=WITHIN_MS)
    colour = page.evaluate("getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor")
    assert sum(int(part) for part in colour.strip("rgb()").split(",")[:3]) < 150
    # Nothing is wider than the screen but what scrolls by itself.
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.get_by_text("The query failed").count() == 0
