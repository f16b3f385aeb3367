"""Queries looked at without running them, and values of a column. All through the guard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from hql.catalog import TABLES, Column, Table
from hql.errors import HqlError, NotFound
from hql.guard import GuardedQuery, guard
from hql.guard import parameters_of as declared
from hql.run import Runner
from ui.hql.parameters import placeholders

MOST = 12
"""Values of a sample."""
NEWEST = 100_000
"""Rows that a sample looks at …"""
FEW = 500
"""… where each may be large."""
LONGEST_VALUE = 200


def estimate(runner: Runner, organization_id: UUID, text: str, given: Mapping[str, Any]) -> int:
    """How many rows the query would read, once the engine has resolved its names. Raises `HqlError`."""
    query = guard(text, organization_id, placeholders(declared(text), given))
    return runner.estimate(query)


def sample(organization_id: UUID, table: str, column: str, key: str) -> GuardedQuery:
    """The most frequent values among the newest rows, with how often each is there. Raises `HqlError`."""
    of, found = _column(table, column)
    chosen = f"`{column}`"
    if found.type.startswith("Map("):
        chosen = f"{chosen}[{{key:String}}]" if key else f"arrayJoin(mapKeys({chosen}))"
    elif found.type.startswith("Array("):
        chosen = f"arrayJoin({chosen})"
    newest = FEW if column.endswith("_body") else NEWEST
    rows = f"SELECT {chosen} AS value FROM {of.name}{_newest_first(of)} LIMIT {newest}"
    text = (
        f"SELECT substring(toString(value), 1, {LONGEST_VALUE}) AS shown, count() AS times FROM ({rows}) "
        f"WHERE shown != '' GROUP BY shown ORDER BY times DESC, shown LIMIT {MOST}"
    )
    return guard(text, organization_id, {"key": key} if "{key:" in text else {})


def problem(error: HqlError) -> dict[str, Any]:
    at = asdict(error.at) if error.at else None
    return {"code": error.code, "message": error.message, "at": at}


def _column(table: str, column: str) -> tuple[Table, Column]:
    of = TABLES.get(table)
    found = next((one for one in of.columns if one.name == column), None) if of else None
    if of is None or found is None:
        raise NotFound(f"There is no column {column[:60]} of {table[:60]}.", "HQL_INVALID_TABLE")
    return of, found


def _newest_first(table: Table) -> str:
    names = [column.name for column in table.columns]
    time = next(
        (
            name
            for name in ("request_created_at", "created_at", "started_at", "last_seen", "hour", "day")
            if name in names
        ),
        "",
    )
    return f" ORDER BY {time} DESC" if time else ""
