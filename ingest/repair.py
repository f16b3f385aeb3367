"""Look after a batch whose first attempt may have been cut short by a death of the warehouse, and mend what it left.

ClickHouse writes a part's token to its deduplication log just before it puts the part in place. A kill between the
two leaves a token without its part: the batch sent again is then taken for a duplicate, and its rows, or a rollup's,
are missing. So what was sent again is counted: missing rows are sent under a new token, and rollups that differ from
the facts are made anew from them, for the days and organisations of the batch.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from clickhouse_connect.driver.client import Client

from ingest.batch import FACTS, TABLES, Prepared
from ingest.build import EPOCH
from ingest.quiet import OnceAMinute
from ingest.writer import Writer
from warehouse.client import translated
from warehouse.rollups import Days, rebuild_if_wrong, rollups

MOST_AT_ONCE = 1000
"""Rows looked for by one query; their ids are in its text, whose length ClickHouse limits."""

log = logging.getLogger("ingest.repair")
log.addFilter(OnceAMinute())
logging.getLogger("warehouse.rollups").addFilter(OnceAMinute())


def mend(writer: Writer, prepared: Prepared, rejected: Iterable[int]) -> int:
    """Make sure that every row of a batch is there, once, and counted; returns how many rows were missing.

    May be done again at any time. Raises `WarehouseUnavailable` or `QueryFailed`.
    """
    left_out = set(rejected)
    missing = 0
    for table, columns in TABLES.items():
        rows = [item.row for item in prepared.items[table] if item.number not in left_out]
        parts = (rows[start : start + MOST_AT_ONCE] for start in range(0, len(rows), MOST_AT_ONCE))
        if lost := [row for part in parts for row in _lost(writer.client, table, part)]:
            log.warning("%d rows of %s had a token but no part; they are written again", len(lost), table)
            writer.send(table, columns, lost, token=str(uuid.uuid4()))
            missing += len(lost)
    days_touched = _days(prepared.rows_of(FACTS))
    for rollup in rollups(writer.client) if days_touched else ():
        for days in days_touched:
            rebuild_if_wrong(writer.client, rollup, days)
    return missing


def _lost(client: Client, table: str, rows: Sequence[Sequence[Any]]) -> list[Sequence[Any]]:
    """Those of `rows`, at most MOST_AT_ONCE, that the table does not have."""
    columns = TABLES[table]
    # A fact is known by its request, an annotation also by when it was said and what it is called.
    named = [name for name in ("request_id", "created_at", "name") if name in columns]
    places = [columns.index(name) for name in named]
    values = {"ids": list({row[1] for row in rows}), "organisations": list({row[0] for row in rows})}
    sql = f"SELECT {', '.join(named)} FROM {table} WHERE organization_id IN %(organisations)s AND request_id IN %(ids)s"
    with translated():
        there = {tuple(map(_comparable, row)) for row in client.query(sql, values, query_tz="UTC").result_rows}
    return [row for row in rows if tuple(_comparable(row[place]) for place in places) not in there]


def _comparable(value: Any) -> Any:
    """A time as the whole milliseconds that the warehouse keeps."""
    if not isinstance(value, datetime):
        return value
    return (value.replace(tzinfo=UTC) - EPOCH) // timedelta(milliseconds=1)


def _days(facts: Sequence[Sequence[Any]]) -> list[Days]:
    """The days from the first to the last fact of each organisation."""
    times: dict[UUID, list[datetime]] = {}
    for fact in facts:
        times.setdefault(fact[0], []).append(fact[2])
    day = timedelta(days=1)
    return [Days(owner, min(at).replace(hour=0), max(at) + day) for owner, at in times.items()]
