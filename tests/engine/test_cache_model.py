"""The cache's read model on a real ClickHouse: exact figures of two tenants, from the rollup and from the facts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from clickhouse_connect.driver.client import Client

from warehouse import cache
from warehouse.cache import Usage
from warehouse.client import Reader, insert
from warehouse.filters import compile_filter
from warehouse.row import Row
from warehouse.timerange import TimeRange, custom

START = datetime(2026, 3, 2, tzinfo=UTC)
ALPHA, BETA = UUID(int=0xA8), UUID(int=0xB8)
FIRST, SECOND, GONE = UUID(int=0xF1), UUID(int=0xF2), UUID(int=0xF3)
_ASKED = '{"messages": [{"role": "user", "content": "What is in this picture?"}]}'
_HIT = {"cache_enabled": True, "cost_status": "cached", "price_id": "p", "model": "m1", "request_body": _ASKED}

SPECIFIED: list[dict[str, Any]] = [
    {"at": -20.0, "request_id": FIRST, "cache_enabled": True, "model": "m1", "prompt_tokens": 30,
     "completion_tokens": 12},
    {"at": 1.0, "request_id": SECOND, "cache_enabled": True, "model": "m2", "prompt_tokens": 5},
    {"at": 1.2, **_HIT, "cache_reference_id": SECOND, "saved_cost": 40, "saved_latency": 900, "model": "m2"},
    {"at": 2.0, **_HIT, "cache_reference_id": FIRST, "saved_cost": 700, "saved_latency": 1_000},
    {"at": 3.0, **_HIT, "cache_reference_id": FIRST, "saved_cost": 700, "saved_latency": 1_000},
    {"at": 4.0, **_HIT, "cache_reference_id": GONE, "price_id": "", "saved_latency": 100},
    {"at": 5.0, "cache_enabled": False, "model": "m1"},
]  # fmt: skip
"""Rows of `ALPHA`, `at` in hours after `START`."""

DAY = custom(START, START + timedelta(hours=24))
RAGGED = custom(START - timedelta(minutes=7), START + timedelta(hours=23, minutes=58))
BOTH_PATHS = pytest.mark.parametrize("within", [DAY, RAGGED], ids=["rollup", "facts"])


@pytest.fixture(scope="module")
def seeded(warehouse: Client) -> Client:
    rows = [_row(ALPHA, **values) for values in SPECIFIED]
    # Another tenant's request of the same id must not lend its tokens.
    rows += [_row(BETA, at=-1, request_id=GONE, cache_enabled=True, prompt_tokens=9_999)]
    insert(warehouse, "request_response_rmt", Row._fields, rows, token=str(uuid4()))
    return warehouse


@pytest.fixture
def alpha(seeded: Client) -> Iterator[Reader]:
    yield Reader(seeded, ALPHA)


def _row(organization_id: UUID, *, at: float, **values: Any) -> Row:
    created = START + timedelta(hours=at)
    request_id = values.pop("request_id", None) or uuid4()
    given = {"provider": "openai", "request_model": values.get("model", ""), **values}
    return Row(organization_id, request_id, created, created, ingested_at=created, **given)


@BOTH_PATHS
def test_hits_are_counted_of_what_asked_for_caching(alpha: Reader, within: TimeRange) -> None:
    found = cache.usage(alpha, within)
    of = cache.totals(found)
    assert of == Usage(enabled=5, hits=4, unknown=1, saved_cost=1_440, saved_latency=3_000)
    assert of.rate == 0.8
    assert cache.by_model(found).select("request_model", "enabled", "hits").rows() == [("m1", 3, 3), ("m2", 2, 1)]
    series = cache.over_time(found, within)
    assert len(series) == len(within.edges)
    assert series["saved_cost"].sum() == 1_440


def test_a_filter_that_the_rollup_does_not_know_is_answered_by_the_facts(alpha: Reader) -> None:
    for leaf, hits in (({"model": {"equals": "m1"}}, 3), ({"request_body": {"contains": "picture"}}, 4)):
        condition = compile_filter({"request_response_rmt": leaf})
        assert cache.totals(cache.usage(alpha, DAY, condition)).hits == hits


@BOTH_PATHS
def test_the_most_served_answers_come_first(alpha: Reader, within: TimeRange) -> None:
    found = cache.top(alpha, within)
    assert found.select("reference", "hits", "saved_cost", "unknown").rows() == [
        (str(FIRST), 2, 1_400, 0), (str(SECOND), 1, 40, 0), (str(GONE), 1, 0, 1),
    ]  # fmt: skip
    assert found["request_created_at"][0] == START + timedelta(hours=3)
    assert set(found["request_preview"]) == {"What is in this picture?"}


def test_ages_and_tokens_come_of_the_stored_answer_however_long_ago(alpha: Reader) -> None:
    expected = [("under an hour", 1, 5), ("under a day", 2, 84), ("unknown", 1, 0)]
    assert cache.origins(alpha, DAY).rows() == expected


def test_a_tenant_without_hits_has_none(seeded: Client) -> None:
    beta = Reader(seeded, BETA)
    assert cache.totals(cache.usage(beta, DAY)) == Usage()
    assert cache.top(beta, DAY).is_empty()
    assert cache.origins(beta, DAY).is_empty()
    assert Usage().rate is None
