"""When the demo's requests come, and what goes wrong when. Pure.

Three things are there to be found, all on working days: a Wednesday afternoon about two weeks ago when OpenAI answered
slowly and refused much; a Monday morning about three weeks ago when Anthropic was overloaded; and, for three days
from a Tuesday last week or the week before, a release of the catalogue tagger that called gpt-5 where gpt-4o-mini
would do.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import accumulate
from random import Random

BURST_DAYS = (12, 3)
"""Days before today on which a script runs into the rate limit."""
COSTLY_FOR_DAYS = 3

_WEEKDAYS = (1.12, 1.15, 1.13, 1.1, 0.98, 0.55, 0.5)
_HOURS = tuple(1.2 + math.sin((hour - 8) / 24 * 2 * math.pi) + (0.8 if 8 <= hour <= 17 else 0) for hour in range(24))
_CUM_HOURS = tuple(accumulate(_HOURS))

FAULTS = {"429": 0.006, "500": 0.004, "400": 0.003, "timeout": 0.0015, "cancelled": 0.006}
"""How often each kind of failure happens on an ordinary day."""


@dataclass(frozen=True)
class Weather:
    """The calendar up to `now` (aware UTC)."""

    now: datetime
    days: int

    @cached_property
    def slow_day(self) -> date:
        return self._latest(weekday=2, days_ago=12)

    @cached_property
    def overloaded_day(self) -> date:
        return self._latest(weekday=0, days_ago=17)

    @cached_property
    def costly_from(self) -> date:
        """The day on which the catalogue tagger's costly release went out."""
        return self._latest(weekday=1, days_ago=5)

    def is_costly(self, day: date) -> bool:
        return timedelta(0) <= day - self.costly_from < timedelta(COSTLY_FOR_DAYS)

    def calendar(self) -> list[date]:
        return [self.now.date() - timedelta(days=ago) for ago in range(self.days - 1, -1, -1)]

    def requests_on(self, day: date, per_day: int) -> int:
        """How many on that day: a week has its rhythm, and the product grows by two thirds in the month."""
        growth = 0.8 + 0.5 * (1 - self.days_ago(day) / max(self.days, 1))
        return round(per_day * growth * _WEEKDAYS[day.weekday()])

    def moment(self, day: date, random: Random) -> float:
        """A moment of that day in seconds since the epoch, more likely in working hours."""
        hour = random.choices(range(24), cum_weights=_CUM_HOURS)[0]
        midnight = datetime.combine(day, time(), UTC).timestamp()
        return midnight + 3600 * (hour + random.random())

    def days_ago(self, day: date) -> int:
        return (self.now.date() - day).days

    def slowness(self, at: float, provider: str) -> float:
        """By how much everything of a provider takes longer at that moment; 1 is ordinary."""
        if self._is_slow(at) and provider == "openai":
            return 3.6
        return 1.4 if self._is_overloaded(at) and provider == "anthropic" else 1.0

    def fault(self, at: float, provider: str, random: Random) -> str:
        """The failure that a request meets, or nothing."""
        draw = random.random()
        factor = {"429": 1.0, "500": 1.0, "timeout": 1.0}
        if self._is_slow(at) and provider == "openai":
            factor = {"429": 9.0, "500": 14.0, "timeout": 25.0}
        elif self._is_overloaded(at) and provider == "anthropic":
            factor = {"429": 4.0, "500": 80.0, "timeout": 4.0}
        for kind, share in FAULTS.items():
            draw -= share * factor.get(kind, 1.0)
            if draw < 0:
                return kind
        return ""

    def _is_slow(self, at: float) -> bool:
        moment = datetime.fromtimestamp(at, UTC)
        return 12 <= moment.hour < 18 and moment.date() == self.slow_day

    def _is_overloaded(self, at: float) -> bool:
        moment = datetime.fromtimestamp(at, UTC)
        return moment.hour in (9, 10) and moment.date() == self.overloaded_day

    def _latest(self, *, weekday: int, days_ago: int) -> date:
        """The latest such day of the week that is at least so many days ago."""
        day = self.now.date() - timedelta(days=days_ago)
        return day - timedelta(days=(day.weekday() - weekday) % 7)
