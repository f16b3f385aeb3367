"""Tree -> the same tree: only what HQL knows, or an error that says what to write instead. Pure.

An allow-list: a kind of node that is not named here is refused, whatever it is, so that syntax that a new release of
ClickHouse or of sqlglot brings is off until somebody has looked at it.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from hql import functions, names
from hql.errors import HqlError
from hql.place import place
from hql.printing import POSTFIX, ChosenColumns, TypedLiteral

ALLOWED: frozenset[type[exp.Expr]] = frozenset({
    # queries and their clauses
    exp.Select, exp.Union, exp.Intersect, exp.Except, exp.Subquery, exp.With, exp.CTE, exp.From, exp.Join, exp.Table,
    exp.TableAlias, exp.Final, exp.Distinct, exp.PreWhere, exp.Where, exp.Group, exp.Rollup, exp.Cube, exp.GroupingSets,
    exp.Having, exp.Qualify, exp.Window, exp.WindowSpec, exp.Order, exp.Ordered, exp.WithFill, exp.Limit, exp.Fetch,
    exp.LimitOptions, exp.Offset, exp.Filter, exp.IgnoreNulls, exp.RespectNulls, exp.Star, ChosenColumns,
    # values and names
    exp.Identifier, exp.Column, exp.Dot, exp.Alias, exp.Aliases, exp.Literal, TypedLiteral, exp.RawString,
    exp.Null, exp.Boolean, exp.HexString, exp.BitString, exp.Array, exp.Tuple, exp.Struct, exp.Paren, exp.Lambda,
    exp.Bracket, exp.Placeholder, exp.Interval, exp.Var, exp.DataType, exp.DataTypeParam, exp.Cast,
    # calls
    exp.Anonymous, exp.ParameterizedAgg, exp.Map, exp.VarMap,
    # operators
    exp.Case, exp.If, exp.And, exp.Or, exp.Xor, exp.Not, exp.Neg, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv,
    exp.Mod, exp.DPipe, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Is,
    exp.In, exp.Between, exp.Like, exp.ILike, exp.RegexpLike, exp.AtTimeZone, exp.Escape, exp.Exists,
    exp.Any, exp.All, exp.Collate,
})  # fmt: skip


def check(tree: exp.Query, text: str) -> exp.Query:
    """Return `tree` if all of it is allowed; `text` is where errors point into."""
    given = frozenset(node.alias for node in tree.walk() if isinstance(node, exp.Alias | exp.CTE))
    for node in tree.walk():
        if type(node) not in ALLOWED:
            raise _unknown(node, text)
        if rule := _RULES.get(type(node)):
            rule(node, text)
        if isinstance(node, exp.Anonymous | exp.ParameterizedAgg) and not _is_lambda(node):
            _check_call(node, text)
            names.check_call(name_of(node), node, text)
        elif isinstance(node, exp.Column):
            names.check_column(node, given, text)
        if isinstance(node, exp.Query):
            _check_query(node, text)
    return tree


def _is_lambda(call: exp.Anonymous | exp.ParameterizedAgg) -> bool:
    """Whether it calls what a WITH around it makes, ``WITH x -> x * 2 AS double``, and not a function of the engine."""
    name, around = name_of(call), call.parent
    while around is not None and not functions.is_known(name):
        with_ = around.args.get("with_")
        for cte in with_.expressions if isinstance(with_, exp.With) else ():
            if cte.args.get("scalar") and isinstance(cte.this, exp.Lambda) and cte.alias == name:
                return True
        around = around.parent
    return False


def name_of(call: exp.Anonymous | exp.ParameterizedAgg) -> str:
    """The name that is printed for a call."""
    return str(call.this.name if isinstance(call.this, exp.Expr) else call.this)


def _check_query(query: exp.Query, text: str) -> None:
    for clause, fix in _REFUSED_CLAUSES.items():
        if query.args.get(clause):
            raise HqlError("HQL_NOT_ALLOWED", fix)
    if unknown := next((name for name, value in query.args.items() if value and name not in _CLAUSES), None):
        raise HqlError("HQL_NOT_ALLOWED", f"{unknown.upper().strip('_')} is not part of HQL.", place(text, query))


def _check_call(node: exp.Anonymous | exp.ParameterizedAgg, text: str) -> None:
    name = name_of(node)
    if isinstance(node.this, exp.Expr) and not isinstance(node.this, exp.Identifier):
        raise _unknown(node, text)
    if not functions.is_allowed(name):
        raise HqlError("HQL_FORBIDDEN_FUNCTION", functions.hint(name), place(text, node))
    for argument in node.expressions:
        if isinstance(argument, exp.Literal) and argument.is_string and "cast" in name.lower():
            _refuse_state(node, argument.name, text)


def _check_table(table: exp.Expr, text: str) -> None:
    if not isinstance(table.this, exp.Identifier):
        raise HqlError("HQL_INVALID_TABLE", "Table functions are not part of HQL.", place(text, table))
    if more := next((name for name, value in table.args.items() if value and name not in _TABLE_PARTS), None):
        raise HqlError("HQL_NOT_ALLOWED", f"{more.upper()} after a table is not part of HQL.", place(text, table))


def _check_source(clause: exp.Expr, text: str) -> None:
    """FROM and JOIN take tables and subqueries; what they take otherwise, no table's rule would see."""
    if isinstance(clause, exp.Join) and clause.kind == "ARRAY":
        return
    for source in (clause.this, *clause.expressions):
        if not isinstance(source, exp.Table | exp.Subquery | exp.Final | exp.Paren):
            raise HqlError("HQL_INVALID_TABLE", "Only tables and subqueries can be read from.", place(text, clause))
        if isinstance(source, exp.Final) and not isinstance(source.this, exp.Table):
            raise HqlError("HQL_NOT_ALLOWED", "FINAL belongs behind a table.", place(text, clause))


def _check_cast(node: exp.Expr, text: str) -> None:
    """Of a list before ``::`` ClickHouse casts the text as it was written, which matters where it stays a text."""
    if node.args.get("action") == POSTFIX and isinstance(node.this, exp.Not | exp.Binary | exp.In | exp.Between):
        raise HqlError("HQL_NOT_ALLOWED", "Put what is cast in parentheses: (x IS NULL)::Type.", place(text, node))
    to = str(node.args["to"].args.get("kind"))
    is_list = isinstance(node.this, exp.Array | exp.Tuple)
    if node.args.get("action") == POSTFIX and is_list and not to.startswith(("Array(", "Tuple(", "Map(")):
        raise HqlError("HQL_NOT_ALLOWED", "Write CAST([…] AS Type) for a list of values.", place(text, node))


def _check_is(node: exp.Expr, text: str) -> None:
    if not isinstance(node.args.get("expression"), exp.Null | exp.Boolean):
        message = "IS takes NULL, true or false: put what comes before in parentheses."
        raise HqlError("HQL_NOT_ALLOWED", message, place(text, node))


def _check_tuple(node: exp.Expr, text: str) -> None:
    only = node.expressions[0] if len(node.expressions) == 1 else None
    if isinstance(only, exp.Cast) and only.args.get("action") == POSTFIX:
        raise HqlError("HQL_NOT_ALLOWED", "Write tuple(x) for a tuple of one value.", place(text, node))


def _check_star(node: exp.Expr, text: str) -> None:
    if any(value for name, value in node.args.items() if name not in ("except_", "replace")):
        raise _unknown(node, text)


def _check_group(node: exp.Expr, text: str) -> None:
    if node.args.get("totals"):
        message = "WITH TOTALS is not part of HQL: GROUP BY … WITH ROLLUP adds the totals as rows."
        raise HqlError("HQL_NOT_ALLOWED", message)


def _check_type(node: exp.Expr, text: str) -> None:
    _refuse_state(node, str(node.args.get("kind")), text)


def _refuse_state(node: exp.Expr, type_: str, text: str) -> None:
    if "aggregatefunction" in type_.lower():
        message = "States of aggregate functions cannot be made of text: aggregate the values themselves."
        raise HqlError("HQL_NOT_ALLOWED", message, place(text, node))


def _unknown(node: exp.Expr, text: str) -> HqlError:
    fix = _INSTEAD.get(type(node), "This is not part of HQL.")
    return HqlError("HQL_NOT_ALLOWED", fix, place(text, node))


_RULES: dict[type[exp.Expr], Callable[[exp.Expr, str], None]] = {
    exp.Table: _check_table,
    exp.From: _check_source,
    exp.Join: _check_source,
    exp.DataType: _check_type,
    exp.Star: _check_star,
    exp.Tuple: _check_tuple,
    exp.Cast: _check_cast,
    exp.Is: _check_is,
    exp.Group: _check_group,
}

_CLAUSES = {
    "with_", "expressions", "this", "expression", "distinct", "from_", "joins", "prewhere", "where", "group", "having",
    "qualify", "windows", "order", "limit", "limit_by", "offset", "alias", "by_name", "kind", "side", "on", "laterals",
    "operation_modifiers",
}  # fmt: skip

_REFUSED_CLAUSES = {
    "settings": "SETTINGS is not part of HQL: its limits are fixed.",
    "format": "FORMAT is not part of HQL: choose the format of a download instead.",
    "into": "INTO is not part of HQL: download the result instead.",
    "sample": "SAMPLE is not part of HQL: write WHERE cityHash64(request_id) % 10 = 0 for a tenth.",
}

_INSTEAD: dict[type[exp.Expr], str] = {
    exp.Apply: "APPLY is not part of HQL: write the function around each column.",
    exp.Command: "Only SELECT statements are allowed.",
    exp.TableSample: _REFUSED_CLAUSES["sample"],
    exp.Values: "VALUES is not part of HQL: write SELECT … UNION ALL SELECT ….",
}

_TABLE_PARTS = {"this", "db", "alias", "joins"}
