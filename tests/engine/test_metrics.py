"""The overview's read models on a real ClickHouse: exact figures of seeded rows, of two tenants, on both paths."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import polars as pl
import pytest
from clickhouse_connect.driver.client import Client

from warehouse import latency, metrics, suggestions
from warehouse.client import Reader, insert
from warehouse.filters import compile_filter
from warehouse.metrics import Totals
from warehouse.row import Row
from warehouse.timerange import TimeRange, custom, floor

DAY = floor(datetime.now(UTC), timedelta(days=1), UTC) - timedelta(days=20)
ALPHA, BETA = UUID(int=0xA1), UUID(int=0xB2)

SPECIFIED: list[dict[str, Any]] = [
    {"at": 0.5, "user_id": "ann", "model": "m1", "cost": 300, "cost_status": "priced", "latency": 100,
     "prompt_tokens": 10, "completion_tokens": 4, "reasoning_tokens": 1, "prompt_cache_read_tokens": 6,
     "is_stream": True, "time_to_first_token": 40},
    {"at": 0.9, "user_id": "ann", "model": "m1", "cost": 200, "cost_status": "priced", "latency": 300},
    {"at": 5.2, "user_id": "bob", "model": "m2", "status": 429, "error_type": "rate_limit", "latency": 20},
    {"at": 5.3, "user_id": "bob", "model": "m2", "status": 500, "error_type": "server_error", "latency": 900},
    {"at": 26.0, "user_id": "", "model": "m2", "status": -1, "latency": 60_000},
    {"at": 27.0, "user_id": "cat", "model": "m3", "cost_status": "unpriced", "latency": 50, "prompt_tokens": 7,
     "properties": {"App": "chat"}},
    {"at": 49.0, "user_id": "ann", "model": "m1", "cost": 0, "cost_status": "cached", "cache_reference_id": UUID(int=9),
     "saved_cost": 250, "latency": 5, "status": 304},
]  # fmt: skip
"""Rows of `ALPHA`, `at` in hours after `DAY`."""

WHOLE = custom(DAY, DAY + timedelta(hours=72))
RAGGED = custom(DAY - timedelta(minutes=7), DAY + timedelta(hours=71, minutes=58))
"""The same rows, of a range that no rollup can answer."""
BOTH_PATHS = pytest.mark.parametrize("within", [WHOLE, RAGGED], ids=["rollup", "facts"])


@pytest.fixture(scope="module")
def seeded(warehouse: Client) -> Client:
    rows = [_row(ALPHA, **values) for values in SPECIFIED]
    rows += [_row(BETA, at=hour, user_id="zoe", model="m1", cost=1, latency=1) for hour in range(10)]
    insert(warehouse, "request_response_rmt", Row._fields, rows, token=str(uuid4()))
    return warehouse


@pytest.fixture
def alpha(seeded: Client) -> Iterator[Reader]:
    yield Reader(seeded, ALPHA)


def _row(organization_id: UUID, *, at: float, **values: Any) -> Row:
    created = DAY + timedelta(hours=at)
    ended = created + timedelta(milliseconds=values.get("latency", 0))
    return Row(organization_id, uuid4(), created, ended, provider="openai", ingested_at=ended, **values)


def filtered(**leaf: dict[str, object]) -> Any:
    return compile_filter({"request_response_rmt": leaf})


@BOTH_PATHS
def test_totals_count_outcomes_tokens_and_cost(alpha: Reader, within: TimeRange) -> None:
    assert metrics.totals(metrics.series(alpha, within)) == Totals(
        requests=7, succeeded=4, client_errors=1, server_errors=1, not_answered=1, cached=1, unpriced=1, streamed=1,
        cost=500, saved_cost=250, prompt_tokens=17, completion_tokens=4, prompt_cache_read_tokens=6,
        reasoning_tokens=1, latency=61_375,
    )  # fmt: skip


def test_the_paths_are_the_ones_they_are_called(alpha: Reader) -> None:
    assert metrics.source(WHOLE, metrics.EVERYTHING).hourly
    assert not metrics.source(RAGGED, metrics.EVERYTHING).hourly
    assert metrics.source(WHOLE, filtered(model={"equals": "m1"})).hourly
    assert not metrics.source(WHOLE, filtered(user_id={"equals": "ann"})).hourly


def test_a_series_has_every_bucket(alpha: Reader) -> None:
    series = metrics.series(alpha, WHOLE)
    assert series["at"].to_list() == list(WHOLE.edges)
    counts = dict(zip(series["at"].to_list(), series["requests"].to_list(), strict=True))
    busy = {(at - DAY) / timedelta(hours=1): count for at, count in counts.items() if count}
    assert busy == {0: 2, 5: 2, 26: 1, 27: 1, 49: 1}


def test_tenants_see_their_own_rows_alone(seeded: Client) -> None:
    beta = metrics.totals(metrics.series(Reader(seeded, BETA), WHOLE))
    assert (beta.requests, beta.cost) == (10, 10)
    assert metrics.top_users(Reader(seeded, BETA), WHOLE)["user_id"].to_list() == ["zoe"]
    assert metrics.totals(metrics.series(Reader(seeded, uuid4()), WHOLE)) == Totals()


@BOTH_PATHS
def test_percentiles_are_within_a_histogram_step(alpha: Reader, within: TimeRange) -> None:
    found = latency.overall(latency.histogram(alpha, within))
    assert found is not None
    assert found["p50"] == pytest.approx(100, rel=0.03)
    assert found["p99"] == pytest.approx(60_000, rel=0.03)


@BOTH_PATHS
def test_only_streamed_requests_have_a_time_to_first_token(alpha: Reader, within: TimeRange) -> None:
    found = latency.histogram(alpha, within, measure="time_to_first_token")
    assert found["requests"].to_list() == [1]
    assert latency.overall(found)["p50"] == pytest.approx(40, rel=0.03)  # type: ignore[index]


def test_buckets_without_requests_have_no_percentile(alpha: Reader) -> None:
    frame = latency.percentiles(latency.histogram(alpha, WHOLE), WHOLE)
    assert len(frame) == len(WHOLE.edges)
    assert frame["p50"].null_count() == len(WHOLE.edges) - 5


def test_both_paths_give_the_same_histogram(alpha: Reader) -> None:
    levels = [
        latency.histogram(alpha, within).group_by("level").agg(pl.col("requests").sum()).sort("level").rows()
        for within in (WHOLE, RAGGED)
    ]
    assert levels[0] == levels[1]


@BOTH_PATHS
def test_active_users_are_distinct_and_named(alpha: Reader, within: TimeRange) -> None:
    total, series = metrics.active_users(alpha, within)
    assert total == 3
    assert sum(series["users"]) == 4


def test_active_users_of_a_filter(alpha: Reader) -> None:
    assert metrics.active_users(alpha, WHOLE, filtered(model={"equals": "m2"}))[0] == 1


@BOTH_PATHS
def test_top_users_carry_their_sums(alpha: Reader, within: TimeRange) -> None:
    found = metrics.top_users(alpha, within).select("user_id", "requests", "errors", "cost").rows()
    assert found == [("ann", 3, 0, 500), ("bob", 2, 2, 0), ("cat", 1, 0, 0)]


def test_days_cut_by_the_range_count_in_part(alpha: Reader) -> None:
    cut = custom(DAY + timedelta(minutes=45), DAY + timedelta(hours=49))
    found = metrics.top_users(alpha, cut).select("user_id", "requests").rows()
    assert dict(found) == {"ann": 1, "bob": 2, "cat": 1}


@BOTH_PATHS
def test_the_breakdown_has_a_row_for_each_way_to_fail(alpha: Reader, within: TimeRange) -> None:
    found = metrics.breakdown(alpha, within).filter(~pl.col("status").is_between(200, 399))
    assert set(found.select("status", "error_type", "requests").rows()) == {
        (429, "rate_limit", 1),
        (500, "server_error", 1),
        (-1, "", 1),
    }


@BOTH_PATHS
def test_a_period_is_compared_with_as_long_a_one_before(alpha: Reader, within: TimeRange) -> None:
    second_day = custom(DAY + timedelta(hours=24), DAY + timedelta(hours=48))
    if within is RAGGED:
        second_day = custom(DAY + timedelta(hours=24, seconds=1), DAY + timedelta(hours=48, seconds=1))
    now, before = metrics.compared(alpha, second_day)
    assert (now.requests, before.requests, before.cost) == (2, 4, 500)


def test_a_filter_on_facts_and_one_on_rollups_agree(alpha: Reader) -> None:
    by_model = metrics.series(alpha, WHOLE, filtered(model={"equals": "m3"}))
    by_property = metrics.series(alpha, WHOLE, filtered(properties={"App": {"equals": "chat"}}))
    assert by_model.rows() == by_property.rows()


def test_a_filter_on_a_summed_column_is_not_taken_for_the_sum(alpha: Reader) -> None:
    costly = metrics.totals(metrics.series(alpha, WHOLE, filtered(latency={"gt": 200})))
    assert (costly.requests, costly.latency) == (3, 61_200)


def test_the_first_request_is_found_to_the_hour(alpha: Reader, seeded: Client) -> None:
    assert metrics.first_request(alpha) == DAY
    assert metrics.first_request(Reader(seeded, uuid4())) is None


def test_suggestions_are_of_the_organisation(seeded: Client, alpha: Reader) -> None:
    recent = _row(ALPHA, at=0, model="fresh", properties={"App": "new"})
    recent = recent._replace(request_created_at=datetime.now(UTC), organization_id=(fresh := uuid4()))
    insert(seeded, "request_response_rmt", Row._fields, [recent], token=str(uuid4()))
    reader = Reader(seeded, fresh)
    assert suggestions.values(reader, "model") == ["fresh"]
    assert suggestions.values(reader, "properties", "App") == ["new"]
    assert suggestions.values(alpha, "properties", "App") == ["chat"]
    assert suggestions.values(reader, "request_body") == []
