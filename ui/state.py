"""What a page shows, kept in the URL so that a link shows it again: the time range and the filters. Pure.

``?range=7d`` or ``?from=2026-01-31T12:00:00Z&to=…``, and a parameter ``f`` a filter, readable as it stands:
``f=model:equals:gpt-4o``, ``f=properties.Environment:equals:production``, ``f=model:any-of:gpt-4o,gpt-5``. Filters must
all hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import Any
from urllib.parse import quote, unquote, urlencode
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from warehouse import timerange
from warehouse.alike import DIGESTS, alike
from warehouse.filters import FIELDS, Condition, FilterError, both, compile_filter
from warehouse.timerange import PRESETS, TimeRange

DEFAULT_PRESET = "24h"
ALL = "all"

PRESET_LABELS = {
    "15m": "15 min", "1h": "1 h", "6h": "6 h", "24h": "24 h", "7d": "7 d", "30d": "30 d", "90d": "90 d", ALL: "All",
}  # fmt: skip

OUTCOME, TEXT = "outcome", "text"
"""Two fields of the filter bar that stand for several of the tree: failed or succeeded, and words in either body."""
ALIKE = "alike"
"""Requests with the same body (``f=alike.body:equals:<digest>``) or the same system prompt (``alike.instructions``)."""
ANY_OF = "any-of"
"""An operator of the filter bar: equal to one of several values, which commas separate (a comma in one is ``%2C``)."""
_ONLY = {OUTCOME: "equals", TEXT: "contains", ALIKE: "equals"}
"""The one operator of the fields that are none of the tree's."""
_OUTCOMES = ("succeeded", "failed")
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
"""Between them a time range lies: within what the warehouse can count in buckets of time."""
MOST_WORDS = 12
"""Of a search; more are left out."""


@dataclass(frozen=True)
class Clause:
    """One filter: a field (``properties`` and ``scores`` with the `key` of the map), an operator, a value."""

    field: str
    operator: str
    value: str
    key: str = ""

    @classmethod
    def parse(cls, text: str) -> Clause:
        """Raises `FilterError`."""
        name, _, rest = text.partition(":")
        operator, found, value = rest.partition(":")
        if not found:
            raise FilterError(f"f={text}: must be field:operator:value")
        field, _, key = name.partition(".")
        return cls(field, operator, value, unquote(key))

    def __str__(self) -> str:
        key = "." + quote(self.key, safe=" ") if self.key else ""
        return f"{self.field}{key}:{self.operator}:{self.value}"

    def tree(self) -> dict[str, Any]:
        """The filter as a tree of warehouse/filters.py. Raises `FilterError` for an operator or a value that the field
        does not have."""
        if self.operator != _ONLY.get(self.field, self.operator):
            raise FilterError(f"f={self}: {self.field} has only the operator {_ONLY[self.field]}")
        if self.field == OUTCOME:
            if self.value not in _OUTCOMES:
                raise FilterError(f"f={self}: an outcome is {' or '.join(_OUTCOMES)}")
            failed = _either(_leaf("status", {"lt": 200}), _leaf("status", {"gte": 400}))
            succeeded = _all([_leaf("status", {"gte": 200}), _leaf("status", {"lt": 400})])
            return failed if self.value == "failed" else succeeded
        if self.field == ALIKE:
            return {}
        if self.field == TEXT:
            return _all([_said(word) for word in words(self.value)])
        if self.operator == ANY_OF:
            return _any([self._compared("equals", value) for value in values(self.value)])
        return self._compared(self.operator, self.value)

    def _compared(self, operator: str, value: str) -> dict[str, Any]:
        condition: dict[str, Any] = {operator: self._typed(value)}
        return _leaf(self.field, {self.key: condition} if self.key else condition)

    def _typed(self, value: str) -> str | float | bool:
        field = FIELDS.get(self.field)
        if field and field.kind in ("number", "scores"):
            try:
                number = float(value)
            except ValueError:
                raise FilterError(f"{field.label}: {value!r} is not a number") from None
            return int(number) if number.is_integer() else number
        if field and field.kind == "boolean":
            if value not in ("true", "false"):
                raise FilterError(f"{field.label}: {value!r} is neither true nor false")
            return value == "true"
        return value


@dataclass(frozen=True)
class View:
    """A time range (a preset, or `start` and `end`) and filters that must all hold."""

    preset: str = DEFAULT_PRESET
    start: datetime | None = None
    end: datetime | None = None
    clauses: tuple[Clause, ...] = ()

    @classmethod
    def parse(cls, parameters: Iterable[tuple[str, str]]) -> View:
        """The view of a URL's parameters. Times that cannot be read give the default range, those of another century
        the ends of this one. Raises `FilterError`."""
        pairs = list(parameters)
        given = dict(pairs)
        clauses = tuple(Clause.parse(value) for name, value in pairs if name == "f")
        start, end = _time(given.get("from")), _time(given.get("to"))
        if start and end:
            return cls("", start, end, clauses)
        preset = given.get("range", DEFAULT_PRESET)
        return cls(preset if preset in PRESET_LABELS else DEFAULT_PRESET, clauses=clauses)

    def parameters(self) -> list[tuple[str, str]]:
        """The URL's parameters that `parse` reads this view from."""
        if self.start and self.end:
            within = [("from", _written(self.start)), ("to", _written(self.end))]
        else:
            within = [("range", self.preset)]
        return within + [("f", str(clause)) for clause in self.clauses]

    def query(self, **more: str) -> str:
        return "?" + urlencode(self.parameters() + list(more.items()))

    def condition(self, property_names: Mapping[str, str]) -> Condition:
        """All filters at once. Raises `FilterError`."""
        found = compile_filter(_all([clause.tree() for clause in self.clauses]), property_names=property_names)
        return both(found, *(_alike(clause) for clause in self.clauses if clause.field == ALIKE))

    def range(self, zone: tzinfo, *, now: datetime | None = None, first: datetime | None = None) -> TimeRange:
        """The time range as of `now`; `first` is the first request's time, where "all" begins."""
        if self.start and self.end:
            return timerange.custom(self.start, self.end, zone)
        now = now or datetime.now(UTC)
        if self.preset == ALL:
            return timerange.since(first or now - PRESETS["24h"], now, zone)
        return timerange.recent(self.preset, now, zone)

    def with_clause(self, clause: Clause) -> View:
        kept = tuple(c for c in self.clauses if c != clause)
        return replace(self, clauses=(*kept, clause))

    def without(self, index: int) -> View:
        return replace(self, clauses=self.clauses[:index] + self.clauses[index + 1 :])


def words(search: str) -> list[str]:
    """What a search looks for, all of which must be there: words, and what stands in quotation marks as a whole."""
    found = (quoted or word for quoted, word in re.findall(r'"([^"]+)"|([^\s"]+)', search))
    return list(dict.fromkeys(found))[:MOST_WORDS]


def several(of: Iterable[str]) -> str:
    """The value of an `ANY_OF` filter."""
    return ",".join(value.replace("%", "%25").replace(",", "%2C") for value in of)


def values(of: str) -> list[str]:
    """The values of an `ANY_OF` filter."""
    return [unquote(value) for value in of.split(",") if value]


def zone_of(name: str | None) -> tzinfo | None:
    """The time zone of that name, or None if there is none."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


def _leaf(field: str, condition: dict[str, Any]) -> dict[str, Any]:
    return {"request_response_rmt": {field: condition}}


def _alike(clause: Clause) -> Condition:
    try:
        return alike(clause.key, clause.value)
    except KeyError:
        raise FilterError(f"f={clause}: requests are alike in their {' or their '.join(DIGESTS)}") from None


def _said(word: str) -> dict[str, Any]:
    return _either(*(_leaf(body, {"contains": word}) for body in ("request_body", "response_body")))


def _any(trees: list[dict[str, Any]]) -> dict[str, Any]:
    """One of them; of none, the filter does not apply."""
    if not trees:
        return {}
    tree, *rest = trees
    for other in rest:
        tree = _either(tree, other)
    return tree


def _either(left: dict[str, Any], right: dict[str, Any]) -> dict[str, Any]:
    return {"left": left, "operator": "or", "right": right}


def _all(trees: list[dict[str, Any]]) -> dict[str, Any]:
    if not trees:
        return {}
    tree, *rest = trees
    for other in rest:
        tree = {"left": tree, "operator": "and", "right": other}
    return tree


def _time(text: str | None) -> datetime | None:
    try:
        at = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    if at is None:
        return None
    return min(max(at.replace(tzinfo=at.tzinfo or UTC), EARLIEST), LATEST)


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
