"""The requests page: search, a table with paging, sorting, columns to choose, CSV and live mode; a click opens one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import polars as pl
import streamlit as st

from ui import cached, empty, filters
from ui.frame import Context, guarded
from ui.requests import columns, detail, keys, table
from ui.requests.table import Order
from ui.state import TEXT, Clause, View, words
from ui.url import go_to
from warehouse.requests import COLUMNS

STYLE = Path(__file__).parent / "requests.css"
SIZES = (25, 50, 100, 200)
SORTS = {
    "request_created_at": "Newest", "-request_created_at": "Oldest", "cost": "Most expensive", "latency": "Slowest",
    "-latency": "Fastest", "total_tokens": "Most tokens", "time_to_first_token": "Slowest first token",
    "size_bytes": "Largest",
}  # fmt: skip
LIVE_EVERY_S = 2
SEARCHED_CHARACTERS = 4000
"""Of a preview in which the words of a search are looked for."""


@dataclass(frozen=True)
class Shown:
    """How the table is shown: what the URL does not say is kept for the browser's session."""

    columns: tuple[str, ...]
    order: Order
    size: int
    live: bool
    words: tuple[str, ...]


def draw(context: Context) -> None:
    st.html(STYLE)
    total = cached.count_requests(*context.asked)
    shown = _controls(context, total)
    if not total and not shown.live:
        empty.no_matches(lambda: filters.clear(context.view), filtered=bool(context.view.clauses))
    else:
        page = _page(context, total, shown)
        # A fragment runs by itself every two seconds when live; the page around it stays as it is.
        st.fragment(_table, run_every=LIVE_EVERY_S if shown.live else None)(context, shown, page)
        keys.draw()
    if request_id := st.query_params.get("request"):
        detail.show(context, request_id, shown.words, partial(_step, context, shown), partial(open_request, context))


def _controls(context: Context, total: int) -> Shown:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="table-controls"):
        _search(context)
        order = _order(context)
        size = st.selectbox(
            "Rows", SIZES, index=1, format_func="{} rows".format, label_visibility="collapsed", width=112, key="size",
            persist_state="session",
        )  # fmt: skip
        chosen = _column_choice(context)
        live = st.toggle("Live", key="live", help="Look for new requests every two seconds")
        st.link_button("CSV", _download(context, chosen), icon=":material/download:", help="All requests of this view")
    return Shown(chosen, order, int(size), bool(live), tuple(words(_searched(context.view))))


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


def _order(context: Context) -> Order:
    order = Order.parse(st.query_params.get("sort", ""))
    text = order.text or order.column
    offered = SORTS if text in SORTS else {**SORTS, text: _described(order)}
    st.session_state["sort"] = text
    st.selectbox(
        "Order", list(offered), format_func=offered.__getitem__, label_visibility="collapsed", width=172, key="sort",
        on_change=_sort_by, args=(context.view,),
    )  # fmt: skip
    return order


def _sort_by(view: View) -> None:
    go_to(view, sort=Order.parse(str(st.session_state["sort"])).text)


def _described(order: Order) -> str:
    return f"{columns.label(order.column)}, {'highest' if order.descending else 'lowest'} first"


def _column_choice(context: Context) -> tuple[str, ...]:
    names = sorted(cached.property_names(context.organization_id).values())
    scores = [columns.SCORE + name for name in cached.score_names(context.organization_id)]
    offered = [*columns.LABELS, *(columns.PROPERTY + name for name in names), *scores]
    with st.popover("Columns", icon=":material/view_column:"):
        chosen = st.pills(
            "Columns", offered, selection_mode="multi", default=columns.DEFAULT, format_func=_offered,
            key="columns", label_visibility="collapsed", persist_state="session",
        )  # fmt: skip
    return tuple(name for name in offered if name in chosen) or columns.DEFAULT


def _offered(column: str) -> str:
    return f"{columns.label(column)} (score)" if column.startswith(columns.SCORE) else columns.label(column)


def _page(context: Context, total: int, shown: Shown) -> int:
    """The page to show, from 0; in the URL as ``page``, from 1."""
    last = max((total - 1) // shown.size, 0)
    page = min(_page_of_url(), last)
    if not last:
        st.html(f'<span class="hg-sub">{total:,} request{"" if total == 1 else "s"}</span>')
        return 0
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="table-pages"):
        _turn("Previous", ":material/chevron_left:", context, page - 1, disabled=page == 0)
        first = page * shown.size + 1
        st.html(
            f'<span class="hg-sub">{first:,}–{min(first + shown.size - 1, total):,} of {total:,} requests</span>',
            width="content",
        )
        _turn("Next", ":material/chevron_right:", context, page + 1, disabled=page == last)
    return page


def _page_of_url() -> int:
    text = st.query_params.get("page", "1")
    return max(int(text) - 1, 0) if text.isdigit() else 0


def _turn(label: str, icon: str, context: Context, page: int, *, disabled: bool) -> None:
    turn = {"page": str(page + 1)} if page else {}
    st.button(label, icon=icon, type="tertiary", disabled=disabled, on_click=go_to, args=(context.view,), kwargs=turn)


def _table(context: Context, shown: Shown, page: int) -> None:
    with guarded("Requests"):
        rows = _rows(context, shown, page)
        kept = {name: st.query_params[name] for name in ("sort", "page") if name in st.query_params}
        st.html(
            table.html(
                rows,
                shown.columns,
                shown.order,
                context.zone,
                words=shown.words,
                to_request=lambda request_id: "/requests" + context.view.query(**kept, request=request_id),
                to_order=lambda order: "/requests" + context.view.query(**({"sort": order.text} if order.text else {})),
                open_id=st.query_params.get("request", ""),
            )
        )


def open_request(context: Context, request_id: str | None, page: int | None = None) -> None:
    """Show a request in the drawer, or none; `page` (from 0) is the page of the table to show behind it."""
    page = _page_of_url() if page is None else page
    go_to(
        context.view, **({"page": str(page + 1)} if page > 0 else {}), **({"request": request_id} if request_id else {})
    )


def _rows(context: Context, shown: Shown, page: int) -> pl.DataFrame:
    wanted = columns.read(shown.columns)
    characters = SEARCHED_CHARACTERS if shown.words else columns.PREVIEW_CHARACTERS
    order = shown.order
    return cached.read_page(*context.asked, wanted, order.column, order.descending, shown.size, page, characters).rows


def _step(context: Context, shown: Shown, row: dict[str, Any], step: int) -> tuple[str, int] | None:
    """The request before or after `row` and the page that it is on, or None at the list's ends."""
    page = _page_of_url()
    ids = _rows(context, shown, page)["request_id"].to_list()
    at = ids.index(str(row["request_id"])) + step if str(row["request_id"]) in ids else None
    if at is not None and 0 <= at < len(ids):
        return str(ids[at]), page
    order = shown.order
    found = cached.neighbour(
        *context.asked,
        str(UUID(str(row["request_id"]))),
        row["request_created_at"],
        order.column,
        order.descending,
        step,
    )
    turned = page + step if at is not None else page
    return (found, turned) if found else None


def _download(context: Context, chosen: tuple[str, ...]) -> str:
    wanted = [
        name for name in columns.read(chosen) if name in COLUMNS or name.startswith((columns.PROPERTY, columns.SCORE))
    ]
    return "/download/requests.csv" + context.view.query(
        zone=context.zone_name, columns=",".join(dict.fromkeys(["request_id", *wanted]))
    )
