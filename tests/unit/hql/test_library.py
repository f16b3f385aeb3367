"""The library's files: each is whole, reads as the others do and calls what HQL allows."""

from __future__ import annotations

import re

import pytest
import sqlglot

from hql.functions import is_allowed
from hql.library import LIBRARY, Chart, Ready, parse

KINDS = {"line", "bar", "area", "scatter", "histogram", "heatmap"}
SYNTAX = {"AND", "OR", "OVER", "IN", "AS", "BY"}
"""What stands before a parenthesis without being a function."""

each = pytest.mark.parametrize("ready", LIBRARY, ids=lambda ready: ready.slug)


def test_a_file_is_read() -> None:
    text = "-- name: N: n\n-- description: D.\n-- chart: bar day a,b model\n-- parameter: days = 30\nSELECT 1\n-- end\n"
    ready = parse("s", text)
    chart = Chart("bar", "day", ("a", "b"), "model")
    assert ready == Ready("s", "N: n", "D.", "SELECT 1\n-- end", {"days": "30"}, chart)
    assert parse("s", "-- name: N\n-- description: D.\nSELECT 1").chart is None


@pytest.mark.parametrize("text", ["SELECT 1", "-- name: N\nSELECT 1", "-- name: N\n-- description: D.\n-- nmae: N\n"])
def test_a_file_that_is_not_whole_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^s: "):
        parse("s", text)


def test_there_are_many_and_each_is_once() -> None:
    assert len(LIBRARY) >= 25
    for what in ("slug", "name", "description", "sql"):
        assert len({getattr(ready, what) for ready in LIBRARY}) == len(LIBRARY)


@each
def test_every_parameter_has_a_default(ready: Ready) -> None:
    assert set(re.findall(r"\{(\w+):\w+\}", ready.sql)) == set(ready.parameters)
    assert all(ready.parameters.values())


@each
def test_texts_are_sentences_and_lines_are_short(ready: Ready) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", ready.slug)
    assert ready.description.endswith(".") and len(ready.description) < 120
    assert all(len(line) <= 120 and line == line.rstrip() for line in ready.sql.splitlines())


@each
def test_it_is_one_select_in_a_certain_order(ready: Ready) -> None:
    (tree,) = sqlglot.parse(ready.sql, read="clickhouse")
    assert isinstance(tree, sqlglot.exp.Select)
    assert tree.args.get("order")


@each
def test_it_calls_only_what_is_allowed(ready: Ready) -> None:
    printed = sqlglot.parse_one(ready.sql, read="clickhouse").sql("clickhouse")
    for text in (ready.sql, printed):
        called = set(re.findall(r"\b(\w+)\(", text)) - SYNTAX
        assert called and [name for name in called if not is_allowed(name)] == []


@each
def test_its_chart_is_one_that_can_be_drawn(ready: Ready) -> None:
    if ready.chart:
        assert ready.chart.kind in KINDS and ready.chart.y
