"""The month's spend: to date, and on to its end with a range."""

from __future__ import annotations

import math
from datetime import date, timedelta

import pytest

from warehouse.forecast import DEVIATIONS, of_days

TODAY = date(2026, 11, 20)
DAY = timedelta(days=1)


def days(count: int, cost: int) -> dict[date, int]:
    return {TODAY - n * DAY: cost for n in range(1, count + 1)}


def test_a_steady_spend_goes_on_as_it_is() -> None:
    month = of_days({**days(60, 100), TODAY: 40}, TODAY, 0.5, started=TODAY - 90 * DAY)
    assert month.days.filter(day=TODAY)["spent"].item() == 19 * 100 + 40
    assert month.end is not None
    # Half of today and ten days to come, every one of them alike.
    assert month.end == pytest.approx((1940 + 50 + 1000,) * 3)


def test_the_day_of_the_week_is_minded() -> None:
    costs = {day: 100 if day.weekday() < 5 else 0 for day in (TODAY - n * DAY for n in range(1, 57))}
    month = of_days(costs, TODAY, 0.0, started=TODAY - 90 * DAY)
    weekdays = sum((TODAY + n * DAY).weekday() < 5 for n in range(11))
    spent = sum(cost for day, cost in costs.items() if day.month == 11)
    assert month.end is not None
    assert month.end[0] == pytest.approx(spent + 100 * weekdays)


def test_the_range_is_as_wide_as_the_days_differ() -> None:
    costs = {TODAY - n * DAY: 90 if n % 2 else 110 for n in range(1, 11)}
    month = of_days(costs, TODAY, 0.0, started=TODAY - 11 * DAY)
    assert month.end is not None
    expected, low, high = month.end
    variance = 10 * 100 / 9
    reach = DEVIATIONS * math.sqrt(variance * (11 + 11**2 / 10))
    assert (high - expected, expected - low) == pytest.approx((reach, reach))


def test_too_little_history_gives_no_forecast() -> None:
    month = of_days({TODAY: 5}, TODAY, 0.5, started=TODAY - DAY)
    assert month.end is None
    assert month.days["expected"].null_count() == month.days.height
    assert month.days.height == 30
