"""The worker as a process: it ends when told to, also while its warehouse does not answer."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from pathlib import Path
from uuid import UUID

from bench.stack import module
from ingest.spool import SpoolReader, directories
from settings import Settings
from tests.engine.spooling import exchange, spool, until


def test_a_worker_whose_warehouse_hangs_ends_in_time_and_loses_nothing(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    record = exchange(UUID(int=1), helicone={})
    spool(settings, record)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        env = {"HELIOGRAPH_DATA_DIR": str(tmp_path), "CLICKHOUSE_URL": f"http://127.0.0.1:{silent.getsockname()[1]}"}
        worker = subprocess.Popen(module("ingest.worker"), env=os.environ | env)
        (directory,) = directories(settings.spool_dir)
        until((directory / "cursor").exists)
        worker.terminate()
        start = time.monotonic()
        assert worker.wait(10) == 0
        assert time.monotonic() - start < 3
    reader = SpoolReader.claim(directory)
    assert reader is not None
    batch = reader.next(max_records=10, max_bytes=10**6)
    assert batch is not None and batch.records == [record]
    reader.close()
