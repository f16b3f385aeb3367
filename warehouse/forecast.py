"""What this calendar month has cost so far, and what it will have cost at its end.

A coming day is expected to cost what the same weekday cost on average in the last four weeks; with less than two weeks
of whole days, what any day cost on average; with less than one, nothing is said. Of today, the part that is left
counts. The range is one of 80 %: 1.28 standard deviations of the days' differences from what was expected of them,
the uncertainty of the averages included, as if the days were independent and the differences normal.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from statistics import fmean

import polars as pl

from warehouse import metrics
from warehouse.client import Reader
from warehouse.conditions import EVERYTHING, Condition
from warehouse.timerange import DAY, TimeRange, floor

WEEKS = 4
FEWEST_DAYS = 7
DAYS_FOR_WEEKDAYS = 14
DEVIATIONS = 1.2816
"""Between the 10th and the 90th percentile of a normal distribution on either side."""


@dataclass(frozen=True)
class Month:
    """Amounts in USD × 1e9. `days` has a row of every day of the month: `day`; `spent` up to its end, null of days to
    come; `expected`, `low` and `high` from today on, null before today and where there is too little history."""

    first: date
    today: date
    spent: int
    unpriced: int
    history: int
    """Whole days before today that the forecast is made of."""
    days: pl.DataFrame

    @property
    def end(self) -> tuple[float, float, float] | None:
        """What the whole month is expected to cost, with the lower and the upper end of the range."""
        last = self.days.row(-1, named=True)
        return None if last["expected"] is None else (last["expected"], last["low"], last["high"])


def month(
    reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING, *, now: datetime | None = None
) -> Month:
    """The month that it is now in the range's zone; the range itself does not matter, the condition does."""
    now, zone = now or datetime.now(UTC), time_range.zone
    today = now.astimezone(zone).date()
    midnight = floor(now, DAY, zone).astimezone(zone).replace(tzinfo=None)
    begin = min(midnight - WEEKS * 7 * DAY, midnight.replace(day=1)).replace(tzinfo=zone).astimezone(UTC)
    hour = floor(now, timedelta(hours=1), UTC)
    daily = metrics.series(reader, TimeRange(begin, hour + timedelta(hours=1), DAY, zone), condition)
    costs = {at.astimezone(zone).date(): int(cost) for at, cost in daily.select("at", "cost").iter_rows()}
    started = next((at.astimezone(zone).date() for at, n in daily.select("at", "requests").iter_rows() if n), today)
    unpriced = sum(
        count for at, count in daily.select("at", "unpriced").iter_rows() if _same_month(at.astimezone(zone), today)
    )
    elapsed = (now.astimezone(zone).replace(tzinfo=None) - midnight) / DAY
    return of_days(costs, today, elapsed, started=started, unpriced=int(unpriced))


def of_days(costs: Mapping[date, int], today: date, elapsed: float, *, started: date, unpriced: int = 0) -> Month:
    """The month of `today`, of which the share `elapsed` has passed. `started`: the first day that had requests, of
    which a part may be missing. Pure."""
    begin = max(started + DAY, today - WEEKS * 7 * DAY)
    past = [begin + index * DAY for index in range((today - begin).days)]
    past_costs = [costs.get(day, 0) for day in past]
    dates = _month_of(today)
    spent, total = [], 0
    for day in dates:
        total += costs.get(day, 0)
        spent.append(total if day <= today else None)
    to_date = next(total for day, total in zip(dates, spent, strict=True) if day == today)
    assert to_date is not None
    ahead = _ahead(past, past_costs, [day for day in dates if day >= today], elapsed)
    curve = [(to_date + mean, max(to_date + mean - by, to_date), to_date + mean + by) for mean, by in ahead]
    before: list[tuple[float | None, ...]] = [(None, None, None)] * (len(dates) - len(curve))
    frame = pl.DataFrame([*before, *curve], schema=dict.fromkeys(("expected", "low", "high"), pl.Float64), orient="row")
    days = frame.select(pl.Series("day", dates, pl.Date), pl.Series("spent", spent, pl.Int64), pl.all())
    return Month(dates[0], today, to_date, unpriced, len(past), days)


def _ahead(
    past: Sequence[date], costs: Sequence[int], coming: Sequence[date], elapsed: float
) -> list[tuple[float, float]]:
    """What is to be spent from now to the end of each of `coming`, and how far that may be off on either side."""
    if len(past) < FEWEST_DAYS:
        return []
    by_weekday = len(past) >= DAYS_FOR_WEEKDAYS

    def kind(day: date) -> int:
        return day.weekday() if by_weekday else 0

    kinds = {kind(day) for day in past}
    means = {k: fmean(cost for day, cost in zip(past, costs, strict=True) if kind(day) == k) for k in kinds}
    counts = Counter(kind(day) for day in past)
    left_over = sum((cost - means[kind(day)]) ** 2 for day, cost in zip(past, costs, strict=True))
    variance = left_over / (len(past) - len(kinds))
    found, mean, independent = [], 0.0, 0.0
    weights = dict.fromkeys(kinds, 0.0)
    for day in coming:
        part = 1 - elapsed if day == coming[0] else 1.0
        mean += means[kind(day)] * part
        weights[kind(day)] += part
        independent += part
        uncertain = independent + sum(weight**2 / counts[k] for k, weight in weights.items())
        found.append((mean, DEVIATIONS * math.sqrt(variance * uncertain)))
    return found


def _month_of(day: date) -> list[date]:
    first = day.replace(day=1)
    last = (first + 31 * DAY).replace(day=1)
    return [first + index * DAY for index in range((last - first).days)]


def _same_month(at: datetime, day: date) -> bool:
    return (at.year, at.month) == (day.year, day.month)
