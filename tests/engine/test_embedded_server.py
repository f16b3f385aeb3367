"""The embedded warehouse as a server: its HTTP interface by hand, its process by signals."""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import json
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import clickhouse_connect
import httpx
import pytest

from bench.stack import free_port, module, process, resident_mb
from settings import Settings
from tests.conftest import Warehouse

SLOW = "SELECT count() FROM numbers_mt(1000000000000) WHERE sipHash64(number) = 1"
ENDLESS = "SELECT number, toString(number) FROM numbers(1000000000000)"


@pytest.fixture
def http(warehouse_server: str) -> Iterator[httpx.Client]:
    with connected(warehouse_server) as client:
        yield client


def connected(url: str) -> httpx.Client:
    return httpx.Client(base_url=url.removesuffix("/heliograph"), timeout=30)


def ask(http: httpx.Client, sql: str, **parameters: str | int) -> httpx.Response:
    return http.post("/", params={"database": "heliograph"} | parameters, content=sql)


def running(http: httpx.Client, query_id: str) -> int:
    sql = "SELECT count() FROM system.processes WHERE query_id = {id:String}"
    return int(ask(http, sql, param_id=query_id).text)


def eventually(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_it_answers_a_ping_without_credentials(http: httpx.Client) -> None:
    assert httpx.get(http.base_url.join("/ping"), auth=None).text == "Ok.\n"


@pytest.mark.parametrize("auth", [None, ("default", ""), ("default", "wrong"), ("nobody", "x")])
def test_a_wrong_key_is_refused_as_clickhouse_does(warehouse_server: str, auth: tuple[str, str] | None) -> None:
    parts = urlsplit(warehouse_server)
    refused = httpx.post(f"http://{parts.hostname}:{parts.port}/", content="SELECT 1", auth=auth)
    assert (refused.status_code, refused.headers["x-clickhouse-exception-code"]) == (403, "516")
    assert refused.text.endswith("(AUTHENTICATION_FAILED)")


def test_the_key_may_come_in_clickhouse_headers(warehouse_server: str) -> None:
    parts = urlsplit(warehouse_server)
    headers = {"x-clickhouse-user": "default", "x-clickhouse-key": str(parts.password)}
    assert httpx.post(f"http://127.0.0.1:{parts.port}/", content="SELECT 1", headers=headers).text == "1\n"


def test_a_driver_with_a_wrong_key_gets_the_code(warehouse_server: str) -> None:
    port = urlsplit(warehouse_server).port
    with pytest.raises(clickhouse_connect.driver.exceptions.DatabaseError) as caught:
        clickhouse_connect.get_client(host="127.0.0.1", port=port, username="default", password="wrong")
    assert caught.value.code == 516


def test_it_listens_on_loopback_alone(embedded_warehouse: Warehouse) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.2", embedded_warehouse.settings.warehouse_port))


def test_a_query_may_stand_in_the_url_or_the_body_or_both(http: httpx.Client) -> None:
    assert http.get("/", params={"query": "SELECT 1"}).text == "1\n"
    assert ask(http, "SELECT 2").text == "2\n"
    assert ask(http, "3,x\n4,y\n", query="INSERT INTO FUNCTION null('a Int8, b String') FORMAT CSV").status_code == 200


def test_headers_tell_what_the_query_did(http: httpx.Client) -> None:
    answer = ask(http, "SELECT number FROM numbers(5)", query_id="mine", default_format="CSV", wait_end_of_query=1)
    summary = json.loads(answer.headers["x-clickhouse-summary"])
    assert (summary["read_rows"], summary["result_rows"]) == ("5", "5")
    assert answer.headers["x-clickhouse-query-id"] == "mine"
    assert (answer.headers["x-clickhouse-format"], answer.headers["x-clickhouse-timezone"]) == ("CSV", "Etc/UTC")


@pytest.mark.parametrize(
    ("sql", "parameters", "status", "error"),
    [
        ("SELECT * FROM nowhere", {}, 404, "60 UNKNOWN_TABLE"),
        ("SELEC 1", {}, 400, "62 SYNTAX_ERROR"),
        ("SELECT 1", {"database": "nowhere"}, 404, "81 UNKNOWN_DATABASE"),
        ("SELECT 1", {"no_such_setting": "1"}, 404, "115 UNKNOWN_SETTING"),
        ("CREATE TABLE t (n Int8) ENGINE = Memory", {"readonly": "1"}, 500, "164 READONLY"),
        ("SELECT throwIf(1)", {}, 500, "395 FUNCTION_THROW_IF_VALUE_IS_NON_ZERO"),
    ],
)
def test_errors_have_clickhouses_own_status_and_text(
    http: httpx.Client, sql: str, parameters: dict[str, str], status: int, error: str
) -> None:
    answer = ask(http, sql, **parameters)
    code, name = error.split()
    assert (answer.status_code, answer.headers["x-clickhouse-exception-code"]) == (status, code)
    assert answer.text.startswith(f"Code: {code}. DB::Exception: ") and f"({name})" in answer.text


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM file('/etc/hostname', LineAsString)",
        "SELECT * FROM url('http://127.0.0.1:1/', LineAsString)",
        "SELECT * FROM remote('127.0.0.1:1', system.one)",
        "SELECT * FROM executable('id', TSV, 'x String')",
        "CREATE TABLE f (x String) ENGINE = File(LineAsString, '/etc/hostname')",
        "CREATE TABLE f (x String) ENGINE = URL('http://127.0.0.1:1/', LineAsString)",
        "CREATE DICTIONARY d (k UInt64, v String) PRIMARY KEY k SOURCE(EXECUTABLE(COMMAND 'id' FORMAT 'CSV')) "
        "LAYOUT(FLAT()) LIFETIME(1)",
        "INSERT INTO FUNCTION file('/tmp/x', LineAsString, 'x String') SELECT 'x'",
    ],
)
def test_the_key_does_not_open_the_machine(http: httpx.Client, sql: str) -> None:
    assert "(ACCESS_DENIED)" in ask(http, sql).text


def test_a_long_result_streams_in_constant_memory_while_others_are_served(
    http: httpx.Client, embedded_warehouse: Warehouse
) -> None:
    before, size, sql = (
        resident_mb(embedded_warehouse.process.pid),
        0,
        "SELECT number FROM numbers(50000000) FORMAT CSV",
    )
    with http.stream("POST", "/", content=sql, headers={"accept-encoding": "identity"}) as stream:
        for piece in stream.iter_raw(1 << 20):
            size += len(piece)
            if size < 2 << 20:
                assert ask(http, "SELECT 'served'").text == "served\n"
    assert size == 438_888_890
    assert resident_mb(embedded_warehouse.process.pid) - before < 100


@pytest.mark.parametrize("sql", [SLOW, ENDLESS])
def test_a_client_that_hangs_up_ends_its_query(http: httpx.Client, sql: str) -> None:
    url = http.base_url
    key = base64.b64encode(url.userinfo).decode()
    head = f"POST /?query_id=abandoned HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {key}\r\nContent-Length: {len(sql)}"
    with socket.create_connection((url.host, url.port)) as hanging:
        hanging.sendall(f"{head}\r\n\r\n{sql}".encode())
        eventually(lambda: running(http, "abandoned"))
    eventually(lambda: not running(http, "abandoned"))


def test_a_query_can_be_killed_by_its_id(http: httpx.Client) -> None:
    answers: list[httpx.Response] = []
    query = threading.Thread(target=lambda: answers.append(ask(http, SLOW, query_id="doomed")))
    query.start()
    eventually(lambda: running(http, "doomed"))
    assert "doomed" in ask(http, "KILL QUERY WHERE query_id = 'doomed' SYNC").text
    query.join()
    assert answers[0].headers["x-clickhouse-exception-code"] == "394"


@pytest.fixture
def own(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, warehouse_port=free_port())


@contextlib.contextmanager
def serving(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    ready = f"http://127.0.0.1:{settings.warehouse_port}/ping"
    with process(module("warehouse.embedded"), ready=ready, env=environment(settings)) as child:
        yield child


def environment(settings: Settings) -> dict[str, str]:
    return {
        "HELIOGRAPH_DATA_DIR": str(settings.data_dir),
        "HELIOGRAPH_WAREHOUSE_PORT": str(settings.warehouse_port),
    }


def refusal(settings: Settings, environ: dict[str, str]) -> str:
    done = subprocess.run(
        module("warehouse.embedded"), env=environ | environment(settings), capture_output=True, timeout=30
    )
    assert done.returncode == 1
    return done.stderr.decode().strip()


def test_a_directory_or_port_in_use_is_refused_in_one_sentence(embedded_warehouse: Warehouse) -> None:
    taken = embedded_warehouse.settings
    elsewhere = dataclasses.replace(taken, warehouse_port=free_port())
    owner = f"{taken.warehouse_dir} is in use by process {embedded_warehouse.process.pid}"
    assert refusal(elsewhere, {}) == f"ERROR warehouse: {owner}"
    port = f"port {taken.warehouse_port} of 127.0.0.1 cannot be used: Address already in use"
    assert refusal(taken, {}) == f"ERROR warehouse: {port}"


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_within_3_s_with_queries_running(own: Settings, how: signal.Signals) -> None:
    with serving(own) as child, connected(own.warehouse_url) as http:
        queries = [threading.Thread(target=ask, args=(http, SLOW), kwargs={"query_id": f"q{n}"}) for n in range(2)]
        for query in queries:
            query.start()
        eventually(lambda: running(http, "q0") + running(http, "q1") == 2)
        child.send_signal(how)
        assert child.wait(3) == 0
        for query in queries:
            query.join()


def test_kill_9_amid_inserts_loses_nothing_acknowledged(own: Settings) -> None:
    acknowledged = 0
    for _ in range(2):
        with serving(own) as child, connected(own.warehouse_url) as http:
            ask(http, "CREATE TABLE IF NOT EXISTS heliograph.t (n UInt64) ENGINE = MergeTree ORDER BY n")
            stored = int(ask(http, "SELECT uniqExact(n) FROM heliograph.t").text)
            assert acknowledged <= stored <= acknowledged + 1000
            acknowledged = stored
            killer = threading.Timer(0.5, child.kill)
            killer.start()
            with contextlib.suppress(httpx.TransportError):
                while True:
                    rows = f"SELECT number FROM numbers({acknowledged}, 1000)"
                    assert ask(http, f"INSERT INTO heliograph.t {rows}").status_code == 200
                    acknowledged += 1000
            killer.join()
    with serving(own), connected(own.warehouse_url) as http:
        count, last = ask(http, "SELECT uniqExact(n), max(n) + 1 FROM heliograph.t").text.split()
        assert acknowledged <= int(count) == int(last) <= acknowledged + 1000
