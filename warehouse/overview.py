"""Everything the overview shows, read in parallel.

One query may serve several panels; a query that fails leaves its own panels without data and no others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, cast

import polars as pl

from warehouse import latency, metrics
from warehouse.client import Reader
from warehouse.conditions import EVERYTHING, Condition
from warehouse.errors import WarehouseError, WarehouseUnavailable
from warehouse.metrics import Totals
from warehouse.timerange import TimeRange

PARALLEL = 4
"""Queries of one overview at once; what the embedded engine runs in parallel."""


@dataclass(frozen=True)
class Overview:
    """The answers by name; where a query failed, its error in place of the answer."""

    time_range: TimeRange
    answers: Mapping[str, Any]

    def answer(self, name: str) -> Any:
        """The answer of one of `QUERIES`. Raises the `WarehouseError` it failed with."""
        found = self.answers[name]
        if isinstance(found, WarehouseError):
            raise found
        return found

    @property
    def series(self) -> pl.DataFrame:
        return cast(pl.DataFrame, self.answer("series"))

    @property
    def totals(self) -> Totals:
        return metrics.totals(self.series)

    @property
    def is_complete(self) -> bool:
        return not any(isinstance(found, WarehouseError) for found in self.answers.values())


Query = Callable[[Reader, TimeRange, Condition], Any]

QUERIES: Mapping[str, Query] = {
    "series": metrics.series,
    "latency": latency.histogram,
    "time_to_first_token": lambda reader, *of: latency.histogram(reader, *of, measure="time_to_first_token"),
    "breakdown": metrics.breakdown,
    "top_users": metrics.top_users,
    "active_users": metrics.active_users,
    "compared": metrics.compared,
}


def read(reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING) -> Overview:
    """Run all `QUERIES`. Raises `WarehouseUnavailable` if none could be answered."""
    with ThreadPoolExecutor(PARALLEL, thread_name_prefix="overview") as pool:
        running = {name: pool.submit(query, reader, time_range, condition) for name, query in QUERIES.items()}
    answers = {name: _outcome(future) for name, future in running.items()}
    if all(isinstance(found, WarehouseUnavailable) for found in answers.values()):
        raise next(iter(answers.values()))
    return Overview(time_range, answers)


def _outcome(future: Future[Any]) -> Any:
    try:
        return future.result()
    except WarehouseError as error:
        return error
