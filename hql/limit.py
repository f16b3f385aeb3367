"""Tree -> tree with at most so many rows. Pure.

    SELECT … ORDER BY cost                     SELECT … ORDER BY cost LIMIT 300001
    SELECT … LIMIT 500000                      SELECT … LIMIT 300001
    SELECT … LIMIT {n:UInt64} WITH TIES        SELECT * FROM (SELECT … LIMIT {n:UInt64} WITH TIES) AS hql LIMIT 300001

Only a plain number is compared. A LIMIT may also be negative, a fraction, a parameter, with ties, or of one arm of a
UNION: such a query is wrapped. One row more than allowed is asked for, so that a cut answer is known to be one.
"""

from __future__ import annotations

from sqlglot import exp


def limit(tree: exp.Query, rows: int) -> exp.Query:
    """The tree, capped at one row more than `rows`; where the cap is ours, the LIMIT is the last that is printed."""
    own = tree.args.get("limit")
    if not isinstance(tree, exp.Select) or tree.args.get("offset") or not (own is None or _is_number(own)):
        return _wrapped(tree, rows)
    if own is None or int(own.expression.name) > rows:
        tree.set("limit", _cap(rows))
    return tree


def _is_number(limit: exp.Expr) -> bool:
    number = limit.args.get("expression")
    more = any(value for name, value in limit.args.items() if name != "expression")
    is_plain = (
        isinstance(number, exp.Literal) and not number.is_string and number.name.isdecimal() and len(number.name) < 19
    )
    return type(limit) is exp.Limit and is_plain and not more


def _wrapped(tree: exp.Query, rows: int) -> exp.Select:
    inner = tree if isinstance(tree, exp.Subquery) and not tree.args.get("alias") else tree.subquery(copy=False)
    inner.set("alias", exp.TableAlias(this=exp.to_identifier("hql")))
    return exp.Select(expressions=[exp.Star()], from_=exp.From(this=inner), limit=_cap(rows))


def _cap(rows: int) -> exp.Limit:
    return exp.Limit(expression=exp.Literal.number(rows + 1))
