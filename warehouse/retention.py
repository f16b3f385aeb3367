"""Deleting what an organisation keeps no longer, from its facts and from every rollup of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from clickhouse_connect.driver.client import Client

from warehouse.client import TENANT_TABLES, Reader, translated

FACTS = "request_response_rmt"
_TIMES = ("request_created_at", "hour", "day", "created_at")


def cutoff(days: int, now: datetime | None = None) -> datetime:
    """The midnight (UTC) before which requests are too old: whole days, so that daily rollups stay exact."""
    today = (now or datetime.now(UTC)).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=days)


def older(reader: Reader, before: datetime) -> int:
    """How many requests the organisation has from before that midnight."""
    sql = "SELECT sum(requests) FROM requests_hourly WHERE hour < {before:DateTime('UTC')}"
    return int(reader.frame(sql, {"before": _text(before)}).item() or 0)


def delete(client: Client, organization_id: UUID, before: datetime) -> int:
    """Delete all that the organisation has from before that midnight; returns how many requests it was.

    May be done again at any time. Raises `WarehouseUnavailable` or `QueryFailed`; what is deleted by then stays so.
    """
    given = {"organization_id": str(organization_id), "before": _text(before)}
    with translated():
        deleted = 0
        for table, time in _tables(client).items():
            bound = "toDate({before:DateTime('UTC')})" if time == "day" else "{before:DateTime('UTC')}"
            where = f"organization_id = {{organization_id:UUID}} AND {time} < {bound}"
            # A DELETE that finds nothing still costs a mutation of every part.
            if count := int(str(client.command(f"SELECT count() FROM {table} WHERE {where}", given))):
                client.command(f"DELETE FROM {table} WHERE {where}", given)
            deleted = count if table == FACTS else deleted
    return deleted


def _tables(client: Client) -> dict[str, str]:
    """Every table of an organisation's data and its column of time, the facts first."""
    sql = (
        "SELECT table, name FROM system.columns WHERE database = currentDatabase() "
        "AND table IN {tables:Array(String)} AND name IN {times:Array(String)}"
    )
    found = client.query(sql, {"tables": list(TENANT_TABLES), "times": list(_TIMES)}).result_rows
    return {str(table): str(time) for table, time in sorted(found, key=lambda row: row[0] != FACTS)}


def _text(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
