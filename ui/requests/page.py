"""The requests page: search, a table with paging, sorting, columns to choose, CSV and live mode; a click opens one."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import polars as pl
import streamlit as st

from ui import cached, empty, filters
from ui.frame import Context, guarded
from ui.requests import columns, detail, keys, table
from ui.requests import shown as choices
from ui.requests.shown import Shown
from ui.state import TEXT, Clause, View, several, words
from ui.url import go_to
from warehouse.previews import matches
from warehouse.requests import KEY

STYLE = Path(__file__).parent / "requests.css"
LIVE_EVERY_S = 2
SEARCHED_CHARACTERS = 4000
"""Of a preview in which the words of a search are looked for."""


def draw(context: Context) -> None:
    st.html(STYLE)
    total = cached.count_requests(*context.asked)
    shown = _controls(context, total)
    open_id = st.query_params.get("request", "")
    if not total and not shown.live:
        empty.no_matches(lambda: filters.clear(context.view), filtered=bool(context.view.clauses))
    else:
        _pages(context, total, shown)
        # A fragment runs by itself every two seconds when live; the page around it stays as it is.
        st.fragment(_table, run_every=LIVE_EVERY_S if shown.live else None)(context, shown)
        keys.draw(open_id)
    if open_id:
        detail.show(context, open_id, shown, partial(_step, context, shown), partial(open_request, context, shown))


def _controls(context: Context, total: int) -> Shown:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="table-controls"):
        _search(context)
        order = choices.order(context)
        size = choices.size(context, total)
        chosen = choices.chosen_columns(context)
        live = st.toggle("Live", key="live", help="Look for new requests every two seconds")
        page, searched = choices.page_of_url(total, size), tuple(words(_searched(context.view)))
        shown = Shown(chosen, order, size, page, bool(live), searched)
        st.link_button("CSV", _download(context, shown), icon=":material/download:", help="All requests of this view")
    return shown


def _search(context: Context) -> None:
    # What the URL says is what is shown; what is typed goes into the URL before the page is drawn.
    st.session_state["search"] = _searched(context.view)
    st.text_input(
        "Search", key="search", placeholder="Search requests and responses", icon=":material/search:", width=280,
        label_visibility="collapsed", on_change=_search_for, args=(context.view,),
        help='Each word must be in the request or the response; "in quotes" as it stands.',
    )  # fmt: skip


def _search_for(view: View) -> None:
    text = str(st.session_state["search"]).strip()
    others = tuple(clause for clause in view.clauses if clause.field != TEXT)
    go_to(replace(view, clauses=(*others, *([Clause(TEXT, "contains", text)] if text else []))))


def _searched(view: View) -> str:
    """What the view's filters look for in the bodies."""
    return " ".join(clause.value for clause in view.clauses if clause.field == TEXT)


def _pages(context: Context, total: int, shown: Shown) -> None:
    """What the page shows of all requests, and the ways to its neighbours."""
    page, last = shown.page, max((total - 1) // shown.size, 0)
    if not last:
        st.html(f'<span class="hg-sub">{total:,} request{"" if total == 1 else "s"}</span>')
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="table-pages"):
        _turn("Previous", ":material/chevron_left:", context, shown, page - 1, disabled=page == 0)
        first = page * shown.size + 1
        st.html(
            f'<span class="hg-sub">{first:,}–{min(first + shown.size - 1, total):,} of {total:,} requests</span>',
            width="content",
        )
        _turn("Next", ":material/chevron_right:", context, shown, page + 1, disabled=page == last)


def _turn(label: str, icon: str, context: Context, shown: Shown, page: int, *, disabled: bool) -> None:
    st.button(
        label, icon=icon, type="tertiary", disabled=disabled, on_click=open_request, args=(context, shown, "", page)
    )


def _table(context: Context, shown: Shown) -> None:
    with guarded("Requests"):
        st.html(
            table.html(
                _with_matches(context, shown, _rows(context, shown)),
                shown.columns,
                shown.order,
                context.zone,
                words=shown.words,
                to_request=lambda request_id: "/requests" + shown.link(context.view, request=request_id),
                to_order=lambda order: "/requests" + shown.link(context.view, 0, order=order),
                open_id=st.query_params.get("request", ""),
            )
        )


def open_request(context: Context, shown: Shown, request_id: str, page: int | None = None) -> None:
    """Show a request in the drawer, or none (""); `page` (from 0) is the page of the table to show behind it."""
    go_to(context.view, **shown.parameters(page), **({"request": request_id} if request_id else {}))


def _rows(context: Context, shown: Shown) -> pl.DataFrame:
    wanted = columns.read(shown.columns)
    characters = SEARCHED_CHARACTERS if shown.words else columns.PREVIEW_CHARACTERS
    order = shown.order
    return cached.read_page(
        *context.asked, wanted, order.column, order.descending, shown.size, shown.page, characters
    ).rows


def _with_matches(context: Context, shown: Shown, rows: pl.DataFrame) -> pl.DataFrame:
    """`rows` and, of those whose previews have no word of the search, what it found in their bodies."""
    unmarked = rows.filter([not columns.has_match(row, shown.words) for row in rows.iter_rows(named=True)])
    if not shown.words or unmarked.is_empty():
        return rows
    found = cached.ask(*context.asked, matches, page=unmarked.select(KEY), words=shown.words).value
    return rows.join(found, on=KEY, how="left", maintain_order="left")


def _step(context: Context, shown: Shown, row: dict[str, Any], step: int) -> tuple[str, int] | None:
    """The request before or after `row` and the page that it is on, or None at the list's ends."""
    ids = _rows(context, shown)["request_id"].to_list()
    at = ids.index(str(row["request_id"])) + step if str(row["request_id"]) in ids else None
    if at is not None and 0 <= at < len(ids):
        return str(ids[at]), shown.page
    order = shown.order
    found = cached.neighbour(
        *context.asked,
        str(UUID(str(row["request_id"]))),
        row["request_created_at"],
        order.column,
        order.descending,
        step,
    )
    turned = shown.page + step if at is not None else shown.page
    return (found, turned) if found else None


def _download(context: Context, shown: Shown) -> str:
    """The CSV's address: the table's order and columns, costs in dollars."""
    names = [columns.IN_CSV.get(name, name) for name in columns.read(shown.columns)]
    order = {"sort": shown.order.text} if shown.order.text else {}
    return "/download/requests.csv" + context.view.query(
        zone=context.zone_name, **order, columns=several(dict.fromkeys(["request_id", *names]))
    )
