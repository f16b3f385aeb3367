"""The worker against a real ClickHouse: what goes into a spool is in the warehouse, once."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from clickhouse_connect.driver.client import Client

from ingest import annotations as said
from ingest import deadletter, status
from ingest.record import Feedback, Property, Score
from ingest.spool import SpoolReader, directories
from ingest.worker import Worker
from ingest.writer import INSERT_SETTINGS, Writer
from metadata.keys import hashed
from metadata.store import Store
from settings import Settings
from tests.database import database
from tests.engine.spooling import BODY, COST, TOTALS, Running, about, exchange, rollups, rows, spool, until
from warehouse.client import connect
from warehouse.errors import WarehouseUnavailable
from warehouse.migrate import migrate


@pytest.fixture
def drain(config: Settings, store: Store) -> Callable[[], status.Status]:
    """Run a worker until every spool directory is written and removed."""

    def run() -> status.Status:
        running = Running(config, store)
        until(lambda: not directories(config.spool_dir))
        running.stop()
        return running.worker.status

    return run


def test_records_become_rows_and_rollups(config: Settings, warehouse: Client, org: UUID, drain: Any) -> None:
    spool(config, *(exchange(org) for _ in range(5)))
    told = drain()
    assert rows(warehouse, org, TOTALS) == [(5, 5 * COST)]
    assert rollups(warehouse, org) == [(5, 5 * COST)] * 2
    assert (told.queued, told.written, told.dead, told.backlog_bytes, told.lag) == (5, 5, 0, 0, 0.0)


def test_a_batch_cut_short_by_a_death_is_written_once(
    config: Settings, warehouse: Client, org: UUID, drain: Any, store: Store
) -> None:
    spool(config, *(exchange(org, received_at=time.time_ns() // 1000 - week * 604_800_000_000) for week in range(4)))
    reader = SpoolReader.claim(directories(config.spool_dir)[0])
    assert reader is not None
    batch = reader.next(max_records=100, max_bytes=10**6)
    reader.close()
    # Written, and then killed before it could be acknowledged.
    assert batch is not None
    Worker(config, store)._write(batch, in_doubt=False)
    assert drain().written == 4
    assert rows(warehouse, org, TOTALS) == [(4, 4 * COST)]
    assert rollups(warehouse, org) == [(4, 4 * COST)] * 2


def test_a_full_batch_in_doubt_is_looked_through(config: Settings, warehouse: Client, org: UUID, drain: Any) -> None:
    spool(config, *(exchange(org) for _ in range(10_000)))
    reader = SpoolReader.claim(directories(config.spool_dir)[0])
    assert reader is not None
    reader.next(max_records=10_000, max_bytes=10**9)
    reader.close()
    assert drain().retried == 0
    assert rows(warehouse, org, TOTALS) == [(10_000, 10_000 * COST)]


def test_a_batch_is_mended_while_no_other_worker_inserts(
    config: Settings, warehouse: Client, org: UUID, store: Store
) -> None:
    spool(config, exchange(org))
    reader = SpoolReader.claim(directories(config.spool_dir)[0])
    assert reader is not None
    reader.next(max_records=100, max_bytes=10**6)
    reader.close()
    with open(config.spool_dir / "mend.lock", "ab") as inserting:
        fcntl.flock(inserting, fcntl.LOCK_SH)
        running = Running(config, store)
        until(lambda: rows(warehouse, org, TOTALS) == [(1, COST)])
        assert running.worker.status.written == 0
    until(lambda: running.worker.status.written == 1)
    running.stop()


def test_each_price_that_was_applied_is_written_down(
    config: Settings, warehouse: Client, org: UUID, drain: Any
) -> None:
    spool(config, exchange(org))
    drain()
    (price_id,) = rows(warehouse, org, "price_id")[0]
    found = warehouse.query("SELECT rates FROM prices FINAL WHERE price_id = %(id)s", {"id": price_id}).result_rows
    assert [(rates["input"], rates["output"]) for (rates,) in found] == [(2.5e-06, 1e-05)]


def test_tenants_keep_their_own_spelling_of_a_property(
    config: Settings, warehouse: Client, org: UUID, drain: Any, store: Store
) -> None:
    other = store.create_organisation("Two").id
    spool(
        config,
        exchange(org, property_names={"environment": "ENVIRONMENT"}),
        exchange(org),
        exchange(other),
        exchange(other, property_names={"environment": "environment"}),
    )
    drain()
    assert rows(warehouse, org, "properties") == [({"ENVIRONMENT": "prod"},)] * 2
    assert rows(warehouse, other, "properties") == [({"Environment": "prod"},)] * 2


def test_a_key_that_was_not_looked_up_in_time_is_looked_up_later(
    config: Settings, warehouse: Client, org: UUID, drain: Any, store: Store
) -> None:
    key = store.create_key(org, "late")
    spool(config, exchange(None, key_hash=hashed(key)), exchange(None, key_hash=hashed("sk-nobody")))
    told = drain()
    assert rows(warehouse, org, "count()") == [(1,)]
    assert (told.written, told.dead) == (1, 1)
    (path,) = deadletter.directory(config).glob("*.jsonl")
    assert [letter.error for letter in deadletter.letters(path)] == [
        "LookupError: no organisation has the key that the request was sent with"
    ]


def test_a_dead_record_can_be_replayed(
    config: Settings, warehouse: Client, org: UUID, drain: Any, store: Store
) -> None:
    spool(config, exchange(None, key_hash=hashed("sk-helicone-later-known")))
    drain()
    store.create_key(org, "late", "sk-helicone-later-known")
    assert deadletter.replay(config) == 1
    drain()
    assert rows(warehouse, org, "count()") == [(1,)]
    assert deadletter.replay(config) == 0


@pytest.fixture
def strict(config: Settings, warehouse_server: str) -> Iterator[Settings]:
    """A database whose fact table refuses some rows."""
    with database(warehouse_server) as (url, client):
        settings = Settings(data_dir=config.data_dir, clickhouse_url=url, batch_seconds=0.0)
        migrate(client, settings)
        client.command("ALTER TABLE request_response_rmt ADD CONSTRAINT good CHECK user_id != 'bad'")
        yield settings


def test_a_bad_row_is_set_aside_alone(strict: Settings, org: UUID, store: Store) -> None:
    bad = exchange(org, helicone={"helicone-user-id": "bad"})
    spool(strict, *(exchange(org) for _ in range(6)), bad, exchange(org))
    running = Running(strict, store)
    until(lambda: not directories(strict.spool_dir))
    running.stop()
    client = connect(strict)
    assert rows(client, org, TOTALS) == [(7, 7 * COST)]
    assert rollups(client, org) == [(7, 7 * COST)] * 2
    client.close()
    (path,) = deadletter.directory(strict).glob("*.jsonl")
    assert [letter.record for letter in deadletter.letters(path)] == [bad]
    assert "good" in next(deadletter.letters(path)).error


def test_a_batch_with_a_bad_row_that_was_cut_short_is_written_once(strict: Settings, org: UUID, store: Store) -> None:
    bad = exchange(org, helicone={"helicone-user-id": "bad"})
    spool(strict, *(exchange(org) for _ in range(6)), bad, exchange(org))
    reader = SpoolReader.claim(directories(strict.spool_dir)[0])
    assert reader is not None
    batch = reader.next(max_records=100, max_bytes=10**6)
    reader.close()
    assert batch is not None
    Worker(strict, store)._write(batch, in_doubt=False)
    running = Running(strict, store)
    until(lambda: not directories(strict.spool_dir))
    running.stop()
    client = connect(strict)
    assert rows(client, org, TOTALS) == [(7, 7 * COST)]
    assert rollups(client, org) == [(7, 7 * COST)] * 2
    client.close()
    assert running.worker.status.dead == 1


def test_rows_wait_when_the_server_runs_out_of_time(strict: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    client = connect(strict)
    client.command("CREATE TABLE slow (a UInt8, b UInt8 DEFAULT sleepEachRow(1)) ENGINE = Memory")
    client.close()
    monkeypatch.setitem(INSERT_SETTINGS, "max_execution_time", 0.1)
    with pytest.raises(WarehouseUnavailable, match="159"):
        Writer(strict).send("slow", ("a",), [(1,), (2,)], token="")


def test_what_is_said_of_a_request_is_folded_into_its_fact(
    config: Settings, warehouse: Client, org: UUID, store: Store
) -> None:
    fact, other = exchange(org), exchange(org)
    later = {"created_at": fact.received_at + 1_000_000}
    running = Running(config, store)
    spool(
        config,
        fact,
        other,
        Score(**about(fact, scores={"good": True, "quality": 0.25})),
        Score(**(about(fact, scores={"quality": 0.75}) | later)),
        Feedback(**about(fact, rating=False)),
        Property(**about(fact, name="ENVIRONMENT", value="staging")),
        Property(**about(fact, name="Helicone-Session-Path", value="a/b")),
    )
    found = "scores, feedback, properties, session_path"
    wanted = ({"good": 1.0, "quality": 0.75}, False, {"Environment": "staging", "Helicone-Session-Path": "a/b"}, "/a/b")
    until(lambda: wanted in rows(warehouse, org, found))
    running.stop()
    assert ({}, None, {"Environment": "prod"}, "") in rows(warehouse, org, found)
    assert rollups(warehouse, org)[0] == (2, 2 * COST)
    assert sorted(rows(warehouse, org, "name, value, is_boolean", "scores")) == [
        ("good", 1.0, True),
        ("quality", 0.25, False),
        ("quality", 0.75, False),
    ]


def test_much_that_is_said_of_many_requests_is_folded(
    config: Settings, warehouse: Client, org: UUID, store: Store
) -> None:
    facts = [exchange(org) for _ in range(1000)]
    scores = {f"score {number}": 0.5 for number in range(10)}
    running = Running(config, store)
    spool(config, *facts, *(Score(**about(fact, scores=scores)) for fact in facts))
    told = "countIf(length(scores) = 10)"
    until(lambda: rows(warehouse, org, told) == [(1000,)])
    running.stop()


def test_what_the_warehouse_refuses_to_fold_holds_up_nothing_else(
    warehouse: Client, monkeypatch: pytest.MonkeyPatch, config: Settings, org: UUID, drain: Any
) -> None:
    facts = [exchange(org) for _ in range(5)]
    spool(config, *facts)
    drain()
    scores = [Score(**about(fact, scores={"x" * (9000 if fact is facts[0] else 2000): 1.0})) for fact in facts]
    warehouse.insert("scores", [row for score in scores for row in said.rows(score, {})], list(said.COLUMNS["scores"]))
    monkeypatch.setattr("warehouse.annotations.SETTINGS", {"max_query_size": 6000})
    assert said.fold(warehouse, [(org, fact.request_id) for fact in facts]) == [(org, facts[0].request_id)]
    assert rows(warehouse, org, "countIf(length(scores) = 1)") == [(4,)]


def test_a_score_may_come_before_its_request(config: Settings, warehouse: Client, org: UUID, store: Store) -> None:
    fact = exchange(org)
    running = Running(config, store)
    spool(config, Score(**about(fact, scores={"quality": 0.5})))
    until(lambda: not directories(config.spool_dir))
    spool(config, fact)
    until(lambda: rows(warehouse, org, "scores") == [({"quality": 0.5},)])
    running.stop()


def test_a_score_that_was_not_folded_is_folded_by_the_next_start(
    config: Settings, warehouse: Client, org: UUID, drain: Any, store: Store
) -> None:
    fact = exchange(org)
    spool(config, Score(**about(fact, scores={"quality": 0.5})))
    drain()
    spool(config, fact)
    running = Running(config, store)
    until(lambda: rows(warehouse, org, "scores") == [({"quality": 0.5},)])
    running.stop()


def test_a_score_that_is_no_number_is_set_aside(config: Settings, warehouse: Client, org: UUID, drain: Any) -> None:
    spool(config, Score(**about(exchange(org), scores={"quality": float("nan")})))
    assert drain().dead == 1
    assert rows(warehouse, org, "count()", "scores") == [(0,)]


def test_the_warehouse_is_told_how_the_pipeline_does(
    config: Settings, warehouse: Client, org: UUID, store: Store
) -> None:
    before = warehouse.query("SELECT count() FROM pipeline").result_rows[0][0]
    running = Running(config, store)
    until(lambda: warehouse.query("SELECT count() FROM pipeline").result_rows[0][0] > before)
    running.stop()


def test_counters_go_on_over_restarts_and_finished_spools(config: Settings, org: UUID, drain: Any) -> None:
    for _ in range(2):
        spool(config, exchange(org))
        drain()
    assert [(s.worker, s.queued, s.written) for s in status.load_all(config.spool_dir)] == [("worker-0", 2, 2)]
    whole = status.total(config.spool_dir)
    assert (whole.queued, whole.written, whole.lag, whole.backlog_bytes) == (2, 2, 0.0, 0)


def test_records_that_wait_are_counted_also_while_no_worker_runs(config: Settings, org: UUID) -> None:
    spool(config, exchange(org), exchange(org))
    whole = status.total(config.spool_dir)
    assert (whole.queued, whole.written) == (2, 0)
    assert whole.backlog_bytes > 2 * len(BODY)
    assert whole.lag > 0


def test_two_workers_share_the_spools(config: Settings, warehouse: Client, org: UUID, store: Store) -> None:
    workers = [Running(config, store), Running(config, store)]
    for _ in range(6):
        spool(config, *(exchange(org) for _ in range(10)))
    until(lambda: not directories(config.spool_dir))
    for running in workers:
        running.stop()
    assert rows(warehouse, org, TOTALS) == [(60, 60 * COST)]
    assert sum(running.worker.status.written for running in workers) == 60


def test_a_body_is_found_before_and_after_its_part_is_merged(
    config: Settings, warehouse: Client, org: UUID, drain: Any
) -> None:
    for text in (b'{"say": "a needle"}', b'{"say": "hay"}'):
        spool(config, exchange(org, response_body=text))
        drain()
    has = "SELECT count() FROM request_response_rmt WHERE organization_id = %(org)s AND response_body ILIKE %(text)s"
    assert warehouse.query(has, {"org": org, "text": "%Needle%"}).result_rows == [(1,)]
    warehouse.command("OPTIMIZE TABLE request_response_rmt FINAL")
    assert warehouse.query(has, {"org": org, "text": "%Needle%"}).result_rows == [(1,)]
