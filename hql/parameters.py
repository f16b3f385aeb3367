"""A query's parameters, ``{days:UInt16}``: which there are, and the values given for them, of their types. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlglot import exp

from hql.errors import HqlError, Position
from hql.place import find_word
from hql.scope import ORGANISATION, PARAMETER_OF_VIEWS

MAX_PARAMETERS = 100

_INTEGER = re.compile(r"U?Int(8|16|32|64|128|256)")
_WRAPPED = re.compile(r"(Array|Nullable|LowCardinality)\((.+)\)", re.DOTALL)
_PLAIN = re.compile(
    r"String|U?Int(8|16|32|64|128|256)|Float(32|64)|Bool|UUID|Date(32)?|DateTime(\('[\w/+-]+'\))?"
    r"|DateTime64\([0-9](,\s*'[\w/+-]+')?\)|Decimal\(\d+(,\s*\d+)?\)|FixedString\(\d+\)|IPv[46]"
)
_TRUE, _FALSE = ("true", "1", "yes"), ("false", "0", "no")


@dataclass(frozen=True)
class Parameter:
    """``{name:type}``, and where it first stands."""

    name: str
    type: str
    at: Position | None = None


def declared(tree: exp.Query, text: str) -> tuple[Parameter, ...]:
    """The parameters in the order in which they stand; one that stands twice has one type."""
    found: dict[str, Parameter] = {}
    if sum(1 for node in tree.walk() if isinstance(node, exp.Placeholder)) > MAX_PARAMETERS:
        raise HqlError("HQL_INVALID_PARAMETER", f"A query has at most {MAX_PARAMETERS} parameters.")
    for node in tree.walk(bfs=False):
        if not isinstance(node, exp.Placeholder):
            continue
        one = _checked(node, text)
        if (before := found.setdefault(one.name, one)).type != one.type:
            message = f"The parameter {one.name} is {before.type} in one place and {one.type} in another."
            raise HqlError("HQL_INVALID_PARAMETER", message, one.at)
    return tuple(found.values())


def bound(parameters: tuple[Parameter, ...], values: Mapping[str, Any]) -> dict[str, Any]:
    """The value of each parameter as Python's own; numbers, dates and the like may come as text."""
    names = {parameter.name for parameter in parameters}
    if unknown := next((name for name in values if name not in names), None):
        there = f"it has {', '.join(sorted(names))}" if names else "it has none"
        raise HqlError("HQL_INVALID_PARAMETER", f"The query has no parameter {unknown!r}: {there}.")
    return {one.name: _value(one, values) for one in parameters}


def _checked(node: exp.Placeholder, text: str) -> Parameter:
    name, kind = node.name, node.args.get("kind")
    at = find_word(text, name)
    type_ = str(kind.args.get("kind")).strip() if isinstance(kind, exp.DataType) else "Identifier"
    if not re.fullmatch(r"[A-Za-z_]\w{0,63}", name) or name in (ORGANISATION, PARAMETER_OF_VIEWS):
        raise HqlError("HQL_INVALID_PARAMETER", f"A parameter cannot be named {name[:64]!r}.", at)
    if not _is_value_type(type_):
        message = f"The parameter {name} cannot be of type {type_[:60]}: choose String, UInt32, Float64, DateTime, …"
        raise HqlError("HQL_INVALID_PARAMETER", message, at)
    return Parameter(name, type_, at)


def _is_value_type(type_: str) -> bool:
    while wrapped := _WRAPPED.fullmatch(type_):
        type_ = wrapped[2].strip()
    return bool(_PLAIN.fullmatch(type_))


def _value(parameter: Parameter, values: Mapping[str, Any]) -> Any:
    if parameter.name not in values:
        message = f"The parameter {parameter.name} ({parameter.type}) has no value."
        raise HqlError("HQL_INVALID_PARAMETER", message, parameter.at)
    try:
        return _converted(values[parameter.name], parameter.type)
    except (ValueError, TypeError, OverflowError):
        given = values[parameter.name]
        shown = f"; {given[:60]!r} is not" if isinstance(given, str) else ""
        message = f"The parameter {parameter.name} must be {parameter.type}{shown}."
        raise HqlError("HQL_INVALID_PARAMETER", message, parameter.at) from None


def _converted(value: Any, type_: str) -> Any:
    if wrapped := _WRAPPED.fullmatch(type_):
        kind, inner = wrapped[1], wrapped[2].strip()
        if kind == "Array":
            if not isinstance(value, list | tuple):
                raise ValueError
            return [_converted(item, inner) for item in value]
        return None if kind == "Nullable" and value is None else _converted(value, inner)
    base = type_.partition("(")[0]
    convert: Callable[[Any], Any] = _CONVERTERS.get("Integer" if _INTEGER.fullmatch(base) else base, _text)
    return convert(value)


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float | date | UUID):
        raise ValueError
    if "\0" in (text := str(value)):
        raise ValueError
    return text


def _integer(value: Any) -> int:
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise ValueError
    return int(value)


def _float(value: Any) -> float:
    if isinstance(value, bool) or not math.isfinite(number := float(value)):
        raise ValueError
    return number


def _bool(value: Any) -> bool:
    if isinstance(value, str) and value.lower() in (*_TRUE, *_FALSE):
        return value.lower() in _TRUE
    if value in (0, 1):
        return bool(value)
    raise ValueError


def _uuid(value: Any) -> str:
    return str(UUID(str(value)))


def _moment(value: Any) -> str:
    """A time as ClickHouse reads one: UTC where it has an offset."""
    at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return (at.astimezone(UTC) if at.tzinfo else at).replace(tzinfo=None).isoformat(" ")


def _second(value: Any) -> str:
    return _moment(value).partition(".")[0]


_CONVERTERS: dict[str, Callable[[Any], Any]] = {
    "Integer": _integer,
    "Float32": _float,
    "Float64": _float,
    "Bool": _bool,
    "UUID": _uuid,
    "Date": lambda value: date.fromisoformat(str(value)[:10]).isoformat(),
    "Date32": lambda value: date.fromisoformat(str(value)[:10]).isoformat(),
    "DateTime": _second,
    "DateTime64": _moment,
}
