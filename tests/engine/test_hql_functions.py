"""The allow-list of functions against the real engine: every name exists there, and every other one was judged."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import httpx
import pytest
from clickhouse_connect.driver.client import Client

from hql.functions import COMBINATORS, WITHOUT_PARENTHESES, hint, is_allowed, names

SYNTAX = {
    "DATE_ADD": "DATE_ADD(DAY, 1, today())",
    "dateAdd": "dateAdd(DAY, 1, today())",
    "TIMESTAMP_ADD": "TIMESTAMP_ADD(DAY, 1, now())",
    "timestampAdd": "timestampAdd(DAY, 1, now())",
    "DATE_SUB": "DATE_SUB(DAY, 1, today())",
    "dateSub": "dateSub(DAY, 1, today())",
    "TIMESTAMP_SUB": "TIMESTAMP_SUB(DAY, 1, now())",
    "timestampSub": "timestampSub(DAY, 1, now())",
    "exists": "exists(SELECT 1)",
    "grouping": "(SELECT grouping(number) FROM numbers(1) GROUP BY number)",
    "untuple": "untuple((1, 2))",
}
"""Names that the parser turns into something else, so that the engine does not list them."""

TREES = [
    "SELECT (SELECT groupArray(number) FROM numbers(3))",
    "SELECT number, grouping(number), sum(NULL) FROM numbers(3) GROUP BY CUBE(number)",
    "SELECT number, grouping(number) FROM numbers(3) GROUP BY ROLLUP(number)",
    "SELECT number, grouping(number) FROM numbers(3) GROUP BY GROUPING SETS ((number), ())",
    "SELECT number, grouping(number) FROM numbers(3) GROUP BY number",
    "SELECT number > ALL (SELECT 1), number = ANY (SELECT 2), number <=> 1, number IS DISTINCT FROM 2 FROM numbers(3)",
    "SELECT CASE number WHEN 1 THEN 2 END, number::String || 'a', -number, NOT number, [number][1], (number, 1).1, "
    "number > 1 ? 'a' : 'b', number BETWEEN 1 AND 2, number % 2, number DIV 2, number NOT IN (1, 2), "
    "number GLOBAL IN (SELECT 1) FROM numbers(3)",
    "SELECT count(DISTINCT number), avg(number + 1), sum(number * 2), sum(if(number = 1, 1, 0)), "
    "any(number) RESPECT NULLS, groupArray(number) FILTER (WHERE number > 1) FROM numbers(3)",
    "SELECT now() AT TIME ZONE 'UTC', [1] || [2], 'a' REGEXP 'b', 'a' NOT ILIKE 'b', extract(YEAR FROM today()), "
    "INTERVAL 1 DAY + today(), DATE '2020-01-01', TIMESTAMP '2020-01-01 00:00:00', trim(BOTH 'a' FROM 'aba'), "
    "substring('abc' FROM 2 FOR 1), position('a' IN 'abc'), date_diff(DAY, today(), now())",
    "SELECT arrayMap(x -> x + 1, [number]), row_number() OVER w, lag(number) OVER w FROM numbers(3) "
    "WHERE exists(SELECT 1 FROM numbers(3) AS z WHERE z.number = number) WINDOW w AS (ORDER BY number)",
]


@pytest.fixture(scope="module")
def known(warehouse: Client) -> dict[str, bool]:
    """The engine's functions, and whether each is an aggregate."""
    rows = warehouse.query("SELECT name, is_aggregate FROM system.functions WHERE origin = 'System'").result_rows
    return {name: bool(aggregate) for name, aggregate in rows}


def test_every_name_is_the_engines_or_the_parsers(known: dict[str, bool]) -> None:
    assert [name for name in names() if name not in known and name not in SYNTAX] == []


@pytest.mark.parametrize("expression", SYNTAX.values(), ids=SYNTAX)
def test_the_parsers_names_can_be_written(warehouse: Client, expression: str) -> None:
    assert warehouse.query(f"SELECT {expression}").result_rows


def test_every_function_of_the_engine_was_judged(known: dict[str, bool]) -> None:
    unheard = "There is no function"
    assert [name for name in known if not is_allowed(name) and hint(name).startswith(unheard)] == []


def test_only_what_is_listed_is_allowed(known: dict[str, bool]) -> None:
    """No function becomes allowed because its name looks like an aggregate's with combinators."""
    listed = {name.lower() for name in names()}
    assert [name for name in known if is_allowed(name) and name.lower() not in listed] == []


def test_no_two_functions_differ_by_case_alone(warehouse: Client) -> None:
    pairs = warehouse.query(
        "SELECT groupArray((name, if(alias_to = '', name, alias_to))) FROM system.functions "
        "GROUP BY lower(name) HAVING count() > 1"
    ).result_rows
    assert pairs and [pair for (pair,) in pairs if len({meant for _, meant in pair}) > 1] == []


def test_the_combinators_are_the_engines(warehouse: Client) -> None:
    rows = warehouse.query("SELECT name FROM system.aggregate_function_combinators WHERE NOT is_internal").result_rows
    assert {name for (name,) in rows} == set(COMBINATORS)


def test_combinators_are_taken_off_aggregates_alone(known: dict[str, bool]) -> None:
    plain = [name for name, aggregate in known.items() if not aggregate]
    assert [name for name in plain if is_allowed(f"{name}If") and f"{name}If" not in known] == []


@pytest.mark.parametrize("query", TREES)
def test_the_engines_names_of_syntax_are_allowed(warehouse: Client, query: str) -> None:
    tree = warehouse.command(f"EXPLAIN QUERY TREE run_passes = 0 {query}")
    found = set(re.findall(r" function_name: (\w+)", str(tree)))
    assert found and {name for name in found if not is_allowed(name)} == set()


def test_what_the_engine_calls_by_its_bare_name_is_allowed_or_known(warehouse: Client, reader_url: str) -> None:
    """A name that nothing else has is a call to ClickHouse: ``SELECT currentUser``."""
    url = urlsplit(reader_url)
    account = {"X-ClickHouse-User": url.username or "", "X-ClickHouse-Key": url.password or ""}
    every = [row[0] for row in warehouse.query("SELECT name FROM system.functions").result_rows]
    with httpx.Client(base_url=f"http://{url.hostname}:{url.port}", headers=account) as reader:
        said = {name: reader.post("/", content=f"EXPLAIN QUERY TREE SELECT `{name}`").text for name in every}
    called = {name.lower() for name, text in said.items() if "UNKNOWN_IDENTIFIER" not in text}
    assert {"now", "currentuser"} <= called
    assert {name for name in called if not is_allowed(name)} == WITHOUT_PARENTHESES
