"""Whether a score goes with another, or with what the request took: latency, cost, tokens. One look at the requests.

Only requests that have both count: a cost is one that is known and was paid, tokens are those of requests that used
any.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import polars as pl

from warehouse.client import Reader
from warehouse.conditions import EVERYTHING, Condition
from warehouse.intervals import Interval, of_correlation, phi
from warehouse.metrics import PRICED, USED
from warehouse.scores import Key, answer, begun, key_of
from warehouse.timerange import TimeRange

SAMPLE = 20_000
"""Pairs, at random, that ranks are correlated of and that are drawn."""

MEASURES = {
    "latency": ("1", "toFloat64(t.latency)"),
    "time_to_first_token": ("isNotNull(t.time_to_first_token)", "toFloat64(assumeNotNull(t.time_to_first_token))"),
    "cost": (PRICED, "t.cost / 1e9"),
    "total_tokens": (USED, "toFloat64(t.prompt_tokens + t.completion_tokens)"),
    "prompt_tokens": (USED, "toFloat64(t.prompt_tokens)"),
    "completion_tokens": (USED, "toFloat64(t.completion_tokens)"),
}
"""What else is known of a request -> whether a row `t` has it, and how much: ms, USD, tokens."""


@dataclass(frozen=True)
class Together:
    """A score and what it is held against: another score, or one of `MEASURES` (`other` is its name then).

    `spearman` is that of a sample where there are more than `SAMPLE` pairs; `sample` has `x` and `y`. All are None
    where they cannot be told. `table`, of two booleans: how often both are true, only the first, only the second,
    neither.
    """

    key: Key
    other: Key | str
    count: int
    pearson: float | None
    interval: Interval | None
    spearman: float | None
    sample: pl.DataFrame
    table: tuple[int, int, int, int] | None = None

    @property
    def phi(self) -> float | None:
        return phi(*self.table) if self.table else None


def together(
    reader: Reader,
    time_range: TimeRange,
    condition: Condition = EVERYTHING,
    *,
    score: str = "",
    other: str = "latency",
) -> Together:
    """`other` is one of `MEASURES` or ``scores.<name>``. Raises `ValueError` for anything else."""
    key, rows, parameters = begun(reader, time_range, condition, score)
    against: Key | str = other
    if other.startswith("scores."):
        against = key_of(reader, other.removeprefix("scores."))
        has_other, y = answer(against, "other")
        parameters |= {"other": against.name}
    elif other in MEASURES:
        has_other, y = MEASURES[other]
    else:
        raise ValueError(f"{other!r} is no score and none of {', '.join(MEASURES)}")
    has, x = answer(key)
    sql = (
        "SELECT count() AS count, corrStable(x, y) AS pearson, "
        "countIf(x = 1 AND y = 1) AS both, countIf(x = 1 AND y = 0) AS first, countIf(x = 0 AND y = 1) AS second, "
        "countIf(x = 0 AND y = 0) AS neither, "
        f"groupArraySample({SAMPLE}, 1)((x, y)) AS sample, sample.1 AS xs, sample.2 AS ys "
        f"FROM (SELECT {x} AS x, {y} AS y FROM {rows.sql} WHERE {has} AND {has_other})"
    )
    found = reader.frame(f"SELECT * EXCEPT sample FROM ({sql})", parameters).row(0, named=True)
    return _together(key, against, found)


def _together(key: Key, other: Key | str, found: dict[str, Any]) -> Together:
    sample = pl.DataFrame({"x": found["xs"], "y": found["ys"]}, schema={"x": pl.Float64, "y": pl.Float64})
    count, pearson = int(found["count"]), _finite(found["pearson"])
    two = key.is_boolean and isinstance(other, Key) and other.is_boolean
    table = tuple(int(found[name]) for name in ("both", "first", "second", "neither")) if two else None
    ranked = sample.select(pl.corr(pl.col("x").rank("average"), pl.col("y").rank("average"))) if count > 1 else None
    return Together(
        key,
        other,
        count,
        pearson,
        of_correlation(pearson, count) if pearson is not None else None,
        _finite(ranked.item()) if ranked is not None else None,
        sample,
        table,  # type: ignore[arg-type]
    )


def _finite(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else value
