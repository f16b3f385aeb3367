"""When the demo's requests come, and what goes wrong when. Pure.

Three things are there to be found: an afternoon nine days ago when OpenAI answered slowly and refused much; an hour
sixteen days ago when Anthropic was overloaded; and, from five to three days ago, release 2.4.0 of the catalogue
tagger, which called gpt-5 where gpt-4o-mini would do.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from random import Random

SLOW_DAY, OVERLOADED_DAY, BURST_DAYS = 9, 16, (12, 3)
"""Days before today."""
COSTLY_DAYS = range(3, 6)

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
        return self.days_ago(moment.date()) == SLOW_DAY and 12 <= moment.hour < 18

    def _is_overloaded(self, at: float) -> bool:
        moment = datetime.fromtimestamp(at, UTC)
        return self.days_ago(moment.date()) == OVERLOADED_DAY and moment.hour in (9, 10)
