"""A stretch of time and the buckets a chart cuts it into. Pure.

A preset begins where a bucket does, so that only its last bar is unfinished. Those of a day and more end on a whole
hour, so that hourly rollups answer them; comparisons with the period before stop at the last full hour.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

PRESETS: dict[str, timedelta] = {
    "15m": timedelta(minutes=15),
    "1h": HOUR,
    "6h": timedelta(hours=6),
    "24h": DAY,
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
    "90d": timedelta(days=90),
}

STEPS = (
    *(timedelta(seconds=s) for s in (15, 60, 300, 900)),
    *(timedelta(hours=h) for h in (1, 3, 6)),
    *(timedelta(days=d) for d in (1, 7, 28)),
)
"""Widths of a bucket: the narrowest that gives at most `MOST_BUCKETS`."""
MOST_BUCKETS = 92


@dataclass(frozen=True)
class TimeRange:
    """From `start` (inclusive) to `end` (exclusive), aware. `step` is a bucket's width; buckets of days and weeks
    follow the calendar of `zone`, whose days may have 23 or 25 hours."""

    start: datetime
    end: datetime
    step: timedelta
    zone: tzinfo = UTC
    compared_end: datetime | None = None
    """Where a comparison with the period before ends, if not at `end`."""
    period: timedelta | None = None
    """How far back the period before lies, if not its whole length."""

    @property
    def compared(self) -> tuple[tuple[datetime, datetime], tuple[datetime, datetime]]:
        """The part of this range that is compared, and the equally long part of the period before."""
        end = self.compared_end or self.end
        return (self.start, end), (self.start - self.back, end - self.back)

    @property
    def back(self) -> timedelta:
        """How far back the period before lies."""
        return self.period or self.end - self.start

    @property
    def before(self) -> TimeRange:
        """The period before, whole, in buckets of the same width."""
        return replace(
            self,
            start=self.start - self.back,
            end=min(self.end - self.back, self.start),
            compared_end=None,
            period=None,
        )

    @property
    def hourly(self) -> bool:
        """Whether hourly rollups can answer: every edge is a whole hour of UTC."""
        edges = (self.start, self.end, *self.edges)
        return self.step >= HOUR and all(edge.timestamp() % 3600 == 0 for edge in edges)

    @property
    def edges(self) -> tuple[datetime, ...]:
        """Where each bucket begins; the first at `start`, the others at round times of the zone."""
        edges, at = [self.start], floor(self.start, self.step, self.zone)
        while (at := _after(at, self.step, self.zone)) < self.end:
            edges.append(at)
        return tuple(edges)

    @property
    def widths(self) -> tuple[timedelta, ...]:
        """How long each bucket is; the first and last may be cut short."""
        return tuple(after - before for before, after in pairwise((*self.edges, self.end)))

    def buckets(self, first: datetime, last: datetime) -> tuple[datetime, datetime]:
        """Start and end of those that begin between two moments; of the one that holds the first, if none does."""
        edges = (*self.edges, self.end)
        begin = min(bisect_left(edges, first), len(edges) - 2)
        end = bisect_right(edges, last)
        if end <= begin:
            begin = max(bisect_right(edges, first) - 1, 0)
        return edges[begin], edges[min(max(end, begin + 1), len(edges) - 1)]

    def bucket_of(self, at: datetime) -> datetime:
        return self.edges[max(bisect_right(self.edges, at) - 1, 0)]


def recent(preset: str, now: datetime, zone: tzinfo = UTC) -> TimeRange:
    """The range of a preset that ends now. Raises `KeyError` for a preset that there is not."""
    length = PRESETS[preset]
    step = _step(length)
    start = floor(floor(now, step, zone) - length + step, step, zone)
    if length < DAY:
        return TimeRange(start, now, step, zone, period=length)
    hour = floor(now, HOUR, UTC)
    return TimeRange(start, hour + HOUR, step, zone, compared_end=max(hour, start), period=length)


def since(first: datetime, now: datetime, zone: tzinfo = UTC) -> TimeRange:
    """All there is: from the hour of the first request."""
    start, hour = floor(first, HOUR, UTC), floor(now, HOUR, UTC)
    end = max(hour, start) + HOUR
    return TimeRange(start, end, _step(end - start), zone)


def custom(start: datetime, end: datetime, zone: tzinfo = UTC) -> TimeRange:
    """From `start` to `end` as given; the ends are swapped where they stand the wrong way round."""
    start, end = min(start, end), max(start, end)
    end = max(end, start + timedelta(minutes=1))
    return TimeRange(start, end, _step(end - start), zone)


def floor(at: datetime, step: timedelta, zone: tzinfo) -> datetime:
    """The last round time of `zone` not after `at`: of the hour, of the day, Monday for weeks."""
    local = at.astimezone(zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if step >= DAY:
        days = step // DAY
        # Ordinal 1 was a Monday, so weeks and four weeks begin on one.
        return (midnight - ((midnight.toordinal() - 1) % days) * DAY).astimezone(UTC)
    if step > HOUR:
        return midnight.replace(hour=local.hour - local.hour % (step // HOUR)).astimezone(UTC)
    seconds = step.total_seconds()
    return datetime.fromtimestamp(at.timestamp() // seconds * seconds, UTC)


def _after(at: datetime, step: timedelta, zone: tzinfo) -> datetime:
    if step <= HOUR:
        return at + step
    # Wall-clock arithmetic: the next midnight is a midnight also where the day has 23 or 25 hours.
    local = (at.astimezone(zone).replace(tzinfo=None) + step).replace(tzinfo=zone)
    return max(local.astimezone(UTC), at + HOUR)


def _step(length: timedelta) -> timedelta:
    return next((step for step in STEPS if length / step <= MOST_BUCKETS), STEPS[-1])
