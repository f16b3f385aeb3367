"""What the engine sends is kept and read again as it was, however it comes apart on the way."""

from __future__ import annotations

import contextlib
import gc
import json
import math
import os
import stat
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hql.errors import LimitReached
from hql.frames import inner, is_number, series, unique
from hql.results import (
    COLUMN_LIMIT,
    ROW_LIMIT,
    Answer,
    Column,
    EngineFailure,
    Progress,
    Result,
    RowStream,
    keep,
)

ROWS = st.lists(st.tuples(st.integers(-(2**70), 2**70), st.text(), st.none() | st.lists(st.integers())), max_size=20)
TYPES = ("Int128", "String", "Array(Int64)")


def answer(rows: list[Any], *types: str, names: tuple[str, ...] = ()) -> bytes:
    """An answer as ClickHouse 26.9 writes it: columns, rows, totals, progress."""
    names = names or tuple(f"c{n}" for n in range(len(types)))
    lines: list[Any] = [{"progress": progress(1)}]
    lines += [{"meta": [{"name": name, "type": type} for name, type in zip(names, types, strict=True)]}]
    text = [json.dumps(line, separators=(",", ":"), ensure_ascii=False) for line in lines]
    text += [f'{{"row":{json.dumps(row, ensure_ascii=False)}}}' for row in rows]
    text += ['{"totals":[1, "x"]}', json.dumps({"progress": progress(7)}), '{"rows_before_limit_at_least":3}']
    return "".join(line + "\n" for line in text).encode()


def progress(rows: int) -> dict[str, str]:
    return {"read_rows": str(rows), "read_bytes": "64", "total_rows_to_read": "9", "elapsed_ns": "4982035"}


def kept(directory: Path, rows: list[Any], *types: str, row_limit: int = 1000, **more: Any) -> Result:
    return keep([answer(rows, *types)], directory, row_limit=row_limit, **more)


def pieces(whole: bytes, cuts: list[int]) -> list[bytes]:
    edges = sorted({0, len(whole), *(cut % (len(whole) + 1) for cut in cuts)})
    return [whole[start:stop] for start, stop in pairwise(edges)]


@settings(max_examples=60, deadline=None)
@given(ROWS, st.lists(st.integers(0, 10_000), max_size=30))
def test_rows_are_the_same_wherever_the_answer_is_cut(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Any], cuts: list[int]
) -> None:
    whole = pieces(answer(rows, *TYPES), cuts)
    result = keep(whole, tmp_path_factory.getbasetemp(), row_limit=1000)
    expected = [list(row) for row in rows]
    assert [list(result), result.page(0, 1000), list(RowStream(whole, row_limit=1000))] == [expected] * 3
    result.close()


def test_a_result_says_what_it_is(tmp_path: Path) -> None:
    seen: list[Progress] = []
    result = kept(tmp_path, [[1, "a"], [2, "ü"]], "UInt8", "Nullable(String)", on_progress=seen.append)
    assert result.columns == (Column("c0", "UInt8"), Column("c1", "Nullable(String)"))
    assert (result.row_count, result.truncated, result.size) == (2, False, len(b'[1, "a"]\n[2, "\xc3\xbc"]\n'))
    assert (result.rows_read, result.bytes_read) == (7, 64) and result.elapsed_ms >= 4
    assert seen == [Progress(1, 64, 9, 4), Progress(7, 64, 9, 4)]


@pytest.mark.parametrize("count, truncated", [(3, False), (4, True), (9, True)])
def test_one_row_more_than_allowed_says_truncated(tmp_path: Path, count: int, truncated: bool) -> None:
    rows = [[number] for number in range(count)]
    result = keep(pieces(answer(rows, "UInt8"), [200, 215, 230]), tmp_path, row_limit=3)
    stream = RowStream([answer(rows, "UInt8")], row_limit=3)
    assert list(result) == list(stream) == [[0], [1], [2]]
    assert (result.truncated, stream.truncated, result.rows_read) == (truncated, truncated, 7)


def test_a_result_that_would_fill_the_disk_is_truncated_and_its_query_ended(tmp_path: Path) -> None:
    ended: list[bool] = []

    def engine() -> Iterator[bytes]:
        try:
            yield answer([["x" * 100]], "String")
            while True:
                yield b'{"row":["' + b"y" * 100 + b'"]}\n'
        finally:
            ended.append(True)

    result = keep(engine(), tmp_path, row_limit=1000, size_limit=1000)
    assert (result.truncated, result.row_count, ended) == (True, 10, [True])


def test_pages_end_where_the_rows_end(tmp_path: Path) -> None:
    result = kept(tmp_path, [[number] for number in range(10)], "UInt8")
    asked = [(0, 3), (8, 5), (10, 1), (99, 1), (-5, 2), (3, 0), (3, -1)]
    assert [result.page(*page) for page in asked] == [[[0], [1], [2]], [[8], [9]], [], [], [[0], [1]], [], []]


def test_rows_are_read_a_megabyte_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hql.results.BLOCK", 64)
    rows = [[number, "x" * (number * 7 % 100)] for number in range(100)]
    result = kept(tmp_path, rows, "UInt8", "String")
    assert list(result) == rows
    assert result.frame().rows() == [tuple(row) for row in rows]
    assert result.frame(30).height == 30


def unnamed() -> int:
    """Open files without a name; other tests' threads may open and close sockets meanwhile."""
    count = 0
    for name in os.listdir("/dev/fd"):
        with contextlib.suppress(OSError):
            found = os.fstat(int(name))
            count += stat.S_ISREG(found.st_mode) and not found.st_nlink
    return count


def test_the_file_has_no_name_and_goes_with_its_result(tmp_path: Path) -> None:
    gc.collect()  # what other tests left open
    before = unnamed()
    result = kept(tmp_path / "hql", [[1]], "UInt8")
    assert list((tmp_path / "hql").iterdir()) == []
    assert unnamed() == before + 1
    del result
    gc.collect()
    assert unnamed() == before


def test_a_closed_result_gives_nothing_more(tmp_path: Path) -> None:
    result = kept(tmp_path, [[1]], "UInt8")
    result.close()
    result.close()
    with pytest.raises(ValueError, match="closed file"):
        result.page(0, 1)


def test_threads_read_a_result_at_once_and_closing_it_mixes_up_nothing(tmp_path: Path) -> None:
    """A descriptor closed during a read is soon another result's: the reader must not get that one's rows."""
    wrong: list[Any] = []

    def read(result: Result, value: str) -> None:
        try:
            for _ in range(300):
                wrong.extend(row for row in result.page(5, 50) if row != [value])
        except ValueError:
            return

    for round in range(10):
        results = [kept(tmp_path, [[f"{round}-{n}"]] * 100, "String") for n in range(3)]
        values = [f"{round}-{n}" for n in range(3)]
        threads = [threading.Thread(target=read, args=args) for args in zip(results, values, strict=True)]
        for thread in threads:
            thread.start()
        for result in results:
            result.close()
        other = kept(tmp_path, [["other"]] * 100, "String")
        for thread in threads:
            thread.join()
        other.close()
    assert wrong == []


@pytest.mark.parametrize(
    "sent, said",
    [
        (b'{"exception": "Code: 159. DB::Exception: Timeout"}\n', "Code: 159. DB::Exception: Timeout"),
        (answer([[1]], "UInt8") + b'{"exception":"Code: 241"}\n', "Code: 241"),
        (answer([[1]], "UInt8") + b"Code: 241. DB::Exception: Memory", "Code: 241. DB::Exception: Memory"),
        (answer([[1]], "UInt8") + b"Code: 241. DB::Exception: Memory\n", "Code: 241. DB::Exception: Memory"),
        (answer([[1]], "UInt8") + b'{"row":["a]}', "the answer ended within a row"),
        (b"", "the answer ended before its columns"),
    ],
)
def test_what_the_engine_complains_of_is_raised(tmp_path: Path, sent: bytes, said: str) -> None:
    with pytest.raises(EngineFailure) as caught:
        keep([sent], tmp_path, row_limit=10)
    assert str(caught.value) == said
    with pytest.raises(LookupError):
        list(RowStream([sent], row_limit=10, failure=LookupError))


def test_a_failed_or_closed_answer_closes_its_source() -> None:
    closed: list[str] = []

    def source(name: str, body: bytes) -> Iterator[bytes]:
        try:
            yield body
            yield b'{"row":[2]}\n'
        finally:
            closed.append(name)

    with pytest.raises(EngineFailure):
        Answer(source("failed", b'{"exception":"no"}\n'))
    stream = RowStream(source("stopped", answer([[1]], "UInt8")), row_limit=10)
    assert next(stream) == [1]
    stream.close()
    assert closed == ["failed", "stopped"]


def test_values_keep_their_kind(tmp_path: Path) -> None:
    row = [2**64 - 1, -(2**127), "nan", "-inf", 1.5, {"a": "nan"}, True, None]
    types = ("UInt64", "Int128", "Float64", "Nullable(Float32)", "Decimal(9, 2)", "Map(String, Float64)", "Bool")
    (shown,) = kept(tmp_path, [row], *types, "Nullable(String)").page(0, 1)
    assert math.isnan(shown[2]) and shown[:2] + shown[3:] == [*row[:2], -math.inf, *row[4:]]


def test_bytes_that_are_no_text_are_shown_as_far_as_they_are(tmp_path: Path) -> None:
    sent = answer([["ok"]], "String") + b'{"row":["a\xffb"]}\n'
    assert list(keep([sent], tmp_path, row_limit=10)) == [["ok"], ["a\ufffdb"]]


@pytest.mark.parametrize(
    "type, base, nullable",
    [
        ("UInt8", "UInt8", False),
        ("LowCardinality(Nullable(String))", "String", True),
        ("Nullable(DateTime64(3, 'UTC'))", "DateTime64(3, 'UTC')", True),
        ("SimpleAggregateFunction(sum, UInt64)", "UInt64", False),
        ("Array(Nullable(UInt8))", "Array(Nullable(UInt8))", False),
    ],
)
def test_a_type_is_found_beneath_its_wrappers(type: str, base: str, nullable: bool) -> None:
    assert inner(type) == (base, nullable)


BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    "type, values, dtype, expected",
    [
        ("UInt64", [2**64 - 1], pl.UInt64, [2**64 - 1]),
        ("Nullable(Int8)", [-5, None], pl.Int8, [-5, None]),
        ("Decimal(18, 4)", [1.25, 1], pl.Float64, [1.25, 1.0]),
        ("UInt256", [2**200], pl.Float64, [2.0**200]),
        ("Float64", [1, None], pl.Float64, [1.0, None]),
        ("IntervalDay", [3], pl.Int64, [3]),
        ("Bool", [True, None], pl.Boolean, [True, None]),
        ("Date32", ["1920-01-01", None], pl.Date, [date(1920, 1, 1), None]),
        ("DateTime", ["2026-01-31 12:00:00"], pl.Datetime("us", "UTC"), [datetime(2026, 1, 31, 12, tzinfo=UTC)]),
        ("DateTime64(3, 'UTC')", ["2299-12-31 23:59:59.999"], pl.Datetime("us", "UTC"),
         [datetime(2299, 12, 31, 23, 59, 59, 999_000, UTC)]),
        ("DateTime64(9)", ["2026-01-31 12:00:00.000000000"], pl.Datetime("ns", "UTC"),
         [datetime(2026, 1, 31, 12, tzinfo=UTC)]),
        ("DateTime('Europe/Berlin')", ["2026-07-01 12:00:00"], pl.Datetime("us", "Europe/Berlin"),
         [datetime(2026, 7, 1, 12, tzinfo=BERLIN)]),
        ("Nullable(DateTime64(6, 'Nowhere/None'))", ["2026-07-01 12:00:00"], pl.String, ["2026-07-01 12:00:00"]),
        ("LowCardinality(String)", ["a", ""], pl.String, ["a", ""]),
        ("Enum8('x' = 1)", ["x"], pl.String, ["x"]),
        ("Array(UInt8)", [[1, 2], []], pl.List(pl.UInt8), [[1, 2], []]),
        ("Array(Nullable(Float64))", [[1, None]], pl.List(pl.Float64), [[1.0, None]]),
        ("Array(String)", [["a"]], pl.String, ['["a"]']),
        ("Map(String, UInt8)", [{"a": 1}], pl.String, ['{"a":1}']),
        ("Tuple(UInt8, String)", [[1, "x"], None], pl.String, ['[1,"x"]', None]),
        ("Variant(String, UInt8)", ["a", 1, None], pl.String, ["a", "1", None]),
        ("Nullable(Nothing)", [None], pl.String, [None]),
    ],
)  # fmt: skip
def test_a_frame_has_the_types_of_clickhouse(type: str, values: list[Any], dtype: pl.DataType, expected: Any) -> None:
    column = series(Column("c", type), values)
    assert (column.dtype, column.to_list()) == (dtype, expected)
    assert series(Column("c", type), []).dtype == dtype
    assert is_number(type) == dtype.is_numeric()


def test_an_empty_result_has_its_columns(tmp_path: Path) -> None:
    frame = kept(tmp_path, [], "Date", "UInt8").frame()
    assert (frame.height, frame.dtypes) == (0, [pl.Date, pl.UInt8])


def test_columns_of_one_name_are_told_apart(tmp_path: Path) -> None:
    columns = [Column(name, "UInt8") for name in ("a", "a", "a (2)", "a", "b")]
    assert unique(columns) == ["a", "a (3)", "a (2)", "a (4)", "b"]
    whole = answer([[1, 2]], "UInt8", "UInt8", names=("a", "a"))
    assert keep([whole], tmp_path, row_limit=9).frame().to_dicts() == [{"a": 1, "a (2)": 2}]


def test_a_full_result_is_kept_in_a_second_and_paged_at_once(tmp_path: Path) -> None:
    row = [
        1234567,
        2**63,
        1.25,
        "gpt-4o-mini",
        "2026-11-25 03:52:16.752",
        {"a": "b"},
        200,
        "user-42",
        "/v1",
        0.5,
        True,
        1,
    ]
    types = ["UInt64"] * 2 + ["Float64", "String", "DateTime64(3, 'UTC')", "Map(String, String)", "Int32"]
    whole = answer([row] * 300_000, *types, "String", "String", "Float64", "Bool", "UInt8")
    parts = [whole[at : at + 65_536] for at in range(0, len(whole), 65_536)]
    cpu = time.process_time()
    result = keep(parts, tmp_path, row_limit=300_000)
    assert time.process_time() - cpu < 1.5
    times = []
    for start in (0, 150_000, 299_800):
        started = time.perf_counter()
        assert len(result.page(start, 200)) == 200
        times.append(time.perf_counter() - started)
    assert min(times) < 0.005
    assert (result.row_count, result.truncated) == (300_000, False)


def test_elapsed_is_never_less_than_the_engine_took(tmp_path: Path) -> None:
    slow = json.dumps(
        {"progress": progress(1) | {"elapsed_ns": str(timedelta(hours=1) // timedelta(microseconds=1) * 1000)}}
    )
    result = keep([answer([[1]], "UInt8") + slow.encode() + b"\n"], tmp_path, row_limit=9)
    assert result.elapsed_ms == 3_600_000


def test_a_row_that_would_fill_the_memory_ends_the_answer(tmp_path: Path) -> None:
    def endless() -> Iterator[bytes]:
        yield answer([], "String").partition(b'{"totals"')[0] + b'{"row":["'
        for _ in range(ROW_LIMIT // 1_000_000 + 2):
            yield b"x" * 1_000_000

    with pytest.raises(LimitReached, match="HQL_RESULT_LIMIT_EXCEEDED"):
        keep(endless(), tmp_path, row_limit=1)


def test_thousands_of_columns_are_refused_and_told_apart_at_once(tmp_path: Path) -> None:
    with pytest.raises(LimitReached, match="more than 2,000 columns"):
        kept(tmp_path, [], *["UInt8"] * (COLUMN_LIMIT + 1))
    started = time.thread_time()
    assert len(set(unique([Column("a", "UInt8")] * 100_000))) == 100_000
    assert time.thread_time() - started < 2
