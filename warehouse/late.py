"""Properties said later than their request: which days' rollups they change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from uuid import UUID

from clickhouse_connect.driver.client import Client

from warehouse import scored
from warehouse.annotations import FACTS, Key
from warehouse.client import translated
from warehouse.rollups import Rollup, rollups

ROLLED_UP = ("properties", "session_id", "session_name", "prompt_id", "prompt_version")
"""The columns of the facts that folding changes and rollups read."""

_OF_IDS = "organization_id = {organization_id:UUID} AND request_id IN {ids:Array(UUID)}"


def days_of(client: Client, keys: Collection[Key]) -> set[tuple[UUID, date]]:
    """Organisation and day (UTC) of those facts among `keys` of which a property was said later."""
    by_organisation: dict[UUID, list[str]] = defaultdict(list)
    for organization_id, request_id in keys:
        by_organisation[organization_id].append(str(request_id))
    found: set[tuple[UUID, date]] = set()
    with translated():
        for organization_id, ids in by_organisation.items():
            scope = {"organization_id": str(organization_id), "ids": ids}
            said = client.query(f"SELECT DISTINCT toString(request_id) FROM request_properties WHERE {_OF_IDS}", scope)
            scope["ids"] = [row[0] for row in said.result_rows]
            if scope["ids"]:
                sql = f"SELECT DISTINCT toDate(request_created_at) FROM {FACTS} WHERE {_OF_IDS}"
                found |= {(organization_id, row[0]) for row in client.query(sql, scope).result_rows}
    return found


def concerned(client: Client) -> list[Rollup]:
    """The rollups that count what is said later. What was scored is not among them: folding renews it row by row."""
    return [rollup for rollup in rollups(client) if rollup.reads(ROLLED_UP) and rollup.table != scored.TABLE]


def told_since(client: Client, seconds: float) -> list[Key]:
    """The requests of which a property was said within the last `seconds`."""
    sql = (
        "SELECT DISTINCT organization_id, request_id FROM request_properties "
        "WHERE created_at > now64(3) - toIntervalMillisecond({ms:UInt64})"
    )
    with translated():
        return [(row[0], row[1]) for row in client.query(sql, {"ms": round(seconds * 1000)}).result_rows]
