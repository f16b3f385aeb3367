"""Rollups made anew: after properties said later, and where a warehouse that has facts gets a rollup it had not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from clickhouse_connect.driver.client import Client

from ingest import folding
from ingest.record import Property
from metadata.store import Store
from settings import Settings
from tests.database import database
from tests.engine.spooling import Running, about, exchange, rows, spool, until
from warehouse import migrate as migration
from warehouse import rollups
from warehouse.annotations import say
from warehouse.client import insert
from warehouse.migrate import migrate
from warehouse.rollups import Days
from warehouse.row import Row

DAY = datetime(2026, 3, 2, 12, tzinfo=UTC)


def facts(client: Client, organization_id: UUID, count: int, **values: Any) -> None:
    fact = {"provider": "openai", "model": "m", "cost": 10, "latency": 5, "user_id": "ann", "session_id": "s", **values}
    at = [DAY + timedelta(days=number) for number in range(count)]
    rows = [Row(organization_id, uuid4(), one, one, ingested_at=one, **fact) for one in at]
    insert(client, "request_response_rmt", Row._fields, rows, token=str(uuid4()))


def test_a_rollup_is_made_anew_as_often_as_it_is_asked_for(warehouse: Client) -> None:
    mine, other = uuid4(), uuid4()
    facts(warehouse, mine, 3)
    facts(warehouse, other, 3)
    found = rollups.rollups(warehouse)
    assert {one.table for one in found} > {"requests_hourly", "users_daily", "segments_hourly", "costs_hourly"}
    for _ in range(3):
        rollups.rebuild(warehouse, found, Days.of(mine, DAY.date(), DAY.date() + timedelta(days=1)))
    for table in ("requests_hourly", "users_daily", "sessions_daily", "costs_hourly"):
        assert rows(warehouse, mine, "sum(requests), sum(cost)", table) == [(3, 30)]
        assert rows(warehouse, other, "sum(requests), sum(cost)", table) == [(3, 30)]


def test_properties_said_later_reach_the_rollups(
    config: Settings, warehouse: Client, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folding, "MEND_EVERY_S", 0.2)
    monkeypatch.setattr(folding, "MEND_SHARE", 0)
    org = store.create_organisation("One").id
    first, second = (exchange(org, helicone={"helicone-session-id": "s-1"}) for _ in range(2))
    store.keep_property_names(org, ["Team", "Helicone-Session-Id"])
    spool(config, first, second, Property(**about(first, name="Team", value="red")))

    def teams() -> list[tuple[Any, ...]]:
        columns = "value, sum(requests), sum(cost) FROM segments_hourly WHERE segment = 'properties.Team' AND "
        sql = f"SELECT {columns} organization_id = %(org)s GROUP BY value ORDER BY value"
        return [tuple(row) for row in warehouse.query(sql, {"org": org}).result_rows]

    running = Running(config, store)
    until(lambda: teams() == [("red", 1, 7_500_000)])
    # The dashboard folds what is said there by itself; the latest word counts.
    say(warehouse, org, second.request_id, properties={"Team": "blue"})
    say(warehouse, org, first.request_id, properties={"Team": "blue", "Helicone-Session-Id": "s-2"})
    until(lambda: teams() == [("blue", 2, 15_000_000)])
    until(lambda: sorted(rows(warehouse, org, "session_id, requests", "sessions_daily")) == [("s-1", 1), ("s-2", 1)])
    running.stop()
    assert rows(warehouse, org, "sum(requests)", "requests_hourly") == [(2,)]


def test_a_worker_killed_before_the_rollups_were_made_anew_leaves_none_behind(
    config: Settings, warehouse: Client, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folding, "MEND_EVERY_S", 0.1)
    monkeypatch.setattr(folding, "MEND_SHARE", 0)
    org = store.create_organisation("One").id
    at = datetime.now(UTC)
    row = Row(org, id := uuid4(), at, at, latency=5, ingested_at=at)
    insert(warehouse, "request_response_rmt", Row._fields, [row], token=str(id))
    # Folded, and then nothing.
    say(warehouse, org, id, properties={"Team": "red"})
    monkeypatch.setattr(folding, "told_since", lambda client, seconds: [])
    running = Running(config, store)
    where = "sumIf(requests, segment = 'properties.Team')"
    until(lambda: rows(warehouse, org, where, "segments_hourly") == [(1,)])
    running.stop()


def test_a_rollup_that_is_new_to_a_warehouse_is_filled_once(
    warehouse_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = uuid4(), uuid4()
    with database(warehouse_server) as (url, client):
        settings = Settings(clickhouse_url=url)
        migrate(client, settings)
        for view in ("costs_hourly", "sessions_daily"):
            client.command(f"DROP TABLE {view}_mv")
            client.command(f"DROP TABLE {view}")
        facts(client, one, 40)
        facts(client, two, 1)
        monkeypatch.setattr(rollups, "MOST_FACTS", 15)
        # The first start dies before it has filled anything.
        with monkeypatch.context() as dying, pytest.raises(SystemExit):
            dying.setattr(migration, "_fill", lambda client, views: (_ for _ in ()).throw(SystemExit))
            migrate(client, settings)
        facts(client, two, 1)
        for _ in range(2):
            migrate(client, settings)
            for table in ("costs_hourly", "sessions_daily", "requests_hourly"):
                assert rows(client, one, "sum(requests), sum(cost)", table) == [(40, 400)]
                assert rows(client, two, "sum(requests), sum(cost)", table) == [(2, 20)]
