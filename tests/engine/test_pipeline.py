"""What the workers report, summed; in a database of its own, as other workers report into the shared one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from settings import Settings
from tests.database import database
from warehouse import pipeline
from warehouse.client import Reader
from warehouse.migrate import migrate

COLUMNS = ["reported_at", "worker", "queued", "written", "retried", "dead", "dropped", "backlog_bytes", "lag"]


def test_health_adds_up_the_latest_report_of_each_worker(warehouse_server: str) -> None:
    now = datetime.now(UTC)
    old = [now - timedelta(seconds=60), "w1", 1, 1, 0, 0, 0, 99, 9.0]
    latest = [[now, "w1", 10, 8, 1, 0, 0, 5, 1.5], [now, "w2", 5, 5, 0, 2, 3, 0, 0.0]]
    with database(warehouse_server) as (url, client):
        migrate(client, Settings(clickhouse_url=url))
        reader = Reader(client, uuid4())
        assert pipeline.health(reader) is None
        client.insert("pipeline", [old, *latest], column_names=COLUMNS)
        found = pipeline.health(reader)
        assert found is not None
        assert (found.workers, found.queued, found.written, found.dead, found.lag) == (2, 15, 13, 2, 1.5)
        assert pipeline.history(reader)["backlog_bytes"].max() == 99
