"""A query's way to the real engine and back: progress, cancelling, estimates, failures in the midst of an answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from clickhouse_connect.driver.client import Client

from hql.errors import Cancelled, HqlError, LimitReached, Unavailable
from hql.guard import GuardedQuery, guard
from hql.results import Progress
from hql.run import MAX_AT_ONCE, Runner
from tests.conftest import Warehouse
from warehouse.client import insert
from warehouse.row import Row

SLOW = "SELECT max(length(replaceRegexpAll(toString(n), '(.)', 'ab'))) FROM (SELECT arrayJoin(range(200000000)) AS n)"
FAILS_LATE = "SELECT n, intDiv(1, toInt64(n) - 150000) FROM (SELECT arrayJoin(range(300000)) AS n)"
"""Fails after some of its rows have been sent."""


@pytest.fixture(scope="module")
def runner(warehouse: Client, embedded_warehouse: Warehouse) -> Iterator[Runner]:
    runner = Runner(embedded_warehouse.settings)
    yield runner
    runner.close()


def query(sql: str, row_limit: int = 300_000) -> GuardedQuery:
    return guard(sql, uuid4(), row_limit=row_limit)


def running(client: Client, query_id: str) -> bool:
    sql = "SELECT count() FROM system.processes WHERE query_id = {id:String}"
    return bool(client.query(sql, {"id": query_id}).result_rows[0][0])


def test_a_longer_answer_is_cut_and_says_so(runner: Runner) -> None:
    cut = runner.execute(query("SELECT arrayJoin(range(10)) AS n", row_limit=4))
    whole = runner.execute(query("SELECT arrayJoin(range(10)) AS n", row_limit=10))
    assert (list(cut), cut.truncated) == ([[0], [1], [2], [3]], True)
    assert (whole.row_count, whole.truncated) == (10, False)


@pytest.mark.parametrize("limit", ["", " LIMIT 1000000", " LIMIT 5, 1000000", " LIMIT 1000000 WITH TIES"])
def test_no_limit_of_its_own_gets_a_query_beyond_the_cap(runner: Runner, limit: str) -> None:
    result = runner.execute(query(f"SELECT arrayJoin(range(400000)) AS n ORDER BY n{limit}"))
    assert (result.row_count, result.truncated) == (300_000, True)


def test_a_stream_ends_at_the_cap(runner: Runner) -> None:
    lines = b"".join(runner.stream(query("SELECT arrayJoin(range(400000)) AS n"), "TSV")).count(b"\n")
    assert lines == 300_000


def test_progress_is_told_while_a_query_runs(runner: Runner) -> None:
    told: list[Progress] = []
    runner.execute(
        query("SELECT count() FROM (SELECT arrayJoin(range(30000000)) AS n) WHERE n % 7 = 1"), on_progress=told.append
    )
    assert told and told[-1].elapsed_ms >= told[0].elapsed_ms and told[-1].rows_read >= 1


def test_a_query_is_stopped_in_the_engine(runner: Runner, warehouse: Client) -> None:
    query_id, raised = f"test-{uuid4()}", []

    def work() -> None:
        try:
            runner.execute(query(SLOW), query_id=query_id)
        except HqlError as error:
            raised.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    while not running(warehouse, query_id):
        time.sleep(0.02)
    runner.cancel(query_id)
    thread.join(timeout=20)
    assert not thread.is_alive() and isinstance(raised[0], Cancelled)
    assert not running(warehouse, query_id)


def test_closing_a_stream_ends_its_query(runner: Runner, warehouse: Client) -> None:
    query_id = f"test-{uuid4()}"
    rows = runner.rows(query("SELECT n, sipHash64(n) FROM (SELECT arrayJoin(range(300000)) AS n)"), query_id=query_id)
    assert len(next(rows)) == 2
    rows.close()
    deadline = time.monotonic() + 10
    while running(warehouse, query_id) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not running(warehouse, query_id)


def test_an_estimate_counts_rows_without_reading_them(runner: Runner) -> None:
    assert runner.estimate(query("SELECT 1")) == 0
    with pytest.raises(HqlError, match="HQL_UNKNOWN_COLUMN"):
        runner.estimate(query("SELECT modle FROM request_response_rmt"))


@pytest.mark.parametrize("format", ["Parquet", "Arrow", "TSV"])
def test_a_failure_in_the_midst_of_a_stream_is_raised(runner: Runner, format: str) -> None:
    received = b""
    with pytest.raises(HqlError, match=r"HQL_EXECUTION_FAILED.*divided by zero"):
        for piece in runner.stream(query(FAILS_LATE), format):
            received += piece
    assert b"DB::Exception" not in received


def test_a_failure_in_the_midst_of_the_rows_is_raised(runner: Runner) -> None:
    with pytest.raises(HqlError, match="divided by zero"):
        list(runner.rows(query(FAILS_LATE)))
    with pytest.raises(HqlError, match="divided by zero"):
        runner.execute(query(FAILS_LATE))


def test_data_that_looks_like_a_failure_is_data(runner: Runner) -> None:
    sql = "SELECT '\\r\\n__exception__\\r\\nabcdefghijklmnop\\r\\nCode: 1. DB::Exception: x' AS text"
    assert b"__exception__" in b"".join(runner.stream(query(sql), "TSVRaw"))
    assert "__exception__" in runner.execute(query(sql)).page(0, 1)[0][0]


def test_a_result_that_cannot_be_kept_is_a_sentence(
    runner: Runner, embedded_warehouse: Warehouse, tmp_path: Path
) -> None:
    (tmp_path / "hql").write_text("a file where the folder should be")
    settings = replace(
        embedded_warehouse.settings,
        data_dir=tmp_path,
        clickhouse_url=embedded_warehouse.settings.warehouse_url,
        clickhouse_reader_url=embedded_warehouse.settings.warehouse_reader_url,
    )
    with pytest.raises(Unavailable, match="cannot be kept"):
        Runner(settings).execute(query("SELECT 1"))


def test_the_second_wall_sees_what_the_guard_would_not(runner: Runner) -> None:
    for sql in (
        "SELECT hostName()",
        "SELECT * FROM numbers(3)",
        "SELECT file('/etc/passwd')",
    ):
        with pytest.raises(HqlError):
            runner.DANGEROUS_unguarded(sql, uuid4())


@pytest.mark.parametrize("column", ["model", "provider", "session_name", "prompt_id", "arrayJoin(properties).1"])
def test_no_function_is_run_over_what_others_wrote(runner: Runner, warehouse: Client, column: str) -> None:
    """Of a LowCardinality column a function sees a part's whole dictionary: an error would tell what is in it."""
    at, own, other = datetime.now(UTC), uuid4(), uuid4()
    for organisation, word in ((own, "7"), (other, "secret-word")):
        texts = {"model": word, "provider": word, "session_name": word, "prompt_id": word, "properties": {word: ""}}
        rows = [Row(organisation, uuid4(), at, at, ingested_at=at, **texts) for _ in range(3)]
        insert(warehouse, "request_response_rmt", Row._fields, rows, token=str(uuid4()))
    warehouse.command("OPTIMIZE TABLE request_response_rmt FINAL")
    sql = f"SELECT count() FROM request_response_rmt WHERE NOT ignore(toFixedString(extract({column}, '^secret.*'), 3))"
    sql = (
        sql
        if "arrayJoin" not in column
        else f"SELECT uniq(toFixedString(extract({column}, '^secret.*'), 3)) FROM request_response_rmt"
    )
    assert runner.execute(guard(sql, own)).page(0, 1)[0][0] in (1, 3)
    with pytest.raises(HqlError):
        runner.execute(guard(sql, other))


def test_one_organisation_does_not_take_everybodys_turn(runner: Runner) -> None:
    text, mine = "SELECT n FROM (SELECT arrayJoin(range(300000)) AS n)", uuid4()
    under_way = [runner.rows(guard(text, mine)) for _ in range(MAX_AT_ONCE)]
    with pytest.raises(LimitReached, match="HQL_TOO_MANY_QUERIES"):
        runner.execute(guard("SELECT 2", mine))
    assert runner.execute(guard("SELECT 2", uuid4())).row_count == 1
    for rows in under_way:
        rows.close()
    assert runner.execute(guard("SELECT 3", mine)).row_count == 1
