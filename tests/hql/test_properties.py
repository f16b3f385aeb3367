"""What holds for any text: the guard raises its own errors alone, soon; and what it lets in sees one tenant."""

from __future__ import annotations

import re
import time
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hql.dialect import Hql
from hql.errors import HqlError
from hql.guard import GuardedQuery, guard, parameters_of
from hql.parse import parse
from hql.run import Runner
from tests.hql.cases import cases
from tests.hql.conftest import Ask
from tests.hql.expressions import ROW, expressions
from tests.hql.grammar import selects
from tests.hql.oracle import Oracle
from tests.hql.seeding import Tenant

MAX_CPU_S = 0.25
TRIES = 4
"""A noisy machine may make the guard take longer once, but not each time."""

SOMEBODY = UUID(int=1)
QUERIES = [case.sql for case in cases("corpus/*.sql", "hostile/*.sql", "refused.sql")]
WORDS = re.compile(r"\s+|\w+|'[^']*'|.", re.DOTALL)
PIECES = sorted({word for sql in QUERIES for word in WORDS.findall(sql) if word.strip() and not word.isdigit()})


def examples(count: int) -> settings:
    """The same examples each time: nobody's change fails for a query that it did not bring."""
    return settings(max_examples=count, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def guarded(text: Any, **parameters: Any) -> GuardedQuery | None:
    """What `guard` makes of a text, None if it refuses it. It fails a test that takes too long or raises otherwise."""
    for _ in range(TRIES):
        started = time.thread_time()
        try:
            query = guard(text, SOMEBODY, parameters)
        except HqlError as error:
            assert error.code.startswith("HQL_")
            query = None
        if (took := time.thread_time() - started) < MAX_CPU_S:
            return query
    raise AssertionError(f"{took:.3f} s of CPU for {text[:200]!r}")


@st.composite
def mutants(draw: st.DrawFn) -> str:
    """A query of the matrices with some of its words dropped, doubled, moved or put in from another one."""
    words = WORDS.findall(draw(st.sampled_from(QUERIES)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(words)))
        change = draw(st.sampled_from(("drop", "double", "insert", "replace", "splice")))
        if change in ("drop", "replace"):
            del words[at : at + draw(st.integers(1, 3))]
        if change == "double":
            words[at:at] = words[at : at + draw(st.integers(1, 5))]
        if change in ("insert", "replace"):
            words.insert(at, draw(st.sampled_from(PIECES)))
        if change == "splice":
            other = WORDS.findall(draw(st.sampled_from(QUERIES)))
            words[at:at] = other[draw(st.integers(0, len(other))) :]
    return "".join(words)


@examples(150)
@given(st.text(st.characters(exclude_categories=()), max_size=200))
def test_any_text_is_refused_or_guarded(text: str) -> None:
    guarded(text)


@examples(150)
@given(st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join))
def test_any_words_of_sql_are_refused_or_guarded(text: str) -> None:
    guarded(text)
    guarded(f"SELECT {text}")


@examples(250)
@given(mutants())
def test_a_mutant_is_refused_or_guarded_and_printed_as_it_is_read(text: str) -> None:
    if query := guarded(text):
        assert parse(query.sql).sql(Hql, comments=False) == query.sql


NESTS = [
    ("(", "1", ")"), ("[", "1", "]"), ("(SELECT ", "1", ")"), ("SELECT * FROM (", "SELECT 1", ")"),
    ("CASE WHEN 1 THEN ", "1", " ELSE 2 END"), ("if(1, ", "1", ", 2)"), ("NOT ", "1", ""), ("- ", "1", ""),
    ("1 + ", "1", ""), ("x -> ", "1", ""), ("a.", "b", ""), ("1 ? ", "1", " : 2"), ("EXISTS (", "SELECT 1", ")"),
    ("WITH a AS (", "SELECT 1", ") SELECT 1"), ("CAST(", "1", " AS UInt8)"), ("1::Array(", "UInt8", ")"),
    ("f(", "1", ")(1)"), ("((((((((", "1", "))))))))"), ("INTERVAL ", "1", " DAY"), ("SELECT ", "1", ""),
    ("{", "n:UInt8", "}"), ("'", "", "'"), ("`", "a", "`"), ("/*", "", "*/"),
    ("", "1", "::UInt8"), ("", "a", "[1]"), ("", "a", ".1"), ("", "1", " AND 1"), ("", "1", " IN (1)"),
    ("", "1", " BETWEEN 1 AND 1"), ("", "1", " IS NULL"), ("", "1 AS a", ", 1 AS a"), ("", "1", " OVER ()"),
    ("", "SELECT 1", " UNION ALL SELECT 1"), ("", "1 FROM scores", " JOIN scores USING (a)"), ("", "1", "; SELECT 1"),
    ("", "1", " -- \n"),
]  # fmt: skip
"""(before, innermost, after), to be repeated."""


@pytest.mark.parametrize("depth", [10, 600, 1_900, 100_000])
@pytest.mark.parametrize("nest", NESTS, ids=lambda nest: "".join(nest).strip())
def test_depth_does_not_matter(nest: tuple[str, str, str], depth: int) -> None:
    before, innermost, after = nest
    text = before * depth + innermost + after * depth
    for whole in (text, f"SELECT {text}", f"SELECT 1 FROM scores WHERE {text}", f"SELECT {before * depth}"):
        guarded(whole)


HUGE = {
    "spaces": " " * 1_000_000,
    "letters": "SELECT " + "a" * 1_000_000,
    "text": f"SELECT '{'x' * 1_000_000}'",
    "unclosed text": "SELECT '" + "x" * 1_000_000,
    "comment": f"SELECT 1 /*{'x' * 1_000_000}*/",
    "columns": "SELECT " + "a, " * 333_000 + "a",
    "numbers": "SELECT [" + "1, " * 333_000 + "1]",
    "semicolons": ";" * 1_000_000,
    "quotes": "SELECT " + "'" * 1_000_001,
    "unions": " UNION ALL ".join(["SELECT 1"] * 50_000),
    "operators": "SELECT 1" + " + 1" * 250_000,
    "nul": "\0" * 1_000_000,
    "surrogates": "SELECT '" + "\ud800" * 500_000,
    "wide": "SELECT '" + "😀" * 250_000 + "'",
}


@pytest.mark.parametrize("name", HUGE)
def test_a_megabyte_is_refused_at_once(name: str) -> None:
    assert guarded(HUGE[name]) is None


ODD: list[Any] = [
    None,
    5,
    b"SELECT 1",
    [],
    {},
    "\ud800",
    "SELECT '\udfff'",
    "\ufeffSELECT 1",
    "SELECT\0 1",
    "SELECT \x1b",
    "\r\n",
]


@pytest.mark.parametrize("text", ODD, ids=repr)
def test_what_is_no_query_is_refused_or_guarded(text: Any) -> None:
    guarded(text)


@examples(100)
@given(st.text(max_size=30), st.text(max_size=20), st.one_of(st.text(), st.integers(), st.none(), st.lists(st.text())))
def test_any_parameter_is_refused_or_guarded(name: str, kind: str, value: Any) -> None:
    guarded(f"SELECT {{{name}:{kind}}}", **{name: value})
    guarded("SELECT {n:String}", n=value)
    with_value = guarded(f"SELECT {{n:{kind}}}", n=value)
    assert with_value is None or parameters_of(with_value.text)[0].name == "n"


def test_what_is_printed_is_read_and_printed_as_the_same() -> None:
    printed = [guard(case.sql, SOMEBODY, case.parameters).sql for case in cases("corpus/*.sql")]
    assert [sql for sql in printed if parse(sql).sql(Hql, comments=False) != sql] == []


@examples(40)
@given(selects())
def test_a_generated_query_answers_as_over_the_tenants_rows_alone(
    both: tuple[Tenant, Tenant], oracles: dict[str, Oracle], ask: Ask, sql: str
) -> None:
    for tenant, other in (both, both[::-1]):
        answer = ask(sql, tenant)
        assert other.word not in answer.texts()
        answer.assert_same(oracles[tenant.word].ask(sql), ordered=False)


@examples(150)
@given(expressions())
def test_an_expression_is_refused_or_means_what_it_means_to_the_engine(
    both: tuple[Tenant, Tenant], oracles: dict[str, Oracle], ask: Ask, expression: str
) -> None:
    sql = f"SELECT {expression} FROM (SELECT {ROW})"
    try:
        direct = oracles[both[0].word].ask(sql)
        answer = ask(sql, both[0])
    except (ValueError, HqlError):
        return
    answer.assert_same(direct, ordered=True)


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
APOSTROPHE = "'"


def quoted(text: str, quote: str, *, doubled: bool) -> str:
    """A literal or a name in one of ClickHouse's two ways of writing a quotation mark within."""
    escaped = text.replace("\\", "\\\\").replace(quote, quote * 2 if doubled else f"\\{quote}")
    return f"{quote}{escaped}{quote}"


@examples(40)
@given(st.lists(st.tuples(texts, texts, st.booleans(), st.sampled_from('`"')), min_size=1, max_size=8))
def test_texts_and_names_arrive_as_they_were_written(
    both: tuple[Tenant, Tenant], ask: Ask, parts: list[tuple[str, str, bool, str]]
) -> None:
    named = [(text, f"{number}{name}", doubled, quote) for number, (text, name, doubled, quote) in enumerate(parts)]
    sql = ", ".join(
        f"{quoted(text, APOSTROPHE, doubled=doubled)} AS {quoted(name, quote, doubled=doubled)}"
        for text, name, doubled, quote in named
    )
    answer = ask(f"SELECT {sql}", both[0])
    assert answer.rows == [[text for text, *_ in named]]
    assert [name for name, _ in answer.columns] == [name for _, name, *_ in named]


@examples(150)
@given(mutants())
def test_a_mutant_that_gets_in_sees_one_tenant(both: tuple[Tenant, Tenant], runner: Runner, sql: str) -> None:
    own, other = both
    try:
        result = runner.execute(guard(sql, own.organization_id, row_limit=1_000))
    except HqlError:
        return
    shown = str(list(result))
    for mark in (other.word, str(other.request_id(0))[:8]):
        assert mark not in shown or mark in sql
