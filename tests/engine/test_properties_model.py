"""Properties on a real ClickHouse: exact figures of seeded rows, of two tenants, from rollups and from facts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from clickhouse_connect.driver.client import Client

from warehouse import properties
from warehouse.client import Reader, insert
from warehouse.filters import compile_filter
from warehouse.row import Row
from warehouse.timerange import TimeRange, custom, floor

DAY = floor(datetime.now(UTC), timedelta(days=1), UTC) - timedelta(days=12)
ALPHA, BETA = UUID(int=0xA3), UUID(int=0xB4)

SPECIFIED: list[dict[str, Any]] = [
    {"at": 1.0, "properties": {"App": "chat", "Plan": "pro"}, "user_id": "ann", "session_id": "s1", "cost": 600,
     "cost_status": "priced", "latency": 100, "prompt_tokens": 30, "completion_tokens": 10},
    {"at": 1.2, "properties": {"App": "chat", "Plan": "free"}, "user_id": "bob", "session_id": "s1", "cost": 200,
     "cost_status": "priced", "latency": 300, "prompt_tokens": 10},
    {"at": 30.0, "properties": {"App": "chat", "Plan": "pro"}, "user_id": "ann", "session_id": "s2", "cost": 400,
     "cost_status": "provider", "latency": 200},
    {"at": 31.0, "properties": {"App": "chat"}, "cost": 100, "cost_status": "priced", "latency": 200},
    {"at": 49.0, "properties": {"App": "", "Plan": "pro"}, "status": 500, "latency": 50, "user_id": "ann"},
    {"at": 50.0, "properties": {"App": "mail", "Plan": "pro", "Helicone-Session-Id": "s3"}, "session_id": "s3",
     "cost_status": "unpriced", "latency": 70, "prompt_tokens": 5, "completion_tokens": 5},
    {"at": 51.0, "properties": {}, "cost": 9_000, "cost_status": "priced", "latency": 1},
]  # fmt: skip
"""Rows of `ALPHA`, `at` in hours after `DAY`."""

WHOLE = custom(DAY + timedelta(hours=1), DAY + timedelta(hours=71))
RAGGED = custom(DAY + timedelta(minutes=7), DAY + timedelta(hours=71, minutes=58))
"""The same rows, of a range that no rollup can answer."""
BOTH_PATHS = pytest.mark.parametrize("within", [WHOLE, RAGGED], ids=["rollup", "facts"])


@pytest.fixture(scope="module")
def seeded(warehouse: Client) -> Client:
    rows = [_row(ALPHA, **values) for values in SPECIFIED]
    rows += [_row(BETA, at=at, properties={"App": "spam", "Zone": "x"}, cost=7, user_id="zoe") for at in range(1, 9)]
    insert(warehouse, "request_response_rmt", Row._fields, rows, token=str(uuid4()))
    return warehouse


@pytest.fixture
def alpha(seeded: Client) -> Iterator[Reader]:
    yield Reader(seeded, ALPHA)


def _row(organization_id: UUID, *, at: float, **values: Any) -> Row:
    created = DAY + timedelta(hours=at)
    return Row(organization_id, uuid4(), created, created, ingested_at=created, **{"status": 200, **values})


@BOTH_PATHS
def test_keys_have_values_requests_and_their_share_of_all(alpha: Reader, within: TimeRange) -> None:
    found = properties.keys(alpha, within)
    assert found.select("name", "values", "requests", "cost", "unpriced").rows() == [
        ("App", 3, 6, 1300, 1),
        ("Plan", 2, 5, 1200, 1),
    ]
    assert found["share"].to_list() == pytest.approx([6 / 7, 5 / 7])


@BOTH_PATHS
def test_a_row_without_the_property_is_no_value_but_an_empty_one_is(alpha: Reader, within: TimeRange) -> None:
    found = properties.values(alpha, within, key="App")
    columns = ("value", "requests", "errors", "priced", "unpriced", "cost", "prompt_tokens", "latency", "of")
    assert found.select(columns).rows() == [
        ("chat", 4, 0, 4, 0, 1300, 40, 800, 3),
        ("", 1, 1, 0, 0, 0, 0, 50, 3),
        ("mail", 1, 0, 0, 1, 0, 5, 70, 3),
    ]
    assert found["share"].sum() == pytest.approx(1)
    assert properties.values(alpha, within, key="Zone").is_empty()


@BOTH_PATHS
def test_values_are_searched_and_ordered(alpha: Reader, within: TimeRange) -> None:
    found = properties.values(alpha, within, key="App", containing="MA")
    assert found.select("value", "share", "of").rows() == [("mail", pytest.approx(1 / 6), 1)]
    slowest = properties.values(alpha, within, key="App", order="latency", most=2)
    assert slowest.select("value", "of").rows() == [("chat", 3), ("mail", 3)]
    assert properties.values(alpha, within, key="App", order="errors")["value"][0] == ""


@BOTH_PATHS
def test_the_values_beyond_the_largest_are_one_line(
    alpha: Reader, within: TimeRange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(properties, "MOST_LINES", 1)
    found = properties.over_time(alpha, within, key="App", measure="requests")
    sums = found.group_by("value", "other").sum().sort("other")
    assert sums.select("value", "other", "requests", "cost", "unpriced").rows() == [
        ("chat", False, 4, 1300, 0),
        ("", True, 2, 0, 1),
    ]
    assert set(found["at"]) <= set(within.edges)


@BOTH_PATHS
def test_a_users_cost_is_of_the_requests_that_name_one(alpha: Reader, within: TimeRange) -> None:
    found = properties.units(alpha, within, key="App")
    columns = ("value", "cost", "users", "user_cost", "sessions", "session_cost", "session_tokens")
    assert found.select(columns).rows() == [
        ("chat", 1300, 2, 1200, 2, 1200, 50),
        ("", 0, 1, 0, 0, 0, 0),
        ("mail", 0, 0, 0, 1, 0, 10),
    ]


@BOTH_PATHS
def test_users_and_sessions_are_counted_one_by_one(seeded: Client, within: TimeRange) -> None:
    """191 of 192 users were counted, and a hundred sessions too many of fifteen thousand."""
    plans, owner = ("free", "pro", "team"), uuid4()
    rows = [
        _row(owner, at=1 + n % 70, properties={"Plan": plans[n % 3]}, user_id=f"u-{n}", session_id=f"s-{n // 3}")
        for n in range(6_000)
    ]
    insert(seeded, "request_response_rmt", Row._fields, rows, token=str(uuid4()))
    found = properties.units(Reader(seeded, owner), within, key="Plan")
    assert found.sort("value").select("value", "users", "sessions").rows() == [(plan, 2000, 2000) for plan in plans]


@BOTH_PATHS
def test_two_properties_are_crossed_where_both_are_there(alpha: Reader, within: TimeRange) -> None:
    found = properties.cross(alpha, within, key="App", by="Plan")
    assert found.select("value", "by", "requests", "errors", "unpriced", "cost", "latency").rows() == [
        ("", "pro", 1, 1, 0, 0, 50),
        ("chat", "free", 1, 0, 0, 200, 300),
        ("chat", "pro", 2, 0, 0, 1000, 300),
        ("mail", "pro", 1, 0, 1, 0, 70),
    ]


@BOTH_PATHS
def test_others_of_a_crossing_are_null(alpha: Reader, within: TimeRange, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(properties, "MOST_CROSSED", 1)
    found = properties.cross(alpha, within, key="App", by="Plan")
    assert found.select("value", "by", "cost").rows() == [
        ("chat", "pro", 1000),
        ("chat", None, 200),
        (None, "pro", 0),
    ]


def test_a_crossing_under_a_filter_is_the_same_from_rollup_and_facts(alpha: Reader) -> None:
    chat = compile_filter({"request_response_rmt": {"properties": {"App": {"equals": "chat"}}}})
    of_session = compile_filter({"request_response_rmt": {"properties": {"Helicone-Session-Id": {"equals": "s3"}}}})
    for within in (WHOLE, RAGGED):
        assert properties.cross(alpha, within, chat, key="App", by="Plan")["cost"].to_list() == [200, 1000]
        found = properties.cross(alpha, within, of_session, key="App", by="Plan")
        assert found.select("value", "by", "requests").rows() == [("mail", "pro", 1)]


@BOTH_PATHS
def test_a_crossing_with_a_property_that_the_rollup_leaves_out(alpha: Reader, within: TimeRange) -> None:
    found = properties.cross(alpha, within, key="App", by="Helicone-Session-Id")
    assert found.select("value", "by", "requests").rows() == [("mail", "s3", 1)]


def test_tenants_see_their_own_rows_alone(seeded: Client) -> None:
    beta, nobody = Reader(seeded, BETA), Reader(seeded, uuid4())
    assert properties.keys(beta, WHOLE)["name"].to_list() == ["App", "Zone"]
    assert properties.values(beta, WHOLE, key="App").select("value", "cost").rows() == [("spam", 56)]
    assert properties.units(beta, WHOLE, key="App").select("users", "user_cost").rows() == [(1, 56)]
    assert properties.cross(beta, WHOLE, key="App", by="Zone")["requests"].to_list() == [8]
    assert properties.keys(nobody, WHOLE).is_empty()
    assert properties.cross(nobody, WHOLE, key="App", by="Plan").is_empty()
