"""The requests page: a table with paging, sorting, columns to choose, CSV and live mode; a click opens one request."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import polars as pl
import streamlit as st

from ui import cached, columns, detail, empty, filters
from ui import format as fmt
from ui.frame import Context, guarded
from ui.url import go_to
from warehouse.requests import COLUMNS

SIZES = (25, 50, 100, 200)
SORTS = {
    "request_created_at": "Newest", "cost": "Most expensive", "latency": "Slowest", "total_tokens": "Most tokens",
    "time_to_first_token": "Slowest first token", "size_bytes": "Largest",
}  # fmt: skip
LIVE_EVERY_S = 2


@dataclass(frozen=True)
class Shown:
    """How the table is shown; kept for the browser's session."""

    columns: tuple[str, ...]
    sort: str
    size: int
    live: bool


def draw(context: Context) -> None:
    total = cached.count_requests(*context.asked)
    shown = _controls(context, total)
    if not total and not shown.live:
        return empty.no_matches(lambda: filters.clear(context.view), filtered=bool(context.view.clauses))
    page = _page(context, total, shown)
    # A fragment runs by itself every two seconds when live; the page around it stays as it is.
    st.fragment(_table, run_every=LIVE_EVERY_S if shown.live else None)(context, shown, page)
    if request_id := st.query_params.get("request"):
        step_to = partial(_neighbour, context, shown, page, request_id)
        detail.show(context, request_id, step_to, partial(open_request, context))


def _controls(context: Context, total: int) -> Shown:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="table-controls"):
        st.html(f'<span class="hg-sub">{fmt.number(total)} request{"" if total == 1 else "s"}</span>')
        sort = st.selectbox(
            "Order", list(SORTS), format_func=SORTS.__getitem__, label_visibility="collapsed", width=190, key="sort",
            persist_state="session",
        )  # fmt: skip
        size = st.selectbox(
            "Rows", SIZES, index=1, format_func="{} rows".format, label_visibility="collapsed", width=120, key="size",
            persist_state="session",
        )  # fmt: skip
        chosen = _column_choice(context)
        live = st.toggle("Live", key="live", help="Look for new requests every two seconds")
        st.link_button("CSV", _download(context, chosen), icon=":material/download:", help="All requests of this view")
    return Shown(chosen, str(sort), int(size), bool(live))


def _column_choice(context: Context) -> tuple[str, ...]:
    names = sorted(cached.property_names(context.organization_id).values())
    offered = [*columns.LABELS, *(columns.PROPERTY + name for name in names)]
    with st.popover("Columns", icon=":material/view_column:"):
        chosen = st.pills(
            "Columns", offered, selection_mode="multi", default=columns.DEFAULT, format_func=columns.label,
            key="columns", label_visibility="collapsed", persist_state="session",
        )  # fmt: skip
    return tuple(name for name in offered if name in chosen) or columns.DEFAULT


def _page(context: Context, total: int, shown: Shown) -> int:
    """The page to show, from 0; in the URL as ``page``, from 1."""
    last = max((total - 1) // shown.size, 0)
    text = st.query_params.get("page", "1")
    page = min(int(text) - 1, last) if text.isdigit() and int(text) else 0
    if not last:
        return 0
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _turn("Newer", ":material/chevron_left:", context, page - 1, disabled=page == 0)
        first = page * shown.size + 1
        st.html(
            f'<span class="hg-sub">{first:,}–{min(first + shown.size - 1, total):,} of {total:,}</span>',
            width="content",
        )
        _turn("Older", ":material/chevron_right:", context, page + 1, disabled=page == last)
    return page


def _turn(label: str, icon: str, context: Context, page: int, *, disabled: bool) -> None:
    turn = {"page": str(page + 1)} if page else {}
    st.button(label, icon=icon, type="tertiary", disabled=disabled, on_click=go_to, args=(context.view,), kwargs=turn)


def _table(context: Context, shown: Shown, page: int) -> None:
    with guarded("Requests"):
        # Each click gives the table a new key, so that the same row can be clicked again after closing.
        key = f"table {page} {st.session_state.get('clicks', 0)}"
        _open_clicked(context, key)
        rows = _rows(context, shown, page)
        st.session_state["shown ids"] = rows["request_id"].to_list()
        st.dataframe(
            columns.shown(rows, shown.columns, context.zone),
            column_config=columns.config(shown.columns),
            hide_index=True,
            height="content" if len(rows) < 15 else 600,
            key=key,
            on_select="rerun",
            selection_mode="single-cell",
        )


def _open_clicked(context: Context, key: str) -> None:
    """A click on a cell opens its request: of the rows as they were shown, for live ones have moved on since."""
    state: Any = st.session_state.get(key)
    cells, ids = (state.selection.cells if state else []), st.session_state.get("shown ids", [])
    if cells and cells[0][0] < len(ids):
        st.session_state["clicks"] = st.session_state.get("clicks", 0) + 1
        open_request(context, ids[cells[0][0]])
        st.rerun()


def open_request(context: Context, request_id: str | None) -> None:
    kept = {"page": page} if (page := st.query_params.get("page")) else {}
    go_to(context.view, **kept, **({"request": request_id} if request_id else {}))


def _rows(context: Context, shown: Shown, page: int) -> pl.DataFrame:
    wanted = columns.read(shown.columns)
    return cached.read_page(*context.asked, wanted, shown.sort, True, shown.size, page).rows


def _neighbour(context: Context, shown: Shown, page: int, request_id: str, step: int) -> str | None:
    """The request before or after this one on the page, or None at its ends."""
    ids = _rows(context, shown, page)["request_id"].to_list()
    at = ids.index(request_id) + step if request_id in ids else -1
    return ids[at] if 0 <= at < len(ids) else None


def _download(context: Context, chosen: tuple[str, ...]) -> str:
    wanted = [name for name in columns.read(chosen) if name in COLUMNS or name.startswith(columns.PROPERTY)]
    return "/download/requests.csv" + context.view.query(
        zone=context.zone_name, columns=",".join(dict.fromkeys(["request_id", *wanted]))
    )
