"""Axes of charts over time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from ui import charts


@pytest.mark.parametrize(
    ("highest", "labels"),
    [
        (4e-5, ["0.00001", "0.00002", "0.00003", "0.00004"]),
        (0.8, ["0.2", "0.4", "0.6", "0.8"]),
        (80_000, ["20k", "40k", "60k", "80k"]),
    ],
)
def test_labels_have_thousands_but_no_millionths(highest: float, labels: list[str]) -> None:
    assert charts.ticks(highest)[:4] == labels


@pytest.mark.parametrize(("cost", "written"), [(20_000, "none"), (3 * 10**13, "B")])
def test_small_costs_are_written_out(cost: int, written: str) -> None:
    """An axis of cost read $20μ."""
    start = datetime(2026, 3, 1, tzinfo=UTC)
    series = pl.DataFrame({"at": [start, start + timedelta(minutes=1)], "cost": [cost, 0]})
    assert charts.cost(series, UTC).layout.yaxis.exponentformat == written


@pytest.mark.parametrize(("p99", "kind"), [(2_000, None), (600_000, "log")])
def test_a_timeout_does_not_flatten_the_other_percentiles(p99: int, kind: str | None) -> None:
    at = [datetime(2026, 3, day, tzinfo=UTC) for day in (1, 2)]
    frame = pl.DataFrame({"at": at, "p50": [300, 310], "p90": [500, 500], "p95": [800, None], "p99": [900, p99]})
    assert charts.percentiles(frame, UTC).layout.yaxis.type == kind
