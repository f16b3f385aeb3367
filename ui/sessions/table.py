"""The table of sessions as HTML: every row a link that opens its session, heads sort. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo
from html import escape
from typing import Any

import polars as pl

from ui import format as fmt
from ui import theme
from ui.sessions.narrow import Narrowing

HEADS = (
    ("", "Name", False), ("", "Session", False), ("started_at", "Started", False), ("duration", "Time", True),
    ("requests", "Requests", True), ("cost", "Cost", True), ("tokens", "Tokens", True),
    ("latency", "Latency", True), ("", "Users", False), ("errors", "Errors", True), ("", "Tags", False),
    ("", "Feedback", False),
)  # fmt: skip
"""What sorts by it (nothing: cannot be sorted by), its label, whether it is a figure."""


def html(
    rows: pl.DataFrame,
    order: Narrowing,
    zone: tzinfo,
    *,
    tags: Mapping[str, Sequence[str]],
    ratings: Mapping[str, tuple[int, int]],
    to_session: Callable[[str], str],
    to_order: Callable[[str], str],
) -> str:
    """`rows` of `warehouse.sessions.find`; `to_order` gives the address that sorts by what is given (``-`` upwards)."""
    heads = "".join(_head(sort, label, figure, order, to_order) for sort, label, figure in HEADS)
    lines = []
    for row in rows.iter_rows(named=True):
        cells = _cells(row, zone, tags.get(row["session_id"], ()), ratings.get(row["session_id"], (0, 0)))
        kinds = ["n" if figure else "" for _, _, figure in HEADS]
        text = "".join(
            f'<span class="{kind}">{cell or "&nbsp;"}</span>' for kind, cell in zip(kinds, cells, strict=True)
        )
        lines.append(f'<a href="{escape(to_session(row["session_id"]))}" target="_self">{text}</a>')
    return f'<div class="hg-sessions"><div class="head">{heads}</div>{"".join(lines)}</div>'


def _cells(row: dict[str, Any], zone: tzinfo, tags: Sequence[str], rated: tuple[int, int]) -> list[str]:
    users: list[str] = row["user_ids"]
    more = f" +{len(users) - 1}" if len(users) > 1 else ""
    failed = f'<b style="color:{theme.SERVER_ERROR}">▲ {fmt.number(row["errors"])}</b>' if row["errors"] else ""
    good, bad = rated
    said = " ".join([*([f"{good} good"] if good else []), *([f"{bad} bad"] if bad else [])])
    return [
        escape(row["session_name"]) or "<i>unnamed</i>",
        f'<code title="{escape(row["session_id"])}">{escape(row["session_id"])}</code>',
        escape(fmt.clock(row["started_at"].astimezone(zone))),
        fmt.duration(row["duration"]),
        fmt.number(row["requests"]),
        fmt.money(row["cost"], row["unpriced"]),
        fmt.number(row["tokens"]),
        fmt.duration(row["latency"]),
        f'<span title="{escape(", ".join(users[:20]))}">{escape(users[0]) if users else ""}{more}</span>',
        failed,
        " ".join(f'<span class="tag">{escape(tag)}</span>' for tag in tags),
        said,
    ]


def _head(sort: str, label: str, figure: bool, order: Narrowing, to_order: Callable[[str], str]) -> str:
    kind = "n" if figure else ""
    if not sort:
        return f'<span class="{kind}">{label}</span>'
    now = order.sort == sort
    other = f"-{sort}" if now and order.descending else sort
    arrow = (" ↓" if order.descending else " ↑") if now else ""
    title = f"Sort by {label.lower()}, {'smallest' if other.startswith('-') else 'largest'} first"
    return f'<a class="{kind}" href="{escape(to_order(other))}" target="_self" title="{title}">{label}{arrow}</a>'
