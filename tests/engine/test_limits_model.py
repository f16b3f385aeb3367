"""The read model of rate limits on a real ClickHouse: ours told apart from the providers', on both paths."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from clickhouse_connect.driver.client import Client

from warehouse import limits
from warehouse.client import Reader, insert
from warehouse.filters import compile_filter
from warehouse.row import Row
from warehouse.timerange import TimeRange, custom

START = datetime(2026, 3, 2, tzinfo=UTC)
ALPHA, BETA = UUID(int=0xA9), UUID(int=0xB9)


def _stopped(at: float, user_id: str, model: str, app: str = "", **values: Any) -> dict[str, Any]:
    properties = {limits.MARK: limits.MARKED, **({"App": app} if app else {})}
    return {"at": at, "user_id": user_id, "model": model, "status": 429, "properties": properties, **values}


SPECIFIED: list[dict[str, Any]] = [
    _stopped(1.0, "ann", "m1", "chat", error_message="Slow down."),
    _stopped(1.1, "ann", "m1", "chat"),
    _stopped(2.0, "bob", "m2", response_headers={"helicone-ratelimit-policy": "60;w=600;s=user"}),
    _stopped(2.5, "", "m2"),
    {"at": 2.6, "user_id": "ann", "model": "m1", "status": 429, "error_type": "rate_limit_exceeded"},
    {
        "at": 2.7,
        "user_id": "ann",
        "model": "m1-2026-05-01",
        "request_model": "m1",
        "properties": {limits.MARK: "ok", "App": "chat"},
    },
    {"at": 3.0, "user_id": "cat", "model": "m3"},
]
"""Rows of `ALPHA`, `at` in hours after `START`."""

DAY = custom(START, START + timedelta(hours=24))
RAGGED = custom(START - timedelta(minutes=7), START + timedelta(hours=23, minutes=58))
BOTH_PATHS = pytest.mark.parametrize("within", [DAY, RAGGED], ids=["rollup", "facts"])


@pytest.fixture(scope="module")
def seeded(warehouse: Client) -> Client:
    rows = [_row(ALPHA, **values) for values in SPECIFIED] + [_row(BETA, **_stopped(1.0, "zoe", "m1", "chat"))]
    insert(warehouse, "request_response_rmt", Row._fields, rows, token=str(uuid4()))
    return warehouse


@pytest.fixture
def alpha(seeded: Client) -> Iterator[Reader]:
    yield Reader(seeded, ALPHA)


def _row(organization_id: UUID, *, at: float, **values: Any) -> Row:
    created = START + timedelta(hours=at)
    given = {"request_model": values["model"], "provider": "openai", **values}
    return Row(organization_id, uuid4(), created, created, ingested_at=created, **given)


@BOTH_PATHS
def test_our_limits_are_told_apart_from_the_providers(alpha: Reader, within: TimeRange) -> None:
    series = limits.series(alpha, within)
    assert [series[name].sum() for name in ("requests", "own", "provider")] == [7, 4, 1]
    assert len(series) == len(within.edges)
    assert limits.by_provider(alpha, within).rows() == [("openai", "m1", 4, 1)]
    assert limits.people(alpha, within) == 2


@BOTH_PATHS
@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("user_id", [("ann", 2, 3), ("bob", 1, 3)]),
        ("model", [("m1", 2, 4), ("m2", 2, 4)]),
        ("properties.App", [("chat", 2, 2)]),
        ("properties.Never", []),
    ],
)
def test_what_was_stopped_by_segment(alpha: Reader, within: TimeRange, by: str, expected: list[Any]) -> None:
    assert limits.by_segment(alpha, within, by=by).rows() == expected


def test_a_segment_that_there_is_not_is_refused(alpha: Reader) -> None:
    with pytest.raises(KeyError):
        limits.by_segment(alpha, DAY, by="request_body")


@pytest.mark.parametrize("leaf", [{"user_id": {"equals": "ann"}}, {"properties": {"App": {"equals": "chat"}}}])
def test_filters_are_answered_alike_by_rollup_and_facts(alpha: Reader, leaf: dict[str, Any]) -> None:
    condition = compile_filter({"request_response_rmt": leaf})
    assert limits.series(alpha, DAY, condition)["own"].sum() == 2
    assert limits.by_segment(alpha, DAY, condition).rows() == [("ann", 2, 2)]


def test_the_latest_come_with_their_policy_where_it_was_recorded(alpha: Reader) -> None:
    found = limits.latest(alpha, DAY)
    assert found["user_id"].to_list() == ["", "bob", "ann", "ann"]
    assert found["policy"].to_list() == ["", "60;w=600;s=user", "", ""]
    assert found["message"][3] == "Slow down."


def test_tenants_see_their_own_limits_alone(seeded: Client) -> None:
    beta = Reader(seeded, BETA)
    assert limits.series(beta, DAY)["own"].sum() == 1
    assert limits.latest(beta, RAGGED)["user_id"].to_list() == ["zoe"]
    assert limits.by_segment(beta, DAY).rows() == [("zoe", 1, 1)]
    assert limits.people(Reader(seeded, uuid4()), DAY) == 0
