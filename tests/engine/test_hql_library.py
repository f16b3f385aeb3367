"""The library's queries through the guard, on the real engine: each answers, with the right numbers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from clickhouse_connect.driver.client import Client

from hql.guard import guard
from hql.library import LIBRARY, Ready
from hql.run import Runner
from tests.conftest import Warehouse
from warehouse.client import insert
from warehouse.row import Row

ORGANIZATION, OTHER = uuid4(), uuid4()
MIDNIGHT = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
DAYS = (1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13)
"""How many days ago `ann` sent ten requests, at ten past ten; three in five of the latest day's failed."""

WIDE = {"days": 30, "rows": 1_000}

Rows = list[dict[str, Any]]


def sent(days_ago: int, **values: Any) -> Row:
    created = MIDNIGHT - timedelta(days=days_ago) + timedelta(hours=10, minutes=10)
    ended = created + timedelta(milliseconds=values.get("latency", 0))
    usual: dict[str, Any] = {"provider": "openai", "model": "m1", "ingested_at": ended}
    return Row(ORGANIZATION, uuid4(), created, ended, **usual | values)


def of_ann(day: int, number: int) -> Row:
    failed = {"status": 500, "error_type": "server_error", "error_message": "down"}
    scores = {"accuracy": (0.9 if day < 7 else 0.5) + number / 1000}
    worked = {"time_to_first_token": 100, "completion_tokens": 90, "scores": scores}
    outcome = failed if day == 1 and number < 6 else worked
    return sent(
        day, user_id="ann", session_id=f"day {day}", session_name="chat", prompt_id="greeting", latency=1_000,
        prompt_version="2" if day < 7 else "1", prompt_tokens=100, prompt_cache_read_tokens=40, reasoning_tokens=30,
        cost=1_000_000, cost_status="priced", is_stream=True, request_body=f"{{{day}, {number}}}",
        properties={"Environment": "production"}, feedback=number > 1, **outcome,
    )  # fmt: skip


SEEDED = [
    *(of_ann(day, number) for day in DAYS for number in range(10)),
    *(sent(20, user_id="bob", model="m2", provider="azure", cost=3_000_000, latency=50) for _ in range(12)),
    *(sent(12, user_id="cat", model="m2", cost_status="unpriced", prompt_tokens=7, latency=50) for _ in range(10)),
    *(sent(2, user_id="cat", model="m2", status=429, error_type="rate_limit", latency=5) for _ in range(2)),
    *(sent(3, user_id="dan", cost=2_000_000, latency=70, request_body="{again}") for _ in range(3)),
    *(sent(1, cache_reference_id=UUID(int=9), saved_cost=4_000_000, saved_latency=500, latency=2) for _ in range(2)),
    *(sent(1, model="tool:search", span_kind="tool", latency=9, status=status) for status in (200, 200, 500)),
]


@pytest.fixture(scope="module")
def runner(warehouse: Client, embedded_warehouse: Warehouse) -> Iterator[Runner]:
    stranger = sent(1, user_id="zoe", cost=9_000_000_000)._replace(organization_id=OTHER)
    insert(warehouse, "request_response_rmt", Row._fields, [*SEEDED, stranger], token=str(uuid4()))
    runner = Runner(embedded_warehouse.settings)
    yield runner
    runner.close()


def answer(runner: Runner, slug: str, **parameters: Any) -> Rows:
    (ready,) = (ready for ready in LIBRARY if ready.slug == slug)
    with closing(runner.rows(guard(ready.sql, ORGANIZATION, {**ready.parameters, **parameters}))) as rows:
        return [dict(zip((column.name for column in rows.columns), row, strict=True)) for row in rows]


@pytest.mark.parametrize("ready", LIBRARY, ids=lambda ready: ready.slug)
def test_it_answers_what_its_chart_draws(runner: Runner, ready: Ready) -> None:
    rows = answer(runner, ready.slug)
    assert rows and rows == answer(runner, ready.slug)
    if ready.chart:
        assert {ready.chart.x, *ready.chart.y, ready.chart.series} - {""} <= set(rows[0])


def test_costs_add_up_to_the_organisations_own(runner: Runner) -> None:
    total = sum(row.cost for row in SEEDED) / 1e9
    for slug, wide in {"cost-by-model-and-day": {}, "requests-by-outcome": {}, "costliest-requests": WIDE}.items():
        assert sum(row["cost_usd"] for row in answer(runner, slug, **wide)) == pytest.approx(total), slug


def test_the_forecast_goes_on_as_the_last_week_did(runner: Runner) -> None:
    openai = next(row for row in answer(runner, "cost-forecast") if row["provider"] == "openai")
    assert openai["cost_per_day_usd"] == pytest.approx((6 * 10 * 0.001 + 3 * 0.002) / 7)
    assert openai["forecast_usd"] >= openai["cost_so_far_usd"]


def test_the_costliest_quarter_of_users(runner: Runner) -> None:
    found = answer(runner, "cost-concentration")
    assert [(row["top_percent"], row["top_users"]) for row in found] == [(25, 1), (50, 2), (75, 3), (100, 4)]
    assert [round(row["cost_share"], 3) for row in found] == [0.741, 0.963, 1, 1]


def test_a_property_without_values_costs_nothing(runner: Runner) -> None:
    (production,) = answer(runner, "cost-by-property")
    assert (production["property_value"], production["requests"]) == ("production", 120)
    assert production["cost_usd"] == pytest.approx(0.12)
    assert answer(runner, "cost-by-property", property="Feature") == []


def test_percentiles_of_the_rollup_are_near_the_exact_ones(runner: Runner) -> None:
    found = answer(runner, "latency-by-model-and-day")
    medians = [row["p50_ms"] for row in found if row["model"] == "m1" and row["requests"] == 10]
    assert medians == [pytest.approx(1_000, rel=0.025)] * 10


def test_tokens_per_second_leave_out_the_wait_for_the_first(runner: Runner) -> None:
    assert [(row["model"], row["median_tokens_per_s"]) for row in answer(runner, "tokens-per-second")] == [("m1", 100)]


def test_hours_that_failed_more_than_on_the_days_before_are_spikes(runner: Runner) -> None:
    spikes = {row["hour"]: (row["requests"], row["errors"]) for row in answer(runner, "error-spikes")}
    yesterday, before = (f"{MIDNIGHT - timedelta(days=days):%Y-%m-%d} 10:00:00" for days in (1, 2))
    assert spikes == {yesterday: (15, 7), before: (12, 2)}


def test_kinds_of_tokens_add_up_to_all_tokens(runner: Runner) -> None:
    found = answer(runner, "tokens-by-day")
    kinds = ("new_input", "cache_read", "cache_write", "answers", "reasoning")
    assert sum(row[kind] for row in found for kind in kinds) == sum(
        row.prompt_tokens + row.completion_tokens for row in SEEDED
    )


def test_repeated_requests_cost_all_but_the_first(runner: Runner) -> None:
    (again,) = answer(runner, "repeated-requests")
    assert (again["requests"], again["request_begins"]) == (3, "{again}")
    assert again["avoidable_cost_usd"] == pytest.approx(0.004)


def test_the_silent_and_the_failing_are_at_risk(runner: Runner) -> None:
    assert [(row["user_id"], row["risk"]) for row in answer(runner, "users-at-risk")] == [
        ("bob", "silent"),
        ("cat", "failing"),
    ]


def test_retention_is_the_share_of_each_weeks_newcomers(runner: Runner) -> None:
    seen: dict[str, set[datetime]] = {}
    for row in SEEDED:
        monday = row.request_created_at - timedelta(days=row.request_created_at.weekday())
        seen.setdefault(row.user_id, set()).add(monday)
    seen.pop("")
    expected: dict[tuple[str, int], int] = {}
    for weeks in seen.values():
        first = min(weeks)
        cohort = f"{first:%Y-%m-%d}"
        for later in {(week - first).days // 7 for week in weeks}:
            expected[cohort, later] = expected.get((cohort, later), 0) + 1
    found = answer(runner, "user-retention")
    assert {(row["cohort"], row["weeks_later"]): row["active_users"] for row in found} == expected
    assert {row["retention"] for row in found if row["weeks_later"] == 0} == {1}


def test_scores_of_the_second_version_shifted_up(runner: Runner) -> None:
    (accuracy,) = answer(runner, "score-shift")
    assert (accuracy["requests_before"], accuracy["requests_after"]) == (60, 54)
    assert accuracy["shift"] == pytest.approx(0.4, abs=0.01)
    assert accuracy["p_value"] == 0
    assert [row["prompt_version"] for row in answer(runner, "scores-by-prompt-version")] == ["1", "2"]


def test_feedback_counts_what_was_rated(runner: Runner) -> None:
    (m1,) = answer(runner, "feedback-by-model")
    assert (m1["positive"], m1["negative"], m1["positive_share"]) == (96, 24, 0.8)


def test_the_cache_saved_money_and_waiting(runner: Runner) -> None:
    (saved,) = answer(runner, "cache-savings")
    assert (saved["hits"], saved["saved_waiting_s"]) == (2, 1)
    assert saved["saved_cost_usd"] == pytest.approx(0.008)


def test_long_sessions_share_the_last_row(runner: Runner) -> None:
    assert [(row["steps"], row["session_count"]) for row in answer(runner, "session-steps", longest=5)] == [(5, 12)]


def test_tools_that_fail(runner: Runner) -> None:
    (tool,) = answer(runner, "failing-tools")
    assert (tool["tool"], tool["calls"], tool["errors"]) == ("tool:search", 3, 1)
