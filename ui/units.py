"""What a column of numbers measures, told by its name as HQL's tables and ready queries name things. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import polars as pl

from ui import format as fmt

MEANS = {"avg", "mean", "median", "min", "max", "quantile", "rate", "share", "ratio", "percent", "per", "latency",
         "duration", "retention"}  # fmt: skip
COUNTS = {"count", "uniq", "requests", "errors", "users", "sessions", "status", "tokens"}


@dataclass(frozen=True)
class Unit:
    """How values are shown one by one, and what an axis makes of them: times `factor`, `prefix` and `suffix`."""

    shown: Callable[[Any], str]
    factor: float = 1
    prefix: str = ""
    suffix: str = ""


def _plain(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.4g}"


PLAIN = Unit(_plain)
NANO_USD = Unit(fmt.usd, 1e-9, prefix="$")
USD = Unit(lambda value: fmt.usd(value * 1e9), prefix="$")
MILLISECONDS = Unit(fmt.duration, suffix=" ms")
SECONDS = Unit(lambda value: fmt.duration(value * 1000), suffix=" s")
SHARE = Unit(fmt.percent, 100, suffix=" %")
BYTES = Unit(fmt.size, 1e-6, suffix=" MB")


def unit_of(column: pl.Series) -> Unit:
    """The unit of a column: whole numbers called cost are USD × 1e9, as in the tables; `latency` is milliseconds."""
    words, share = words_of(column.name), _within_one(column)
    if "usd" in words:
        return USD
    if words & {"rate", "share", "ratio", "retention"} and share:
        return SHARE
    if words & COUNTS:
        return PLAIN
    if "cost" in words and column.dtype.is_integer():
        return NANO_USD
    if words & {"s", "seconds"}:
        return PLAIN if "per" in words else SECONDS
    if words & {"ms", "latency", "duration"} or "time_to_first_token" in column.name:
        return MILLISECONDS
    return BYTES if "bytes" in words else PLAIN


def is_additive(name: str) -> bool:
    """Whether values of that name make sense added up: counts and costs do, percentiles and rates do not."""
    words = words_of(name)
    return not words & MEANS and not any(re.fullmatch(r"p\d+|quantiles?\w*", word) for word in words)


def words_of(name: str) -> set[str]:
    return set(re.split(r"[^a-z0-9]+", name.lower()))


def _within_one(column: pl.Series) -> bool:
    low, high = column.min(), column.max()
    return column.dtype.is_float() and isinstance(low, float) and isinstance(high, float) and 0 <= low <= high <= 1
