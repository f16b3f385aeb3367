"""The pages in Chromium: how long from the click to the last change of what is shown."""

from __future__ import annotations

import contextlib
import shutil
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, sync_playwright

from bench.stack import free_port, module, process
from bench.worker import environment
from metadata import store
from settings import Settings

QUIET_MS = 600
"""A page that has not changed for so long, and whose script has ended, is complete."""
DAYS = 30

WATCH = """
() => {
  window.changed = performance.now();
  new MutationObserver(() => (window.changed = performance.now())).observe(document, {
    subtree: true, childList: true, attributes: true, characterData: true });
}"""
COMPLETE = f"""
() => document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === "notRunning"
  && performance.now() - window.changed > {QUIET_MS}"""


@dataclass(frozen=True)
class Visit:
    """Median seconds until a page is complete: asked for the first time, and again."""

    first_s: float
    second_s: float


@contextlib.contextmanager
def dashboard(settings: Settings) -> Iterator[str]:
    """The dashboard's process over an installation; gives its address."""
    environ = environment(settings) | {"HELIOGRAPH_APP_PORT": str(port := free_port())}
    url = f"http://127.0.0.1:{port}"
    with process(module("ui.server"), ready=url, env=environ):
        yield url


def measure(settings: Settings, url: str, paths: Sequence[str], rounds: int = 3) -> dict[str, Visit]:
    """Each page over the last 30 days. A first visit asks for a range that nobody has asked for, so that no answer is
    kept; a second one comes back to it by the sidebar."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        raise RuntimeError("Chromium is needed for the pages' figures: install the package `chromium`")
    found = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.add_init_script(f"({WATCH})()")
        page.goto(sign_in_link(settings, url))
        page.wait_for_function(COMPLETE, timeout=60_000)
        for number, path in enumerate(paths):
            times = [one_visit(page, url, path, hours=number * 20 + round_) for round_ in range(rounds + 1)][1:]
            first, second = zip(*times, strict=True)
            found[path] = Visit(statistics.median(first), statistics.median(second))
        browser.close()
    return found


def sign_in_link(settings: Settings, url: str) -> str:
    metadata = store.connect(settings)
    token = metadata.create_sign_in(metadata.organisations()[0].id)
    metadata.close()
    return f"{url}/sign-in?token={token}"


def one_visit(page: Page, url: str, path: str, hours: int) -> tuple[float, float]:
    """Seconds of a first visit, by its address, and of coming back from another page."""
    end = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=hours)
    asked = f"?from={end - timedelta(days=DAYS):%Y-%m-%dT%H:%M:%SZ}&to={end:%Y-%m-%dT%H:%M:%SZ}"
    page.goto(url + path + asked, wait_until="commit")
    first = complete(page)
    follow(page, "/settings" if path != "/settings" else "/pipeline")
    complete(page)
    page.evaluate("window.began = performance.now()")
    follow(page, path)
    return first, complete(page) - float(page.evaluate("window.began")) / 1000


def follow(page: Page, path: str) -> None:
    """Click the sidebar's link to a page."""
    page.evaluate("window.changed = performance.now()")
    page.locator(f'[data-testid="stSidebar"] a[data-testid="stPageLink-NavLink"][href^="{path.strip("/")}?"]').click()


def complete(page: Page) -> float:
    """Seconds since the document was asked for, at which the page changed for the last time."""
    page.wait_for_timeout(100)
    page.wait_for_function(COMPLETE, timeout=60_000)
    return float(page.evaluate("window.changed")) / 1000
