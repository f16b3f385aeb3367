"""What we print of a query, held against the engine's own reading of it: both texts must be the same query to it."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlglot
from clickhouse_connect.driver.client import Client

from hql.dialect import Hql
from tests.hql.cases import Case, parametrize

SYNTAX = (Path(__file__).parent / "hql_syntax.sql").read_text().splitlines()
"""A query a line, most of them around one construct; none needs to run."""


def formatted(client: Client, sql: str) -> str:
    """The query as ClickHouse's parser and printer write it."""
    return str(client.query("SELECT formatQuerySingleLine({q:String})", {"q": sql}).result_rows[0][0])


def printed(sql: str) -> str:
    """The query as we write it."""
    trees = [tree for tree in sqlglot.parse(sql, read=Hql) if tree is not None]
    return trees[0].sql(Hql, comments=False)


@pytest.mark.parametrize("sql", SYNTAX)
def test_the_engine_reads_the_same_query_in_what_we_print(warehouse: Client, sql: str) -> None:
    assert formatted(warehouse, printed(sql)) == formatted(warehouse, sql)


@pytest.mark.parametrize("sql", SYNTAX)
def test_printing_again_changes_nothing(sql: str) -> None:
    assert printed(printed(sql)) == printed(sql)


SAME = {" CROSS JOIN ": ", ", " NULLS LAST": "", "INTERSECT ALL": "INTERSECT", "EXCEPT ALL": "EXCEPT"}
"""What we write otherwise, and the engine takes for the same."""


@parametrize("corpus/[!s]*.sql", "corpus/se[!t]*.sql", "corpus/st*.sql", "corpus/su*.sql")
def test_the_engine_reads_the_same_in_the_corpus(warehouse: Client, case: Case) -> None:
    ours, theirs = formatted(warehouse, printed(case.sql)), formatted(warehouse, case.sql)
    for written, same in SAME.items():
        ours, theirs = ours.replace(written, same), theirs.replace(written, same)
    assert ours == theirs
