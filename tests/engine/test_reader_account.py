"""The account that HQL reads with: what it may see, and that it cannot become another one."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import httpx
import pytest
from clickhouse_connect.driver.client import Client

from hql.catalog import TABLES, Table
from warehouse.client import insert
from warehouse.row import Row

pytestmark = pytest.mark.server

ORGANISATION, OTHER = uuid4(), uuid4()
HEADER = "X-Heliograph-Organization"
Ask = Callable[..., httpx.Response]


@pytest.fixture(scope="module", autouse=True)
def rows(warehouse: Client) -> None:
    """One request of one organisation, two of another."""
    at = datetime.now(UTC)
    for organisation, count in ((ORGANISATION, 1), (OTHER, 2)):
        made = [Row(organisation, uuid4(), at, at, user_id="u", ingested_at=at) for _ in range(count)]
        insert(warehouse, "request_response_rmt", Row._fields, made, token=str(uuid4()))


@pytest.fixture(scope="module")
def ask(warehouse: Client, reader_url: str) -> Ask:
    """Send SQL as the reader; headers and URL parameters may be added or replaced."""
    url = urlsplit(reader_url)
    account = {"X-ClickHouse-User": url.username or "", "X-ClickHouse-Key": url.password or ""}

    def send(
        sql: str, organisation: UUID | None = ORGANISATION, headers: dict[str, str] | None = None, **parameters: str
    ) -> httpx.Response:
        tenant = {HEADER: str(organisation)} if organisation else {}
        sent = {**account, **tenant} if headers is None else {**tenant, **headers}
        address = f"http://{url.hostname}:{url.port}/"
        return httpx.post(address, params={"database": "heliograph", **parameters}, content=sql, headers=sent)

    return send


def count_of(organisation: UUID) -> str:
    return f"SELECT count() FROM hql_request_response_rmt(org_id = '{organisation}')"


def test_it_sees_the_organisation_of_the_header(ask: Ask) -> None:
    assert ask(count_of(ORGANISATION)).text == "1\n"
    assert ask(count_of(OTHER), OTHER).text == "2\n"


@pytest.mark.parametrize("table", TABLES)
def test_a_view_called_for_another_organisation_is_empty(ask: Ask, table: str) -> None:
    assert ask(f"SELECT count() FROM hql_{table}(org_id = '{OTHER}')").text == "0\n"


PROBES = (
    "lower(request_body) LIKE '%{}%'",
    "hasToken(lower(request_body), '{}')",
    "user_id = '{}'",
    "session_id = '{}'",
    "properties['team'] = '{}'",
    "mapContains(properties, '{}')",
)


@pytest.mark.parametrize("probe", PROBES)
def test_how_much_is_read_tells_nothing_of_what_others_wrote(warehouse: Client, ask: Ask, probe: str) -> None:
    """A skip index looks at whole granules, the neighbours' rows included, before any row policy does."""
    at, secret = datetime.now(UTC), "zanzibar"
    texts = {"request_body": secret, "user_id": secret, "session_id": secret}
    row = Row(OTHER, uuid4(), at, at, ingested_at=at, properties={"team": secret, secret: ""}, **texts)
    insert(warehouse, "request_response_rmt", Row._fields, [row], token=str(uuid4()))
    warehouse.command("OPTIMIZE TABLE request_response_rmt FINAL")
    view = f"hql_request_response_rmt(org_id = '{ORGANISATION}')"

    def read(word: str) -> tuple[str, str]:
        sql = f"SELECT count() FROM {view} WHERE {probe.format(word)}"
        summary = ask(sql, wait_end_of_query="1").headers["x-clickhouse-summary"]
        return json.loads(summary)["read_rows"], ask(f"EXPLAIN ESTIMATE {sql}").text

    assert read(secret) == read("nowhere")


@pytest.mark.parametrize("header", [None, UUID(int=0)])
def test_without_an_organisation_it_sees_nothing(ask: Ask, header: UUID | None) -> None:
    assert ask(count_of(OTHER), header).text == "0\n"


@pytest.mark.parametrize(
    "table",
    ["request_response_rmt", "scores", "users_daily", "requests_hourly", "prices", "pipeline", "schema_migrations",
     "system.query_log", "system.processes", "system.users", "information_schema.tables"],
)  # fmt: skip
def test_it_may_not_read_what_lies_behind_the_views(ask: Ask, table: str) -> None:
    refused = ask(f"SELECT count() FROM {table}")
    assert refused.status_code != 200 and any(why in refused.text for why in ("ACCESS_DENIED", "UNKNOWN_TABLE"))


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO scores VALUES",
        "ALTER TABLE scores DELETE WHERE 1",
        "DROP VIEW hql_scores",
        "CREATE TABLE mine (a UInt8) ENGINE = Memory",
        "SYSTEM FLUSH LOGS",
        "KILL QUERY WHERE 1",
        "SELECT 1 SETTINGS max_execution_time = 0",
        "SELECT 1 SETTINGS readonly = 0",
        "SET allow_get_client_http_header = 0",
        "SELECT * FROM url('http://127.0.0.1:1/', 'CSV', 'a String')",
        "SELECT * FROM file('/etc/passwd', 'LineAsString')",
        "SELECT * FROM remote('127.0.0.1', 'heliograph', 'scores')",
        "EXECUTE AS hql_definer SELECT 1",
    ],
)
def test_it_can_neither_write_nor_set_nor_reach_out(ask: Ask, sql: str) -> None:
    refused = ask(sql)
    assert refused.status_code != 200 and "Exception" in refused.text


@pytest.mark.parametrize("setting", ["max_execution_time", "max_result_rows", "readonly", "max_memory_usage"])
def test_a_url_sets_nothing(ask: Ask, setting: str) -> None:
    refused = ask("SELECT 1", **{setting: "2"})
    assert refused.status_code != 200 and "READONLY" in refused.text


@pytest.mark.parametrize("name", ["default", "hql_definer"])
def test_its_password_signs_in_as_nobody_else(ask: Ask, reader_url: str, name: str) -> None:
    """ClickHouse lets a URL name another account beside `Authorization`, and the engine's own has no password."""
    key = urlsplit(reader_url).password or ""
    basic = httpx.BasicAuth("hql_reader", key)._auth_header
    own = {"X-ClickHouse-User": "hql_reader", "X-ClickHouse-Key": key}
    for headers, parameters in (
        (own, {"user": name}),
        (own, {"user": name, "password": ""}),
        (own | {"Authorization": basic}, {}),
        ({"Authorization": basic}, {"user": name}),
        ({"X-ClickHouse-User": name, "X-ClickHouse-Key": key}, {}),
        ({"X-ClickHouse-User": name, "X-ClickHouse-Key": ""}, {}),
        ({}, {"user": name}),
    ):
        refused = ask("SELECT currentUser()", headers=headers, **parameters)
        assert refused.status_code == 403 and name not in refused.text.split("Exception: ")[0]


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_the_catalog_describes_the_views(ask: Ask, table: Table) -> None:
    described = ask(f"DESCRIBE TABLE {table.view}(org_id = '{ORGANISATION}') FORMAT JSONCompact").json()["data"]
    assert [(column.name, column.type) for column in table.columns] == [(row[0], row[1]) for row in described]
    assert "organization_id" not in {column.name for column in table.columns}
    assert all(column.comment for column in table.columns)
