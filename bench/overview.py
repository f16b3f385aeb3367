"""The overview and the request table over ten million rows: their queries by themselves, the page in Chromium."""

from __future__ import annotations

import functools
import shutil
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

from playwright.sync_api import Page, sync_playwright

from bench.seed import seed
from bench.stack import free_port, module, process
from bench.worker import environment, installation
from metadata import store
from settings import Settings
from warehouse import changes, forecast, latency, metrics, requests
from warehouse.client import Reader, connect
from warehouse.conditions import EVERYTHING, Condition
from warehouse.filters import between, compile_filter
from warehouse.timerange import TimeRange, recent

ROUNDS = 7
PARALLEL = 6
STARTED = 'document.querySelectorAll(".js-plotly-plot").length'
"""Charts that Plotly has drawn."""


@dataclass(frozen=True)
class Figures:
    rows: int
    panels_ms: dict[str, float]
    """Median milliseconds by query, one at a time."""
    all_queries_ms: float
    """Median of all the overview's queries together, in parallel as the page runs them."""
    page_s: float
    """Median seconds from navigation to every chart drawn, in a browser session of its own each time."""


def measure(rows: int = 10_000_000) -> Figures:
    """Seed `rows` over 30 days, then time what the pages ask and how long the overview takes to be complete."""
    with installation() as (settings, organization_id, _):
        client = connect(settings)
        seed(client, organization_id, rows=rows)
        reader = Reader(client, organization_id)
        time_range = recent("30d", datetime.now(UTC))
        panels = {
            name: timed(functools.partial(query, reader, time_range, EVERYTHING)) for name, query in panel_queries()
        }
        together = timed(lambda: all_at_once(reader, time_range))
        return Figures(rows, panels, together, page_seconds(settings))


Query = Callable[[Reader, TimeRange, Condition], object]

QUERIES: dict[str, Query] = {
    "series": metrics.series,
    "latency": latency.histogram,
    "time_to_first_token": lambda reader, *of: latency.histogram(reader, *of, measure="time_to_first_token"),
    "breakdown": metrics.breakdown,
    "top_users": metrics.top_users,
    "active_users": metrics.active_users,
    "compared": metrics.compared,
    "averages": metrics.averages,
    "what changed": changes.changes,
    "forecast": forecast.month,
}
"""What the overview shows first."""


def all_at_once(reader: Reader, time_range: TimeRange) -> None:
    with ThreadPoolExecutor(PARALLEL) as pool:
        for future in [pool.submit(query, reader, time_range, EVERYTHING) for query in QUERIES.values()]:
            future.result()


def panel_queries() -> list[tuple[str, Query]]:
    """The overview's own queries, then the request table's: first page, count, one user's requests, words in bodies."""

    def page(reader: Reader, time_range: TimeRange, condition: object) -> None:
        columns = ["request_created_at", "status", "model", "user_id", "cost_usd", "latency"]
        requests.find(reader, between(time_range.start, time_range.end), columns=columns, limit=50)

    def count(reader: Reader, time_range: TimeRange, condition: object) -> None:
        requests.count(reader, between(time_range.start, time_range.end))

    def of_user(reader: Reader, time_range: TimeRange, condition: object) -> None:
        tree = {"request_response_rmt": {"user_id": {"equals": "user-4242"}}}
        requests.find(reader, compile_filter(tree), columns=["request_created_at", "cost_usd"], limit=50)

    def series_of_model(reader: Reader, time_range: TimeRange, condition: object) -> None:
        tree = {"request_response_rmt": {"model": {"equals": "gpt-5"}}}
        metrics.series(reader, time_range, compile_filter(tree))

    more = {"requests: page": page, "requests: count": count, "requests: of a user": of_user}
    return [*QUERIES.items(), *more.items(), ("series of one model", series_of_model)]


def timed(run: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Median milliseconds of a call, the first left out."""
    times = []
    for _ in range(rounds + 1):
        started = time.perf_counter()
        run()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times[1:])


def page_seconds(settings: Settings, rounds: int = 5) -> float:
    """Median seconds from navigation to the last chart of the overview, signed in, a fresh context each time."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        raise RuntimeError("Chromium is needed for the page's figure: install the package `chromium`")
    environ = environment(settings) | {"HELIOGRAPH_APP_PORT": str(port := free_port())}
    url = f"http://127.0.0.1:{port}"
    with process(module("ui.server"), ready=url, env=environ), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        times = [one_visit(browser.new_page(), settings, url) for _ in range(rounds + 1)]
        browser.close()
    return statistics.median(times[1:])


def one_visit(page: Page, settings: Settings, url: str) -> float:
    metadata = store.connect(settings)
    token = metadata.create_sign_in(metadata.organisations()[0].id)
    metadata.close()
    page.goto(f"{url}/sign-in?token={token}")
    page.wait_for_function(f"{STARTED} > 0", timeout=60_000)
    started = time.perf_counter()
    page.goto(f"{url}/?range=30d")
    complete_at = started
    charts = -1
    while time.perf_counter() - complete_at < 1.5:
        found = page.evaluate(f'{STARTED} + document.querySelectorAll("[data-testid=stDataFrame] canvas").length')
        if found != charts:
            charts, complete_at = found, time.perf_counter()
        time.sleep(0.02)
    page.close()
    return complete_at - started
