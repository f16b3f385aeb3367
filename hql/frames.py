"""ClickHouse's types as the columns of a Polars frame. Pure.

Whole numbers keep their width, but those beyond 64 bits and Decimals become Float64. DateTimes are of their zone, of
UTC where the type names none. What has no column type of its own, like a Map or a Tuple, is its JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import polars as pl

WHOLE: dict[str, type[pl.DataType]] = {
    "Int8": pl.Int8, "Int16": pl.Int16, "Int32": pl.Int32, "Int64": pl.Int64,
    "UInt8": pl.UInt8, "UInt16": pl.UInt16, "UInt32": pl.UInt32, "UInt64": pl.UInt64,
}  # fmt: skip
FLOATS = ("Float32", "Float64", "BFloat16")
BEYOND_64_BITS = ("Int128", "Int256", "UInt128", "UInt256")

_WRAPPED = re.compile(r"(LowCardinality|Nullable|SimpleAggregateFunction)\((?:\w+, )?(.*)\)")
_ARRAY = re.compile(r"Array\((.*)\)")
_TIME = re.compile(r"DateTime(?:64)?(?:\((?:(\d+)(?:, )?)?(?:'([^']+)')?\))?")


@dataclass(frozen=True)
class Column:
    """A column of an answer; `type` is ClickHouse's own text."""

    name: str
    type: str


def inner(type: str) -> tuple[str, bool]:
    """The type beneath LowCardinality, Nullable and SimpleAggregateFunction, and whether it may be null."""
    nullable = False
    while found := _WRAPPED.fullmatch(type):
        nullable = nullable or found[1] == "Nullable"
        type = found[2]
    return type, nullable


def is_number(type: str) -> bool:
    return _number(inner(type)[0]) is not None


def floats(columns: Sequence[Column]) -> tuple[int, ...]:
    """Where the columns are whose values may be `nan` or `inf`."""
    return tuple(at for at, column in enumerate(columns) if inner(column.type)[0] in FLOATS)


def frame(columns: Sequence[Column], blocks: Iterable[list[list[Any]]]) -> pl.DataFrame:
    """Rows, some at a time, as one frame."""
    columns = [Column(name, column.type) for name, column in zip(unique(columns), columns, strict=True)]
    parts = [pl.DataFrame([series(column, []) for column in columns])]
    for rows in blocks:
        values = zip(*rows, strict=True)
        parts.append(pl.DataFrame([series(column, next(values)) for column in columns]))
    return pl.concat(parts)


def unique(columns: Sequence[Column]) -> list[str]:
    """The columns' names, a second `a` as `a (2)`."""
    names: dict[str, None] = {}
    taken = {column.name for column in columns}
    numbers: dict[str, int] = {}
    for column in columns:
        name, number = column.name, numbers.get(column.name, 1)
        while name in names or (number > 1 and name in taken):
            number += 1
            name = f"{column.name} ({number})"
        numbers[column.name] = number
        names[name] = None
    return list(names)


def series(column: Column, values: Sequence[Any]) -> pl.Series:
    """One column of decoded JSON, with the type that ClickHouse gave it."""
    base = inner(column.type)[0]
    if number := _number(base):
        return pl.Series(column.name, values, number, strict=False)
    if base == "Bool":
        return pl.Series(column.name, values, pl.Boolean)
    if base in ("Date", "Date32"):
        return pl.Series(column.name, values, pl.String).str.to_date("%Y-%m-%d")
    if time := _TIME.fullmatch(base):
        return _times(pl.Series(column.name, values, pl.String), int(time[1] or 0), time[2] or "UTC")
    array = _ARRAY.fullmatch(base)
    if array and (number := _number(inner(array[1])[0])):
        return pl.Series(column.name, values, pl.List(number), strict=False)
    return pl.Series(column.name, [text(value) for value in values], pl.String)


def text(value: Any) -> str | None:
    """A value as a cell shows it: text as it is, everything else as JSON."""
    if value is None or isinstance(value, str):
        return value
    return msgspec.json.encode(value).decode()


def _number(base: str) -> type[pl.DataType] | None:
    if base in FLOATS or base in BEYOND_64_BITS or base.startswith("Decimal"):
        return pl.Float64
    return pl.Int64 if base.startswith("Interval") else WHOLE.get(base)


def _times(texts: pl.Series, digits: int, zone: str) -> pl.Series:
    local = texts.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="ns" if digits > 6 else "us")
    try:
        return local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    except pl.exceptions.ComputeError:  # a zone that ClickHouse knows and Polars does not
        return texts
