"""The one door: text and organisation in, a query that may run out.

    admit -> parse -> check -> scope -> limit -> print -> verify

Editor, saved queries, downloads, REST and estimates all go through `guard`; `hql/run.py` takes nothing but what it
returns. Pure: no connection, no settings, no clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlglot import exp

from hql import parameters as parameters_
from hql.check import check
from hql.dialect import Hql
from hql.errors import HqlError
from hql.limit import limit
from hql.parameters import Parameter
from hql.parse import admit, parse
from hql.scope import scope
from hql.verify import verify

MAX_ROWS = 300_000
_TOO_DEEP = "The query is too deep to be read: name its inner parts in WITH."


@dataclass(frozen=True)
class GuardedQuery:
    """A query that may run, for one organisation. Only `guard` makes one."""

    sql: str
    """The printed tree: over the organisation's views, and at most one row more than `row_limit`."""
    organization_id: UUID
    row_limit: int
    text: str
    """The query as its author wrote it, which errors point into."""
    tables: tuple[str, ...] = ()
    """The public tables that it reads."""
    parameters: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """The values of the author's parameters."""

    @property
    def exact_sql(self) -> str:
        """`sql` without the one row more: for downloads, whose readers cannot be told that a row is one too many."""
        probing = f"LIMIT {self.row_limit + 1}"
        return self.sql.removesuffix(probing) + f"LIMIT {self.row_limit}" if self.sql.endswith(probing) else self.sql


def guard(
    text: str, organization_id: UUID, parameters: Mapping[str, Any] | None = None, *, row_limit: int = MAX_ROWS
) -> GuardedQuery:
    """Turn `text` into what may run for `organization_id`. Raises `HqlError` and nothing else.

    `parameters` are the values of its ``{name:Type}``; `row_limit` is at most `MAX_ROWS`.
    """
    rows = max(1, min(row_limit, MAX_ROWS))
    try:
        tree = _checked(text)
        declared = parameters_.declared(tree, text)
        values = parameters_.bound(declared, parameters or {})
        scoped, tables = scope(tree, text)
        sql = limit(scoped, rows).sql(Hql, comments=False)
        verify(sql, frozenset(one.name for one in declared))
    except RecursionError:
        raise HqlError("HQL_QUERY_TOO_LONG", _TOO_DEEP) from None
    return GuardedQuery(sql, organization_id, rows, text, tables, MappingProxyType(values))


def parameters_of(text: str) -> tuple[Parameter, ...]:
    """The parameters that a query declares, in order. Raises `HqlError`."""
    try:
        return parameters_.declared(_checked(text), text)
    except RecursionError:
        raise HqlError("HQL_QUERY_TOO_LONG", _TOO_DEEP) from None


def _checked(text: str) -> exp.Query:
    return check(parse(admit(text)), text)
