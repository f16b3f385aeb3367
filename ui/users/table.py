"""The table of users: searched, sorted by its heads and turned by its pages, all of it in the URL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import streamlit as st

from ui import asking, parts, tables, theme
from ui import format as fmt
from ui.cached import Answer
from ui.frame import Context, guarded
from ui.grid import seen
from ui.tables import Cell
from ui.url import go_to
from ui.users import panels
from ui.users.address import PAGE, SEARCH, SORT, link
from warehouse import users
from warehouse.users import SORTS, Table

SIZE = 25
MOST_AS_CSV = 100_000

HEADS = {
    "user_id": ("User", ""), "cost": ("Cost", ""), "requests": ("Requests", ""), "errors": ("Failed", ""),
    "limited": ("Limited", "Stopped by our own rate limits"), "active_days": ("Days", "Days with requests"),
    "requests_per_day": ("Per day", "Requests per active day"),
    "tokens_per_request": ("Tokens each", "Input and output tokens per request"),
    "prompt_tokens": ("Input", "Input tokens"), "completion_tokens": ("Output", "Output tokens"),
    "first_seen": ("First seen", "Of all time"), "last_seen": ("Last seen", "Of all time"),
}  # fmt: skip
"""Column -> head and what it means, in the order shown."""
_PAGE = re.compile("[1-9][0-9]{0,8}")
RISING = ("user_id", "first_seen")
"""What is sorted from the smallest on at first."""


@dataclass(frozen=True)
class Order:
    """How the table is asked for; in the URL as ``search``, ``sort`` (``-cost`` for the smallest first), ``page``."""

    search: str = ""
    sort: str = "cost"
    descending: bool = True
    page: int = 0

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Order:
        sort, page = given.get(SORT, ""), given.get(PAGE, "")
        column, first = sort.removeprefix("-"), int(page) - 1 if _PAGE.fullmatch(page) else 0
        if column not in SORTS:
            return cls(given.get(SEARCH, ""), page=first)
        return cls(given.get(SEARCH, ""), column, not sort.startswith("-"), first)

    @property
    def options(self) -> dict[str, Any]:
        """Of the read model."""
        return {
            "search": self.search, "sort": self.sort, "descending": int(self.descending), "limit": SIZE,
            "offset": self.page * SIZE,
        }  # fmt: skip

    @property
    def parameters(self) -> dict[str, str]:
        """Of the URL."""
        sort = self.sort if self.descending else f"-{self.sort}"
        found = {SEARCH: self.search, SORT: "" if sort == "cost" else sort}
        return {name: value for name, value in found.items() if value} | (
            {PAGE: str(self.page + 1)} if self.page else {}
        )

    def by(self, column: str) -> Order:
        """Sorted by that column from its first row on; the other way round if it is so already."""
        descending = not self.descending if column == self.sort else column not in RISING
        return replace(self, sort=column, descending=descending, page=0)


def begin(context: Context) -> Future[Answer]:
    """Ask for the page of the table that the URL names."""
    return asking.begin(context, users.table, **Order.of(st.query_params.to_dict()).options)


def draw(context: Context, asked: Future[Answer]) -> None:
    with st.container(border=True), guarded("Users"):
        found, order = _existing(context, asked.result(), Order.of(st.query_params.to_dict()))
        one = panels.TABLE.having(**{**order.options, "limit": MOST_AS_CSV, "offset": 0})
        shown = seen(context, found, one)
        sub = f"{_counted(found.value, order)}; days are those of {context.zone_name}; a click on a head sorts"
        st.html(parts.panel(one.title, sub, one.menu(shown, context.zone_name)))
        _search(context, order)
        if found.value.rows.is_empty():
            st.html(parts.nothing(_none(order)))
            return
        st.html(_table(context, found.value, order))
        _pages(context, found.value.total, order)


def _existing(context: Context, found: Answer, order: Order) -> tuple[Answer, Order]:
    """The page that was asked for; the last one, where it lies beyond that."""
    if not order.page or len(found.value.rows):
        return found, order
    first = replace(order, page=0)
    total = asking.begin(context, users.table, **first.options).result().value.total
    last = replace(order, page=max(total - 1, 0) // SIZE)
    return asking.begin(context, users.table, **last.options).result(), last


def _counted(found: Table, order: Order) -> str:
    count = f"{fmt.number(found.total)} user{'' if found.total == 1 else 's'}"
    return f"{count} with “{order.search}”" if order.search else count


def _none(order: Order) -> str:
    return f"No user's id contains “{order.search}”." if order.search else panels.NAMELESS


def _search(context: Context, order: Order) -> None:
    key = f"search users {order.search}"

    def search() -> None:
        go_to(context.view, **{**replace(order, page=0).parameters, SEARCH: st.session_state[key].strip()})

    st.text_input(
        "Search", order.search, key=key, placeholder="Search by user id", icon=":material/search:",
        label_visibility="collapsed", width=320, on_change=search,
    )  # fmt: skip


def _table(context: Context, found: Table, order: Order) -> str:
    def head(column: str) -> Cell:
        arrow = (" ↓" if order.descending else " ↑") if column == order.sort else ""
        name, meaning = HEADS[column]
        return Cell(name + arrow, "/users" + context.view.query(**order.by(column).parameters), title=meaning)

    highest = {name: found.rows[name].max() or 1 for name in ("cost", "requests")}
    rows = [_row(context, row, highest, order) for row in found.rows.iter_rows(named=True)]
    return tables.table([head(column) for column in HEADS], rows, numeric=len(HEADS) - 1)


def _row(context: Context, row: dict[str, Any], highest: Mapping[str, Any], order: Order) -> list[str | Cell]:
    figures: dict[str, str | Cell] = {
        "cost": Cell(fmt.money(row["cost"], row["unpriced"]), share=row["cost"] / highest["cost"], colour=theme.COST),
        "requests": Cell(fmt.number(row["requests"]), share=row["requests"] / highest["requests"]),
        **{name: _day(row[name].astimezone(context.zone)) for name in ("first_seen", "last_seen")},
        "requests_per_day": fmt.number(row["requests_per_day"]),
        "tokens_per_request": fmt.number(row["tokens_per_request"]),
        "errors": Cell(fmt.number(row["errors"]), title=f"{fmt.percent(row['errors'] / row['requests'])} of requests"),
    }
    plain = {name: fmt.number(row[name]) for name in HEADS if name not in figures and name != "user_id"}
    cells = figures | plain
    href = link(context.view, row["user_id"], **order.parameters)
    who = Cell(parts.cut(row["user_id"], 36), href, title=row["user_id"], nowrap=True)
    return [who, *(cells[name] for name in HEADS if name != "user_id")]


def _day(at: datetime) -> Cell:
    return Cell(fmt.day(at), title=fmt.moment(at))


def _pages(context: Context, total: int, order: Order) -> None:
    last = max((total - 1) // SIZE, 0)
    if not last:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        first = order.page * SIZE + 1
        for label, icon, page in (
            ("Previous", ":material/chevron_left:", order.page - 1),
            ("Next", ":material/chevron_right:", order.page + 1),
        ):
            st.button(
                label, icon=icon, type="tertiary", disabled=not 0 <= page <= last, on_click=go_to,
                args=(context.view,), kwargs=replace(order, page=max(page, 0)).parameters,
            )  # fmt: skip
        st.html(f'<span class="hg-sub">{first:,}–{min(first + SIZE - 1, total):,} of {total:,}</span>', width="content")
