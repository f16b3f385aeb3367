"""Whether a score shifted: published figures, read out of the warehouse; nothing of another tenant."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from clickhouse_connect.driver.client import Client

from warehouse import shift
from warehouse.client import Reader, insert
from warehouse.conditions import EVERYTHING
from warehouse.row import Row
from warehouse.scores import FEEDBACK
from warehouse.timerange import custom

START = datetime(2026, 4, 6, tzinfo=UTC)
BOTH, LATER = (custom(START + timedelta(hours=h), START + timedelta(hours=4), UTC) for h in (0, 2))

SLEEP = (
    (0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0),
    (1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4),
)
"""Extra sleep in hours under either of two drugs (Student, Biometrika 6 (1908), 1-25)."""

Tenant = Callable[..., Reader]


@pytest.fixture
def tenant(warehouse: Client) -> Tenant:
    """A new organisation with requests in the first two hours, others in the two after them, and in the hour after
    those."""

    def write(
        before: list[dict[str, Any]], after: list[dict[str, Any]], later: Sequence[dict[str, Any]] = ()
    ) -> Reader:
        owner = uuid4()
        rows = [
            *(row(owner, timedelta(minutes=n), **values) for n, values in enumerate(before)),
            *(row(owner, timedelta(hours=2, seconds=n), **values) for n, values in enumerate(after)),
            *(row(owner, timedelta(hours=4, seconds=n), **values) for n, values in enumerate(later)),
        ]
        insert(warehouse, "request_response_rmt", Row._fields, rows, token=str(uuid4()))
        return Reader(warehouse, owner)

    return write


def row(owner: UUID, after: timedelta, **values: Any) -> Row:
    at = START + after
    return Row(owner, uuid4(), at, at, ingested_at=at, status=200, **values)


def of(values: tuple[float, ...], **more: Any) -> list[dict[str, Any]]:
    return [{"scores": {"sleep": value}, **more} for value in values]


def test_means_are_compared_by_welch_over_periods_and_values_and_no_other_tenants_count(tenant: Tenant) -> None:
    """95 % interval -0.2054832 to 3.3654832: R's manual, `t.test(extra ~ group, data = sleep)`."""
    drugs = [{"prompt_id": "drug", "prompt_version": str(n), "properties": {"Drug": str(n)}} for n in (1, 2)]
    ours = tenant(of(SLEEP[0], **drugs[0]), [*of(SLEEP[1], **drugs[1]), {"scores": {"other": 9.0}}, {}])
    theirs = tenant(of((100.0,) * 30, **drugs[0]), of((200.0,) * 30, **drugs[1]))
    asked: list[shift.Shift] = [
        shift.periods(ours, LATER, score="sleep"),
        shift.periods(ours, BOTH, score="sleep", since=shift.HALVES),
        shift.periods(ours, LATER, score="sleep", since=START.isoformat(), until="2026-04-06T02:00:00"),
        shift.between(ours, BOTH, score="sleep", by="prompt_version"),
        shift.between(ours, BOTH, EVERYTHING, score="sleep", by="properties.Drug", first="1", second="2"),
    ]
    for found in asked:
        assert (found.first.count, found.second.count, found.too_few) == (10, 10, False)
        assert (found.first.mean, found.second.mean) == pytest.approx((0.75, 2.33))
        assert found.difference is not None and found.difference.low is not None
        assert (found.difference.value, found.difference.low, found.difference.high) == pytest.approx(
            (1.58, -0.2054832, 3.3654832), abs=1e-6
        )
        assert (found.ranges[0], found.ranges[1]) == ((-1.6, 3.7), (-0.1, 5.5))
        assert (found.distance, found.apart) == pytest.approx((distance(*SLEEP), apart(*SLEEP)))
        assert (found.bars["first"].sum(), found.bars["second"].sum()) == (10, 10)
        assert pickle.loads(pickle.dumps(found)).difference == found.difference
    assert asked[3].names == ("drug 1", "drug 2")
    assert shift.periods(theirs, LATER, score="sleep").second.mean == 200


def test_rates_are_compared_by_newcombe(tenant: Tenant) -> None:
    """56 of 70 to 48 of 80: 0.0524 to 0.3339 (Statistics in Medicine 17 (1998), 873-890, table II, method 10)."""
    sides = (("a", 48, 80), ("b", 56, 70))
    before, after = ([{"feedback": n < yes, "model": model} for n in range(of)] for model, yes, of in sides)
    reader = tenant(before, after)
    for found in (
        shift.periods(reader, LATER, score=FEEDBACK),
        shift.between(reader, BOTH, score=FEEDBACK, by="model", first="a", second="b"),
    ):
        assert (found.key.is_boolean, found.first.yes, found.second.yes) == (True, 48, 56)
        assert found.difference is not None
        assert (found.difference.low, found.difference.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)
        assert (found.distance, found.p, found.apart) == (None, None, None)
        assert found.bars.rows() == [(0, 0, 32, 14), (1, 1, 48, 56)]


def test_a_change_of_shape_is_seen_where_the_mean_stays(tenant: Tenant) -> None:
    tight, wide = tuple(50 + n / 10 for n in range(-20, 21)), tuple(50 + n * 2.0 for n in range(-20, 21))
    found = shift.periods(tenant(of(tight), of(wide)), LATER, score="sleep")
    assert found.difference is not None and found.difference.low is not None and found.difference.low < 0
    assert found.difference.value == pytest.approx(0)
    assert (found.distance, found.apart) == pytest.approx((distance(tight, wide), apart(tight, wide)))
    assert found.p is not None and found.p < 0.001


@pytest.mark.parametrize(
    ("since", "until", "stretches", "answers"),
    [
        (-1, 3, [(-1, 2)], 10),  # overlaps the range's first hour
        (-1, 5, [(-1, 2), (4, 5)], 12),  # the range lies inside it
        (3, 5, [(4, 5)], 2),
        (2, 4, [], 0),
        (5, 6, [(5, 6)], 0),  # does not overlap it
    ],
)
def test_another_period_is_cut_to_what_lies_outside_the_range(
    tenant: Tenant, since: int, until: int, stretches: list[tuple[int, int]], answers: int
) -> None:
    """Answers of both periods were left out of the other one, whose dates still had them."""
    reader = tenant(of(SLEEP[0]), of(SLEEP[1]), of((9.0, 9.0)))
    ends = [(START + timedelta(hours=h)).isoformat() for h in (since, until)]
    found = shift.periods(reader, LATER, score="sleep", since=ends[0], until=ends[1])
    assert found.periods[0] == tuple(tuple(START + timedelta(hours=h) for h in stretch) for stretch in stretches)
    assert found.periods[1] == ((LATER.start, LATER.end),)
    assert (found.first.count, found.second.count, found.cut) == (answers, 10, stretches != [(since, until)])


def test_the_halves_stand_in_for_a_period_before_without_answers(tenant: Tenant) -> None:
    reader = tenant(of(SLEEP[0]), of(SLEEP[1]))
    found, asked = shift.periods(reader, BOTH), shift.periods(reader, BOTH, since=shift.HALVES)
    assert (found.halved, found.first.count, found.second.count) == (True, 10, 10)
    assert found.periods == asked.periods == (((BOTH.start, LATER.start),), ((LATER.start, BOTH.end),))
    assert found.difference == asked.difference
    assert not shift.periods(reader, LATER).halved


def test_few_answers_and_empty_sides_tell_nothing(tenant: Tenant) -> None:
    reader = tenant(of(SLEEP[0][:9]), of(SLEEP[1]))
    assert shift.periods(reader, LATER, score="sleep").too_few
    empty = shift.between(reader, BOTH, score="sleep", by="session_name")
    assert (empty.first.count, empty.second.count, empty.difference, empty.names) == (0, 0, None, ("", ""))
    with pytest.raises(ValueError, match="no property"):
        shift.between(reader, BOTH, score="sleep", by="status")
    for since in ("yesterday", "0001-01-01T00:00:00Z"):
        with pytest.raises(ValueError, match=r"isoformat|no period"):
            shift.periods(reader, BOTH, score="sleep", since=since, until="2026-04-06")


def distance(first: tuple[float, ...], second: tuple[float, ...]) -> float:
    """Kolmogorov and Smirnov's, by its definition."""
    return max(abs(share(first, at) - share(second, at)) for at in (*first, *second))


def apart(first: tuple[float, ...], second: tuple[float, ...]) -> float:
    """Wasserstein's: of samples of one size, how far the ordered values lie from each other."""
    return sum(abs(a - b) for a, b in zip(sorted(first), sorted(second), strict=True)) / len(first)


def share(of: tuple[float, ...], most: float) -> float:
    return sum(value <= most for value in of) / len(of)
