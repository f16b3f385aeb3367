"""The one way to the warehouse: ClickHouse's HTTP interface by clickhouse-connect.

`connect` gives the driver's client (shared by threads). `Reader` is how every read of an organisation's data goes:
it binds the organisation in one place, as a filter that ClickHouse itself puts on every tenant table of the query,
so that no read model can forget it and none has to mention it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast
from uuid import UUID

import clickhouse_connect
import polars as pl
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError, DatabaseError, OperationalError
from clickhouse_connect.driver.httputil import get_pool_manager

from settings import Settings
from warehouse.errors import RETRYABLE_CODES, QueryFailed, QueryTimeout, WarehouseError, WarehouseUnavailable

TENANT_TABLES = (
    "request_response_rmt",
    "scores",
    "feedback",
    "request_properties",
    "requests_hourly",
    "users_hourly",
    "users_daily",
    "segments_hourly",
    "segments_daily",
    "properties_hourly",
    "limits_hourly",
    "cache_hourly",
    "cache_hits_hourly",
    "sessions_daily",
    "costs_hourly",
    "scored_requests",
)
"""Every table with an `organization_id`; a test holds this against the schema."""


def connect(settings: Settings, *, query_timeout_s: int = 60) -> Client:
    """A client that many threads may share. Raises `WarehouseUnavailable` if nothing answers."""
    with translated():
        return clickhouse_connect.get_client(
            dsn=settings.warehouse_url,
            autogenerate_session_id=False,
            send_receive_timeout=query_timeout_s,
            connect_timeout=5,
            pool_mgr=get_pool_manager(maxsize=16, num_pools=2),
            client_name="heliograph",
        )


class Reader:
    """Reads of one organisation. Values go in `parameters` (``{name:Type}`` in the SQL), never into the text."""

    def __init__(self, client: Client, organization_id: UUID, *, label: str = "") -> None:
        """`label` goes with every query, so that all of them can be stopped (warehouse/processes.py)."""
        self.organization_id = organization_id
        self._client = client
        scope = f"organization_id = \\'{organization_id}\\'"
        self._settings = {
            "additional_table_filters": "{" + ", ".join(f"'{t}': '{scope}'" for t in TENANT_TABLES) + "}",
            "readonly": 2,
            **({"log_comment": label} if label else {}),
        }

    def frame(self, sql: str, parameters: Mapping[str, Any] | None = None) -> pl.DataFrame:
        """The result as a Polars frame over ClickHouse's Arrow. Select UUIDs as ``toString(…)``."""
        with translated():
            table = self._client.query_arrow(sql, dict(parameters or {}), settings=self._settings, use_strings=True)
        return cast(pl.DataFrame, pl.from_arrow(table))

    def rows(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """The result as dicts with Python's own types (UUID, datetime, dict); for few rows with bodies or maps."""
        with translated():
            result = self._client.query(sql, dict(parameters or {}), settings=self._settings, query_tz="UTC")
        return list(result.named_results())

    def stream(self, sql: str, parameters: Mapping[str, Any] | None = None, *, fmt: str) -> Iterator[bytes]:
        """The result in a ClickHouse output format, piece by piece in constant memory."""
        with translated(), self._client.raw_stream(sql, dict(parameters or {}), self._settings, fmt=fmt) as pieces:
            while piece := pieces.read(1 << 16):
                yield piece


def insert(client: Client, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], *, token: str) -> None:
    """Insert a batch that has the effect of one insert however often it is sent with the same `token`.

    Raises `WarehouseUnavailable` when the same batch may succeed later, `QueryFailed` when its data is at fault.
    """
    with translated():
        client.insert(
            table,
            rows,
            column_names=columns,
            settings={"insert_deduplication_token": token, "deduplicate_blocks_in_dependent_materialized_views": 1},
        )


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Turn the driver's and the network's exceptions into ours (warehouse/errors.py)."""
    try:
        yield
    except WarehouseError:
        raise
    except ClickHouseError as error:
        raise _translate(error) from error
    except OSError as error:
        raise WarehouseUnavailable(f"the warehouse does not answer: {error}") from error


def _translate(error: ClickHouseError) -> WarehouseError:
    code, name = getattr(error, "code", None) or 0, getattr(error, "name", None) or ""
    if code == 159:
        return QueryTimeout(str(error), code, name)
    if code in RETRYABLE_CODES:
        return WarehouseUnavailable(str(error))
    if not code and isinstance(error, OperationalError):
        return WarehouseUnavailable(f"the warehouse does not answer: {error}")
    if not code and isinstance(error, DatabaseError):
        return WarehouseUnavailable(str(error))
    return QueryFailed(str(error), code, name)
