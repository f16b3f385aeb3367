"""Every query of the corpus answers through the guard as the engine answers it over that tenant's rows alone."""

from __future__ import annotations

import pytest

from tests.hql.cases import Case, cases, parametrize
from tests.hql.conftest import Ask
from tests.hql.oracle import TABLES, Oracle
from tests.hql.seeding import Tenant

pytestmark = pytest.mark.server

MINIMUM = 320


@pytest.mark.parametrize("table", TABLES)
def test_what_is_compared_with_is_one_tenants_alone(
    both: tuple[Tenant, Tenant], oracles: dict[str, Oracle], table: str
) -> None:
    for tenant, other in (both, both[::-1]):
        answer = oracles[tenant.word].ask(f"SELECT * FROM {table}")
        assert answer.rows
        assert other.word not in answer.texts()
        assert str(other.request_id(0))[:8] not in answer.texts()


def test_what_is_compared_with_is_all_of_it(both: tuple[Tenant, Tenant], oracles: dict[str, Oracle]) -> None:
    for tenant in both:
        answer = oracles[tenant.word].ask("SELECT count(), uniqExact(request_id) FROM request_response_rmt")
        assert answer.rows == [[tenant.size, tenant.size]]


def test_the_corpus_is_large_and_each_of_it_has_its_name() -> None:
    names = [case.name for case in cases("corpus/*.sql")]
    assert len(names) >= MINIMUM
    assert len(set(names)) == len(names)


@parametrize("corpus/*.sql")
def test_the_answer_is_the_engines_own(
    case: Case, both: tuple[Tenant, Tenant], oracles: dict[str, Oracle], ask: Ask
) -> None:
    for tenant, other in (both, both[::-1]):
        answer = ask(case.sql, tenant, case.parameters)
        assert other.word not in answer.texts() or other.word in case.sql
        if "guarded" in case.marks:
            continue
        answer.assert_same(oracles[tenant.word].ask(case.sql, case.parameters), ordered=case.is_ordered)
