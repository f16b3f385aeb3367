"""Prices of an organisation's own: for what comes, and for what has come, exact to the billionth of a dollar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from clickhouse_connect.driver.client import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hql.guard import guard
from hql.run import Runner
from ingest import pricing, repricing
from ingest.usage import Usage
from metadata import prices
from metadata.prices import Progress
from metadata.store import Store
from settings import Settings
from tests.conftest import Warehouse
from tests.engine.spooling import Running, exchange, rows, spool, until
from warehouse import repricing as past
from warehouse import rollups
from warehouse.client import insert
from warehouse.errors import WarehouseUnavailable
from warehouse.prices import BUCKETS, SPLIT, TOKENS, split
from warehouse.row import Row

MODEL = "northwind-triage-7b"
RATES = {"input": 3.3e-7, "cache_read": 1e-8, "output": 7.77e-6}
BODY = b'{"model": "northwind-triage-7b", "usage": {"prompt_tokens": 1001, "completion_tokens": 77}}'
COST = 928_620  # 1001 × 330 + 77 × 7770 nano-dollars
NOW = datetime.now(UTC).replace(hour=1)


@pytest.fixture
def config(config: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(repricing, "LOOK_EVERY_S", 0.05)
    monkeypatch.setattr(repricing, "READ_EVERY_S", -1.0)
    return config


def history(client: Client, org: UUID) -> list[Row]:
    """Two days of what a price may change, and of what it may not."""
    common = {"provider": "vllm", "model": MODEL, "latency": 5, "user_id": "ann", "session_id": "s", "status": 200}
    used = {"prompt_tokens": 1001, "completion_tokens": 77, "properties": {"App": "chat"}}
    rows = []
    for ago in range(2):
        at = NOW - timedelta(days=ago)

        def row(at: datetime = at, **values: Any) -> Row:
            return Row(org, uuid4(), at, at, ingested_at=at, **{**common, **values})

        cached = row(**used, prompt_cache_read_tokens=1000, cost_status="unpriced")
        rows += [
            row(**used, cost_status="unpriced"),
            cached,
            row(cost_status="cached", cache_reference_id=cached.request_id),
            row(cost_status="cached", cache_reference_id=uuid4()),
            row(**used, cost_status="priced", cost=5, price_id="another"),
            row(**used, cost_status="provider", cost=7),
            row(cost_status="none", status=500),
            row(**used, cost_status="unpriced", model="another"),
        ]
    insert(client, "request_response_rmt", Row._fields, rows, token=str(uuid4()))
    return rows


HIT = 330 + 10_000 + 77 * 7770
"""What the cached row's tokens cost: 1 × 330 + 1000 × 10 + 77 × 7770."""


def done(store: Store, org: UUID) -> Progress:
    return until(lambda: next((one for one in prices.repricings(store, org) if not one.is_open), None))


def views(client: Client, org: UUID) -> None:
    """Every rollup says what the facts say."""
    for rollup in rollups.rollups(client):
        days = rollups.Days.of(org, NOW.date() - timedelta(days=5), NOW.date())
        assert not rollups.rebuild_if_wrong(client, rollup, days), rollup.table


def test_an_organisations_price_is_applied_to_what_comes(
    config: Settings, warehouse: Client, org: UUID, store: Store
) -> None:
    other = store.create_organisation("Two").id
    prices.set_price(store, org, "vllm", MODEL, RATES)
    prices.set_price(store, org, "openai", "gpt-4o", {"input": 0.0, "output": 1e-6})
    mine = [exchange(org, provider="vllm", response_body=BODY), exchange(org)]
    spool(config, *mine, exchange(other, provider="vllm", response_body=BODY))
    running = Running(config, store)
    until(lambda: running.worker.status.written == 3)
    running.stop()
    found = sorted(rows(warehouse, org, "model, cost, cost_status, startsWith(price_id, 'own ')"))
    assert found == [("gpt-4o", 500_000, "priced", True), (MODEL, COST, "priced", True)]
    assert rows(warehouse, other, "cost, cost_status, price_id") == [(0, "unpriced", "")]
    (price_id,) = rows(warehouse, org, "anyIf(price_id, provider = 'vllm')")[0]
    price = warehouse.query("SELECT source, rates FROM prices WHERE price_id = %(id)s", {"id": price_id}).result_rows
    assert price == [("the organisation", dict(pricing.own(org, "vllm", MODEL, RATES).rates))]


def test_history_gets_the_price_and_everything_agrees(
    config: Settings, warehouse: Client, embedded_warehouse: Warehouse, org: UUID, store: Store
) -> None:
    history(warehouse, org)
    other = store.create_organisation("Two").id
    history(warehouse, other)
    prices.set_price(store, org, "vllm", MODEL, RATES)
    prices.begin_repricing(store, org, "vllm", MODEL)
    running = Running(config, store)
    told = done(store, org)
    running.stop()
    assert (told.days_done, told.days_total, told.rows, told.error) == (2, 2, 6, "")
    sums = "sum(cost), sum(saved_cost), countIf(cost_status = 'unpriced'), countIf(cost_status = 'priced')"
    total = 2 * (COST + HIT + 5 + 7)
    assert rows(warehouse, org, sums) == [(total, 2 * HIT, 2, 6)]
    assert rows(warehouse, other, sums) == [(24, 0, 6, 2)]
    views(warehouse, org)
    by_price = "price_id = 'another' AS a, cost_status AS s, sum(cost) AS c, sum(requests) FROM costs_hourly WHERE "
    sql = f"SELECT {by_price} organization_id = %(org)s AND model = '{MODEL}' GROUP BY a, s ORDER BY a, s"
    assert warehouse.query(sql, {"org": org}).result_rows == [
        (0, "cached", 0, 4), (0, "none", 0, 2), (0, "priced", 2 * (COST + HIT), 4), (0, "provider", 14, 2),
        (1, "priced", 10, 2),
    ]  # fmt: skip
    runner = Runner(embedded_warehouse.settings)
    for table in ("request_response_rmt", "users", "sessions", "daily_usage"):
        found = runner.execute(guard(f"SELECT sum(cost) FROM {table}", org, {}))
        assert list(found) == [[total]], table
    runner.close()


def test_a_killed_repricing_is_begun_again_and_a_cancelled_one_is_not(
    config: Settings, warehouse: Client, org: UUID, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    history(warehouse, org)
    prices.set_price(store, org, "vllm", MODEL, RATES)
    begun = prices.begin_repricing(store, org, "vllm", MODEL, everything=True)
    rebuild = past.rebuild

    def dies(*_: object) -> None:
        raise WarehouseUnavailable("gone")

    with monkeypatch.context() as dying:
        dying.setattr(past, "rebuild", dies)
        running = Running(config, store)
        until(lambda: rows(warehouse, org, f"countIf(cost = {COST})")[0][0])
        running.stop()
    assert prices.repricings(store, org)[0].is_open
    # Nobody takes what another may still be at.
    assert prices.take_repricing(store, datetime.now(UTC)) is None
    monkeypatch.setattr(prices, "LEASE", timedelta(seconds=-1))
    prices.report_repricing(store, begun.id, days_done=0, days_total=2, rows=0)
    assert past.rebuild is rebuild
    running = Running(config, store)
    told = done(store, org)
    running.stop()
    assert told.finished_at
    assert rows(warehouse, org, "sum(cost), sum(saved_cost)") == [(2 * (2 * COST + HIT + 7), 2 * HIT)]
    views(warehouse, org)
    again = prices.begin_repricing(store, org, "vllm", MODEL)
    prices.cancel_repricing(store, org, again.id)
    assert prices.take_repricing(store, datetime.now(UTC)) is None
    # The day under way when it was cancelled is done, and counts.
    assert not prices.report_repricing(store, again.id, days_done=1, days_total=2, rows=3)
    assert [(one.days_done, one.rows) for one in prices.repricings(store, org) if one.id == again.id] == [(1, 3)]


def test_organisations_keep_their_prices_apart(store: Store, org: UUID) -> None:
    other = store.create_organisation("Two").id
    first = prices.set_price(store, org, "VLLM ", MODEL, RATES)
    second = prices.set_price(store, org, "vllm", MODEL, RATES | {"output": 1e-6})
    assert first.id == second.id and second.rates["output"] == 1e-6
    begun = prices.begin_repricing(store, org, "vllm", MODEL)
    prices.cancel_repricing(store, other, begun.id)
    prices.remove_price(store, other, first.id)
    assert [one.is_open for one in prices.repricings(store, org)] == [True]
    assert prices.prices(store, other) == [] and len(prices.prices(store, org)) == 1
    prices.remove_price(store, org, first.id)
    assert prices.prices_by_organisation(store) == {}
    with pytest.raises(ValueError, match="a provider and a model"):
        prices.set_price(store, org, "vllm", " ", RATES)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 400), min_size=8, max_size=8), st.lists(st.floats(0, 1e-4), min_size=8, max_size=8))
def test_sql_splits_and_prices_tokens_as_python_does(warehouse: Client, counts: list[int], rates: list[float]) -> None:
    facts = dict(zip(TOKENS, counts, strict=True))
    given_as = ", ".join(f"toUInt32({count}) AS {name}" for name, count in facts.items())
    found = warehouse.query(f"SELECT {', '.join(f'{SPLIT[name]}' for name in BUCKETS)} FROM (SELECT {given_as})")
    assert tuple(found.result_rows[0]) == split(*counts)
    price = pricing.own(UUID(int=1), "p", "m", dict(zip(BUCKETS, rates, strict=True)))
    names = ("prompt", "completion", "cache_read", "cache_write", "cache_write_1h", "reasoning", "prompt_audio")
    usage = Usage(**dict(zip((*names, "completion_audio"), counts, strict=True)))
    new = past.NewPrice(UUID(int=1), "p", "m", price.id, "s", {}, price.atto)
    sql = f"SELECT {past._COST} FROM (SELECT {given_as})"
    assert warehouse.query(sql, new.parameters).result_rows == [(pricing.cost(usage, price),)]
