"""How sessions spread: how many requests, what cost and how long each, as a histogram between two percentiles."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from warehouse import sessions
from warehouse.client import Reader
from warehouse.conditions import EVERYTHING, Condition
from warehouse.metrics import ends, moment
from warehouse.timerange import TimeRange

BARS = 30
MOST = 200_000
"""Sessions that a distribution is made of; of more, a part that their hashes choose, always the same."""

CUTS = {
    "p50": (0.0, 0.5), "p75": (0.0, 0.75), "p90": (0.0, 0.9), "p95": (0.0, 0.95), "p99": (0.0, 0.99),
    "p99.9": (0.0, 0.999), "middle": (0.25, 0.75), "all": (0.0, 1.0),
}  # fmt: skip
"""The percentiles that a histogram begins and ends at; ``middle`` is the interquartile range."""


@dataclass(frozen=True)
class Spread:
    """`bars` are `start, end, sessions`: from `start` (inclusive) to `end` (exclusive), whole numbers of the measure's
    unit (requests, USD × 1e9, ms). `mean` and `median` are of all sessions, those beyond the bars included."""

    bars: pl.DataFrame
    sessions: int = 0
    mean: float = 0
    median: float = 0
    one_in: int = 1
    """Every session if 1; else one in so many was looked at, and `sessions` are those."""


def spread(
    reader: Reader,
    time_range: TimeRange,
    condition: Condition = EVERYTHING,
    *,
    of: str = "requests",
    cut: str = "p95",
    search: str = "",
    bounds: str = "",
    among: str = "",
) -> Spread:
    """The distribution of a figure of `warehouse.sessions.FIGURES` that is a whole number, of sessions that are
    narrowed as `warehouse.sessions.chosen` has it."""
    chosen = sessions.chosen(time_range, condition, search=search, bounds=bounds, among=among)
    one_in = sampled(reader, time_range, MOST) if chosen.everything else 1
    sql = chosen.grouped(f"toInt64({sessions.FIGURES[of]}) AS value", below(one_in))
    values = reader.frame(sql, chosen.parameters)["value"]
    return _spread(values, cut, one_in)


def sampled(reader: Reader, time_range: TimeRange, most: int) -> int:
    """One session in how many is looked at, so that they are about `most`: a power of two."""
    sql = (
        f"SELECT count() FROM sessions_daily WHERE day >= toDate({moment('range_start')}) "
        f"AND day <= toDate({moment('range_end')})"
    )
    rows, one_in = int(reader.frame(sql, ends(time_range.start, time_range.end)).item()), 1
    while rows > most * one_in:
        one_in *= 2
    return one_in


def below(one_in: int) -> str:
    """The condition on a row of sessions_daily that it is in the sample. Rows are ordered by it: few are read."""
    return f"t.session_hash < {2**64 // one_in}" if one_in > 1 else "1"


def _spread(values: pl.Series, cut: str, one_in: int) -> Spread:
    empty = pl.DataFrame(schema={"start": pl.Int64, "end": pl.Int64, "sessions": pl.UInt32})
    if values.is_empty():
        return Spread(empty, one_in=one_in)
    low, high = (int(values.quantile(level, "lower") or 0) for level in CUTS[cut])
    width = (high - low) // BARS + 1
    first = low // width * width
    kept = values.filter((values >= low) & (values <= high))
    counted = ((kept - first) // width).value_counts(name="sessions").rename({values.name: "bar"})
    bars = pl.DataFrame({"bar": range((high - first) // width + 1)}, schema={"bar": pl.Int64})
    bars = bars.join(counted, on="bar", how="left").with_columns(
        start=first + pl.col("bar") * width, end=first + (pl.col("bar") + 1) * width
    )
    bars = bars.select("start", "end", pl.col("sessions").fill_null(0))
    return Spread(bars, len(values), float(values.mean() or 0), float(values.median() or 0), one_in)  # type: ignore[arg-type]
