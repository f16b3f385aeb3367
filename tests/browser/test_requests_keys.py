"""The keyboard on the requests page: it keeps its place among the rows, and the open request its tab."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

import settings as configuration
from metadata import store as metadata
from tests.stack import Stack
from warehouse.client import connect, insert
from warehouse.row import Row

pytestmark = pytest.mark.browser

USER = "a person at the keyboard"
IN_FOCUS = "[...document.querySelectorAll('.hg-rows > a.row')].indexOf(document.activeElement) === {}".format


@pytest.fixture(scope="module")
def five(stack: Stack) -> Stack:
    """Five requests of one user."""
    settings = configuration.load(stack.environ)
    owner, now = metadata.connect(settings).organisations()[0].id, datetime.now(UTC)
    times = [now - timedelta(minutes=ago) for ago in range(5, 10)]
    rows = [Row(owner, uuid4(), at, at, ingested_at=at, model="m", user_id=USER) for at in times]
    client = connect(settings)
    insert(client, "request_response_rmt", Row._fields, rows, token=str(uuid4()))
    client.close()
    return stack


def test_the_keys_go_on_from_the_row_that_was_open(five: Stack, signed_in: Callable[..., Page]) -> None:
    page = signed_in()
    page.goto(f"{five.app_url}/requests?range=1h&f=user_id:equals:{USER}")
    expect(page.locator(".hg-rows > a.row")).to_have_count(5)
    page.wait_for_function("window.heliographKeys")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.get_by_role("tab", name="Raw").click()
    opened = page.url
    page.keyboard.press("j")
    page.wait_for_url(lambda url: url != opened)
    expect(page.locator(".hg-rows > a.row").nth(2)).to_have_class("row open")
    expect(page.get_by_role("tab", name="Raw")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    page.wait_for_function(IN_FOCUS(2))
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("j")
    assert page.evaluate(IN_FOCUS(3))
