"""The printed SQL, read again and held against the rules as if somebody else had written it. Pure.

Nothing of how it came to be is trusted but the rule of which CTE is known where (hql/scope.py): each table must be a
call of a known view with exactly the organisation's parameter, or a CTE in scope; each function must be on the list by
the name that is printed; no setting, no format, no parameter that was not declared. A failure here is a mistake of
ours, not of the query's.
"""

from __future__ import annotations

import logging

from sqlglot import exp

from hql import names
from hql.catalog import VIEWS
from hql.check import check, name_of
from hql.dialect import Hql
from hql.errors import HqlError
from hql.parse import read
from hql.scope import ORGANISATION, PARAMETER_OF_VIEWS, in_scope

log = logging.getLogger("hql")


class GuardDefect(HqlError):
    """The guard printed what it would not have let in: a mistake of ours, for the log; the query does not run."""

    status = 500

    def __init__(self, what: str) -> None:
        super().__init__("HQL_UNEXPECTED_ERROR", "This query cannot be run safely, through no fault of yours.")
        log.error("the guard refused its own work: %s", what)


def verify(sql: str, parameters: frozenset[str]) -> None:
    """Raise `GuardDefect` unless `sql` reads the views of one organisation and nothing else."""
    try:
        tree = read(sql)
    except HqlError as error:
        raise GuardDefect(f"the printed SQL is not SQL: {error}") from None
    if tree.sql(Hql, comments=False) != sql:
        raise GuardDefect("the printed SQL reads differently when it is read again")
    _verify_tables(tree)
    used = {node.name for node in tree.find_all(exp.Placeholder)}
    if used - parameters - {ORGANISATION}:
        raise GuardDefect("the printed SQL has a parameter that was not declared")
    try:
        check(tree, sql)
    except HqlError as error:
        raise GuardDefect(f"the printed SQL is not allowed: {error}") from None


def _verify_tables(tree: exp.Query) -> None:
    """Replace each call of a view, once it has been looked at, by a plain table, which is all that `check` allows."""
    given, placed = names.aliases(tree), list(in_scope(tree, frozenset()))
    seen = [id(node) for node, _ in placed if isinstance(node, exp.Table)]
    if sorted(seen) != sorted(map(id, tree.find_all(exp.Table))):
        raise GuardDefect("a table is in no scope, or in several")
    for node, ctes in placed:
        try:
            names.check_among(node, given, ctes, "")
        except HqlError:
            raise GuardDefect("IN may read a table") from None
        if isinstance(node, exp.Table):
            if isinstance(node.this, exp.Anonymous):
                _verify_view(node.this)
                node.set("this", exp.to_identifier(name_of(node.this)))
            elif node.db or node.args.get("catalog") or node.name not in ctes:
                raise GuardDefect("a table is neither a view of the organisation nor a CTE")


def _verify_view(call: exp.Anonymous) -> None:
    bound = call.expressions[0] if len(call.expressions) == 1 else None
    if (
        name_of(call) not in VIEWS
        or not isinstance(bound, exp.EQ)
        or not isinstance(bound.this, exp.Column)
        or bound.this.sql() != PARAMETER_OF_VIEWS
        or not isinstance(bound.expression, exp.Placeholder)
        or bound.expression.sql(Hql).replace(" ", "") != f"{{{ORGANISATION}:UUID}}"
    ):
        raise GuardDefect("a table function is not a view of the organisation")
