"""What the engine itself answers over one tenant's rows alone, and when two answers are the same."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from clickhouse_connect.driver.client import Client

from hql.run import HEADER
from tests.hql.seeding import Tenant

TABLES = ("request_response_rmt", "scores", "feedback", "sessions", "users", "daily_usage", "cache_metrics")
FORMAT = {
    "default_format": "JSONCompactEachRowWithNamesAndTypes",
    "output_format_json_quote_64bit_integers": "0",
    "output_format_json_quote_denormals": "1",
    "implicit_select": "0",
    "session_timezone": "UTC",
}


@dataclass(frozen=True)
class Answer:
    """Columns as (name, type), and the rows."""

    columns: tuple[tuple[str, str], ...]
    rows: list[list[Any]]

    def assert_same(self, other: Answer, *, ordered: bool) -> None:
        """Fail unless both have the same columns and rows, these in the same order if it matters."""
        assert self.columns == other.columns
        if self.rows != other.rows:
            assert self._comparable(ordered) == other._comparable(ordered)

    def _comparable(self, ordered: bool) -> list[str]:
        """Rows as texts, floats to the 12th digit: a sum of them depends on the order in which they are read."""
        rows = [json.dumps(_rounded(row), sort_keys=True) for row in self.rows]
        return rows if ordered else sorted(rows)

    def texts(self) -> str:
        """All values as one text."""
        return json.dumps(self.rows, ensure_ascii=False)


class Oracle:
    """A database whose tables are named as the public ones and hold what one tenant has."""

    def __init__(self, server: str, database: str) -> None:
        self.database = database
        address = urlsplit(server)
        headers = {"X-ClickHouse-User": address.username or "", "X-ClickHouse-Key": address.password or ""}
        base = f"{address.scheme}://{address.hostname}:{address.port}"
        self._http = httpx.Client(base_url=base, headers=headers, timeout=60)

    def ask(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Answer:
        """Run the text as it stands. Raises `ValueError` with ClickHouse's words when it cannot."""
        values = {f"param_{name}": _escaped(value) for name, value in (parameters or {}).items()}
        settings = {"database": self.database, **FORMAT, **values}
        response = self._http.post("/", params=settings, content=sql.encode())
        if response.status_code != 200:
            raise ValueError(response.text.strip())
        names, types, *rows = [
            json.loads(line) for line in response.content.decode("utf-8", "replace").split("\n")[:-1]
        ]
        return Answer(tuple(zip(names, types, strict=True)), rows)

    def close(self) -> None:
        self._http.close()


def fill(client: Client, database: str, tenant: Tenant) -> None:
    """Make `database` with all that the public views show of the tenant."""
    client.command(f"CREATE DATABASE {database}")
    for table in TABLES:
        view = f"hql_{table}(org_id = '{tenant.organization_id}')"
        client.command(
            f"CREATE TABLE {database}.{table} ENGINE = MergeTree ORDER BY tuple() AS SELECT * FROM {view}",
            settings={"allow_get_client_http_header": 1},
            transport_settings={HEADER: str(tenant.organization_id)},
        )


def _escaped(value: Any) -> str:
    """A parameter's value as the HTTP interface takes it."""
    if value is None:
        return "\\N"
    text = value if isinstance(value, str) else _literal(value)
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n") if isinstance(value, str) else text


def _literal(value: Any) -> str:
    if isinstance(value, list):
        return f"[{','.join(_literal(each) for each in value)}]"
    if isinstance(value, str):
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return "NULL" if value is None else json.dumps(value)


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.12g}") if math.isfinite(value) else str(value)
    if value == "-nan":
        return "nan"
    if isinstance(value, list):
        return [_rounded(each) for each in value]
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    return value
