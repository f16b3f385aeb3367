"""Rollups made anew from the facts, for some days of one organisation.

A rollup counts a fact as it was inserted. Where facts are changed later (what was said of them, a new price), or a
part of a rollup was lost, its rows of the days concerned are deleted and inserted again by the view's own query.
Whoever does so keeps others from inserting meanwhile where it can; sums are compared afterwards, since a worker on
another machine may have inserted all the same.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import BoundedSemaphore
from uuid import UUID

from clickhouse_connect.driver.client import Client

from warehouse.client import translated

FACTS = "request_response_rmt"
MOST_REBUILDS = 3
INSERTS = 2
"""At once: each holds a day's groups in memory."""
MOST_FACTS = 500_000
"""Facts that a fill takes at once, but for those of a single day."""

log = logging.getLogger("warehouse.rollups")


@dataclass(frozen=True)
class Rollup:
    """A materialised view on the facts: where it writes, its query, its time column, and what to compare."""

    view: str
    table: str
    query: str
    columns: tuple[str, ...]
    time: str
    measures: str

    def reads(self, columns: Collection[str]) -> bool:
        """Whether what it holds depends on one of these columns of the facts."""
        return bool(re.search(rf"\b({'|'.join(columns)})\b", self.query))


@dataclass(frozen=True)
class Days:
    """Whole days (UTC) of one organisation."""

    organization_id: UUID
    start: datetime
    end: datetime

    @classmethod
    def of(cls, organization_id: UUID, first: date, last: date) -> Days:
        """From `first` to `last`, both included."""
        start, end = (datetime(day.year, day.month, day.day) for day in (first, last))
        return cls(organization_id, start, end + timedelta(days=1))

    @property
    def months(self) -> list[int]:
        """The months they lie in, as the rollups' partitions are called: 202603."""
        first, last = self.start, self.end - timedelta(microseconds=1)
        months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
        return [month // 12 * 100 + month % 12 + 1 for month in months]

    def where(self, column: str) -> str:
        start, end = self.start.strftime("%Y-%m-%d"), self.end.strftime("%Y-%m-%d")
        return f"organization_id = '{self.organization_id}' AND {column} >= '{start}' AND {column} < '{end}'"


def rollups(client: Client) -> list[Rollup]:
    """Every materialised view on the facts, as the warehouse declares it."""
    with translated():
        views = client.query(
            """
            SELECT view.name, view.as_select, target.name,
                arrayFirst(
                    c -> c IN ('hour', 'day', 'request_created_at'), splitByString(', ', target.sorting_key)
                )
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
        Rollup(view, target, query, tuple(columns[view]), time, _measures(columns[target]))
        for view, query, target, time in views
    ]


def rebuild(client: Client, concerned: Sequence[Rollup], days: Days) -> None:
    """Make rollups anew from the facts, for these days. May be done again at any time; figures of these days are too
    small for the moment between the deletion and the insert. Raises `WarehouseUnavailable` or `QueryFailed`.
    """

    inserting = BoundedSemaphore(INSERTS)

    def make(rollup: Rollup) -> None:
        _delete(client, rollup, days)
        with inserting:
            _insert(client, rollup, days)
        rebuild_if_wrong(client, rollup, days)

    # ClickHouse takes up to a second to begin with a deletion, and any number of them at once.
    with ThreadPoolExecutor(max(len(concerned), 1)) as pool:
        for done in [pool.submit(make, rollup) for rollup in concerned]:
            done.result()


def rebuild_if_wrong(client: Client, rollup: Rollup, days: Days) -> bool:
    """Make a rollup anew from the facts, for these days, if its sums differ from theirs. True if they did.

    They are compared again: a worker on another machine may have inserted meanwhile.
    """
    for attempt in range(MOST_REBUILDS):
        if _agrees(client, rollup, days):
            return attempt > 0
        log.warning("%s differs from the facts; it is made anew from %s on", rollup.table, days.start.date())
        _delete(client, rollup, days)
        _insert(client, rollup, days)
    return True


def fill(client: Client, rollup: Rollup) -> None:
    """Bring a rollup that is new into line with all facts there are. Raises as `rebuild` does."""
    with translated():
        counts = client.query(
            f"SELECT organization_id, toDate(request_created_at) AS day, count() FROM {FACTS} GROUP BY ALL ORDER BY ALL"
        ).result_rows
    for days in _stretches([(row[0], row[1], row[2]) for row in counts]):
        rebuild_if_wrong(client, rollup, days)


def _stretches(counts: Collection[tuple[UUID, date, int]]) -> list[Days]:
    """The days of each organisation, in order, cut so that none has many more than MOST_FACTS facts."""
    found: list[tuple[UUID, date, date]] = []
    taken = 0
    for organization_id, day, count in counts:
        if found and found[-1][0] == organization_id and taken + count <= MOST_FACTS:
            found[-1] = (organization_id, found[-1][1], day)
            taken += count
        else:
            found.append((organization_id, day, day))
            taken = count
    return [Days.of(*stretch) for stretch in found]


def _agrees(client: Client, rollup: Rollup, days: Days) -> bool:
    with translated():
        stands = client.query(f"SELECT {rollup.measures} FROM {rollup.table} WHERE {days.where(rollup.time)}")
        should = client.query(f"SELECT {rollup.measures} FROM ({rollup.query})", settings=_facts_of(days))
    return bool(stands.result_rows == should.result_rows)


def _delete(client: Client, rollup: Rollup, days: Days) -> None:
    with translated():
        for month in days.months:
            # Of one partition: a deletion looks at every part, and those of other months are none of its business.
            client.command(f"DELETE FROM {rollup.table} IN PARTITION {month} WHERE {days.where(rollup.time)}")


def _insert(client: Client, rollup: Rollup, days: Days) -> None:
    # The same rows may be inserted that were inserted before, and deleted since: they must not count as duplicates.
    settings = {**_facts_of(days), "insert_deduplicate": 0}
    with translated():
        client.command(f"INSERT INTO {rollup.table} ({', '.join(rollup.columns)}) {rollup.query}", settings=settings)


def _facts_of(days: Days) -> dict[str, str]:
    return {"additional_table_filters": f"{{'{FACTS}': '{_quoted(days.where('request_created_at'))}'}}"}


def _measures(columns: Mapping[str, str]) -> str:
    """What tells whether a rollup is whole: its sums, or its states where it has none, or its requests."""
    sums = [f"sum({name})" for name, kind in columns.items() if kind == "SimpleAggregateFunction(sum, UInt64)"]
    states = [
        f"{found.group(1)}Merge{found.group(2) or ''}({name})"
        for name, kind in columns.items()
        if (found := re.match(r"AggregateFunction\((\w+)(\([^)]*\))?", kind))
    ]
    return ", ".join(sums or states or ["uniqExact(request_id)"])


def _quoted(text: str) -> str:
    return text.replace("'", "\\'")
