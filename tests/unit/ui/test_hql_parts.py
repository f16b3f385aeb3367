"""What the HQL page is made of: parameters, snippets, the grid, downloads, runs."""

from __future__ import annotations

import ast
import io
import json
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import polars as pl
import pytest

from hql import frames
from hql.errors import Cancelled, HqlError
from hql.frames import Column
from hql.guard import guard
from hql.parameters import Parameter
from hql.results import Progress, Result, keep
from ui.hql import downloads, grid, parameters, running, snippets
from ui.hql.desk import READY

ORGANISATION = uuid4()


def result(directory: Path, columns: list[tuple[str, str]], rows: list[list[Any]]) -> Result:
    meta = json.dumps({"meta": [{"name": name, "type": type} for name, type in columns]})
    lines = [meta, *(f'{{"row":{json.dumps(row)}}}' for row in rows)]
    return keep([("\n".join(lines) + "\n").encode()], directory, row_limit=len(rows) or 1)


# Parameters


@pytest.mark.parametrize("slug", list(READY))
def test_every_ready_query_passes_the_guard_with_its_defaults(slug: str) -> None:
    ready = READY[slug]
    declared = parameters.declared(ready.sql)
    assert {one.name for one in declared} == set(ready.parameters)
    guard(ready.sql, ORGANISATION, dict(ready.parameters))


@pytest.mark.parametrize(
    "type",
    ["UInt8", "Int64", "Float64", "Decimal(18, 4)", "String", "Bool", "Date", "DateTime", "DateTime64(3)", "UUID",
     "Array(String)", "Nullable(UInt32)", "LowCardinality(Nullable(Date))"],
)  # fmt: skip
def test_a_query_can_be_looked_over_before_its_parameters_have_values(type: str) -> None:
    text = f"SELECT {{x:{type}}}"
    guard(text, ORGANISATION, parameters.placeholders(parameters.declared(text), {}))


def test_half_a_query_keeps_its_parameters() -> None:
    half = "SELECT {days:UInt16}, {at: DateTime64(3, 'UTC')}, {}, {x}, {days:UInt16} FROM"
    assert [(one.name, one.type) for one in parameters.declared(half)] == [
        ("days", "UInt16"), ("at", "DateTime64(3, 'UTC')"),
    ]  # fmt: skip
    assert parameters.declared("") == ()


def test_the_url_has_what_differs_from_the_defaults() -> None:
    values = {"days": 7, "who": "a&b", "all": True, "models": ["x", "y"]}
    shown = parameters.in_url(values, {"days": "7", "who": "", "all": False})
    assert shown == {"p.who": "a&b", "p.all": "true", "p.models": '["x", "y"]'}
    assert parameters.of_url({**shown, "range": "24h"}) == {"who": "a&b", "all": "true", "models": '["x", "y"]'}


@pytest.mark.parametrize(
    "type, written, value",
    [
        ("UInt16", "30", 30),
        ("UInt16", "many", None),
        ("Float64", "0.5", 0.5),
        ("Bool", "true", True),
        ("Date", "2026-01-31", "2026-01-31"),
        ("Array(String)", '["a", "b"]', "a, b"),
        ("String", 7, "7"),
    ],
)
def test_a_default_fits_its_widget(type: str, written: Any, value: Any) -> None:
    converted = parameters._converted(parameters._base(type), type, written)
    assert (converted.isoformat() if hasattr(converted, "isoformat") else converted) == value


def test_a_list_may_be_written_with_commas_or_as_json() -> None:
    assert parameters._items("a, b ,") == ["a", "b"]
    assert parameters._items('["a, b", 2]') == ["a, b", 2]
    assert parameters._items("[half") == ["[half"]


# Snippets

HOSTILE = 'SELECT \'$HOME `id` \\\' """ $(id) JSON\' AS "x"\nFROM t -- it\'s 100 %\n'


@pytest.mark.parametrize("sql", ["SELECT 1", "SELECT 1\nFROM t", HOSTILE, "JSON\nJSON", 'SELECT "a"'])
@pytest.mark.parametrize("given", [{}, {"days": 7, "who": 'it\'s "me"'}])
def test_curl_sends_the_query_as_it_is(sql: str, given: dict[str, Any]) -> None:
    """Run by a shell, with a curl that prints its input."""
    script = "curl() { cat; }\n" + snippets.curl("http://127.0.0.1:1", sql, given)
    sent = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout
    assert json.loads(sent) == ({"sql": sql, "parameters": given} if given else {"sql": sql})


@pytest.mark.parametrize("sql", ["SELECT 1", "SELECT 1\nFROM t", HOSTILE, 'SELECT "a"\nFROM "b"', "a\r\nb"])
def test_python_sends_the_query_as_it_is(sql: str) -> None:
    tree = ast.parse(snippets.python("http://127.0.0.1:1", sql, {"days": 7}))
    values = {node.targets[0].id: node.value for node in tree.body if isinstance(node, ast.Assign)}  # type: ignore[attr-defined]
    assert ast.literal_eval(values["sql"]) == sql
    assert ast.literal_eval(values["parameters"]) == {"days": 7}


# Grid


def test_costs_are_shown_in_usd_beside_them() -> None:
    columns = (Column("model", "String"), Column("sum(cost)", "UInt64"), Column("cost_status", "String"))
    frame, config = grid.table(columns, [["gpt-4o", 1_500_000_000, "priced"], ["x", None, "none"]])
    assert frame.columns == ["model", "sum(cost)", "sum(cost) (USD)", "cost_status"]
    assert frame["sum(cost) (USD)"].to_list() == ["$1.50", "–"]
    assert set(config) == set(frame.columns)


@pytest.mark.parametrize(
    "names, type, shown",
    [
        (["cost"], "UInt64", True),
        (["total_COST"], "Nullable(Int64)", True),
        (["cost", "cost_usd"], "UInt64", False),
        (["cost"], "Float64", False),
        (["cost_usd"], "UInt64", False),
        (["latency"], "UInt64", False),
    ],
)
def test_only_whole_costs_without_usd_beside_them_are(names: list[str], type: str, shown: bool) -> None:
    assert grid.is_cost(names[0], type, names) is shown


def test_cells_are_exact_and_short() -> None:
    columns = (Column("h", "UInt64"), Column("m", "Map(String, String)"), Column("t", "String"), Column("n", "Int32"))
    frame, _ = grid.table(columns, [[2**64 - 1, {"a": "b"}, "x" * 1000, -1]])
    assert frame.row(0) == ("18446744073709551615", '{"a":"b"}', "x" * grid.LONGEST + "…", -1)


def test_columns_of_the_same_name_are_told_apart() -> None:
    frame, _ = grid.table((Column("a", "Int8"), Column("a", "Int8")), [[1, 2]])
    assert frame.row(0, named=True) == {"a": 1, "a (2)": 2}


# Downloads


@pytest.fixture
def large(tmp_path: Path) -> Result:
    rows = [[n, f"2026-01-01 00:00:00.{n % 1000:03}", f"text {n}", n / 7] for n in range(45_000)]
    columns = [("n", "UInt32"), ("at", "DateTime64(3, 'UTC')"), ("t", "String"), ("x", "Nullable(Float64)")]
    return result(tmp_path, columns, rows)


@pytest.mark.parametrize("format, read", [("parquet", pl.read_parquet), ("arrow", pl.read_ipc)])
def test_a_binary_file_has_the_whole_answer_in_several_pieces(
    large: Result, format: str, read: Callable[[Any], pl.DataFrame]
) -> None:
    pieces = list(downloads.pieces(large, format))
    assert len(pieces) > 3
    assert read(io.BytesIO(b"".join(pieces))).equals(large.frame())


@pytest.mark.parametrize("format", list(downloads.LABELS))
def test_an_empty_answer_is_a_file_too(tmp_path: Path, format: str) -> None:
    empty = result(tmp_path, [("a", "Int8"), ("b", "String")], [])
    content = b"".join(downloads.pieces(empty, format))
    readers = {"parquet": pl.read_parquet, "arrow": pl.read_ipc}
    assert (
        readers[format](io.BytesIO(content)).columns == ["a", "b"]
        if format in readers
        else content in (b"", b"a,b\r\n")
    )


def test_rows_of_a_batch_are_few_where_they_are_large(tmp_path: Path) -> None:
    wide = result(tmp_path, [("t", "String")], [["x" * 500_000]] * 20)
    assert downloads._rows(wide) == 7
    assert pl.read_parquet(io.BytesIO(b"".join(downloads.pieces(wide, "parquet")))).height == 20


# Runs


class Engine:
    """Runs what waits to be cancelled."""

    def __init__(self) -> None:
        self.cancelled = threading.Event()
        self.asked: list[str] = []

    def cancel(self, query_id: str) -> None:
        self.asked.append(query_id)
        self.cancelled.set()

    def reading(self, query_id: str) -> Progress | None:
        return Progress(5, 50, 10, 100)

    def execute(self, query_id: str) -> Result:
        assert self.cancelled.wait(20)
        raise Cancelled


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = Engine()
    yield engine
    engine.cancelled.set()


def test_a_run_tells_how_far_it_is_and_is_stopped_when_asked(engine: Engine) -> None:
    run = running.start(ORGANISATION, engine.execute, engine)
    deadline = time.monotonic() + 10
    while not run.share and time.monotonic() < deadline:
        assert not run.watch(0.05)
    assert (run.share, run.progress.rows_read) == (0.5, 5)
    run.stop()
    assert run.watch(10)
    assert isinstance(run.error, Cancelled) and engine.asked[0] == run.id


def test_a_run_that_nobody_watches_is_stopped(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "UNWATCHED_S", 0.5)
    run = running.start(ORGANISATION, engine.execute, engine)
    assert run.done.wait(10)
    assert run.error and run.error.code == "HQL_QUERY_CANCELLED"


def test_an_unforeseen_failure_is_a_sentence(engine: Engine) -> None:
    def fail(_: str) -> Result:
        raise ZeroDivisionError("internal")

    run = running.start(ORGANISATION, fail, engine)
    assert run.watch(10) and run.error
    assert run.error.code == "HQL_UNEXPECTED_ERROR" and "internal" not in run.error.message


def test_a_run_is_found_by_its_organisation_alone_and_while_it_is_kept(engine: Engine) -> None:
    run = running.start(ORGANISATION, engine.execute, engine)
    run_id = run.id
    assert running.find(run_id, ORGANISATION) is run
    assert running.find(run_id, UUID(int=1)) is None
    refused = running.refused(HqlError("HQL_SYNTAX_ERROR", "No."))
    assert refused.watch() and running.find(refused.id, ORGANISATION) is None


def test_types_are_told_from_their_wrappers() -> None:
    assert parameters._base("LowCardinality(Nullable(DateTime64(3, 'UTC')))") == "DateTime64"
    assert parameters._base(Parameter("x", "Nullable(UInt8)").type) == "UInt8"
    assert frames.is_number("Nullable(UInt8)")
