"""A page of a result as a table: numbers on the right, costs in USD as well, long texts cut."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
import streamlit as st

from hql import frames
from hql.frames import Column
from ui import format as fmt

LONGEST = 400
"""Characters of a cell; a click on it shows all of them."""
EXACT = 2**53
"""Whole numbers beyond are not exact in a browser, and are shown as text."""


def table(columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> tuple[pl.DataFrame, dict[str, Any]]:
    """The frame to show and the look of its columns."""
    names = frames.unique(columns)
    shown: dict[str, pl.Series] = {}
    config: dict[str, Any] = {}
    for at, (name, column) in enumerate(zip(names, columns, strict=True)):
        values = [row[at] for row in rows]
        shown[name], config[name] = _column(name, column, values)
        if is_cost(name, column.type, names):
            dollars = f"{name} (USD)"
            shown[dollars] = pl.Series(dollars, [fmt.usd(value) for value in values], pl.String)
            config[dollars] = st.column_config.TextColumn(dollars, alignment="right")
    return pl.DataFrame(list(shown.values())), config


def is_cost(name: str, type: str, names: Sequence[str]) -> bool:
    """Whether a column holds costs as the tables keep them, USD × 1e9, and no column beside it has them in USD."""
    folded, others = name.lower(), [other.lower() for other in names]
    whole = frames.WHOLE.get(frames.inner(type)[0]) is not None
    return whole and "cost" in folded and "usd" not in folded and not any("usd" in other for other in others)


def cut(value: Any) -> str | None:
    text = frames.text(value)
    return text if text is None or len(text) <= LONGEST else text[:LONGEST] + "…"


def _column(name: str, column: Column, values: list[Any]) -> tuple[pl.Series, Any]:
    if not frames.is_number(column.type):
        return pl.Series(name, [cut(value) for value in values], pl.String), st.column_config.TextColumn(name)
    if any(isinstance(value, int) and abs(value) > EXACT for value in values):
        texts = [None if value is None else str(value) for value in values]
        return pl.Series(name, texts, pl.String), st.column_config.TextColumn(name, alignment="right")
    series = frames.series(Column(name, column.type), values)
    # Not "plain", which shows 1573 as 1573.0000000000002.
    format = "%d" if series.dtype.is_integer() else "%.10g"
    return series, st.column_config.NumberColumn(name, format=format)
