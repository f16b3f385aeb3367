"""Names that mean more than they seem to, refused wherever they stand. Pure.

To ClickHouse a name that nothing else has may be a function called without parentheses (``SELECT currentUser``), a
table (``x IN (prices)``) or a hidden column (``_table``). Which of them it is only the engine knows for sure, so a
name that could be one must be something else by its spelling: a column of the public tables, or an alias of the query.
"""

from __future__ import annotations

from sqlglot import exp

from hql import functions
from hql.catalog import BEHIND, COLUMNS, TABLES, VIEWS
from hql.errors import HqlError
from hql.place import place

OFTEN_ALIASES = {"user", "database", "schema"}
"""Good names for a column of one's own; as functions they tell the account and the database that all queries share."""
_TAKES_TABLES = {"in", "notin", "globalin", "globalnotin", "nullin", "notnullin", "globalnullin", "globalnotnullin"}
_NAMES_AGGREGATE = {"arrayreduce", "arrayreduceinranges", "initializeaggregation"}


def aliases(tree: exp.Expr) -> frozenset[str]:
    """Every name that the query gives to a value: a column, an expression of WITH, an argument of a lambda.

    One that it gives to a mere name is none of them: ``WITH prices AS p SELECT 1 IN p`` reads the table prices.
    """
    found: set[str] = set()
    renamed: set[str] = set()
    for node in tree.walk():
        if isinstance(node, exp.Alias) or (isinstance(node, exp.CTE) and node.args.get("scalar")):
            (renamed if isinstance(_bare(node.this), exp.Column | exp.Dot) else found).add(node.alias)
        elif isinstance(node, exp.TableAlias):
            found |= {column.name for column in node.args.get("columns") or ()}
        elif isinstance(node, exp.Lambda):
            found |= {argument.name for argument in node.expressions}
    return frozenset(found - renamed)


def _bare(node: object) -> object:
    while isinstance(node, exp.Paren | exp.Alias):
        node = node.this
    return node


def check_column(column: exp.Column, given: frozenset[str], text: str) -> None:
    """Refuse a column that may be a function without parentheses, or a hidden one. `given`: the query's aliases."""
    name, folded = column.name, column.name.lower()
    is_own = folded in OFTEN_ALIASES and name in given
    if folded in functions.WITHOUT_PARENTHESES and not column.table and not is_own:
        raise HqlError("HQL_FORBIDDEN_FUNCTION", functions.hint(name), place(text, column))
    if name.startswith("_") and name not in given:
        raise HqlError("HQL_UNKNOWN_COLUMN", f"There is no column {name}.", place(text, column))


def check_call(name: str, call: exp.Expr, text: str) -> None:
    """An aggregate that is named in a text must be allowed as well: ``arrayReduce('sum', …)``."""
    if name.lower() not in _NAMES_AGGREGATE or not call.expressions:
        return
    first = call.expressions[0]
    aggregate = first.name.partition("(")[0].strip() if isinstance(first, exp.Literal) else ""
    if not functions.is_allowed(aggregate):
        message = functions.hint(aggregate) if aggregate else f"{name} takes the name of an aggregate as its first."
        raise HqlError("HQL_FORBIDDEN_FUNCTION", message, place(text, call))


def check_among(node: exp.Expr, given: frozenset[str], ctes: frozenset[str], text: str) -> None:
    """Refuse ``x IN name``, ``x IN (name)`` and ``in(x, name)`` where it may be a table's; `ctes`: those in scope."""
    among = named_among(node)
    if among is None:
        return
    name = among.name
    is_plain = isinstance(among, exp.Column) and not among.table
    is_table = name in BEHIND or name in TABLES or name in VIEWS
    if not is_plain or not (name in ctes or (not is_table and (name in given or name in COLUMNS))):
        message = f"IN takes a list or a subquery: write IN (SELECT … FROM {name}), or has(array, value)."
        raise HqlError("HQL_INVALID_TABLE", message, place(text, among))


def named_among(node: exp.Expr) -> exp.Column | exp.Dot | None:
    """The name behind an IN, whichever way it is written; None where a list, a subquery or nothing of the kind is."""
    among = _bare(_among(node))
    return among if isinstance(among, exp.Column | exp.Dot) else None


def _among(node: exp.Expr) -> exp.Expr | None:
    if isinstance(node, exp.In):
        only = node.expressions[0] if len(node.expressions) == 1 else None
        return node.args.get("field") or only
    if isinstance(node, exp.Anonymous) and node.name.lower() in _TAKES_TABLES and len(node.expressions) > 1:
        found: exp.Expr = node.expressions[1]
        return found
    return None
