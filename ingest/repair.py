"""Look after a batch whose first attempt may have been cut short by a death of the warehouse, and mend what it left.

ClickHouse writes a part's token to its deduplication log just before it puts the part in place. A kill between the
two leaves a token without its part: the batch sent again is then taken for a duplicate, and its rows, or a rollup's,
are missing. So what was sent again is counted: missing rows are sent under a new token, and rollups that differ from
the facts are made anew from them, for the days and organisations of the batch.
"""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from clickhouse_connect.driver.client import Client

from ingest.batch import FACTS, TABLES, Prepared
from ingest.build import EPOCH
from ingest.quiet import OnceAMinute
from ingest.writer import Writer
from warehouse.client import translated

MOST_AT_ONCE = 1000
"""Rows looked for by one query; their ids are in its text, whose length ClickHouse limits."""
MOST_REBUILDS = 3

log = logging.getLogger("ingest.repair")
log.addFilter(OnceAMinute())


@dataclass(frozen=True)
class Rollup:
    """A materialised view on the facts: where it writes, its query, its time column, and what to compare."""

    table: str
    query: str
    columns: tuple[str, ...]
    time: str
    measures: str


@dataclass(frozen=True)
class Days:
    """Whole days (UTC) of one organisation."""

    organization_id: UUID
    start: datetime
    end: datetime

    def where(self, column: str) -> str:
        start, end = self.start.strftime("%Y-%m-%d"), self.end.strftime("%Y-%m-%d")
        return f"organization_id = '{self.organization_id}' AND {column} >= '{start}' AND {column} < '{end}'"


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


def rollups(client: Client) -> list[Rollup]:
    """Every materialised view on the facts, as the warehouse declares it."""
    with translated():
        views = client.query(
            """
            SELECT view.name, view.as_select, target.name,
                arrayFirst(c -> c IN ('hour', 'day'), splitByString(', ', target.sorting_key))
            FROM system.tables AS view
            JOIN system.tables AS target ON target.database = view.target_database AND target.name = view.target_table
            WHERE view.database = currentDatabase() AND view.engine = 'MaterializedView'
            """
        ).result_rows
        sql = "SELECT table, name, type FROM system.columns WHERE database = currentDatabase()"
        columns: dict[str, dict[str, str]] = {}
        for table, name, kind in client.query(sql).result_rows:
            columns.setdefault(table, {})[name] = kind
    return [
        Rollup(target, query, tuple(columns[view]), time, _measures(columns[target]))
        for view, query, target, time in views
    ]


def rebuild_if_wrong(client: Client, rollup: Rollup, days: Days) -> bool:
    """Make a rollup anew from the facts, for these days, if it differs from them. True if it did.

    It is compared again: a worker on another machine may have inserted meanwhile.
    """
    facts = {"additional_table_filters": f"{{'{FACTS}': '{_quoted(days.where('request_created_at'))}'}}"}
    for attempt in range(MOST_REBUILDS):
        with translated():
            stands = client.query(f"SELECT {rollup.measures} FROM {rollup.table} WHERE {days.where(rollup.time)}")
            should = client.query(f"SELECT {rollup.measures} FROM ({rollup.query})", settings=facts)
            if stands.result_rows == should.result_rows:
                return attempt > 0
            log.warning("%s differs from the facts; it is made anew from %s on", rollup.table, days.start.date())
            client.command(f"DELETE FROM {rollup.table} WHERE {days.where(rollup.time)}")
            client.command(f"INSERT INTO {rollup.table} ({', '.join(rollup.columns)}) {rollup.query}", settings=facts)
    return True


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


def _measures(columns: Mapping[str, str]) -> str:
    """What tells whether a rollup is whole: its sums, or its states where it has none."""
    sums = [f"sum({name})" for name, kind in columns.items() if kind == "SimpleAggregateFunction(sum, UInt64)"]
    states = [
        f"{found.group(1)}Merge{found.group(2)}({name})"
        for name, kind in columns.items()
        if (found := re.match(r"AggregateFunction\((\w+)(\([^)]*\))?", kind))
    ]
    return ", ".join(sums or states)


def _quoted(text: str) -> str:
    return text.replace("'", "\\'")
