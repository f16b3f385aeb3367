"""How ingestion is doing, from what the workers report into the table `pipeline`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import polars as pl

from warehouse.client import Reader

STEP = timedelta(minutes=10)
"""Of the `history`."""


@dataclass(frozen=True)
class Health:
    """The latest reports of all workers of the last day, summed. `lag` in seconds, the largest of them."""

    reported_at: datetime
    workers: int
    queued: int
    written: int
    retried: int
    dead: int
    dropped: int
    backlog_bytes: int
    lag: float


def health(reader: Reader) -> Health | None:
    """None where no worker has reported within a day."""
    counters = ("queued", "written", "retried", "dead", "dropped", "backlog_bytes")
    latest = ", ".join(f"argMax({name}, p.reported_at) AS {name}" for name in (*counters, "lag"))
    summed = ", ".join(f"sum(w.{name}) AS {name}" for name in counters)
    rows = reader.rows(
        f"SELECT max(w.at) AS reported_at, count() AS workers, {summed}, max(w.lag) AS lag FROM ("
        f"SELECT worker, max(p.reported_at) AS at, {latest} FROM pipeline AS p "
        "WHERE reported_at > now() - INTERVAL 1 DAY GROUP BY worker) AS w"
    )
    found = rows[0]
    if not found["workers"]:
        return None
    return Health(**{**found, "reported_at": found["reported_at"].replace(tzinfo=UTC)})


def history(reader: Reader) -> pl.DataFrame:
    """The last 24 hours in steps of ten minutes: `at`, the largest `lag` in seconds, the largest `backlog_bytes`."""
    at = f"toStartOfInterval(reported_at, INTERVAL {STEP // timedelta(minutes=1)} MINUTE)"
    return reader.frame(
        f"SELECT toDateTime64({at}, 3, 'UTC') AS at, max(p.lag) AS lag, max(p.backlog_bytes) AS backlog_bytes "
        "FROM pipeline AS p WHERE reported_at > now() - INTERVAL 1 DAY GROUP BY at ORDER BY at"
    )
