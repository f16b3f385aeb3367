"""Tree -> tree with at most so many rows. Pure.

    SELECT … LIMIT 500000
    SELECT * FROM (SELECT … LIMIT 500000) AS hql LIMIT 300001

Wrapped, not compared: a LIMIT may be negative, a fraction, a parameter or of one arm of a UNION. One row more than
allowed is asked for, so that a cut answer is known to be one.
"""

from __future__ import annotations

from sqlglot import exp


def limit(tree: exp.Query, rows: int) -> exp.Select:
    """The tree as a subquery, capped at one row more than `rows`."""
    inner = tree if isinstance(tree, exp.Subquery) and not tree.args.get("alias") else tree.subquery(copy=False)
    inner.set("alias", exp.TableAlias(this=exp.to_identifier("hql")))
    return exp.Select(
        expressions=[exp.Star()],
        from_=exp.From(this=inner),
        limit=exp.Limit(expression=exp.Literal.number(rows + 1)),
    )
