"""WHERE expressions over ``request_response_rmt``: one comparison each, and how they join. Pure.

Values only ever become bound parameters, 64 bits wide. A parameter is named after its type and value, so conditions
join by joining their texts and parameters.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2299, 12, 31, tzinfo=UTC)
"""What DateTime64 can hold; a bound beyond compares the same."""

SIGNS = {"equals": "=", "not-equals": "!=", "gte": ">=", "lte": "<=", "gt": ">", "lt": "<"}
PATTERNS = {"like": "LIKE", "ilike": "ILIKE", "contains": "ILIKE"}
POSITIVE = {"not-equals": "equals", "not-contains": "contains"}

_SEPARATOR = r"[\x00-/:-@\[-^`{-\x7f]"
_WHOLE_WORD = re.compile(f"(?<={_SEPARATOR})[A-Za-z0-9]+(?={_SEPARATOR})")
"""A word that is one also in every text that contains this one: not at its edges."""
_WORD = re.compile("[A-Za-z0-9]+")
MAX_WORDS = 8
SHORTEST_PART = 4
"""Of a word, for the index to be asked (text_index_like_min_pattern_length)."""


class FilterError(ValueError):
    """The filter cannot be answered; the text begins with the path of the part at fault."""


@dataclass(frozen=True)
class Condition:
    """A WHERE expression over the columns of ``request_response_rmt``, without table aliases, and its parameters.

    `columns` are those it reads, so that a caller can tell whether a rollup answers it too.
    """

    sql: str
    parameters: dict[str, Any] = field(default_factory=dict)
    columns: frozenset[str] = frozenset()


EVERYTHING = Condition("1")


def both(*conditions: Condition) -> Condition:
    """All of `conditions` at once."""
    return joined("AND", [c for c in conditions if c != EVERYTHING])


def between(start: datetime | None, end: datetime | None) -> Condition:
    """Requests that arrived from `start` (inclusive) to `end` (exclusive); None leaves a side open."""
    bounds = [compared("request_created_at", sign, time(at, "")) for at, sign in ((start, ">="), (end, "<")) if at]
    return both(*(Condition(b.sql, b.parameters, frozenset({"request_created_at"})) for b in bounds))


def joined(word: str, parts: Sequence[Condition]) -> Condition:
    if len(parts) < 2:
        return parts[0] if parts else EVERYTHING
    parameters = {name: value for part in parts for name, value in part.parameters.items()}
    columns = frozenset[str]().union(*(part.columns for part in parts))
    return Condition(f" {word} ".join(f"({part.sql})" for part in parts), parameters, columns)


def bound(kind: str, value: Any) -> Condition:
    """The value as a parameter of the ClickHouse type `kind`."""
    digest = hashlib.blake2s(f"{kind} {value!r}".encode(errors="backslashreplace"), digest_size=10).hexdigest()
    return Condition(f"{{v_{digest}:{kind}}}", {f"v_{digest}": value})


def compared(expression: str, sign: str, value: Condition) -> Condition:
    return Condition(f"{expression} {sign} {value.sql}", value.parameters)


def matches(expression: str, operator: str, text: str, path: str) -> Condition:
    """A comparison of text."""
    if positive := POSITIVE.get(operator):
        return negated(matches(expression, positive, text, path))
    if operator == "equals":
        return compared(expression, "=", bound("String", text))
    if operator == "contains":
        text = "%" + re.sub(r"([%_\\])", r"\\\1", text) + "%"
    elif (len(text) - len(text.rstrip("\\"))) % 2:
        raise FilterError(f"{path}: ends with a \\ that escapes nothing; write \\\\ for a backslash")
    return compared(expression, PATTERNS[operator], bound("String", text))


def indexed_matches(expression: str, operator: str, text: str, path: str) -> Condition:
    """A comparison of a body, with what lets the text index of its lower-case words rule out most of the rows."""
    if positive := POSITIVE.get(operator):
        return negated(indexed_matches(expression, positive, text, path))
    found = matches(expression, operator, text, path)
    if operator != "contains":
        return found
    # Only ASCII words are looked up, since ClickHouse's lower() knows no other letters.
    lower, words = f"lower({expression})", {word.lower() for word in _WHOLE_WORD.findall(text)}
    if words:
        needed = bound("Array(String)", sorted(words, key=lambda word: (len(word), word))[-MAX_WORDS:])
        return joined("AND", [Condition(f"hasAllTokens({lower}, {needed.sql})", needed.parameters), found])
    longest = max(_WORD.findall(text), key=len, default="").lower()
    if len(longest) < SHORTEST_PART:
        return found
    return joined("AND", [compared(lower, "LIKE", bound("String", f"%{longest}%")), found])


def has_property(key: Condition) -> Condition:
    return Condition(f"mapContains(properties, {key.sql})", key.parameters)


def property_matches(operator: str, text: str, path: str, key: Condition) -> Condition:
    """A comparison of the property `key`; the negations hold where there is no such property."""
    if positive := POSITIVE.get(operator):
        return negated(property_matches(positive, text, path, key))
    value = matches(f"properties[{key.sql}]", operator, text, path)
    return joined("AND", [has_property(key), Condition(value.sql, key.parameters | value.parameters)])


def score_matches(operator: str, value: object, path: str, key: Condition) -> Condition:
    """A comparison of the score `key`: NULL, so never true, where the request has no such score."""
    score = f"if(mapContains(scores, {key.sql}), scores[{key.sql}], NULL)"
    if operator in SIGNS:
        found = compared(score, SIGNS[operator], number(_as_score(value), path))
    else:
        found = matches(f"toString({score})", operator, text(value, path), path)
    return Condition(found.sql, key.parameters | found.parameters)


def one_matches(array: str, operator: str, text: str, path: str) -> Condition:
    """Whether one of the texts in `array` meets the comparison; the negations: none does."""
    if positive := POSITIVE.get(operator):
        return negated(one_matches(array, positive, text, path))
    one = matches("x", operator, text, path)
    return Condition(f"arrayExists(x -> {one.sql}, {array})", one.parameters)


def one_of(value: str, known: Collection[str]) -> str:
    """`value`, which is to stand in a query's text: names of columns and orders cannot be bound as parameters.

    Raises `ValueError` unless it is `known`: options come from addresses, and may be any text.
    """
    if value not in known:
        raise ValueError(f"{shown(value)} is none of {', '.join(known)}")
    return value


def negated(condition: Condition) -> Condition:
    return Condition(f"NOT ({condition.sql})", condition.parameters)


def text(value: object, path: str) -> str:
    if not isinstance(value, str):
        raise FilterError(f"{path}: must be text, not {shown(value)}")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise FilterError(f"{path}: is not valid Unicode") from None
    return value


def number(value: object, path: str, scale: int = 1) -> Condition:
    try:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(float(value)):
            raise FilterError(f"{path}: must be a number, not {shown(value)}")
    except OverflowError:
        raise FilterError(f"{path}: is too large a number") from None
    exact = Decimal(str(value)) * scale
    if exact == exact.to_integral_value() and -(2**63) <= exact < 2**63:
        return bound("Int64", int(exact))
    return bound("Float64", float(exact))


def boolean(value: object, path: str) -> Condition:
    if not isinstance(value, bool):
        raise FilterError(f"{path}: must be true or false, not {shown(value)}")
    return bound("Bool", int(value))


def time(value: object, path: str) -> Condition:
    """An instant, to the millisecond; without a zone it is UTC."""
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else value
        if not isinstance(at, datetime):
            raise ValueError
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise FilterError(f"{path}: must be a time like 2026-01-31T12:00:00Z, not {shown(value)}") from None
    at = min(max(at, EARLIEST), LATEST).replace(tzinfo=None)
    return bound("DateTime64(3, 'UTC')", at.isoformat(sep=" ", timespec="milliseconds"))


def shown(value: object) -> str:
    """A value in an error's text, never long."""
    rendered = repr(value) if isinstance(value, str) else type(value).__name__ if value is not None else "null"
    return rendered if len(rendered) <= 60 else rendered[:57] + "…"


def _as_score(value: object) -> object:
    """Scores may come as text (so the documentation has them) and as booleans, kept as 1 and 0."""
    if isinstance(value, str):
        if value.lower() in ("true", "false"):
            return int(value.lower() == "true")
        try:
            return float(value)
        except ValueError:
            return value
    return int(value) if isinstance(value, bool) else value


def inlined(condition: Condition) -> str:
    """The expression with its values written into it, for people to read and run again; never sent from here."""
    return re.sub(
        r"\{(v_\w+):((?:[^{}])+)\}", lambda found: _literal(condition.parameters[found[1]], found[2]), condition.sql
    )


def quoted(value: str) -> str:
    """Text as a ClickHouse literal."""
    return "'" + re.sub(r"([\\'])", r"\\\1", value) + "'"


def _literal(value: Any, kind: str) -> str:
    if kind.startswith("Array("):
        return "[" + ", ".join(_literal(one, kind[6:-1]) for one in value) + "]"
    match kind:
        case "Int64" | "Float64":
            return repr(value)
        case "Bool":
            return "true" if value else "false"
        case "UUID":
            return f"toUUID({quoted(value)})"
        case "DateTime64(3, 'UTC')":
            return f"toDateTime64({quoted(value)}, 3, 'UTC')"
    return quoted(value)
