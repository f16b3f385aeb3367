"""Tree -> tree over the views: every table becomes a call of its view, bound to the organisation. Pure.

    FROM request_response_rmt AS r
    FROM hql_request_response_rmt(org_id = {scope_org:UUID}) AS r

A name means what it means at its place: a CTE that is in scope there, by exactly its name, or else a public table.
Nothing is decided by a list of all the query's CTEs, for the same name may be both in one query.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from sqlglot import exp

from hql import names
from hql.catalog import BEHIND, TABLES, VIEWS
from hql.errors import HqlError
from hql.place import place

ORGANISATION = "scope_org"
"""The parameter that carries the organisation; no query may name it."""
PARAMETER_OF_VIEWS = "org_id"
PREFIXES = ("", "default")
"""Databases that a public table may be said to be in: the original keeps it in `default`."""


def scope(tree: exp.Query, text: str) -> tuple[exp.Query, tuple[str, ...]]:
    """The tree over the views, and the public tables that it reads."""
    found: list[exp.Table] = []
    given = names.aliases(tree)
    renamed: list[exp.Table] = []
    for node, ctes in in_scope(tree, frozenset()):
        if isinstance(node, exp.Table):
            (renamed if _is_cte(node, ctes, text) else found).append(node)
        names.check_among(node, given, ctes, text)
        among = names.named_among(node)
        if isinstance(among, exp.Column) and among.name in ctes:
            among.set("this", exp.to_identifier(_own(among.name), quoted=among.this.quoted))
    for cte in tree.find_all(exp.CTE):
        _rename(cte)
    for table in renamed:
        _rename(table)
    for column in tree.find_all(exp.Column):
        if column.args.get("db"):
            _strip_database(column)
    for table in found:
        _replace(table)
    for select in tree.find_all(exp.Select):
        _move_prewhere(select)
    return tree, tuple(dict.fromkeys(table.name for table in found))


def in_scope(node: exp.Expr, ctes: frozenset[str]) -> Iterator[tuple[exp.Expr, frozenset[str]]]:
    """Every node below with the CTEs that are known at its place; `ctes` are those known around `node`.

    In each subquery of a WITH all the others are known, later ones too, and itself only if the WITH is recursive.
    """
    with_ = node.args.get("with_")
    if isinstance(with_, exp.With):
        outer = ctes
        ctes |= {cte.alias for cte in with_.expressions if not cte.args.get("scalar")}
        for cte in with_.expressions:
            own = set() if with_.args.get("recursive") else {cte.alias} - outer
            yield from in_scope(cte.this, ctes - own)
    yield node, ctes
    for child in node.iter_expressions():
        if child is not with_:
            yield from in_scope(child, ctes)


def _own(name: str) -> str:
    """The name that a CTE is printed under: one that a table of the warehouse has would be read if we misjudge."""
    return f"hql_cte_{name}" if name in BEHIND or name in VIEWS else name


def _rename(node: exp.CTE | exp.Table) -> None:
    """Give a CTE, or a table that is one, its own name; what the query calls it by stays."""
    if isinstance(node, exp.CTE):
        alias = node.args["alias"]
        if not node.args.get("scalar") and _own(node.alias) != node.alias:
            alias.set("this", exp.to_identifier(_own(node.alias), quoted=alias.this.quoted))
    elif _own(node.name) != node.name:
        written = node.this
        node.set("alias", node.args.get("alias") or exp.TableAlias(this=written.copy()))
        node.set("this", exp.to_identifier(_own(node.name), quoted=written.quoted))


def _is_cte(table: exp.Table, ctes: frozenset[str], text: str) -> bool:
    """Whether it is one; if not, it is a public table. Raises `HqlError` if it is neither."""
    name, database = table.name, table.db
    if not database and name in ctes:
        if isinstance(table.parent, exp.Final):
            raise HqlError("HQL_NOT_ALLOWED", "FINAL belongs behind a table, not a CTE.", place(text, table))
        return True
    if name in TABLES and database in PREFIXES:
        return False
    written = f"{database}.{name}" if database else name
    at = place(text, table.args.get("db") or table)
    raise HqlError("HQL_INVALID_TABLE", _no_table(written, name, ctes), at)


def _replace(table: exp.Table) -> None:
    alias = table.args.get("alias") or exp.TableAlias(this=exp.to_identifier(table.name, quoted=table.this.quoted))
    bound = exp.EQ(this=exp.column(PARAMETER_OF_VIEWS), expression=_organisation())
    call = exp.Anonymous(this=TABLES[table.name].view, expressions=[bound])
    view = exp.Table(this=call, alias=alias, joins=table.args.get("joins"))
    # Rows are written once, so a FINAL, which the original's table needed, changes nothing here.
    place_of = table.parent if isinstance(table.parent, exp.Final) else table
    place_of.replace(view)


def _move_prewhere(select: exp.Select) -> None:
    """A view takes no PREWHERE; the engine moves what it can of a WHERE there itself."""
    first, then = select.args.get("prewhere"), select.args.get("where")
    if first is not None:
        condition = exp.Paren(this=first.this)
        both = exp.And(this=condition, expression=exp.Paren(this=then.this)) if then else condition
        select.set("where", exp.Where(this=both))
        select.set("prewhere", None)


def _organisation() -> exp.Placeholder:
    kind = exp.DataType(this=exp.DType.USERDEFINED, kind="UUID", nullable=False)
    return exp.Placeholder(this=exp.var(ORGANISATION), kind=kind)


def _strip_database(column: exp.Column) -> None:
    """``default.request_response_rmt.model`` -> ``request_response_rmt.model``; another database is nobody's."""
    if column.db in PREFIXES and column.table in TABLES and not column.args.get("catalog"):
        column.set("db", None)


def _no_table(written: str, name: str, ctes: frozenset[str]) -> str:
    near = difflib.get_close_matches(name.lower(), [*TABLES, *ctes], n=1, cutoff=0.5)
    meant = f"did you mean {near[0]}?" if near else f"there are {', '.join(TABLES)}."
    return f"There is no table {written}: {meant}"
