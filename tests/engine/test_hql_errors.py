"""What people read when a query is wrong: the code, the sentence with its fix, the place. Against the real engine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from clickhouse_connect.driver.client import Client

from hql.errors import HqlError, LimitReached, Unavailable
from hql.guard import guard
from hql.run import Runner
from settings import Settings
from tests.conftest import Warehouse

R = "request_response_rmt"
CASES = [
    ("", "HQL_MISSING_QUERY_SQL", "write a SELECT", None),
    ("-- nothing", "HQL_MISSING_QUERY_SQL", "nothing but comments", None),
    ("DROP TABLE scores", "HQL_INVALID_STATEMENT", "begins with 'DROP'", (1, 1)),
    ("EXPLAIN SELECT 1", "HQL_INVALID_STATEMENT", "begins with 'EXPLAIN'", (1, 1)),
    ("SELECT 1; SELECT 2", "HQL_INVALID_STATEMENT", "One statement|one statement", None),
    (f"SELECT model\nFROM {R}\nWHERE (status = 200", "HQL_SYNTAX_ERROR", "cannot be read", (3, 17)),
    (f"SELECT model FRM {R} WHERE 1", "HQL_SYNTAX_ERROR", "cannot be read", (1, 18)),
    ("SELECT 'abc", "HQL_SYNTAX_ERROR", "quotation mark", None),
    ("SELECT 1 UNION SELECT 2", "HQL_SYNTAX_ERROR", "UNION ALL or UNION DISTINCT", None),
    ("SELECT * FROM request", "HQL_INVALID_TABLE", f"did you mean {R}", (1, 15)),
    ("SELECT * FROM system.tables", "HQL_INVALID_TABLE", "There is no table system.tables", (1, 15)),
    (f"SELECT 1 FROM {R} WHERE user_id IN users", "HQL_INVALID_TABLE", "IN \\(SELECT … FROM users\\)", (1, 53)),
    ("SELECT * FROM numbers(3)", "HQL_INVALID_TABLE", "Table functions", (1, 15)),
    (f"SELECT modle FROM {R}", "HQL_UNKNOWN_COLUMN", "no column modle: did you mean model", (1, 8)),
    (f"SELECT r.modle\nFROM {R} AS r", "HQL_UNKNOWN_COLUMN", "no column r.modle: did you mean model", (1, 8)),
    (f"SELECT organization_id FROM {R}", "HQL_UNKNOWN_COLUMN", "no column organization_id", (1, 8)),
    (f"SELECT a.user_id FROM {R} AS b", "HQL_UNKNOWN_COLUMN", "no column a.user_id", (1, 8)),
    ("SELECT user_id FROM users JOIN sessions USING (user_id)", "HQL_UNKNOWN_COLUMN", "no column user_id", (1, 8)),
    (f"SELECT request_id FROM {R} AS a JOIN scores AS b ON a.request_id = b.request_id WHERE value > 1 AND requst_id",
     "HQL_UNKNOWN_COLUMN", "did you mean request_id", (1, 118)),
    ("SELECT currentUser()", "HQL_FORBIDDEN_FUNCTION", "currentUser is not part of HQL", (1, 8)),
    ("SELECT\n  strftime(1)", "HQL_FORBIDDEN_FUNCTION", "did you mean formatDateTime", (2, 3)),
    (f"SELECT sum(model) FROM {R}", "HQL_TYPE_MISMATCH", "convert it", (1, 8)),
    ("SELECT 'a' + 1", "HQL_TYPE_MISMATCH", "convert it", None),
    ("SELECT toDate('yesterday')", "HQL_TYPE_MISMATCH", "parseDateTimeBestEffortOrNull", None),
    (f"SELECT model, count() FROM {R}", "HQL_INVALID_AGGREGATION", "GROUP BY", (1, 8)),
    (f"SELECT model FROM {R} WHERE sum(cost) > 1", "HQL_INVALID_AGGREGATION", "not in WHERE", None),
    ("SELECT toStartOfHour(1, 2, 3)", "HQL_INVALID_ARGUMENT", "too many or too few", (1, 8)),
    ("SELECT 1 AS a, 2 AS a", "HQL_INVALID_ALIAS", "rename one", (1, 13)),
    ("SELECT intDiv(1, 0)", "HQL_EXECUTION_FAILED", "divided by zero", None),
    ("SELECT 1 SETTINGS max_threads = 1", "HQL_NOT_ALLOWED", "SETTINGS is not part", None),
    ("SELECT 1 FORMAT CSV", "HQL_NOT_ALLOWED", "format of a download", None),
    (f"SELECT model FROM {R} GROUP BY model WITH TOTALS", "HQL_NOT_ALLOWED", "WITH ROLLUP", None),
    (f"SELECT * APPLY(toString) FROM {R}", "HQL_NOT_ALLOWED", "APPLY", None),
    ("SELECT {days:UInt16}", "HQL_INVALID_PARAMETER", "days \\(UInt16\\) has no value", (1, 9)),
    ("SELECT * FROM {t:Identifier}", "HQL_INVALID_TABLE|HQL_INVALID_PARAMETER", "", None),
]  # fmt: skip


@pytest.fixture(scope="module")
def runner(warehouse: Client, embedded_warehouse: Warehouse) -> Iterator[Runner]:
    runner = Runner(embedded_warehouse.settings)
    yield runner
    runner.close()


def refused(runner: Runner, sql: str) -> HqlError:
    with pytest.raises(HqlError) as caught:
        runner.execute(guard(sql, uuid4()))
    return caught.value


@pytest.mark.parametrize(("sql", "code", "sentence", "at"), CASES, ids=[case[0][:60] for case in CASES])
def test_a_wrong_query_is_explained(
    runner: Runner, sql: str, code: str, sentence: str, at: tuple[int, int] | None
) -> None:
    error = refused(runner, sql)
    assert re.fullmatch(code, error.code) and re.search(sentence, error.message)
    if at:
        assert error.at and (error.at.line, error.at.column) == at


@pytest.mark.parametrize("sql", [case[0] for case in CASES])
def test_no_sentence_shows_what_lies_behind(runner: Runner, sql: str) -> None:
    text = str(refused(runner, sql))
    assert not re.search(r"hql_|DB::|Exception|scope_org|org_id\b|0000-", text.replace("organization_id", ""))


def test_the_limits_are_the_accounts(runner: Runner) -> None:
    with pytest.raises(LimitReached, match="HQL_MEMORY_LIMIT_EXCEEDED"):
        runner.execute(
            guard("SELECT length(groupArray(toString(n))) FROM (SELECT arrayJoin(range(400000000)) AS n)", uuid4())
        )


def test_a_server_without_hqls_account_says_what_is_missing(warehouse_server: str, tmp_path: Path) -> None:
    runner = Runner(Settings(data_dir=tmp_path, clickhouse_url=warehouse_server))
    with pytest.raises(Unavailable, match="CLICKHOUSE_READER_URL"):
        runner.execute(guard("SELECT 1", uuid4()))


def test_a_warehouse_that_is_away_is_said_to_be(tmp_path: Path) -> None:
    runner = Runner(Settings(data_dir=tmp_path, warehouse_port=1))
    with pytest.raises(Unavailable, match="does not answer"):
        runner.execute(guard("SELECT 1", uuid4()))
