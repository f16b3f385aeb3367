"""The filter tree of the REST API (and of the dashboard) as one ClickHouse condition. Pure.

A node is ``"all"`` or ``{}`` (everything), a branch ``{"left": node, "operator": "and" | "or", "right": node}``, or a
leaf ``{table: {field: {operator: value}}}`` with exactly one condition.

What is not there: a request without a property has no value of it, not an empty one, so it meets none of the
comparisons and both negations; a number that is not there (a score, a time to first token) meets no comparison.
`contains` ignores case and takes its text literally; `like` and `ilike` take ``%`` and ``_`` as wildcards and ``\\``
to escape them.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from warehouse import conditions as c
from warehouse.conditions import EVERYTHING, Condition, FilterError, between, both
from warehouse.fields import FIELDS, REFUSED, TABLES, Field

__all__ = ["EVERYTHING", "FIELDS", "Condition", "FilterError", "between", "both", "compile_filter"]

MAX_DEPTH = 100
"""Of alternating operators; a run of one operator may be as deep as it likes."""
MAX_CONDITIONS = 500
MAX_CHARACTERS = 100_000
"""Of all values together: they travel in the URL, of which ClickHouse takes 1 MiB."""

REQUEST_ID_PROPERTY = "Helicone-Request-Id"
"""Keeps an id as the caller chose it, where that is not a UUID."""


def compile_filter(tree: object, *, property_names: Mapping[str, str] | None = None) -> Condition:
    """The condition of `tree`. `property_names`: case-folded property name -> the organisation's spelling of it.

    Raises `FilterError`, and nothing else, for whatever cannot be answered.
    """
    return _Compiler(property_names or {}).node(tree, "filter", 0)


class _Compiler:
    """One compilation; counts what it has taken, so that no tree is too much for the engine."""

    def __init__(self, property_names: Mapping[str, str]) -> None:
        self._names = property_names
        self._conditions = self._characters = 0

    def node(self, node: object, path: str, depth: int) -> Condition:
        if node in ("all", {}):
            return EVERYTHING
        if not isinstance(node, dict):
            raise FilterError(f'{path}: must be a leaf, a branch or "all", not {c.shown(node)}')
        if depth > MAX_DEPTH:
            raise FilterError(f"{path}: nested more than {MAX_DEPTH} levels deep")
        if node.keys() & {"left", "right", "operator"}:
            return self._branch(node, path, depth)
        return self._leaf(node, path)

    def _branch(self, node: dict[str, Any], path: str, depth: int) -> Condition:
        """A run of the same operator becomes one flat expression."""
        word = _branch_word(node, path)
        parts: list[Condition] = []
        waiting: list[tuple[Any, str]] = [(node, path)]
        while waiting:
            part, where = waiting.pop()
            if isinstance(part, dict) and part.get("operator") == node["operator"]:
                _branch_word(part, where)
                waiting += [(part["right"], _deeper(where, "right")), (part["left"], _deeper(where, "left"))]
            else:
                parts.append(self.node(part, where, depth + 1))
        if word == "OR" and EVERYTHING in parts:
            return EVERYTHING
        return c.joined(word, [part for part in parts if part != EVERYTHING])

    def _leaf(self, node: dict[str, Any], path: str) -> Condition:
        self._conditions += 1
        if self._conditions > MAX_CONDITIONS:
            raise FilterError(f"{path}: more than {MAX_CONDITIONS} conditions")
        table, rest = _only(node, path, "table")
        path = _deeper(path, table)
        if table == "properties":
            return self._entry(FIELDS["properties"], rest, path)
        if table == "values":
            raise FilterError(f"{path}: the inputs of prompts are not recorded apart from the request's body")
        if table not in TABLES:
            raise FilterError(f"{path}: unknown table{_nearest(table, [*TABLES, 'properties'])}")
        name, rest = _only(rest, path, "field")
        path = _deeper(path, name)
        if reason := REFUSED.get((table, name)):
            raise FilterError(f"{path}: {reason}")
        if (asked := TABLES[table].get(name)) is None:
            raise FilterError(f"{path}: unknown field{_nearest(name, TABLES[table])}")
        return self._entry(asked, rest, path) if asked.is_map else self._comparison(asked, rest, path)

    def _entry(self, asked: Field, rest: object, path: str) -> Condition:
        """A leaf of a map: the entry's name comes before the operator."""
        name, rest = _only(rest, path, "name")
        self._count(name, path)
        path = _deeper(path, name)
        key = self._spelling(c.text(name, path)) if asked.kind == "properties" else c.text(name, path)
        return self._comparison(asked, rest, path, c.bound("String", key))

    def _comparison(self, asked: Field, rest: object, path: str, key: Condition = EVERYTHING) -> Condition:
        operator, value = _only(rest, path, "operator")
        path = _deeper(path, operator)
        if operator not in asked.operators:
            raise FilterError(f"{path}: unknown operator; {asked.name} takes {', '.join(asked.operators)}")
        self._count(value, path)
        found = self._compare(asked, operator, value, path, key)
        return Condition(asked.within.format(condition=found.sql), found.parameters, frozenset({asked.column}))

    def _compare(self, asked: Field, operator: str, value: object, path: str, key: Condition) -> Condition:
        match asked.kind:
            case "number":
                return c.compared(asked.expression, c.SIGNS[operator], c.number(value, path, asked.scale))
            case "time":
                return c.compared(asked.expression, c.SIGNS[operator], c.time(value, path))
            case "boolean":
                return c.compared(asked.expression, "=", c.boolean(value, path))
            case "scores":
                return c.score_matches(operator, value, path, key)
        text = c.text(value, path)
        match asked.kind:
            case "properties":
                return c.property_matches(operator, text, path, key)
            case "property_key":
                return c.has_property(c.bound("String", self._spelling(text)))
            case "uuid":
                return self._uuid(asked, operator, text, path)
            case "texts":
                return c.one_matches(asked.expression, operator, text, path)
        compare = c.indexed_matches if asked.indexed else c.matches
        return compare(asked.expression, operator, text.lower() if asked.folded else text, path)

    def _uuid(self, asked: Field, operator: str, text: str, path: str) -> Condition:
        if operator not in c.SIGNS:
            return c.matches(f"toString({asked.expression})", operator, text, path)
        try:
            return c.compared(asked.expression, c.SIGNS[operator], c.bound("UUID", str(UUID(text))))
        except ValueError:
            if asked.name != "request_id":
                raise FilterError(f"{path}: must be a UUID, not {c.shown(text)}") from None
        return c.property_matches(operator, text, path, c.bound("String", self._spelling(REQUEST_ID_PROPERTY)))

    def _spelling(self, name: str) -> str:
        return self._names.get(name.casefold(), name)

    def _count(self, value: object, path: str) -> None:
        self._characters += len(value) if isinstance(value, str) else 20
        if self._characters > MAX_CHARACTERS:
            raise FilterError(f"{path}: all values together are longer than {MAX_CHARACTERS:,} characters")


def _branch_word(node: dict[str, Any], path: str) -> str:
    """AND or OR; raises `FilterError` where the branch is not one."""
    for part in ("left", "operator", "right"):
        if part not in node:
            raise FilterError(f"{path}: a branch has left, operator and right; {part} is missing")
    if extra := next((str(key) for key in node if key not in ("left", "operator", "right")), None):
        raise FilterError(f"{_deeper(path, extra)}: a branch has left, operator and right, nothing else")
    if node["operator"] not in ("and", "or"):
        raise FilterError(f"{path}.operator: must be and or or, not {c.shown(node['operator'])}")
    return str(node["operator"]).upper()


def _only(value: object, path: str, what: str) -> tuple[str, Any]:
    """The single entry of an object. Raises `FilterError` where there are none or several."""
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise FilterError(f"{path}: must be an object naming one {what}, not {c.shown(value)}")
    if not value:
        raise FilterError(f"{path}: names no {what}")
    if len(value) > 1:
        names = ", ".join(c.shown(key).strip("'") for key in list(value)[:5])
        raise FilterError(f"{path}: one {what} a leaf, not several ({names}); join leaves with and or or")
    return next(iter(value.items()))


def _deeper(path: str, name: str) -> str:
    """The path of a part; of a long path the end is kept."""
    name = name if len(name) <= 60 else name[:57] + "…"
    longer = f"{path}.{name.encode(errors='backslashreplace').decode()}"
    return longer if len(longer) <= 300 else "filter…" + longer[-280:]


def _nearest(name: str, among: Iterable[str]) -> str:
    near = difflib.get_close_matches(name.lower()[:100], list(among), n=1)
    return f", did you mean {near[0]}?" if near else f"; known are {', '.join(among)}"
