"""The whole way in a real browser: sign in by the link, send a request with the SDK, see it on both pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from openai import OpenAI
from playwright.sync_api import Page, expect

from tests.browser.conftest import WITHIN_MS
from tests.stack import Stack

pytestmark = pytest.mark.browser

QUESTION = "Which lighthouse <b>signals</b> by the sun?"


@pytest.fixture(scope="module")
def asked(stack: Stack) -> str:
    """A streamed request sent through the gateway with the unmodified SDK; returns its answer."""
    with OpenAI(base_url=f"{stack.gateway_url}/v1", api_key=stack.api_key) as client:
        stream = client.chat.completions.create(
            model="demo/gpt-4o-mini",
            messages=[{"role": "user", "content": QUESTION}],
            stream=True,
            stream_options={"include_usage": True},
            extra_headers={"Helicone-User-Id": "browser@example.com", "Helicone-Property-App": "browser-test"},
        )
        return "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices)


@pytest.fixture
def page(signed_in: Callable[[], Page], asked: str) -> Page:
    return signed_in()


def wait_for(page: Page, what: str) -> None:
    """The worker needs about a second, the cached read some more: look again until it is there."""
    for _ in range(10):
        if page.get_by_text(what).first.is_visible():
            return
        page.get_by_role("button", name="refresh").or_(page.get_by_role("button", name="Look again")).first.click()
        page.wait_for_timeout(1500)
    expect(page.get_by_text(what).first).to_be_visible()


def test_a_request_of_the_sdk_appears_on_both_pages(page: Page, asked: str) -> None:
    page.wait_for_selector(".hg-tiles, .hg-empty")
    wait_for(page, "browser@example.com")
    expect(page.locator(".js-plotly-plot").first).to_be_visible(timeout=WITHIN_MS)
    page.get_by_role("link", name="Requests").click()
    row = page.locator(".hg-rows > a.row").filter(has_text="lighthouse").first
    expect(row).to_be_visible(timeout=WITHIN_MS)
    row.click()
    expect(page.locator(".hg-message.user .text")).to_have_text(QUESTION, timeout=WITHIN_MS)
    shown = " ".join(page.locator(".hg-message.assistant").inner_text().split())
    assert shown == " ".join(f"Assistant {asked}".split())


def test_a_link_shows_the_same_view_in_another_browser(page: Page, stack: Stack) -> None:
    page.goto(f"{stack.app_url}/?range=7d&f=user_id:equals:browser%40example.com")
    expect(page.get_by_role("button", name="User is browser@example.com")).to_be_visible(timeout=WITHIN_MS)
    page.get_by_role("link", name="Requests").click()
    page.wait_for_url("**/requests?range=7d&f=user_id*")
    expect(page.get_by_role("button", name="User is browser@example.com")).to_be_visible(timeout=WITHIN_MS)


def test_without_signing_in_nothing_is_shown(chromium: Any, stack: Stack, asked: str) -> None:
    page = chromium.new_page()
    page.goto(stack.app_url)
    expect(page.get_by_text("Open the dashboard by its sign-in link")).to_be_visible(timeout=WITHIN_MS)
    assert page.get_by_text("browser@example.com").count() == 0
    page.close()
