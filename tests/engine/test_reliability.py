"""Latency and failures on a real ClickHouse: exact figures of seeded rows, from rollups and from facts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from clickhouse_connect.driver.client import Client

from warehouse import latency, reliability
from warehouse.client import Reader, insert
from warehouse.filters import compile_filter
from warehouse.row import Row
from warehouse.timerange import TimeRange, custom, floor

DAY = floor(datetime.now(UTC), timedelta(days=1), UTC) - timedelta(days=14)
ALPHA, BETA = UUID(int=0xA5), UUID(int=0xB6)
M1, M2 = {"request_model": "m1"}, {"request_model": "m2", "model": "m2"}
STREAM = {"is_stream": True, "time_to_first_token": 200, "latency": 1_200}

SPECIFIED: list[dict[str, Any]] = [
    {"at": 1.0, **STREAM, "completion_tokens": 50, "gateway_overhead_us": 400, "model": "m1-2026-05-01", **M1},
    {"at": 1.1, **STREAM, "completion_tokens": 9, "gateway_overhead_us": 400, "model": "m1-2026-05-01", **M1},
    {"at": 1.2, **STREAM, "completion_tokens": 50, "status": 500, "error_type": "server_error", "model": "m1", **M1},
    {"at": 1.3, "completion_tokens": 50, "latency": 100, "gateway_overhead_us": 1_600, **M2},
    {"at": 1.4, **STREAM, "time_to_first_token": 1_200, "completion_tokens": 50, **M2},
    {"at": 2.0, "status": 200, "error_type": "overloaded_error", "error_message": "half-way"},
    {"at": 2.1, "status": 429, "error_type": "bucket_rate_limited", "error_message": "ours"},
    {"at": 2.2, "status": 429, "error_type": "rate_limit", "error_message": "slow down"},
    {"at": 26.0, "status": 429, "error_type": "rate_limit", "error_message": "slow down again"},
    {"at": 2.3, "status": -1, "error_type": "timeout", "provider": "vllm"},
    {"at": 2.4, "status": -3, "error_type": "cancelled", "provider": "vllm"},
    {"at": 2.5, "status": -4, "provider": "vllm"},
    {"at": 2.6, "status": 400, "error_type": "invalid", "provider": "vllm"},
    {"at": 2.7, "status": 200, "cache_reference_id": UUID(int=9), "cost_status": "cached", "provider": "vllm"},
]  # fmt: skip
"""Rows of `ALPHA`, `at` in hours after `DAY`."""

WHOLE = custom(DAY, DAY + timedelta(hours=72))
RAGGED = custom(DAY - timedelta(minutes=7), DAY + timedelta(hours=71, minutes=58))
BOTH_PATHS = pytest.mark.parametrize("within", [WHOLE, RAGGED], ids=["rollup", "facts"])


@pytest.fixture(scope="module")
def seeded(warehouse: Client) -> Client:
    rows = [_row(ALPHA, **values) for values in SPECIFIED]
    rows += [_row(BETA, at=3, status=503, error_type="theirs", gateway_overhead_us=9, latency=5)]
    insert(warehouse, "request_response_rmt", Row._fields, rows, token=str(uuid4()))
    return warehouse


@pytest.fixture
def alpha(seeded: Client) -> Iterator[Reader]:
    yield Reader(seeded, ALPHA)


def _row(organization_id: UUID, *, at: float, **values: Any) -> Row:
    created = DAY + timedelta(hours=at)
    given = {"status": 200, "provider": "openai", **values}
    return Row(organization_id, uuid4(), created, created, ingested_at=created, **given)


@BOTH_PATHS
def test_the_speed_is_of_streams_that_succeeded_and_had_something_to_say(alpha: Reader, within: TimeRange) -> None:
    found = latency.histogram(alpha, within, measure="speed")
    assert found["requests"].sum() == 1
    assert latency.overall(found)["p50"] == pytest.approx(50, rel=0.03)  # type: ignore[index]


@BOTH_PATHS
def test_the_overhead_is_of_what_came_through_the_gateway(alpha: Reader, within: TimeRange) -> None:
    found = latency.histogram(alpha, within, measure="gateway_overhead_us")
    assert found["requests"].sum() == 3
    of = latency.overall(found)
    assert of is not None
    assert (of["p50"], of["p99"]) == (pytest.approx(400, rel=0.03), pytest.approx(1_600, rel=0.03))


@BOTH_PATHS
def test_models_are_compared_as_they_were_asked_for(alpha: Reader, within: TimeRange) -> None:
    only = compile_filter({"request_response_rmt": {"model": {"contains": "m"}}})
    table = {row["name"]: row for row in latency.comparison(latency.levels(alpha, within, only)).iter_rows(named=True)}
    assert list(table) == ["m1", "m2"]
    assert {name: (row["requests"], row["errors"]) for name, row in table.items()} == {"m1": (3, 1), "m2": (2, 0)}
    assert table["m1"]["latency_p50"] == pytest.approx(1_200, rel=0.03)
    assert table["m1"]["time_to_first_token_p95"] == pytest.approx(200, rel=0.03)
    assert table["m1"]["speed_p50"] == pytest.approx(50, rel=0.03)
    assert table["m2"]["latency_p50"] == pytest.approx(100, rel=0.03)
    assert table["m2"]["speed_p50"] is None
    by_provider = latency.comparison(latency.levels(alpha, within, by="provider"))
    assert by_provider.select("name", "requests").rows() == [("openai", 9), ("vllm", 5)]


@BOTH_PATHS
def test_a_provider_fails_what_it_was_asked(alpha: Reader, within: TimeRange) -> None:
    found = reliability.outcomes(alpha, within)
    columns = ("provider", "requests", "errors", "asked", "failed")
    # openai: 500, two 429 and a stream that broke off, not the gateway's own 429; vllm: the timeout alone, of what was
    # neither cancelled, blocked nor answered by the cache.
    assert reliability.availability(found).select(columns).rows() == [("openai", 9, 4, 8, 4), ("vllm", 5, 4, 2, 1)]
    assert reliability.availability(found)["available"].to_list() == [0.5, 0.5]
    assert set(found["at"]) <= set(within.edges)


@BOTH_PATHS
def test_every_way_to_fail_has_its_share_times_and_latest_message(alpha: Reader, within: TimeRange) -> None:
    found = reliability.failures(alpha, within)
    assert found["requests"].sum() == 9
    first = found.row(0, named=True)
    assert (first["provider"], first["status"], first["error_type"]) == ("openai", 429, "rate_limit")
    assert (first["requests"], first["share"], first["example"]) == (2, pytest.approx(2 / 14), "slow down again")
    assert (first["first_seen"], first["last_seen"]) == (DAY + timedelta(hours=2.2), DAY + timedelta(hours=26))
    broken = found.filter(found["status"] == 200)
    assert broken.select("error_type", "requests", "example").rows() == [("overloaded_error", 1, "half-way")]


@BOTH_PATHS
def test_where_nothing_failed_there_is_nothing(alpha: Reader, within: TimeRange) -> None:
    nothing = compile_filter({"request_response_rmt": {"model": {"equals": "m2"}}})
    assert reliability.failures(alpha, within, nothing).is_empty()
    assert "example" in reliability.failures(alpha, within, nothing).columns


def test_tenants_see_their_own_rows_alone(seeded: Client) -> None:
    beta = Reader(seeded, BETA)
    assert reliability.failures(beta, WHOLE)["error_type"].to_list() == ["theirs"]
    assert reliability.outcomes(beta, WHOLE)["requests"].to_list() == [1]
    assert latency.levels(beta, WHOLE, by="provider").select("measure", "requests").sort("measure").rows() == [
        ("errors", 1),
        ("latency", 1),
    ]
    assert reliability.outcomes(Reader(seeded, uuid4()), WHOLE).is_empty()
