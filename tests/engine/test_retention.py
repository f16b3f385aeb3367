"""What an organisation keeps no longer goes from its facts and from every rollup; all else stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from clickhouse_connect.driver.client import Client

from ingest.retention import expire
from metadata import preferences, store
from settings import Settings
from warehouse import retention
from warehouse.annotations import say
from warehouse.client import TENANT_TABLES, Reader, insert
from warehouse.row import COLUMNS, Row
from warehouse.scored import TABLE

NOW = datetime.now(UTC).replace(hour=9)
AGES = (0, 3, 9, 10, 11, 40)


def test_only_what_is_too_old_of_whom_has_said_so_is_deleted(warehouse: Client, tmp_path: Path) -> None:
    config = Settings(data_dir=tmp_path)
    store.migrate(config)
    metadata = store.connect(config)
    mine, theirs = (metadata.create_organisation(name).id for name in ("Mine", "Theirs"))
    rows = [
        Row(
            owner, uuid4(), at, at, ingested_at=at, user_id="ann", session_id="s", properties={"App": "chat"},
            cost=1, cost_status="priced", price_id="p", scores={"y": 1.0},
        )
        for owner in (mine, theirs)
        for at in (NOW - timedelta(days=age) for age in AGES)
    ]  # fmt: skip
    insert(warehouse, "request_response_rmt", COLUMNS, rows, token=str(uuid4()))
    say(warehouse, mine, rows[0].request_id, scores={"x": 1}, feedback=True, properties={"App": "mail"})
    preferences.set_retention_days(metadata, mine, 10)

    before = retention.cutoff(10, NOW)
    assert before == (NOW - timedelta(days=10)).replace(hour=0, minute=0, second=0, microsecond=0)
    assert retention.older(Reader(warehouse, mine), before) == 2
    assert expire(warehouse, metadata, NOW) == 2
    assert expire(warehouse, metadata, NOW) == 0
    metadata.close()

    reader, others = Reader(warehouse, mine), Reader(warehouse, theirs)
    assert reader.frame("SELECT count() FROM request_response_rmt").item() == 4
    assert others.frame("SELECT count() FROM request_response_rmt").item() == 6
    assert reader.frame("SELECT count() FROM scores").item() == 1
    assert reader.frame(f"SELECT count() FROM {TABLE} FINAL").item() == 4
    assert others.frame(f"SELECT count() FROM {TABLE} FINAL").item() == 6
    for table in (name for name in TENANT_TABLES if name.endswith(("_hourly", "_daily"))):
        time = "hour" if table.endswith("hourly") else "day"
        old = f"SELECT count(), countIf({time} < toDate('{before:%Y-%m-%d}')) FROM {table}"
        assert reader.frame(old).row(0)[1] == 0, table
        rows_there, too_old = others.frame(old).row(0)
        assert too_old or not rows_there, table
    assert reader.frame("SELECT sum(requests) FROM requests_hourly").item() == 4
