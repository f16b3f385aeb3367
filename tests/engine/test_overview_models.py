"""What the overview adds to the figures: averages, rates, countries, threats, ratings; exact, of one tenant, and on
both paths where there are two."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from clickhouse_connect.driver.client import Client

from warehouse import latency, metrics, ratings, tokens
from warehouse.client import Reader, insert
from warehouse.row import Row
from warehouse.timerange import DAY, TimeRange, custom, floor

BEGIN = floor(datetime.now(UTC), DAY, UTC) - 9 * DAY
WHOLE = custom(BEGIN, BEGIN + 2 * DAY)
RAGGED = custom(BEGIN - timedelta(minutes=7), BEGIN + 2 * DAY - timedelta(minutes=2))
BOTH_PATHS = pytest.mark.parametrize("within", [WHOLE, RAGGED], ids=["rollup", "facts"])
ALPHA, BETA = uuid4(), uuid4()

SPECIFIED: list[dict[str, Any]] = [
    {"cost": 300, "cost_status": "priced", "prompt_tokens": 100, "completion_tokens": 20, "reasoning_tokens": 5,
     "prompt_cache_read_tokens": 60, "country_code": "DE", "scores": {"helpful": 0.5}, "feedback": True},
    {"cost": 100, "cost_status": "provider", "prompt_tokens": 20, "country_code": "DE", "threat": False,
     "scores": {"helpful": 1.0, "polite-hcone-bool": 1.0}, "feedback": False},
    {"cost_status": "unpriced", "prompt_tokens": 60, "completion_tokens": 40, "country_code": "FR", "threat": True,
     "scores": {"polite-hcone-bool": 0.0}},
    {"cost_status": "cached", "cache_reference_id": UUID(int=9), "country_code": ""},
    {"cost_status": "none", "status": 500},
]  # fmt: skip
"""Rows of `ALPHA`, an hour apart."""


@pytest.fixture(scope="module")
def alpha(warehouse: Client) -> Iterator[Reader]:
    rows = [_row(ALPHA, hour, **values) for hour, values in enumerate(SPECIFIED)]
    rows += [_row(BETA, 1, country_code="US", cost=9, cost_status="priced", threat=True, scores={"theirs": 1.0})]
    insert(warehouse, "request_response_rmt", Row._fields, rows, token=str(uuid4()))
    yield Reader(warehouse, ALPHA)


def _row(owner: UUID, hour: int, **values: Any) -> Row:
    at = BEGIN + timedelta(hours=hour, minutes=30)
    return Row(owner, uuid4(), at, at, ingested_at=at, model="m", provider="p", latency=100, **values)


@BOTH_PATHS
def test_averages_count_what_was_priced_and_what_used_tokens(alpha: Reader, within: TimeRange) -> None:
    found = metrics.averages(alpha, within).drop("at").sum().row(0, named=True)
    assert found == {"priced": 2, "cost": 400, "used": 3, "prompt_tokens": 180, "completion_tokens": 60}


def test_tokens_per_minute_are_of_the_part_of_a_bucket_that_has_passed(alpha: Reader) -> None:
    hours = custom(BEGIN, BEGIN + timedelta(hours=50))
    rates = metrics.per_minute(alpha, hours, now=BEGIN + timedelta(hours=2, minutes=40))
    assert rates["total"].to_list()[:4] == pytest.approx([2, 20 / 60, 100 / 40, 0])
    assert rates["prompt"].to_list()[0] == pytest.approx(100 / 60)


@BOTH_PATHS
def test_countries_are_those_that_are_known(alpha: Reader, within: TimeRange) -> None:
    assert metrics.countries(alpha, within).rows() == [("DE", 2, 400, 0), ("FR", 1, 0, 1)]


@BOTH_PATHS
def test_threats_are_of_those_that_were_checked(alpha: Reader, within: TimeRange) -> None:
    found = metrics.threats(alpha, within)
    assert (found["checked"].sum(), found["threats"].sum()) == (2, 1)


def test_quantiles_of_tokens_leave_out_requests_without_any(alpha: Reader) -> None:
    found = latency.overall(tokens.histogram(alpha, WHOLE, measure="total_tokens"))
    assert found is not None
    assert (found["p50"], found["p99"]) == pytest.approx((100, 120), rel=0.03)
    assert tokens.histogram(alpha, WHOLE, measure="completion_tokens")["requests"].sum() == 3
    with pytest.raises(KeyError):
        tokens.histogram(alpha, WHOLE, measure="1); DROP")  # type: ignore[arg-type]


def test_ratings_are_means_of_scores_and_shares_of_yes(alpha: Reader) -> None:
    found = ratings.over_time(alpha, custom(BEGIN, BEGIN + 30 * DAY))
    assert found.drop("at").rows() == [
        ("helicone-score-feedback", True, 2, 0.5), ("helpful", False, 2, 0.75), ("polite-hcone-bool", True, 2, 0.5),
    ]  # fmt: skip
    assert found["at"].unique().to_list() == [BEGIN]
