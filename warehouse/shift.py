"""Whether a score differs between two periods, or between two values of a dimension; and by how much, at least and at
most.

Means are compared by Welch's interval, rates by Newcombe's, both of 95 %. How far the distributions lie apart is told
by the Kolmogorov-Smirnov distance with its p-value, which sees a change of shape that leaves the mean as it was, and by
Wasserstein's, which is in the score's own unit. A request is taken to be independent of the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import polars as pl

from warehouse.client import Reader
from warehouse.conditions import EARLIEST, EVERYTHING, LATEST, Condition
from warehouse.intervals import Difference, Sample, kolmogorov, newcombe, welch
from warehouse.metrics import ends, moment
from warehouse.scores import BARS, Key, answer, begun, dimension, named
from warehouse.timerange import TimeRange

FEW = 10
"""Answers of either side, below which nothing is said."""
HALVES = "halves"

Period = tuple[datetime, datetime]
"""From its first moment to its last, that one left out."""


@dataclass(frozen=True)
class Shift:
    """What two sides have of a score. `bars` has `low, high, first, second`: the bars of `scores.distribution`, with
    the answers of either; `least` and `most` are those of either side, None where it has no answer.

    `distance` (Kolmogorov and Smirnov's) with `p`, and `apart` (Wasserstein's) are None for a rate, which its
    difference says all of, and where a side is empty.
    """

    key: Key
    first: Sample
    second: Sample
    bars: pl.DataFrame
    names: tuple[str, str] = ("", "")
    """Of the values of a dimension."""
    periods: tuple[tuple[Period, ...], ...] = ()
    """What either side is made of, where periods are compared: one stretch of time, but for the first side of `cut`,
    which may be two, one before the range and one after it, or none, where the period lies inside the range."""
    halved: bool = False
    """Whether the periods are the range's halves, asked for or for want of answers before it."""
    cut: bool = False
    """Whether the other period shares time with the range; no answer counts on both sides."""
    distance: float | None = None
    p: float | None = None
    apart: float | None = None
    ranges: tuple[tuple[float, float] | None, ...] = (None, None)

    @property
    def too_few(self) -> bool:
        return min(self.first.count, self.second.count) < FEW

    @property
    def difference(self) -> Difference | None:
        """Of the second side to the first; None where one is empty."""
        if not (self.first.count and self.second.count):
            return None
        return (newcombe if self.key.is_boolean else welch)(self.first, self.second)


def periods(
    reader: Reader,
    time_range: TimeRange,
    condition: Condition = EVERYTHING,
    *,
    score: str = "",
    since: str = "",
    until: str = "",
) -> Shift:
    """The range (its finished part) and the period before, or the halves of the range where that has no answers; the
    range and what lies outside it of the period from `since` to `until` (see `read`); or the halves, if `since` is
    `HALVES`.

    Raises `ValueError` for other texts.
    """
    now, other = _periods(time_range, since, until)
    before, halves = outside(other, now), _halves(time_range)
    key, rows, parameters = begun(reader, time_range, condition, score)
    spans = {"first": before, "second": (now,), "earlier": halves[:1], "later": halves[1:]}
    within = {side: _within(of, side) for side, of in spans.items()}
    whole = [span for of in spans.values() for span in of]
    parameters |= ends(min(start for start, _ in whole), max(end for _, end in whole))
    for side, of in spans.items():
        for number, span in enumerate(of):
            parameters |= ends(*span, f"{side}{number}")
    has, value = answer(key)
    # Periods that follow each other are told apart once few rows are left; of others, what lies between is not read.
    of_periods = " OR ".join(within.values()) if since and since != HALVES else "1"
    counted = ", ".join(f"countIf({one}) AS {side}" for side, one in within.items())
    grouped = (
        f"SELECT value, {int(not since)} AND sum(first) OVER () = 0 AS halved, if(halved, later, second) AS after, "
        "if(halved, earlier, first) AS before "
        f"FROM (SELECT {value} AS value, {counted} FROM {rows.sql} WHERE {has} AND ({of_periods}) GROUP BY value) "
        "QUALIFY before + after > 0"
    )
    found = _read(reader, grouped, parameters, ", any(halved) AS halved")
    if len(found) and found["halved"][0]:
        return _shift(key, found, periods=(halves[:1], halves[1:]), halved=True)
    return _shift(key, found, periods=(before, (now,)), halved=since == HALVES, cut=before != (other,))


def between(
    reader: Reader,
    time_range: TimeRange,
    condition: Condition = EVERYTHING,
    *,
    score: str = "",
    by: str = "model",
    first: str = "",
    second: str = "",
) -> Shift:
    """Two values of a dimension in the range; of those left out, the two with the most answers, in alphabetical order.

    Raises `ValueError` for a dimension that there is not.
    """
    key, rows, parameters = begun(reader, time_range, condition, score)
    has, value = answer(key)
    told, apart = dimension(by)
    parameters |= named(by) | {"first": first, "second": second}
    if first and second:
        grouped = (
            f"SELECT {value} AS value, countIf({apart} = {{second:String}}) AS after, "
            f"countIf({apart} = {{first:String}}) AS before FROM {rows.sql} "
            f"WHERE {has} GROUP BY value HAVING before + after > 0"
        )
        return _shift(key, _read(reader, grouped, parameters), names=(first, second))
    counted = (
        f"SELECT if({told}, {apart}, '') AS apart, {value} AS value, count() AS answers "
        f"FROM {rows.sql} WHERE {has} GROUP BY ALL HAVING apart != ''"
    )
    ranked = (
        "SELECT *, dense_rank() OVER (ORDER BY of DESC, apart) AS place FROM "
        f"(SELECT *, sum(answers) OVER (PARTITION BY apart) AS of FROM ({counted})) QUALIFY place <= 2"
    )
    grouped = (
        "SELECT value, sumIf(answers, apart = second AND first != second) AS after, sum(answers) - after AS before, "
        "any(first) AS first_name, any(second) AS second_name FROM "
        f"(SELECT *, min(apart) OVER () AS first, max(apart) OVER () AS second FROM ({ranked})) GROUP BY value"
    )
    found = _read(reader, grouped, parameters, ", any(first_name) AS first_name, any(second_name) AS second_name")
    first, second = found.select("first_name", "second_name").row(0) if len(found) else ("", "")
    second = second if second != first else ""
    return _shift(key, found, names=(first, second))


def read(since: str, until: str) -> Period:
    """A period as a URL has it: two times of ISO 8601, of which a zone may be left out for UTC.

    Raises `ValueError` for other texts, and for times that the warehouse does not hold.
    """
    start, end = (_moment(text) for text in (since, until))
    if not EARLIEST <= start < end <= LATEST:
        raise ValueError(f"{since!r} to {until!r} is no period from {EARLIEST:%Y} to {LATEST:%Y}")
    return start, end


def outside(period: Period, of: Period) -> tuple[Period, ...]:
    """What of a period lies outside another: at most a stretch before that and one after it. Pure."""
    before, after = (period[0], min(period[1], of[0])), (max(period[0], of[1]), period[1])
    return tuple(stretch for stretch in (before, after) if stretch[0] < stretch[1])


def _periods(time_range: TimeRange, since: str, until: str) -> tuple[Period, Period]:
    """What is compared, as it was asked for, and with what."""
    if since == HALVES:
        first, second = _halves(time_range)
        return second, first
    if since or until:
        return (time_range.start, time_range.end), read(since, until)
    return time_range.compared


def _halves(time_range: TimeRange) -> tuple[Period, Period]:
    middle = time_range.start + (time_range.end - time_range.start) / 2
    return (time_range.start, middle), (middle, time_range.end)


def _within(of: Sequence[Period], side: str) -> str:
    """Whether a request is of one of the stretches, whose ends are parameters named after the side."""
    at = "t.request_created_at"
    spans = [f"{at} >= {moment(f'{side}{n}_start')} AND {at} < {moment(f'{side}{n}_end')}" for n in range(len(of))]
    return f"({' OR '.join(spans)})" if spans else "0"


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def _read(reader: Reader, grouped: str, parameters: dict[str, Any], more: str = "") -> pl.DataFrame:
    """A row of each bar, with what the moments and the distances are summed up from, and `more`. `grouped` has `value`
    and how many answers of it there are `before` and `after`: one look at the requests."""
    sides = ", ".join(
        f"sum({side}) OVER () AS {side}_count, sum({side} * value) OVER () / {side}_count AS {side}_mean"
        for side in ("before", "after")
    )
    counted = f"SELECT *, {BARS}, {sides} FROM ({grouped})"
    told = (
        "SELECT *, sum(after / after_count - before / before_count) OVER "
        "(ORDER BY value ROWS UNBOUNDED PRECEDING) AS gap, leadInFrame(value, 1, value) OVER "
        f"(ORDER BY value ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS next FROM ({counted})"
    )
    summed = ", ".join(
        f"sum({side}) AS {name}, any({side}_mean) AS {name}_mean, "
        f"sum(if({side} = 0, 0, {side} * pow(value - {side}_mean, 2))) AS {name}_squares, "
        f"minIf(value, {side} > 0) AS {name}_least, maxIf(value, {side} > 0) AS {name}_most"
        for name, side in (("first", "before"), ("second", "after"))
    )
    sql = (
        f"SELECT low, high, {summed}, max(abs(gap)) AS distance, sum(abs(gap) * (next - value)) AS apart{more} "
        f"FROM ({told}) GROUP BY low, high ORDER BY low"
    )
    return reader.frame(sql, parameters)


def _shift(key: Key, found: pl.DataFrame, **told: Any) -> Shift:
    bars = found.select("low", "high", "first", "second")
    first, second = (_sample(found, name) for name in ("first", "second"))
    ranges = tuple(_range(found, name) for name in ("first", "second"))
    shift = Shift(key, first, second, bars, ranges=ranges, **told)
    if key.is_boolean or not (first.count and second.count):
        return shift
    distance = float(found["distance"].max())  # type: ignore[arg-type]
    p = kolmogorov(distance, first.count, second.count)
    return replace(shift, distance=distance, p=p, apart=float(found["apart"].sum()))


def _sample(found: pl.DataFrame, side: str) -> Sample:
    count = int(found[side].sum())
    if not count:
        return Sample(0, 0.0, 0.0)
    squares = float(found[f"{side}_squares"].sum())
    return Sample(count, float(found[f"{side}_mean"][0]), squares / (count - 1) if count > 1 else 0.0)


def _range(found: pl.DataFrame, side: str) -> tuple[float, float] | None:
    held = found.filter(pl.col(side) > 0)
    if held.is_empty():
        return None
    return float(held[f"{side}_least"].min()), float(held[f"{side}_most"].max())  # type: ignore[arg-type]
