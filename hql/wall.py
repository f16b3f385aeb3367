"""The second wall: a query as the engine's own parser reads it, held against the same lists. Pure.

``EXPLAIN QUERY TREE run_passes = 0`` says what ClickHouse understood before anything of it has run: each function by
the name it will be called by, each table function, each name that is read from. Whatever sqlglot and the guard have
misunderstood, this sees. Beyond it stands the account that runs the query, which may read the views alone.
"""

from __future__ import annotations

import re

from hql import functions
from hql.catalog import VIEWS
from hql.errors import HqlError
from hql.names import OFTEN_ALIASES

# Not anchored to their lines: an alias may hold any text, a line break included.
_FUNCTION = re.compile(r"(?<!table_)function_name: ([^\s,]+), function_type")
_TABLE_FUNCTION = re.compile(r"table_function_name: ([^\s,]+)")
_LAMBDA = re.compile(r"LAMBDA id: \d+, alias: (\S+)\n")
_CTE = re.compile(r"^ *(?:QUERY|UNION) id: \d+,[^\n]*is_cte: 1,[^\n]*?cte_name: ([^,\n]+)", re.MULTILINE)
_IDENTIFIER = re.compile(r"identifier: (\w+)\b(?!\.)")
_SETTINGS = re.compile(r"^\s*SETTINGS\b", re.MULTILINE)
_SOURCE = re.compile(r"(?:JOIN TREE|TABLE EXPRESSION)\n *IDENTIFIER id: \d+, (?:alias: .*, )?identifier: ([^,\n]+)")
_NO_TABLE = "system.one"
"""What a SELECT without FROM reads."""

REFUSAL = "The warehouse's own reading of this query does not fit HQL's rules, so it was not run."


def inspect(tree: str) -> None:
    """Raise `HqlError` unless the engine's tree calls allowed functions and reads from views, CTEs and nothing else."""
    if not tree.lstrip().startswith(("QUERY ", "UNION ")):
        raise HqlError("HQL_NOT_ALLOWED", REFUSAL)
    lambdas = {name for name in _LAMBDA.findall(tree) if not functions.is_known(name)}
    called = (name for name in _FUNCTION.findall(tree) if name not in lambdas)
    if refused := next((name for name in called if not functions.is_allowed(name)), None):
        raise HqlError("HQL_FORBIDDEN_FUNCTION", functions.hint(refused))
    bare = (name for name in _IDENTIFIER.findall(tree) if name.lower() in functions.WITHOUT_PARENTHESES)
    if refused := next((name for name in bare if not (name in OFTEN_ALIASES and f"alias: {name}" in tree)), None):
        raise HqlError("HQL_FORBIDDEN_FUNCTION", functions.hint(refused))
    if _SETTINGS.search(tree):
        raise HqlError("HQL_NOT_ALLOWED", REFUSAL)
    ctes = {*_CTE.findall(tree), _NO_TABLE}
    tables = [name.rpartition(".")[2] for name in _TABLE_FUNCTION.findall(tree)]
    if any(name not in VIEWS for name in tables) or any(not _is_cte(name, ctes) for name in _SOURCE.findall(tree)):
        raise HqlError("HQL_INVALID_TABLE", REFUSAL)


def _is_cte(name: str, ctes: set[str]) -> bool:
    """A name with a dot is another database's, whatever an alias makes this text say of it."""
    return name == _NO_TABLE or (name in ctes and "." not in name)
