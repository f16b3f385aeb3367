"""How the table of requests is shown: columns, order, rows and page, with the widgets that choose them.

All of it is in the URL where it is not the default, so that a link shows the same table. Columns and rows are also
remembered for the browser's session; that holds where the URL says nothing.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from ui import cached
from ui.frame import Context
from ui.requests import columns
from ui.requests.table import Order
from ui.state import View, several, values
from ui.url import go_to

SIZES, SIZE = (25, 50, 100, 200), 50
SORTS = {
    "request_created_at": "Newest", "-request_created_at": "Oldest", "cost": "Most expensive", "latency": "Slowest",
    "-latency": "Fastest", "total_tokens": "Most tokens", "time_to_first_token": "Slowest first token",
    "size_bytes": "Largest",
}  # fmt: skip
LONGEST_PAGE = 9
"""Digits of a page's number in the URL; of a longer one the first are read."""
_SIZE_SHOWN, _COLUMNS_SHOWN = "rows of requests", "columns of requests"
"""In the session's state: what was chosen, or a URL said, last."""


@dataclass(frozen=True)
class Shown:
    """How the table is shown; `page` counts from 0 and is one that there is."""

    columns: tuple[str, ...]
    order: Order
    size: int
    page: int
    live: bool
    words: tuple[str, ...]

    def parameters(self, page: int | None = None, *, order: Order | None = None) -> dict[str, str]:
        """The URL's parameters of this table, or of another page or order of it; "" stands for a default."""
        page = self.page if page is None else page
        return {
            "sort": (order or self.order).text,
            "rows": _rows(self.size),
            "cols": _cols(self.columns),
            **_page(page),
        }

    def link(self, view: View, page: int | None = None, *, order: Order | None = None, request: str = "") -> str:
        """The query of an address that shows it, and an open request."""
        given = {**self.parameters(page, order=order), "request": request}
        return view.query(**{name: value for name, value in given.items() if value})


def order(context: Context) -> Order:
    """The choice of the order."""
    now = Order.parse(st.query_params.get("sort", ""))
    text = now.text or now.column
    offered = SORTS if text in SORTS else {**SORTS, text: _described(now)}
    st.session_state["sort"] = text
    st.selectbox(
        "Order", list(offered), format_func=offered.__getitem__, label_visibility="collapsed", width=172, key="sort",
        on_change=_sort_by, args=(context.view,),
    )  # fmt: skip
    return now


def size(context: Context, total: int) -> int:
    """The choice of how many rows a page has."""
    given = next((one for one in SIZES if str(one) == st.query_params.get("rows")), None)
    # A page is counted in the rows that its own URL names, or else in the default's.
    now = int(_last(_SIZE_SHOWN, given or (SIZE if "page" in st.query_params else None)) or SIZE)
    st.session_state["size"] = now
    st.selectbox(
        "Rows", SIZES, format_func="{} rows".format, label_visibility="collapsed", width=112, key="size",
        on_change=_show_rows, args=(context.view, page_of_url(total, now) * now),
    )  # fmt: skip
    return now


def chosen_columns(context: Context) -> tuple[str, ...]:
    """The choice of the columns, in the order in which they are shown."""
    names = sorted(cached.property_names(context.organization_id).values())
    scores = [columns.SCORE + name for name in cached.score_names(context.organization_id)]
    offered = [*columns.LABELS, *(columns.PROPERTY + name for name in names), *scores]
    now = _among(offered, _last(_COLUMNS_SHOWN, values(st.query_params.get("cols", ""))) or ())
    st.session_state["columns"] = list(now)
    with st.popover("Columns", icon=":material/view_column:"):
        st.pills(
            "Columns", offered, selection_mode="multi", format_func=_offered, key="columns",
            label_visibility="collapsed", on_change=_show_columns, args=(context.view, offered),
        )  # fmt: skip
    return now


def page_of_url(total: int, size: int) -> int:
    """The page of the URL, where it is from 1; beyond the end it is the last."""
    text = st.query_params.get("page", "")[:LONGEST_PAGE]
    page = int(text) - 1 if text.isascii() and text.isdecimal() else 0
    return max(min(page, (total - 1) // size), 0)


def _last(name: str, given: Any) -> Any:
    """What is given, which is remembered; or else what was last, None if nothing was."""
    if given:
        st.session_state[name] = given
    return st.session_state.get(name)


def _sort_by(view: View) -> None:
    go_to(view, sort=Order.parse(str(st.session_state["sort"])).text)


def _show_rows(view: View, first: int) -> None:
    """Show as many rows as was chosen, on the page that has the row `first` (from 0)."""
    size = st.session_state[_SIZE_SHOWN] = int(st.session_state["size"])
    go_to(view, rows=_rows(size), **_page(first // size))


def _show_columns(view: View, offered: Sequence[str]) -> None:
    chosen = st.session_state[_COLUMNS_SHOWN] = _among(offered, st.session_state["columns"])
    page = {"page": st.query_params["page"]} if "page" in st.query_params else {}
    go_to(view, cols=_cols(chosen), **page)


def _among(offered: Sequence[str], given: Container[str]) -> tuple[str, ...]:
    return tuple(name for name in offered if name in given) or columns.DEFAULT


def _rows(size: int) -> str:
    return "" if size == SIZE else str(size)


def _cols(chosen: tuple[str, ...]) -> str:
    return "" if chosen == columns.DEFAULT else several(chosen)


def _page(page: int) -> dict[str, str]:
    return {"page": str(page + 1)} if page else {}


def _described(order: Order) -> str:
    return f"{columns.label(order.column)}, {'highest' if order.descending else 'lowest'} first"


def _offered(column: str) -> str:
    return f"{columns.label(column)} (score)" if column.startswith(columns.SCORE) else columns.label(column)
