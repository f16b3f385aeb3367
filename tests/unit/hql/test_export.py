"""Answers as files: what a spreadsheet, pandas and polars read is what the engine said, and no formula."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hql.export import FORMATS, PIECE, Export, csv_of, defused, jsonl_of, of_result
from hql.results import Column, EngineFailure, Result, RowStream, keep

COLUMNS = (
    Column("n", "Int64"),
    Column("x", "Nullable(Float64)"),
    Column("t", "String"),
    Column("m", "Map(String, String)"),
)
ANSWER = b"""{"meta":[{"name":"n","type":"Int64"},{"name":"x","type":"Nullable(Float64)"},{"name":"t","type":"String"}]}
{"row":[-1, "nan", "=1+1"]}
{"row":[9007199254740993, null, "a,\\"b\\"\\nc"]}
"""


def written(columns: tuple[Column, ...], *rows: list[Any]) -> str:
    return b"".join(csv_of(columns, rows)).decode()


def test_csv_is_what_rfc_4180_says() -> None:
    rows = [[-1, 1.5, 'a,"b"\nc', {"k": "ü"}], [2**63 - 1, None, "", {}]]
    assert written(COLUMNS, *rows) == (
        'n,x,t,m\r\n-1,1.5,"a,""b""\nc","{""k"":""ü""}"\r\n9223372036854775807,,,{}\r\n'
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\tx", "  =1", "\u00a0=1", "\ufeff=1", "\u200b@x",
        '"=1', "'=1", "＝1", "＋1", "－1", "＠x", "=cmd|' /C calc'!A0",
    ],
)  # fmt: skip
def test_a_formula_becomes_text(text: str) -> None:
    assert defused(text) == f"'{text}"
    (cell,) = list(csv.reader(io.StringIO(written((Column("c", "LowCardinality(String)"),), [text]), newline="")))[1]
    assert cell == f"'{text}"


@pytest.mark.parametrize("text", ["", " ", "a=b", "1+1", "gpt-4o", "'", "{}", "«=»", "user@example.com", "(-1)"])
def test_other_text_is_left_alone(text: str) -> None:
    assert defused(text) == text


def test_numbers_are_left_alone_and_headers_are_not() -> None:
    columns = (Column("-1", "Decimal(9, 2)"), Column("=x", "Nullable(Float64)"), Column("@", "Variant(Int8, String)"))
    assert written(columns, [-1.5, float("-inf"), -1], [-2, None, "-1"]) == (
        "'-1,'=x,'@\r\n-1.5,-inf,-1\r\n-2,,'-1\r\n"
    )  # fmt: skip


def test_booleans_and_arrays_are_json() -> None:
    columns = (Column("b", "Bool"), Column("a", "Array(Int8)"), Column("u", "Tuple(Int8, String)"))
    assert written(columns, [True, [-1, 2], [1, "=x"]], [None, [], None]) == (
        'b,a,u\r\ntrue,"[-1,2]","[1,""=x""]"\r\n,[],\r\n'
    )  # fmt: skip


@settings(max_examples=100)
@given(st.lists(st.tuples(st.integers(), st.text()), max_size=20))
def test_a_csv_reader_gets_back_what_was_written(rows: list[tuple[int, str]]) -> None:
    columns = (Column("n", "Int256"), Column("t", "String"))
    whole = b"".join(csv_of(columns, rows)).decode()
    header, *read = csv.reader(io.StringIO(whole, newline=""))
    assert header == ["n", "t"]
    assert read == [[str(number), defused(text)] for number, text in rows]


def test_files_are_written_in_pieces() -> None:
    rows = [[number, 0.5, "x" * 100, {}] for number in range(10_000)]
    for write in (csv_of, jsonl_of):
        sizes = [len(piece) for piece in write(COLUMNS, iter(rows))]
        assert len(sizes) > 8
        assert all(PIECE <= size < 2 * PIECE for size in sizes[:-1]) and 0 < sizes[-1] < 2 * PIECE


def test_json_lines_name_every_column_once() -> None:
    columns = (Column("a", "UInt64"), Column("a", "Float64"), Column("t", "String"))
    lines = b"".join(jsonl_of(columns, [[2**64 - 1, float("nan"), "=1"]])).splitlines()
    assert [json.loads(line) for line in lines] == [{"a": 2**64 - 1, "a (2)": None, "t": "=1"}]
    assert list(jsonl_of(columns, [])) == []


@pytest.fixture
def result(tmp_path: Path) -> Iterator[Result]:
    result = keep([ANSWER], tmp_path, row_limit=10)
    yield result
    result.close()


def test_a_kept_result_is_the_same_in_every_format(result: Result) -> None:
    files = {format: io.BytesIO(b"".join(of_result(result, format))) for format in FORMATS}
    texts = ["=1+1", 'a,"b"\nc']
    assert files["csv"].getvalue() == b"".join(csv_of(result.columns, RowStream([ANSWER], row_limit=10)))
    assert [json.loads(line)["t"] for line in files["jsonl"].getvalue().splitlines()] == texts
    for frame in (pl.read_parquet(files["parquet"]), pl.read_ipc(files["arrow"])):
        assert frame["n"].to_list() == [-1, 9007199254740993] and frame["t"].to_list() == texts


@pytest.mark.parametrize("begun", [False, True])
def test_closing_an_export_closes_its_source_also_before_it_began(begun: bool) -> None:
    closed: list[bool] = []

    def engine() -> Iterator[bytes]:
        try:
            while True:
                yield ANSWER
        finally:
            closed.append(True)

    rows = RowStream(engine(), row_limit=1_000_000)
    export = Export(csv_of(rows.columns, rows), rows)
    if begun:
        assert next(export).startswith(b"n,x,t\r\n")
    export.close()
    assert closed == [True]


@pytest.mark.parametrize("write", [csv_of, jsonl_of])
def test_a_failure_half_way_is_raised_and_not_written_into_the_file(write: Any) -> None:
    """ClickHouse's own JSON Lines end with the exception's raw text as if it were a row."""
    rows = RowStream([ANSWER, b'{"exception": "Code: 153. DB::Exception: Division by zero"}\n'], row_limit=10)
    with pytest.raises(EngineFailure):
        list(write(rows.columns, rows))
