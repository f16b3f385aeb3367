"""Nothing hostile gets in by the guard, nor past it by the second wall and the reader's account."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from hql.errors import HqlError, Unavailable
from hql.guard import guard
from hql.run import HEADER, Runner
from tests.hql.cases import Case, cases, parametrize
from tests.hql.conftest import Ask
from tests.hql.oracle import TABLES, Oracle
from tests.hql.seeding import Tenant

pytestmark = pytest.mark.server

MINIMUM = 170

each_table = pytest.mark.parametrize("table", TABLES)


def filled(value: Any, both: tuple[Tenant, Tenant]) -> Any:
    """A text with the asking organisation's id and the other's put in."""
    own, other = (str(tenant.organization_id) for tenant in both)
    return value.replace("$OTHER", other).replace("$OWN", own) if isinstance(value, str) else value


def as_reader(reader_url: str, sql: str, **headers: str) -> httpx.Response:
    """What the reader's account itself answers, no guard and no wall before it."""
    url = httpx.URL(reader_url)
    headers |= {"X-ClickHouse-User": url.username, "X-ClickHouse-Key": url.password}
    address = url.copy_with(userinfo=b"", path="/")
    return httpx.post(address, params={"database": url.path.strip("/")}, content=sql.encode(), headers=headers)


def test_there_are_many_and_each_has_its_name() -> None:
    names = [case.name for case in cases("hostile/*.sql", "refused.sql")]
    assert len(cases("hostile/*.sql")) >= MINIMUM
    assert len(set(names)) == len(names)


@parametrize("hostile/*.sql")
def test_the_guard_refuses(case: Case, both: tuple[Tenant, Tenant]) -> None:
    parameters = {name: filled(value, both) for name, value in case.parameters.items()}
    with pytest.raises(HqlError) as refusal:
        guard(filled(case.sql, both), both[0].organization_id, parameters)
    assert refusal.value.status == 400


@parametrize("hostile/*.sql")
def test_the_second_wall_and_the_account_refuse(case: Case, both: tuple[Tenant, Tenant], runner: Runner) -> None:
    with pytest.raises(HqlError) as refusal:
        runner.DANGEROUS_unguarded(filled(case.sql, both), both[0].organization_id)
    assert not isinstance(refusal.value, Unavailable)


@parametrize("hostile/tables.sql", "hostile/names.sql", "hostile/statements.sql")
def test_the_account_alone_refuses(case: Case, both: tuple[Tenant, Tenant], reader_url: str) -> None:
    own, other = both
    answer = as_reader(reader_url, filled(case.sql, both), **{HEADER: str(own.organization_id)})
    assert answer.status_code != 200 or "wall" in case.marks
    assert other.word not in answer.text


@parametrize("refused.sql")
def test_what_cannot_run_says_why(case: Case, both: tuple[Tenant, Tenant], ask: Ask) -> None:
    with pytest.raises(HqlError) as refusal:
        ask(case.sql, both[0], case.parameters)
    assert refusal.value.code == case.code
    assert all(
        word not in refusal.value.message for word in ("hql_", "DB::", "scope_org", str(both[0].organization_id))
    )


@each_table
def test_the_account_sees_no_row_of_another_organisation(
    both: tuple[Tenant, Tenant], runner: Runner, table: str
) -> None:
    for own, other in (both, both[::-1]):
        theirs = f"SELECT count() FROM hql_{table}(org_id = '{other.organization_id}')"
        assert runner.DANGEROUS_unguarded(theirs, own.organization_id) == [[0]]
        rows = theirs.replace("count()", "*")
        assert runner.DANGEROUS_unguarded(rows, own.organization_id) == []


@each_table
def test_the_account_sees_every_row_of_its_own(
    both: tuple[Tenant, Tenant], oracles: dict[str, Oracle], runner: Runner, table: str
) -> None:
    for tenant in both:
        own = f"SELECT count() FROM hql_{table}(org_id = '{tenant.organization_id}')"
        expected = oracles[tenant.word].ask(f"SELECT count() FROM {table}").rows
        assert runner.DANGEROUS_unguarded(own, tenant.organization_id) == expected


@each_table
@pytest.mark.parametrize("header", [{}, {HEADER: ""}, {HEADER: "nobody"}, {HEADER: "' OR 1 = 1 --"}])
def test_without_an_organisation_there_is_no_row(
    both: tuple[Tenant, Tenant], reader_url: str, table: str, header: dict[str, str]
) -> None:
    for tenant in both:
        sql = f"SELECT count() FROM hql_{table}(org_id = '{tenant.organization_id}')"
        answer = as_reader(reader_url, sql, **header)
        assert answer.text.strip() == "0" or answer.status_code != 200


def test_no_condition_of_another_organisation_can_be_told_from_none(
    both: tuple[Tenant, Tenant], runner: Runner
) -> None:
    """A query that divides by what it must not see shows no difference."""
    own, other = both
    theirs = f"(org_id = '{other.organization_id}')"
    sql = (
        f"SELECT count() FROM hql_scores(org_id = '{own.organization_id}') WHERE request_id IN "
        f"(SELECT request_id FROM hql_scores{theirs}) "
        f"OR intDiv(1, (SELECT count() = 0 FROM hql_request_response_rmt{theirs})) = 0"
    )
    assert runner.DANGEROUS_unguarded(sql, own.organization_id) == [[0]]
