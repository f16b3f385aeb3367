"""The read models of users on a real ClickHouse: exact figures of two tenants, from the rollup and from the facts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from clickhouse_connect.driver.client import Client

from warehouse import cohorts, users
from warehouse.client import Reader, insert
from warehouse.filters import compile_filter
from warehouse.row import Row
from warehouse.timerange import TimeRange, custom

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
ALPHA, BETA = UUID(int=0xA7), UUID(int=0xB7)
TOKYO = ZoneInfo("Asia/Tokyo")
HOUR = timedelta(hours=1)

SPECIFIED: list[dict[str, Any]] = [
    {"at": -30.0, "user_id": "ann", "cost": 9_000, "cost_status": "priced"},
    {"at": 1.0, "user_id": "ann", "cost": 600, "cost_status": "priced", "prompt_tokens": 10, "completion_tokens": 4,
     "latency": 100, "session_id": "s-1", "session_name": "chat", "properties": {"App": "chat"}, "model": "m1"},
    {"at": 14.0, "user_id": "ann", "cost": 200, "cost_status": "priced", "latency": 300, "session_id": "s-1",
     "model": "m1"},
    {"at": 16.0, "user_id": "ann", "status": 429, "model": "m2",
     "properties": {"Helicone-Rate-Limit-Status": "bucket_rate_limited"}},
    {"at": 20.0, "user_id": "Bob%", "cost": 100, "cost_status": "priced", "session_id": "s-2", "model": "m1"},
    {"at": 21.0, "user_id": "cat", "cost_status": "unpriced", "status": 500, "model": "m2"},
    {"at": 22.0, "user_id": "", "cost": 5_000, "cost_status": "priced", "model": "m1"},
    {"at": 24.0 * 8, "user_id": "ann", "cost": 50, "cost_status": "priced", "model": "m1"},
    {"at": 24.0 * 8 + 1, "user_id": "cat", "cost": 50, "cost_status": "priced", "model": "m1"},
]  # fmt: skip
"""Rows of `ALPHA`, `at` in hours after `MONDAY`."""

DAY = custom(MONDAY, MONDAY + timedelta(hours=24))
RAGGED = custom(MONDAY - timedelta(minutes=7), MONDAY + timedelta(hours=23, minutes=58))
"""The same rows, of a range that no rollup can answer."""
BOTH_PATHS = pytest.mark.parametrize("within", [DAY, RAGGED], ids=["rollup", "facts"])


@pytest.fixture(scope="module")
def seeded(warehouse: Client) -> Client:
    rows = [_row(ALPHA, **values) for values in SPECIFIED]
    rows += [_row(BETA, at=hour, user_id="zoe", cost=1, cost_status="priced") for hour in range(10)]
    insert(warehouse, "request_response_rmt", Row._fields, rows, token=str(uuid4()))
    return warehouse


@pytest.fixture
def alpha(seeded: Client) -> Iterator[Reader]:
    yield Reader(seeded, ALPHA)


def _row(organization_id: UUID, *, at: float, **values: Any) -> Row:
    created = MONDAY + timedelta(hours=at)
    return Row(organization_id, uuid4(), created, created, provider="openai", ingested_at=created, **values)


def only(user_id: str) -> Any:
    return compile_filter({"request_response_rmt": {"user_id": {"equals": user_id}}})


@BOTH_PATHS
def test_the_table_has_every_user_with_exact_figures(alpha: Reader, within: TimeRange) -> None:
    found = users.table(alpha, within)
    assert (found.total, found.rows["user_id"].to_list()) == (3, ["ann", "Bob%", "cat"])
    ann = found.rows.row(0, named=True)
    expected = {
        "requests": 3, "errors": 1, "unpriced": 0, "cost": 800, "prompt_tokens": 10, "completion_tokens": 4,
        "latency": 400, "active_days": 1, "limited": 1, "requests_per_day": 3.0, "first_seen": MONDAY - 30 * HOUR,
        "last_seen": MONDAY + 8 * 24 * HOUR,
    }  # fmt: skip
    assert {name: ann[name] for name in expected} == expected
    assert found.rows["unpriced"].to_list() == [0, 0, 1]


def test_active_days_are_those_of_the_ranges_zone(alpha: Reader) -> None:
    # 14:00 and 16:00 of UTC are two days in Tokyo.
    found = users.table(alpha, custom(MONDAY, MONDAY + 24 * HOUR, TOKYO), only("ann"))
    assert found.rows["active_days"].to_list() == [2]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"sort": "requests"}, ["ann", "Bob%", "cat"]),
        ({"sort": "limited", "descending": 0}, ["Bob%", "cat", "ann"]),
        ({"sort": "user_id", "descending": 0, "limit": 1, "offset": 1}, ["ann"]),
        ({"sort": "first_seen"}, ["cat", "Bob%", "ann"]),
        ({"search": "b%"}, ["Bob%"]),
        ({"search": "AN"}, ["ann"]),
        ({"search": "_"}, []),
    ],
)
def test_the_table_is_searched_sorted_and_turned(alpha: Reader, options: dict[str, Any], expected: list[str]) -> None:
    assert users.table(alpha, DAY, **options).rows["user_id"].to_list() == expected


def test_what_no_column_is_does_not_sort(alpha: Reader) -> None:
    with pytest.raises(KeyError):
        users.table(alpha, DAY, sort="cost; DROP TABLE scores")


@BOTH_PATHS
def test_new_users_are_those_never_seen_before(alpha: Reader, within: TimeRange) -> None:
    found = users.summary(alpha, within)
    assert (found.users, found.new, found.requests, found.cost, found.unpriced) == (3, 2, 5, 900, 1)
    assert (found.median_requests, found.median_cost, found.half_cost) == (1, 100, 1)
    returning = cohorts.returning(alpha, within)
    assert (returning["new"].sum(), returning["returning"].sum()) == (2, 3)


@BOTH_PATHS
def test_the_spread_counts_each_user_once(alpha: Reader, within: TimeRange) -> None:
    found = users.spread(alpha, within, measure="cost")
    assert found.bins.rows() == [(0, 1, 1), (100, 200, 1), (500, 1000, 1)]
    assert (found.users, found.percentiles["p50"], found.percentiles["p75"]) == (3, 100, 450)
    assert users.spread(alpha, within).bins.rows() == [(1, 2, 2), (2, 5, 1)]


@BOTH_PATHS
def test_concentration_adds_up_from_the_costliest_user_on(alpha: Reader, within: TimeRange) -> None:
    found = users.concentration(alpha, within)
    assert found.select("percent", "users").rows() == [(34, 1), (67, 2), (100, 3)]
    assert found["share"].to_list() == pytest.approx([8 / 9, 1, 1])


def test_retention_follows_the_week_of_the_first_request(alpha: Reader) -> None:
    found = cohorts.retention(alpha, custom(MONDAY, MONDAY + timedelta(days=9)), weeks=2)
    week = date(2026, 3, 2)
    # Ann was first seen the week before, and is in none of these.
    assert found.rows() == [(week, 0, 2), (week, 1, 1)]
    longer = cohorts.retention(alpha, custom(MONDAY, MONDAY + timedelta(days=9)), weeks=3)
    assert longer.rows() == [(date(2026, 2, 23), 0, 1), (date(2026, 2, 23), 1, 1), (date(2026, 2, 23), 2, 1),
                             (week, 0, 2), (week, 1, 1)]  # fmt: skip


def test_stickiness_sets_a_days_users_against_seven_days(alpha: Reader) -> None:
    found = cohorts.stickiness(alpha, custom(MONDAY, MONDAY + timedelta(days=9)), days=9).rows()
    assert found[0] == (date(2026, 3, 2), 3, 3)
    assert found[1] == (date(2026, 3, 3), 0, 3)
    assert found[-1] == (date(2026, 3, 10), 2, 2)


def test_one_users_course_sessions_requests_and_models(alpha: Reader) -> None:
    of = only("ann")
    trend = users.trend(alpha, DAY, of)
    assert (trend["requests"].sum(), trend["errors"].sum(), trend["cost"].sum()) == (3, 1, 800)
    assert trend.equals(users.trend(alpha, DAY, compile_filter({"request_response_rmt": {"user_id": {"like": "ann"}}})))
    [session] = users.sessions(alpha, DAY, of).rows(named=True)
    assert (session["session_id"], session["requests"], session["cost"]) == ("s-1", 2, 800)
    assert users.latest(alpha, DAY, of, most=2)["status"].to_list() == [429, 200]
    assert users.models(alpha, DAY, of).rows() == [("m1", 2, 800, 0), ("m2", 1, 0, 0)]
    assert ("App", "chat", 1) in users.properties(alpha, DAY, of).rows()
    assert set(users.properties(alpha, DAY)["name"]) == set(users.properties(alpha, RAGGED)["name"])


def test_tenants_see_their_own_users_alone(seeded: Client) -> None:
    beta = Reader(seeded, BETA)
    assert users.table(beta, DAY).rows["user_id"].to_list() == ["zoe"]
    assert users.summary(beta, DAY).users == 1
    assert users.table(beta, DAY, only("ann")).total == 0
    assert users.latest(beta, DAY, only("ann")).is_empty()
    nobody = Reader(seeded, uuid4())
    assert users.summary(nobody, DAY) == users.Summary()
    assert cohorts.retention(nobody, DAY).is_empty()
