"""HQL over REST: every path, its envelope and refusals, limits, and what happens when a client goes away."""

from __future__ import annotations

import csv
import io
import json
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import polars as pl
import pytest
from clickhouse_connect.driver.client import Client

from api.app import build
from hql.catalog import TABLES
from metadata import downloads, models
from metadata.downloads import Downloads
from tests.api.conftest import Api
from tests.gateway.serving import served
from warehouse.client import insert
from warehouse.row import COLUMNS, Row

PATH = "/v1/helicone-sql"
START = datetime(2026, 3, 1, tzinfo=UTC)
MANY = "SELECT n, toString(n) AS text, '=1+1' AS formula FROM request_response_rmt ARRAY JOIN range(60000) AS n"
"""300,000 rows of five requests."""
SLOW = (
    "SELECT sum(cityHash64(a.x, b.y)) FROM (SELECT arrayJoin(range(100000)) AS x FROM request_response_rmt) AS a"
    " CROSS JOIN (SELECT arrayJoin(range(100000)) AS y FROM request_response_rmt) AS b"
)


@dataclass(frozen=True)
class Tenant:
    id: UUID
    client: httpx.Client

    def execute(self, sql: str, **body: Any) -> httpx.Response:
        return self.client.post(f"{PATH}/execute", json={"sql": sql, **body})

    def save(self, name: str = "Errors", sql: str = "SELECT 1", **body: Any) -> Any:
        return self.client.post(f"{PATH}/saved-query", json={"name": name, "sql": sql, **body}).json()["data"][0]

    def address(self, sql: str, **body: Any) -> str:
        answer = self.client.post(f"{PATH}/download", json={"sql": sql, **body})
        assert answer.status_code == 200, answer.text
        return str(self.client.base_url).rstrip("/") + httpx.URL(answer.json()["data"]).raw_path.decode()


@pytest.fixture
def joining(api: Api, warehouse: Client) -> Iterator[Callable[[int], Tenant]]:
    """Makes organisations with so many requests, each with a quota of its own."""
    store = api.port.rest.state.context.store
    clients = []

    def join(requests: int) -> Tenant:
        organisation = store.create_organisation("Asking").id
        rows = [_row(organisation, number, requests) for number in range(requests)]
        if rows:
            insert(warehouse, "request_response_rmt", COLUMNS, rows, token=str(uuid4()))
        clients.append(api.client(store.create_key(organisation, "laptop")))
        return Tenant(organisation, clients[-1])

    yield join
    for client in clients:
        client.close()


def _row(organisation: UUID, number: int, of: int) -> Row:
    at = START + timedelta(minutes=number)
    text = json.dumps({"number": number, "of": of})
    return Row(
        organisation, UUID(int=number + 1), at, at, ingested_at=at, status=200, cost=2**53 + 1, request_body=text
    )


@pytest.fixture
def tenant(joining: Callable[[int], Tenant]) -> Tenant:
    return joining(5)


def refused(answer: httpx.Response) -> tuple[int, str, str]:
    """Status, code and sentence, once the envelope is found to be right."""
    body = answer.json()
    assert body.keys() == {"data", "error", "detail"} and body["data"] is None
    assert body["detail"].keys() == {"code", "line", "column"}
    assert body["error"].startswith(f"[{body['detail']['code']}] ")
    return answer.status_code, body["detail"]["code"], body["error"]


def test_a_query_s_answer_has_the_documented_fields_and_ours(tenant: Tenant) -> None:
    answer = tenant.execute("SELECT status, count() AS count FROM request_response_rmt GROUP BY status")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    data = answer.json()["data"]
    assert answer.json()["error"] is None
    assert data["rows"] == [{"status": 200, "count": 5}]
    assert data["columns"] == [{"name": "status", "type": "Int32"}, {"name": "count", "type": "UInt64"}]
    assert (data["rowCount"], data["truncated"]) == (1, False)
    assert data["size"] == len(json.dumps(data["rows"], separators=(",", ":")))
    assert data["elapsedMilliseconds"] >= 0 and data["rowsRead"] >= 5 and data["bytesRead"] > 0


def test_values_keep_their_kind(tenant: Tenant) -> None:
    sql = "SELECT cost, [1, 2] AS list, map('a', 1) AS map, NULL AS nothing, 0/0 AS nan, request_created_at AS at"
    (row,) = tenant.execute(f"{sql} FROM request_response_rmt ORDER BY at LIMIT 1").json()["data"]["rows"]
    assert row == {
        "cost": 2**53 + 1, "list": [1, 2], "map": {"a": 1}, "nothing": None, "nan": None,
        "at": "2026-03-01 00:00:00.000",
    }  # fmt: skip


def test_columns_of_one_name_are_all_there(tenant: Tenant) -> None:
    data = tenant.execute("SELECT a.status, b.status FROM request_response_rmt a, request_response_rmt b").json()
    assert data["error"] is None, data
    assert len(set(data["data"]["rows"][0])) == 2
    assert list(data["data"]["rows"][0]) == [column["name"] for column in data["data"]["columns"]]


def test_an_empty_answer_is_one(tenant: Tenant) -> None:
    data = tenant.execute("SELECT status FROM request_response_rmt WHERE status = 1").json()["data"]
    assert (data["rows"], data["rowCount"], data["size"]) == ([], 0, 2)


def test_an_organisation_sees_its_own_rows(joining: Callable[[int], Tenant]) -> None:
    sql = "SELECT count() AS n, any(request_body) AS body FROM request_response_rmt"
    for size in (3, 7):
        (row,) = joining(size).execute(sql).json()["data"]["rows"]
        assert (row["n"], json.loads(row["body"])["of"]) == (size, size)
    assert joining(0).execute(sql).json()["data"]["rows"] == [{"n": 0, "body": ""}]


def test_parameters_are_values(tenant: Tenant) -> None:
    sql = "SELECT count() AS n FROM request_response_rmt WHERE status = {status:Int32} AND user_id != {user:String}"
    values = {"status": 200, "user": "' OR 1 --"}
    assert tenant.execute(sql, parameters=values).json()["data"]["rows"] == [{"n": 5}]
    assert refused(tenant.execute(sql, parameters={"status": 200}))[:2] == (400, "HQL_INVALID_PARAMETER")


def test_rows_beyond_the_most_that_is_asked_for_are_cut_and_it_is_said(tenant: Tenant) -> None:
    sql = "SELECT status FROM request_response_rmt"
    for most, rows, truncated in ((4, 4, True), (5, 5, False)):
        data = tenant.execute(sql, maxRows=most).json()["data"]
        assert (len(data["rows"]), data["rowCount"], data["truncated"]) == (rows, rows, truncated)


def test_the_most_rows_are_300_000(tenant: Tenant) -> None:
    data = tenant.execute(MANY.replace("60000", "60001")).json()["data"]
    assert (len(data["rows"]), data["rowCount"], data["truncated"]) == (300_000, 300_000, True)
    assert data["size"] == len(json.dumps(data["rows"], separators=(",", ":")))


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({}, "HQL_MISSING_QUERY_SQL"),
    ({"sql": None}, "HQL_MISSING_QUERY_SQL"),
    ({"sql": " \n"}, "HQL_MISSING_QUERY_SQL"),
    ({"sql": "SELECT modle FROM request_response_rmt"}, "HQL_UNKNOWN_COLUMN"),
    ({"sql": "SELECT 1 FROM system.tables"}, "HQL_INVALID_TABLE"),
    ({"sql": "DROP TABLE request_response_rmt"}, "HQL_INVALID_STATEMENT"),
    ({"sql": "SELECT file('/etc/passwd')"}, "HQL_FORBIDDEN_FUNCTION"),
    ({"sql": "SELECT FROM WHERE"}, "HQL_SYNTAX_ERROR"),
    ({"sql": "SELECT '\ud800'"}, "HQL_SYNTAX_ERROR"),
    ({"sql": "SELECT 1", "parameters": {"x": "\ud800"}}, "HQL_INVALID_PARAMETER"),
]


@pytest.mark.parametrize("path", ["execute", "download"])
@pytest.mark.parametrize(("body", "code"), REFUSED, ids=[str(body)[:40] for body, _ in REFUSED])
def test_what_is_not_run_says_why_by_its_code(tenant: Tenant, path: str, body: dict[str, Any], code: str) -> None:
    answer = tenant.client.post(f"{PATH}/{path}", content=json.dumps(body))
    assert refused(answer)[:2] == (400, code)


def test_a_refusal_points_into_the_query(tenant: Tenant) -> None:
    answer = tenant.execute("SELECT status,\n  modle FROM request_response_rmt")
    status, code, sentence = refused(answer)
    assert (status, code) == (400, "HQL_UNKNOWN_COLUMN")
    assert sentence == "[HQL_UNKNOWN_COLUMN] There is no column modle: did you mean model? (line 2, column 3)"
    assert answer.json()["detail"] == {"code": code, "line": 2, "column": 3}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ('{"sql": 5}', "sql: must be text"),
        ('{"sql": "SELECT 1", "maxRows": 0}', "maxRows: must be greater than or equal to 1"),
        ('{"sql": "SELECT 1", "maxRows": 300001}', "maxRows: must be less than or equal to 300000"),
        ('{"sql": "SELECT 1", "max_rows": 5}', "max_rows: unknown field"),
        ("[]", "the body must be a JSON object, sent with Content-Type: application/json"),
    ],
)
def test_a_body_of_another_shape_is_refused_by_the_name_of_its_field(tenant: Tenant, body: str, message: str) -> None:
    answer = tenant.client.post(f"{PATH}/execute", content=body)
    assert (answer.status_code, answer.json()) == (400, {"data": None, "error": message})


def test_every_path_but_a_signed_address_needs_a_key(api: Api) -> None:
    paths = httpx.get(f"{api.url}/openapi.json").json()["paths"]
    asked = [
        (method, path.replace("{queryId}", str(uuid4())))
        for path, methods in paths.items()
        for method in methods
        if path.startswith(PATH) and "{downloadId}" not in path
    ]
    assert len(asked) == 10
    for method, path in asked:
        answer = httpx.request(method, f"{api.url}{path}", json={"sql": "SELECT 1", "name": "n", "ids": []})
        assert answer.status_code == 401, (method, path)


def test_the_schema_has_every_table_and_column(tenant: Tenant) -> None:
    data = tenant.client.get(f"{PATH}/schema").json()["data"]
    assert [table["table_name"] for table in data] == list(TABLES)
    (status,) = [column for column in data[0]["columns"] if column["name"] == "status"]
    assert status.pop("comment")
    assert status == {
        "name": "status", "type": "Int32", "default_type": "", "default_expression": "", "codec_expression": "",
        "ttl_expression": "",
    }  # fmt: skip
    assert not any("organi" in column["name"] for table in data for column in table["columns"])


def test_all_300_000_rows_are_downloaded_as_csv(tenant: Tenant) -> None:
    with httpx.stream("GET", tenant.address(MANY), timeout=60) as answer:
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert answer.headers["content-disposition"].startswith('attachment; filename="hql-export-')
        answer.read()
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert rows[0] == ["n", "text", "formula"]
    assert len(rows) == 300_001
    assert {row[2] for row in rows[1:]} == {"'=1+1"}
    assert sum(int(row[0]) for row in rows[1:]) == 5 * sum(range(60_000))


@pytest.mark.parametrize(
    ("format", "media_type", "read"),
    [
        ("parquet", "application/vnd.apache.parquet", pl.read_parquet),
        ("arrow", "application/vnd.apache.arrow.file", pl.read_ipc),
        ("jsonl", "application/x-ndjson", pl.read_ndjson),
        ("csv", "text/csv; charset=utf-8", pl.read_csv),
    ],
)
def test_a_download_has_its_format(
    tenant: Tenant, format: str, media_type: str, read: Callable[[io.BytesIO], pl.DataFrame]
) -> None:
    sql = "SELECT status, cost FROM request_response_rmt WHERE status = {status:Int32}"
    answer = httpx.get(tenant.address(sql, format=format, parameters={"status": 200}))
    assert answer.headers["content-type"] == media_type
    assert f'.{format}"' in answer.headers["content-disposition"]
    frame = read(io.BytesIO(answer.content))
    assert (frame.columns, frame.rows()) == (["status", "cost"], [(200, 2**53 + 1)] * 5)


@pytest.mark.parametrize("format", ["csv", "jsonl", "parquet"])
def test_a_download_without_rows_is_a_file(tenant: Tenant, format: str) -> None:
    answer = httpx.get(tenant.address("SELECT status FROM request_response_rmt WHERE status = 1", format=format))
    assert answer.status_code == 200
    assert {"csv": b"status\r\n", "jsonl": b"", "parquet": answer.content}[format] == answer.content


def test_a_download_of_an_unknown_format_is_refused(tenant: Tenant) -> None:
    answer = tenant.client.post(f"{PATH}/download", json={"sql": "SELECT 1", "format": "xlsx"})
    assert answer.status_code == 400
    assert answer.json()["error"] == "format: must be 'csv', 'parquet', 'jsonl' or 'arrow'"


def test_a_download_that_fails_before_its_first_byte_says_so(tenant: Tenant) -> None:
    sql = "SELECT toUInt8(request_body) AS number FROM request_response_rmt"
    for format in ("csv", "parquet"):
        assert refused(httpx.get(tenant.address(sql, format=format)))[:2] == (400, "HQL_TYPE_MISMATCH")


def test_a_download_that_fails_midway_is_broken_off(tenant: Tenant) -> None:
    number = "toUInt32(if(n = 59999 AND request_id = '00000000-0000-0000-0000-000000000005', 'x', '1')) AS number"
    sql = f"SELECT {number}, repeat('x', 100) FROM request_response_rmt ARRAY JOIN range(60000) AS n"
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(tenant.address(sql), timeout=60)


@pytest.mark.parametrize(
    "forge",
    [
        lambda url: url[:-1] + ("0" if url[-1] != "0" else "1"),
        lambda url: url.partition("&signature")[0],
        lambda url: url.replace("expires=", "expires=9"),
        lambda url: url.replace("/download/", f"/download/{uuid4()}?x="),
    ],
)
def test_a_forged_address_gives_nothing(tenant: Tenant, forge: Callable[[str], str]) -> None:
    answer = httpx.get(forge(tenant.address("SELECT 1")))
    assert answer.status_code == 403
    assert answer.json() == {"data": None, "error": "this address is not one of ours, or was changed"}


def test_an_address_is_over_after_an_hour(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    url, later = tenant.address("SELECT 1"), models.now() + downloads.LIFETIME + timedelta(seconds=1)
    monkeypatch.setattr(downloads, "now", lambda: later)
    answer = httpx.get(url)
    assert answer.status_code == 410
    assert answer.json() == {"data": None, "error": "this download has expired; ask for a new one"}


def counted(api: Api, tenant: Tenant, kind: str, times: int, limit: int) -> None:
    quota = api.port.rest.state.context.hql.quota
    assert [quota.take(tenant.id, kind, limit) for _ in range(times)] == [0.0] * times


def assert_too_many(answer: httpx.Response, noun: str) -> None:
    status, code, sentence = refused(answer)
    assert (status, code) == (429, "HQL_RATE_LIMIT_EXCEEDED")
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert sentence.startswith(f"[{code}] At most {noun} a minute; try again in {answer.headers['retry-after']} second")


def test_a_minute_has_100_queries(api: Api, tenant: Tenant, joining: Callable[[int], Tenant]) -> None:
    counted(api, tenant, "query", 99, 100)
    assert tenant.execute("SELECT 1").status_code == 200
    assert_too_many(tenant.execute("SELECT 1"), "100 queries")
    saved = tenant.save()
    assert_too_many(tenant.client.post(f"{PATH}/saved-query/{saved['id']}/execute", json={}), "100 queries")
    assert tenant.client.get(f"{PATH}/saved-query/{saved['id']}").json()["data"]["runs"] == []
    assert joining(0).execute("SELECT 1").status_code == 200


def test_a_minute_has_10_downloads_and_fetching_again_is_one(api: Api, tenant: Tenant) -> None:
    url = tenant.address("SELECT 1 AS one")
    assert httpx.get(url).text == "one\r\n1\r\n"
    counted(api, tenant, "download", 8, 10)
    assert httpx.get(url).status_code == 200
    assert_too_many(httpx.get(url), "10 downloads")
    assert_too_many(tenant.client.post(f"{PATH}/download", json={"sql": "SELECT 1"}), "10 downloads")


def test_a_query_that_is_refused_does_not_count(api: Api, tenant: Tenant) -> None:
    counted(api, tenant, "query", 99, 100)
    assert tenant.execute("SELECT 1 FROM nowhere").status_code == 400
    assert tenant.execute("SELECT 1").status_code == 200


def running_queries(warehouse: Client, mark: str) -> int:
    sql = "SELECT count() FROM system.processes WHERE query LIKE {mark:String} AND query_id LIKE 'api-%'"
    return int(warehouse.command(sql, {"mark": f"%{mark}%"}))


def until(condition: Callable[[], bool], within_s: float = 10.0) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def hung_up(url: str, head: str, body: str, when: Callable[[], bool]) -> None:
    """Send a request on a socket of its own, and close that as soon as `when` is true."""
    address = httpx.URL(url)
    with socket.create_connection((address.host, address.port or 80)) as connection:
        connection.sendall(f"{head}\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
        until(when)


def test_a_query_ends_in_the_engine_when_its_client_goes(api: Api, tenant: Tenant, warehouse: Client) -> None:
    mark = f"gone{uuid4().hex}"
    body = json.dumps({"sql": f"{SLOW} WHERE a.x >= length('') AND '{mark}' != ''"})
    head = f"POST {PATH}/execute HTTP/1.1\r\nAuthorization: {tenant.client.headers['authorization']}"
    hung_up(api.url, head, body, lambda: running_queries(warehouse, mark) == 1)
    until(lambda: running_queries(warehouse, mark) == 0, within_s=5)


def test_a_download_ends_in_the_engine_when_its_client_goes(api: Api, tenant: Tenant, warehouse: Client) -> None:
    mark = f"gone{uuid4().hex}"
    for format in ("csv", "parquet"):
        url = httpx.URL(tenant.address(f"{SLOW} WHERE '{mark}{format}' != ''", format=format))
        hung_up(
            api.url,
            f"GET {url.raw_path.decode()} HTTP/1.1",
            "",
            lambda format=format: running_queries(warehouse, mark + format) == 1,
        )
        until(lambda format=format: running_queries(warehouse, mark + format) == 0, within_s=5)


def test_a_download_ends_in_the_engine_when_its_client_goes_midway(tenant: Tenant, warehouse: Client) -> None:
    mark = f"gone{uuid4().hex}"
    with httpx.stream(
        "GET", tenant.address(f"SELECT repeat('x', 2000) AS x, '{mark}' AS mark, n FROM ({MANY})")
    ) as answer:
        pieces = answer.iter_bytes()
        next(pieces)
        assert running_queries(warehouse, mark) == 1
    until(lambda: running_queries(warehouse, mark) == 0, within_s=5)


def test_a_slow_client_does_not_use_up_its_query_s_time(tenant: Tenant, warehouse: Client) -> None:
    mark = f"slow{uuid4().hex}"
    with httpx.stream("GET", tenant.address(f"SELECT repeat('x', 100) AS x, '{mark}' AS mark FROM ({MANY})")) as answer:
        lines = answer.iter_lines()
        next(lines)
        until(lambda: running_queries(warehouse, mark) == 0)
        assert sum(1 for _ in lines) == 300_000


def test_a_server_that_stops_ends_its_queries_and_says_so(api: Api, tenant: Tenant, warehouse: Client) -> None:
    mark, key = f"stop{uuid4().hex}", {"Authorization": tenant.client.headers["authorization"]}
    with ThreadPoolExecutor() as threads:
        with served(build(api.settings), lifespan="on", timeout_graceful_shutdown=0.1) as url:
            body = {"sql": f"{SLOW} WHERE '{mark}' != ''"}
            waiting = threads.submit(httpx.post, f"{url}{PATH}/execute", json=body, headers=key, timeout=30)
            until(lambda: running_queries(warehouse, mark) == 1)
        assert refused(waiting.result())[:2] == (503, "HQL_UNAVAILABLE")
    until(lambda: running_queries(warehouse, mark) == 0, within_s=5)


def test_a_saved_query_s_life(tenant: Tenant) -> None:
    body = {
        "name": " Errors ", "sql": "SELECT count() AS n FROM request_response_rmt WHERE status >= {status:Int32}",
        "description": "Since ever", "parameters": [{"name": "status", "type": "Int32", "default": 400}],
    }  # fmt: skip
    answer = tenant.client.post(f"{PATH}/saved-query", json=body)
    assert (answer.status_code, answer.json()["error"]) == (201, None)
    (made,) = answer.json()["data"]
    stamps = {name: made.pop(name) for name in ("id", "created_at", "updated_at")}
    assert made == {
        **body, "name": "Errors", "organization_id": str(tenant.id), "owner": "laptop", "last_run_at": None,
    }  # fmt: skip
    path = f"{PATH}/saved-query/{stamps['id']}"
    assert tenant.client.get(path).json()["data"] == {**made, **stamps, "runs": []}
    assert tenant.client.get(f"{PATH}/saved-queries").json() == {"data": [{**made, **stamps}], "error": None}
    changed = tenant.client.put(path, json={"name": "All", "description": ""}).json()["data"]
    assert (changed["name"], changed["description"], changed["sql"]) == ("All", "", body["sql"])
    assert changed["updated_at"] > stamps["updated_at"] and changed["created_at"] == stamps["created_at"]
    assert tenant.client.delete(path).json() == {"data": None, "error": None}
    for method in ("GET", "DELETE"):
        assert refused(tenant.client.request(method, path))[:2] == (404, "HQL_QUERY_NOT_FOUND")


def test_a_saved_query_runs_with_its_defaults_and_keeps_the_run(tenant: Tenant) -> None:
    sql = "SELECT count() AS n FROM request_response_rmt WHERE status >= {status:Int32}"
    saved = tenant.save(sql=sql, parameters=[{"name": "status", "default": 100}])
    path = f"{PATH}/saved-query/{saved['id']}"
    for parameters, found in (({}, 5), ({"status": 300}, 0)):
        answer = tenant.client.post(f"{path}/execute", json={"parameters": parameters})
        assert answer.json()["data"]["rows"] == [{"n": found}]
    shown = tenant.client.get(path).json()["data"]
    assert [(run["rows"], run["error"]) for run in shown["runs"]] == [(1, "")] * 2
    first = shown["runs"][1]
    assert first["duration_ms"] >= 0 and first["rows_read"] >= 5 and first["bytes_read"] > 0
    assert shown["last_run_at"] == shown["runs"][0]["started_at"] > first["started_at"]


def test_a_run_that_fails_in_the_engine_is_kept_with_its_code(tenant: Tenant) -> None:
    saved = tenant.save(sql="SELECT modle FROM request_response_rmt")
    path = f"{PATH}/saved-query/{saved['id']}"
    assert refused(tenant.client.post(f"{path}/execute", json={}))[:2] == (400, "HQL_UNKNOWN_COLUMN")
    assert [run["error"] for run in tenant.client.get(path).json()["data"]["runs"]] == ["HQL_UNKNOWN_COLUMN"]


def test_saved_queries_are_searched_and_deleted_together(tenant: Tenant) -> None:
    ids = {name: tenant.save(name)["id"] for name in ("Costs by model", "Costs by user", "Errors")}

    def names(**search: str) -> list[str]:
        found = tenant.client.get(f"{PATH}/saved-queries", params=search).json()["data"]
        return [query["name"] for query in found]

    assert names(search="model COSTS") == ["Costs by model"]
    body = {"ids": [ids["Errors"], ids["Costs by user"], str(uuid4())]}
    answer = tenant.client.post(f"{PATH}/saved-queries/bulk-delete", json=body)
    assert answer.json() == {"data": {"deleted": 2}, "error": None}
    assert names() == ["Costs by model"]


def test_another_organisations_saved_query_is_not_there(tenant: Tenant, joining: Callable[[int], Tenant]) -> None:
    other, saved = joining(0), tenant.save()
    path = f"{PATH}/saved-query/{saved['id']}"
    for method, tail in (("GET", ""), ("PUT", ""), ("DELETE", ""), ("POST", "/execute")):
        answer = other.client.request(method, path + tail, json={"name": "Mine"} if method == "PUT" else {})
        assert refused(answer)[:2] == (404, "HQL_QUERY_NOT_FOUND")
    deleted = other.client.post(f"{PATH}/saved-queries/bulk-delete", json={"ids": [saved["id"]]}).json()
    assert deleted["data"] == {"deleted": 0}
    assert other.client.get(f"{PATH}/saved-queries").json()["data"] == []
    assert tenant.client.get(path).json()["data"]["name"] == "Errors"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"sql": "SELECT 1"}, 400, "HQL_MISSING_QUERY_NAME"),
        ({"name": "  ", "sql": "SELECT 1"}, 400, "HQL_MISSING_QUERY_NAME"),
        ({"name": "n" * 256, "sql": "SELECT 1"}, 400, "HQL_QUERY_NAME_TOO_LONG"),
        ({"name": "New"}, 400, "HQL_MISSING_QUERY_SQL"),
        ({"name": "New", "sql": ""}, 400, "HQL_MISSING_QUERY_SQL"),
        ({"name": "Errors", "sql": "SELECT 1"}, 409, "HQL_QUERY_NAME_EXISTS"),
    ],
)
def test_what_cannot_be_saved_says_why_by_its_code(tenant: Tenant, body: Any, status: int, code: str) -> None:
    tenant.save()
    assert refused(tenant.client.post(f"{PATH}/saved-query", json=body))[:2] == (status, code)


@pytest.mark.parametrize("wrong", ["not-an-id", "0", "6f1f2a56-5d5d-4a3c-9a51-0f7a3a2c9a10"])
def test_an_id_of_no_query_is_not_found(tenant: Tenant, wrong: str) -> None:
    assert refused(tenant.client.get(f"{PATH}/saved-query/{wrong}"))[:2] == (404, "HQL_QUERY_NOT_FOUND")


def test_both_processes_addresses_are_good(api: Api, tenant: Tenant) -> None:
    """The dashboard makes addresses too: whoever shares the data directory signs alike."""
    there = Downloads(api.port.rest.state.context.store, api.settings)
    url = there.create(tenant.id, "SELECT 1 AS one", {}, "csv")
    assert httpx.get(url.replace(api.settings.gateway_url, api.url)).text == "one\r\n1\r\n"
