"""The schema as it stands in ClickHouse, held against what the code says of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from clickhouse_connect.driver.client import Client

from ingest.batch import TABLES
from settings import Settings
from tests.database import database
from warehouse import rollups, scored
from warehouse.client import TENANT_TABLES, insert
from warehouse.migrate import migrate, migrations
from warehouse.rollups import Days
from warehouse.row import COLUMNS, Row


@pytest.fixture(scope="module")
def fresh(warehouse_server: str) -> Iterator[tuple[Client, Settings]]:
    """A database of its own, not migrated yet."""
    with database(warehouse_server) as (url, client):
        yield client, Settings(clickhouse_url=url)


def columns(client: Client, table: str) -> tuple[str, ...]:
    """The columns that an insert fills."""
    described = client.query(f"DESCRIBE TABLE {table}").named_results()
    return tuple(column["name"] for column in described if column["default_type"] != "ALIAS")


def test_the_declared_row_has_the_tables_columns_in_order(warehouse: Client) -> None:
    assert columns(warehouse, "request_response_rmt") == COLUMNS


@pytest.mark.parametrize("table", TABLES)
def test_the_worker_fills_every_column(warehouse: Client, table: str) -> None:
    assert columns(warehouse, table) == tuple(TABLES[table])


def test_what_was_scored_has_the_columns_that_filters_ask_for(warehouse: Client) -> None:
    assert (*scored.COLUMNS, "version") == columns(warehouse, scored.TABLE)
    assert set(scored.COLUMNS) <= set(COLUMNS)


def test_every_table_with_an_organisation_is_a_tenant_table(warehouse: Client) -> None:
    sql = (
        "SELECT table FROM system.columns JOIN system.tables AS t ON t.database = database AND t.name = table "
        "WHERE database = currentDatabase() AND name = 'organization_id' AND t.engine LIKE '%MergeTree'"
    )
    assert {row[0] for row in warehouse.query(sql).result_rows} == set(TENANT_TABLES)


def test_every_table_that_an_insert_reaches_deduplicates(warehouse: Client) -> None:
    reached = {*TABLES, *(rollup.table for rollup in rollups.rollups(warehouse))}
    sql = (
        "SELECT name FROM system.tables WHERE database = currentDatabase() "
        "AND engine_full LIKE '%non_replicated_deduplication_window = 10000%'"
    )
    assert {row[0] for row in warehouse.query(sql).result_rows} == reached


def test_migrating_again_changes_nothing(fresh: tuple[Client, Settings]) -> None:
    client, settings = fresh
    assert migrate(client, settings) == []
    before = client.query("SELECT name, create_table_query FROM system.tables WHERE database = currentDatabase()")
    assert migrate(client, settings) == []
    after = client.query("SELECT name, create_table_query FROM system.tables WHERE database = currentDatabase()")
    assert sorted(after.result_rows) == sorted(before.result_rows)
    assert client.query("SELECT count() FROM schema_migrations").result_rows == [(len(migrations()),)]


def test_rollups_of_an_older_warehouse_are_made_anew(fresh: tuple[Client, Settings]) -> None:
    client, settings = fresh
    migrate(client, settings)
    owner, now = uuid4(), datetime.now(UTC)
    rows = [Row(owner, uuid4(), now, now, user_id="ann", model=model, ingested_at=now) for model in ("a", "a", "b")]
    # As the warehouse was before the pages.
    client.command("DROP VIEW users_daily_mv")
    client.command("DROP TABLE users_daily")
    client.command(
        "CREATE TABLE users_daily (organization_id UUID, day Date, user_id String, "
        "requests SimpleAggregateFunction(sum, UInt64)) ENGINE = AggregatingMergeTree "
        "ORDER BY (organization_id, day, user_id)"
    )
    client.command(
        "CREATE MATERIALIZED VIEW users_daily_mv TO users_daily AS SELECT organization_id, "
        "toDate(request_created_at) AS day, user_id, count() AS requests FROM request_response_rmt GROUP BY ALL"
    )
    client.command("TRUNCATE TABLE schema_migrations")
    marks = [["fill users_daily_mv"], ["filled users_daily_mv"]]
    client.insert("schema_migrations", marks, column_names=["name"])
    insert(client, "request_response_rmt", Row._fields, rows, token=str(uuid4()))
    assert migrate(client, settings) == ["0001_rollups_of_the_pages"]
    found = client.query("SELECT model, sum(requests) FROM users_daily GROUP BY model ORDER BY model")
    assert found.result_rows == [("a", 2), ("b", 1)]
    for rollup in rollups.rollups(client):
        assert not rollups.rebuild_if_wrong(client, rollup, Days.of(owner, now.date(), now.date())), rollup.table
    assert migrate(client, settings) == []


@pytest.mark.parametrize("days", [30, 400, 0])
def test_retention_follows_the_setting(fresh: tuple[Client, Settings], days: int) -> None:
    client, settings = fresh
    migrate(client, Settings(clickhouse_url=settings.clickhouse_url, retention_days=days))
    sql = "SELECT engine_full FROM system.tables WHERE database = currentDatabase() AND name = 'request_response_rmt'"
    engine = str(client.query(sql).result_rows[0][0])
    assert (f"TTL toDateTime(request_created_at) + toIntervalDay({days})" in engine) == bool(days)
    assert ("TTL" in engine) == bool(days)
