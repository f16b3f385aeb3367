"""The dashboard over millions of rows: every panel's query by itself, pages in Chromium, ten people at once."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bench import people, visits
from bench.seed import seed
from bench.visits import Visit
from bench.worker import installation
from ui import registry
from warehouse import requests
from warehouse.client import Reader, connect
from warehouse.conditions import EVERYTHING
from warehouse.filters import between, compile_filter
from warehouse.timerange import TimeRange, recent

ROUNDS = 5
PAGES = (
    "/", "/requests", "/sessions", "/users", "/properties", "/scores", "/cost", "/latency", "/cache", "/limits",
    "/models", "/hql", "/pipeline", "/settings",
)  # fmt: skip


@dataclass(frozen=True)
class Figures:
    rows: int
    queries_ms: dict[str, float]
    """Median milliseconds by query, one at a time."""
    pages: dict[str, Visit]
    clicks_s: list[float]
    """Seconds of every click of ten people, in order; empty where none clicked."""


def measure(rows: int = 10_000_000, paths: Sequence[str] = PAGES, *, people_click: bool = True) -> Figures:
    """Seed `rows` over 30 days, then time what all pages ask, and those of `paths`."""
    with installation() as (settings, organization_id, _):
        client = connect(settings)
        seed(client, organization_id, rows=rows)
        settle(client)
        reader = Reader(client, organization_id)
        time_range = recent("30d", datetime.now(UTC))
        queries = {name: timed(lambda run=run: run(reader, time_range)) for name, run in all_queries().items()}  # type: ignore[misc]
        with visits.dashboard(settings) as url:
            pages = visits.measure(settings, url, paths)
            clicks = people.measure(settings, url, paths) if people_click else []
        return Figures(rows, queries, pages, clicks)


def all_queries() -> dict[str, Callable[[Reader, TimeRange], object]]:
    """What every panel asks, then the request table: its first page, one user's requests."""
    found: dict[str, Callable[[Reader, TimeRange], object]] = {}
    for name, panel in registry.panels().items():
        found[name] = lambda reader, within, panel=panel: panel.question(  # type: ignore[misc]
            reader, within, EVERYTHING, **dict(panel.options)
        )

    def page(reader: Reader, within: TimeRange) -> object:
        columns = ["request_created_at", "status", "model", "user_id", "cost_usd", "latency"]
        return requests.find(reader, between(within.start, within.end), columns=columns, limit=50)

    def of_user(reader: Reader, within: TimeRange) -> object:
        tree = {"request_response_rmt": {"user_id": {"equals": "user-4242"}}}
        return requests.find(reader, compile_filter(tree), columns=["request_created_at", "cost_usd"], limit=50)

    return found | {"requests: first page": page, "requests: of a user": of_user}


def settle(client: object, wait_s: float = 180) -> None:
    """Let the merges end that the rows just inserted have begun: they take the cores of what is measured."""
    deadline = time.monotonic() + wait_s
    while time.monotonic() < deadline:
        if not client.query("SELECT count() FROM system.merges").result_rows[0][0]:  # type: ignore[attr-defined]
            return
        time.sleep(1)


def timed(run: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Median milliseconds of a call, the first left out."""
    times = []
    for _ in range(rounds + 1):
        started = time.perf_counter()
        run()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times[1:])
