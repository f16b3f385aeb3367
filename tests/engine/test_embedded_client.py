"""clickhouse-connect, unmodified, sync and async, against the embedded warehouse."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import clickhouse_connect
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from clickhouse_connect import common
from clickhouse_connect.driver.asyncclient import AsyncClient
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError, StreamFailureError

ROWS = "SELECT number AS n, toString(number) AS s FROM numbers(3) ORDER BY n"


def as_arrow(data: bytes) -> list[tuple[Any, ...]]:
    return table_rows(pa.ipc.open_file(data).read_all())


def as_arrow_stream(data: bytes) -> list[tuple[Any, ...]]:
    return table_rows(pa.ipc.open_stream(data).read_all())


def as_parquet(data: bytes) -> list[tuple[Any, ...]]:
    return table_rows(pq.read_table(io.BytesIO(data)))


def table_rows(table: pa.Table) -> list[tuple[Any, ...]]:
    return [(row["n"], row["s"].decode() if isinstance(row["s"], bytes) else row["s"]) for row in table.to_pylist()]


THREE = [(0, "0"), (1, "1"), (2, "2")]
FORMATS: dict[str, Any] = {
    "CSV": b'0,"0"\n1,"1"\n2,"2"\n',
    "CSVWithNames": b'"n","s"\n0,"0"\n1,"1"\n2,"2"\n',
    "TabSeparated": b"0\t0\n1\t1\n2\t2\n",
    "TabSeparatedWithNamesAndTypes": b"n\ts\nUInt64\tString\n0\t0\n1\t1\n2\t2\n",
    "JSONEachRow": b'{"n":0,"s":"0"}\n{"n":1,"s":"1"}\n{"n":2,"s":"2"}\n',
    "JSONCompactEachRow": b'[0, "0"]\n[1, "1"]\n[2, "2"]\n',
    "RowBinary": b"".join(n.to_bytes(8, "little") + b"\x01" + str(n).encode() for n in range(3)),
    "Native": b"\x02\x03\x01n\x06UInt64"
    + b"".join(n.to_bytes(8, "little") for n in range(3))
    + b"\x01s\x06String\x010\x011\x012",
    "Arrow": as_arrow,
    "ArrowStream": as_arrow_stream,
    "Parquet": as_parquet,
}


@pytest.fixture(scope="module")
def client(warehouse_server: str) -> Iterator[Client]:
    with clickhouse_connect.get_client(dsn=warehouse_server, autogenerate_session_id=False) as client:
        yield client


@pytest.fixture
async def async_client(warehouse_server: str) -> AsyncIterator[AsyncClient]:
    async with await clickhouse_connect.get_async_client(dsn=warehouse_server, autogenerate_session_id=False) as client:
        yield client


@pytest.fixture
def table(client: Client) -> Iterator[str]:
    """An empty table ``(id UUID, n UInt32, body String)`` that remembers the tokens of its inserts."""
    name = f"t_{uuid.uuid4().hex}"
    client.command(
        f"CREATE TABLE {name} (id UUID, n UInt32, body String CODEC(ZSTD(1))) ENGINE = MergeTree ORDER BY n "
        "SETTINGS non_replicated_deduplication_window = 100"
    )
    yield name
    client.command(f"DROP TABLE {name} SYNC")


def holds(data: bytes, expected: Any) -> None:
    assert (expected(data) if callable(expected) else data) == (THREE if callable(expected) else expected)


@pytest.mark.parametrize("fmt", FORMATS)
def test_every_format_comes_whole(client: Client, fmt: str) -> None:
    holds(client.raw_query(ROWS, fmt=fmt), FORMATS[fmt])


@pytest.mark.parametrize("fmt", FORMATS)
def test_every_format_comes_streamed(client: Client, fmt: str) -> None:
    with client.raw_stream(ROWS, fmt=fmt) as stream:
        holds(stream.read(), FORMATS[fmt])


@pytest.mark.parametrize("fmt", FORMATS)
async def test_every_format_comes_to_the_async_client(async_client: AsyncClient, fmt: str) -> None:
    holds(await async_client.raw_query(ROWS, fmt=fmt), FORMATS[fmt])


@pytest.mark.parametrize("compression", ["lz4", "zstd", "gzip", "br", False])
def test_results_come_in_any_compression(warehouse_server: str, compression: Any) -> None:
    with clickhouse_connect.get_client(dsn=warehouse_server, compress=compression) as client:
        assert list(client.query("SELECT number FROM numbers(100000)").result_columns[0]) == list(range(100_000))


def test_arrow_becomes_a_frame(client: Client) -> None:
    frame = pl.from_arrow(client.query_arrow(ROWS, use_strings=True))
    assert frame.rows() == THREE


def test_the_format_may_stand_in_the_text(client: Client) -> None:
    assert client.raw_query(f"{ROWS} FORMAT JSONCompactEachRow") == FORMATS["JSONCompactEachRow"]


def test_types_survive_the_way_there_and_back(client: Client) -> None:
    when = dt.datetime(2026, 7, 1, 12, 30, 15, 678000, tzinfo=dt.UTC)
    values = {
        "a": ["it's", 'a "b"', "\\back", "tab\tnl\n", "ünï"],
        "u": uuid.UUID(int=7),
        "d": when,
        "n": None,
        "i": -(2**63),
    }
    sql = "SELECT {a:Array(String)}, {u:UUID}, {d:DateTime64(3, 'UTC')}, {n:Nullable(Int32)}, {i:Int64}"
    [(array, ident, moment, nothing, number)] = client.query(sql, values, query_tz="UTC").result_rows
    assert (array, ident, nothing, number) == (values["a"], values["u"], None, -(2**63))
    assert moment == when.replace(tzinfo=moment.tzinfo)


def test_a_map_can_be_bound(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(common._common_settings["dict_parameter_format"], "value", "map")
    value = {"k": "it's", "ü": '"\\'}
    assert client.query("SELECT {m:Map(String, String)}", {"m": value}).result_rows == [(value,)]


@pytest.mark.parametrize(
    ("sql", "code", "name"),
    [
        ("SELECT * FROM nowhere", 60, "UNKNOWN_TABLE"),
        ("SELEC 1", 62, "SYNTAX_ERROR"),
        ("SELECT throwIf(number = 2) FROM numbers(3)", 395, "FUNCTION_THROW_IF_VALUE_IS_NON_ZERO"),
        ("SELECT nothing", 47, "UNKNOWN_IDENTIFIER"),
        ("SELECT {x:UInt8}", 456, "UNKNOWN_QUERY_PARAMETER"),
        ("SELECT sleep(3) SETTINGS max_execution_time = 0.1", 159, "TIMEOUT_EXCEEDED"),
    ],
)
def test_an_error_carries_its_code_and_name(client: Client, sql: str, code: int, name: str) -> None:
    with pytest.raises(DatabaseError) as caught:
        client.query(sql)
    assert (caught.value.code, caught.value.name) == (code, name)


async def test_an_error_reaches_the_async_client(async_client: AsyncClient) -> None:
    with pytest.raises(DatabaseError) as caught:
        await async_client.query("SELECT * FROM nowhere")
    assert (caught.value.code, caught.value.name) == (60, "UNKNOWN_TABLE")


def test_an_error_amid_a_stream_raises(client: Client) -> None:
    sql = "SELECT throwIf(number = 3000000) FROM numbers(5000000) SETTINGS max_block_size = 65536"
    with pytest.raises(StreamFailureError, match="FUNCTION_THROW_IF"), client.query_row_block_stream(sql) as blocks:
        for _ in blocks:
            pass


# A real server refuses the driver's several brotli frames, too.
@pytest.mark.parametrize(("compression", "size"), [("lz4", 3000), ("zstd", 3000), ("gzip", 100), (False, 100)])
def test_a_batch_of_100_000_rows_arrives_in_any_compression(
    warehouse_server: str, client: Client, table: str, compression: Any, size: int
) -> None:
    body = "the quick brown fox jumps over the lazy dog " * (size // 44)
    rows = [(uuid.UUID(int=n), n, f"{n} {body}") for n in range(100_000)]
    with clickhouse_connect.get_client(dsn=warehouse_server, compress=compression) as writer:
        summary = writer.insert(table, rows, column_names=["id", "n", "body"])
    assert summary.written_rows == 100_000
    [totals] = client.query(f"SELECT count(), sum(n), uniqExact(id), sum(length(body)) FROM {table}").result_rows
    assert totals == (100_000, 4_999_950_000, 100_000, sum(len(row[2]) for row in rows))


async def test_the_async_client_inserts(async_client: AsyncClient, table: str) -> None:
    await async_client.insert(table, [(uuid.UUID(int=1), 1, "a"), (uuid.UUID(int=2), 2, "b")])
    assert (await async_client.query(f"SELECT n, body FROM {table} ORDER BY n")).result_rows == [(1, "a"), (2, "b")]


def test_a_batch_sent_twice_with_one_token_counts_once_in_its_view_too(client: Client, table: str) -> None:
    client.command(
        f"CREATE MATERIALIZED VIEW {table}_mv ENGINE = SummingMergeTree ORDER BY k "
        f"SETTINGS non_replicated_deduplication_window = 100 AS SELECT 1 AS k, sum(n) AS total FROM {table} GROUP BY k"
    )
    once = {"insert_deduplication_token": "batch-1", "deduplicate_blocks_in_dependent_materialized_views": 1}
    for _ in range(2):
        client.insert(table, [(uuid.UUID(int=1), 5, "a")], settings=once)
    counted = client.query(f"SELECT (SELECT count() FROM {table}), (SELECT sum(total) FROM {table}_mv)").result_rows
    client.command(f"DROP VIEW {table}_mv SYNC")
    assert counted == [(1, 5)]


def test_a_lightweight_update_changes_a_row(client: Client) -> None:
    client.command(
        "CREATE OR REPLACE TABLE updated (n UInt8, s String) ENGINE = MergeTree ORDER BY n "
        "SETTINGS enable_block_number_column = 1, enable_block_offset_column = 1"
    )
    client.insert("updated", [(1, "old"), (2, "old")])
    client.command("UPDATE updated SET s = 'new' WHERE n = 2", settings={"enable_lightweight_update": 1})
    assert client.query("SELECT s FROM updated ORDER BY n").result_rows == [("old",), ("new",)]


def test_settings_do_not_leak_into_the_next_query(client: Client, table: str) -> None:
    with pytest.raises(DatabaseError, match="READONLY"):
        client.command(f"TRUNCATE TABLE {table}", settings={"readonly": 1})
    client.query("SELECT 1", settings={"max_result_rows": 10, "readonly": 2})
    client.command(f"TRUNCATE TABLE {table}")
    assert client.command("SELECT getSetting('max_result_rows')") == 0


def test_queries_run_in_parallel(client: Client) -> None:
    count = "SELECT count() FROM system.processes WHERE startsWith(query_id, 'parallel-')"
    seen = 0
    with ThreadPoolExecutor(4) as pool:
        for n in range(4):
            pool.submit(client.command, "SELECT sleep(3)", settings={"query_id": f"parallel-{n}"})
        while seen < 4:
            seen = int(client.command(count))
        client.command("KILL QUERY WHERE startsWith(query_id, 'parallel-') ASYNC")
