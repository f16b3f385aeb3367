"""The worker while its warehouse dies: nothing is lost, nothing is there twice, rollups equal facts."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client

from bench.stack import free_port, module, process
from ingest import deadletter
from ingest.spool import SpoolReader, directories
from ingest.worker import Worker
from metadata import store as metadata
from metadata.store import Store
from settings import Settings
from tests.engine.spooling import COST, TOTALS, Running, exchange, rollups, rows, spool, until
from warehouse.client import connect
from warehouse.migrate import migrate


class Mortal:
    """An embedded warehouse that may be killed and started again on its directory."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._life = contextlib.ExitStack()
        self._child: subprocess.Popen[bytes]

    def start(self) -> Client:
        env = {
            "HELIOGRAPH_DATA_DIR": str(self.settings.data_dir),
            "HELIOGRAPH_WAREHOUSE_PORT": str(self.settings.warehouse_port),
        }
        ready = f"http://127.0.0.1:{self.settings.warehouse_port}/ping"
        self._child = self._life.enter_context(process(module("warehouse.embedded"), ready=ready, env=env))
        client = connect(self.settings)
        migrate(client, self.settings)
        return client

    def kill(self) -> None:
        self._child.kill()
        self._child.wait()

    def close(self) -> None:
        self._life.close()


@pytest.fixture(scope="module")
def mortal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mortal]:
    data = tmp_path_factory.mktemp("mortal")
    mortal = Mortal(Settings(data_dir=data, warehouse_port=free_port(), batch_seconds=0.0))
    yield mortal
    mortal.close()


@pytest.fixture(scope="module")
def store(mortal: Mortal) -> Iterator[Store]:
    metadata.migrate(mortal.settings)
    store = metadata.connect(mortal.settings)
    yield store
    store.close()


def test_records_wait_while_the_warehouse_is_away(mortal: Mortal, store: Store) -> None:
    org = store.create_organisation("Away").id
    running = Running(mortal.settings, store)
    spool(mortal.settings, exchange(org), exchange(org))
    until(lambda: running.worker.status.retried)
    assert (running.worker.status.written, running.worker.status.dead) == (0, 0)
    client = mortal.start()
    until(lambda: not directories(mortal.settings.spool_dir))
    running.stop()
    assert rows(client, org, TOTALS) == [(2, 2 * COST)]
    assert rollups(client, org) == [(2, 2 * COST)] * 2
    mortal.kill()


def test_a_record_waits_while_its_dead_letter_cannot_be_written(mortal: Mortal, store: Store) -> None:
    org = store.create_organisation("Full").id
    client = mortal.start()
    letters = deadletter.directory(mortal.settings)
    letters.touch()  # No file can be made where a file is.
    spool(mortal.settings, exchange(None, key_hash="nobody's"), exchange(org))
    running = Running(mortal.settings, store)
    until(lambda: running.worker.status.retried > 1)
    letters.unlink()
    until(lambda: not directories(mortal.settings.spool_dir))
    running.stop()
    assert rows(client, org, TOTALS) == [(1, COST)]
    assert len(list(letters.glob("*.jsonl"))) == 1
    mortal.kill()


LOST = ("request_response_rmt", "requests_hourly", "users_daily", "users_hourly")


@pytest.mark.parametrize("table", LOST)
def test_a_part_lost_between_its_token_and_its_place_is_mended(mortal: Mortal, store: Store, table: str) -> None:
    """ClickHouse logs a part's token before it renames the part into place; a kill in between loses the part."""
    org = store.create_organisation(table).id
    client = mortal.start()
    spool(mortal.settings, *(exchange(org) for _ in range(3)))
    _write_without_acknowledging(mortal.settings, store)
    part = _part_of(client, table)
    mortal.kill()
    shutil.rmtree(part)

    client = mortal.start()
    running = Running(mortal.settings, store)
    until(lambda: not directories(mortal.settings.spool_dir))
    running.stop()
    assert rows(client, org, TOTALS) == [(3, 3 * COST)]
    assert rollups(client, org) == [(3, 3 * COST)] * 2
    assert rows(client, org, "uniqCombinedMerge(14)(users)", "users_hourly") == [(1,)]
    mortal.kill()


def _write_without_acknowledging(settings: Settings, store: Store) -> None:
    reader = SpoolReader.claim(directories(settings.spool_dir)[0])
    assert reader is not None
    batch = reader.next(max_records=100, max_bytes=10**6)
    assert batch is not None
    Worker(settings, store)._write(batch, in_doubt=False)
    reader.close()


def _part_of(client: Client, table: str) -> Path:
    """The part that the last insert made."""
    sql = (
        "SELECT path FROM system.parts WHERE database = currentDatabase() AND table = %(table)s AND active "
        "ORDER BY modification_time DESC, max_block_number DESC LIMIT 1"
    )
    parts: list[Any] = [row[0] for row in client.query(sql, {"table": table}).result_rows]
    return Path(parts[0])
