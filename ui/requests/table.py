"""The table of requests as HTML: every row a link that opens its request, every head one that sorts. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from html import escape

import polars as pl

from ui.requests import columns


@dataclass(frozen=True)
class Order:
    """What the table is sorted by; as a URL has it, `text` (``cost``, ``-cost`` for the smallest first)."""

    column: str = "request_created_at"
    descending: bool = True

    @classmethod
    def parse(cls, text: str) -> Order:
        """The order of a URL; the newest first where it names no column."""
        column = text.removeprefix("-")
        return cls(column, not text.startswith("-")) if columns.is_known(column) else cls()

    @property
    def text(self) -> str:
        """Empty for the default, which needs no place in the URL."""
        return "" if self == Order() else self.column if self.descending else f"-{self.column}"


def html(
    rows: pl.DataFrame,
    shown: Sequence[str],
    order: Order,
    zone: tzinfo,
    *,
    words: Sequence[str] = (),
    to_request: Callable[[str], str],
    to_order: Callable[[Order], str],
    open_id: str = "",
) -> str:
    """`to_request` gives the address that opens a request, `to_order` the one that sorts otherwise."""
    heads = "".join(_head(name, order, to_order) for name in shown)
    lines = "".join(
        f'<a href="{escape(to_request(row["request_id"]))}" target="_self" class="{_kind(row, open_id)}">'
        + "".join(_cell(name, columns.cell(row, name, zone, words)) for name in shown)
        + "</a>"
        for row in rows.iter_rows(named=True)
    )
    widths = f"grid-template-columns:{columns.widths(shown)}"
    return f'<div class="hg-rows" style="{widths}"><div class="head">{heads}</div>{lines}</div>'


def _kind(row: dict[str, object], open_id: str) -> str:
    return "row open" if row["request_id"] == open_id else "row"


def _cell(name: str, shown: str) -> str:
    """`data-label` is the head that a narrow screen, which has none, shows beside a figure."""
    return f'<span class="{_class(name)}" data-label="{escape(columns.label(name))}">{shown or "&nbsp;"}</span>'


def _class(name: str) -> str:
    kind = "n" if columns.is_figure(name) else "preview" if name in columns.PREVIEWS else "time"
    return kind if kind != "time" or name == "request_created_at" else ""


def _head(name: str, order: Order, to_order: Callable[[Order], str]) -> str:
    text, kind = escape(columns.label(name)), _class(name)
    if name in columns.PREVIEWS:
        return f'<span class="{kind}">{text}</span>'
    now = order.column == name
    other = Order(name, not order.descending if now else True)
    arrow = ("↓" if order.descending else "↑") if now else ""
    said = f"Sort by {text}, {'largest' if other.descending else 'smallest'} first"
    return f'<a class="{kind}" href="{escape(to_order(other))}" target="_self" title="{said}">{text}{arrow}</a>'
