"""Running queries: how far one is, by the engine's own account of it, and how to stop some."""

from __future__ import annotations

from dataclasses import dataclass

from clickhouse_connect.driver.client import Client

from warehouse.client import translated

_SQL = (
    "SELECT read_rows, read_bytes, total_rows_approx, toUInt64(elapsed * 1000) FROM system.processes "
    "WHERE query_id = {id:String}"
)


@dataclass(frozen=True)
class Reading:
    """What a query has read; `rows_total` is the engine's estimate of all that it has to."""

    rows_read: int
    bytes_read: int
    rows_total: int
    elapsed_ms: int


def stop(client: Client, label: str) -> None:
    """End the queries that a `Reader` of this label runs; of none, nothing happens. Raises `WarehouseError`."""
    with translated():
        client.command("KILL QUERY WHERE Settings['log_comment'] = {label:String} ASYNC", {"label": label})


def reading(client: Client, query_id: str) -> Reading | None:
    """Of the query that runs by that id; None if none does. Raises `WarehouseError`."""
    with translated():
        rows = client.query(_SQL, {"id": query_id}).result_rows
    return Reading(*rows[0]) if rows else None
