"""A browser, and pages of it that ask nothing of any other host."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.stack import Stack

WITHIN_MS = 30_000
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Ended with its module: until then its event loop runs in this thread, and no test of asyncio can run."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def signed_in(chromium: Any, stack: Stack, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """Opens a signed-in browser of its own at the overview. The test fails if one asked anything of another host."""
    contexts, hosts = [], set[str | None]()

    def open_page(**options: Any) -> Page:
        view: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}, "timezone_id": "Europe/Berlin", **options}
        context = chromium.new_context(**view)
        contexts.append(context)
        context.set_default_timeout(WITHIN_MS)
        page: Page = context.new_page()
        page.on("request", lambda sent: hosts.add(urlsplit(sent.url).hostname))
        page.goto(stack.sign_in_link())
        return page

    yield open_page
    for number, context in enumerate(contexts):
        if (directory := os.environ.get("HELIOGRAPH_SCREENSHOTS")) and context.pages:
            context.pages[0].screenshot(path=Path(directory) / f"{request.node.name}-{number}.png")
        context.close()
    assert hosts - {None, ""} == {"127.0.0.1"}
