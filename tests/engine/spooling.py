"""What the worker's tests share: records, a spool for them, a worker in a thread, what the warehouse then has."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from clickhouse_connect.driver.client import Client

from ingest.record import Exchange, Record
from ingest.spool import SpoolWriter
from ingest.worker import Worker
from metadata.store import Store
from settings import Settings

PROPERTY = {"helicone-property-environment": "prod"}
BODY = b'{"id": "r", "model": "gpt-4o", "usage": {"prompt_tokens": 1000, "completion_tokens": 500}}'
COST = 7_500_000


def exchange(organization_id: UUID | None, **changes: Any) -> Exchange:
    values: dict[str, Any] = {
        "request_id": uuid4(),
        "organization_id": organization_id,
        "provider": "openai",
        "status": 200,
        "received_at": time.time_ns() // 1000,
        "duration": 1000,
        "response_headers": [("content-type", "application/json")],
        "response_body": BODY,
        "helicone": {"helicone-user-id": "ada", **PROPERTY},
    }
    return Exchange(**(values | changes))


def about(fact: Exchange, **said: Any) -> dict[str, Any]:
    organization_id = fact.organization_id
    return {"organization_id": organization_id, "request_id": fact.request_id, "created_at": fact.received_at, **said}


def spool(settings: Settings, *records: Record) -> None:
    """What a gateway leaves that wrote `records` and ended."""
    settings.spool_dir.mkdir(parents=True, exist_ok=True)
    writer = SpoolWriter(settings.spool_dir, limit_bytes=10**9, segment_bytes=10**8)
    assert all(writer.append(record) for record in records)
    writer.close()


class Running:
    """A worker in a thread."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self.worker = Worker(settings, store)
        self._thread = threading.Thread(target=self.worker.run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self.worker.stop()
        self._thread.join(20)
        assert not self._thread.is_alive()


def until(holds: Callable[[], Any], seconds: float = 20) -> Any:
    """Wait for what another thread or process does."""
    end = time.monotonic() + seconds
    while not (value := holds()):
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)
    return value


def rows(client: Client, org: UUID, columns: str, table: str = "request_response_rmt") -> list[tuple[Any, ...]]:
    sql = f"SELECT {columns} FROM {table} WHERE organization_id = %(org)s"
    return [tuple(row) for row in client.query(sql, {"org": org}).result_rows]


TOTALS = "count(), sum(cost)"


def rollups(client: Client, org: UUID) -> list[tuple[Any, ...]]:
    """(requests, cost) as each rollup has them."""
    return [rows(client, org, "sum(requests), sum(cost)", table)[0] for table in ("requests_hourly", "users_daily")]
