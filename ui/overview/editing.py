"""Changing a dashboard: its name, which panels, in which order. Every change is kept at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

import streamlit as st

from metadata import dashboards
from metadata.dashboards import LONGEST_NAME, Dashboard, Entry
from metadata.store import MetadataUnavailable
from ui import cached, chart_builder, parts, registry, session
from ui.chart_builder import ChartError
from ui.frame import Context
from ui.overview.boards import EDITING, TABLE
from ui.url import go_to

_PROBLEM = "dashboard problem"


def draw(context: Context, board: Dashboard) -> None:
    with st.container(border=True, key="edit-dashboard"):
        if problem := st.session_state.pop(_PROBLEM, ""):
            st.error(parts.plain(problem))
        try:
            queries = cached.saved_queries(context.organization_id)
            _name(context, board)
            _entries(context, board, queries)
            left, right = st.columns(2)
            with left:
                _add_panel(context, board)
            with right:
                _add_query(context, board, queries)
        except MetadataUnavailable:
            st.html(parts.nothing("The metadata database does not answer: nothing can be changed now."))


def _name(context: Context, board: Dashboard) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        name = st.text_input(
            "Name", board.name, max_chars=LONGEST_NAME, key=f"name of {board.id} {board.name}", width=320
        )
        st.button(
            "Rename", key="rename dashboard", disabled=name.strip() in ("", board.name), on_click=_change,
            args=(partial(dashboards.rename, name=name), context, board),
        )  # fmt: skip
        with st.popover("Delete …", icon=":material/delete:", type="tertiary"):
            st.markdown(f"**{parts.plain(board.name)}** goes for everyone of the organisation. Its saved queries stay.")
            st.button("Delete it", type="primary", key="delete dashboard", on_click=_delete, args=(context, board))


def _entries(context: Context, board: Dashboard, queries: dict[str, str]) -> None:
    if not board.entries:
        st.html(parts.nothing("Nothing stands on it yet: choose a panel below."))
    for index, entry in enumerate(board.entries):
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"entry {index}"):
            st.html(f'<div class="hg-entry">{parts.text(label(entry, queries))}</div>')
            moves = (
                (":material/arrow_upward:", "Up", index - 1),
                (":material/arrow_downward:", "Down", index + 1),
                (":material/close:", "Remove", None),
            )
            for icon, help, to in moves:
                st.button(
                    "", icon=icon, help=help, type="tertiary", key=f"{help} {index}", on_click=_arrange,
                    args=(context, board, _moved(board.entries, index, to)),
                    disabled=to is not None and not 0 <= to < len(board.entries),
                )  # fmt: skip


def label(entry: Entry, queries: dict[str, str]) -> str:
    """What an entry is called: its title, where it is from, and its options."""
    if entry.query:
        return f"HQL · {queries.get(entry.query, 'a query that is gone')} · {entry.chart or TABLE}"
    for page, panels in registry.pages().items():
        for panel in panels:
            if panel.name == entry.panel:
                options = ", ".join(f"{name} {value}" for name, value in entry.options.items())
                return f"{page} · {panel.title}" + (f" · {options}" if options else "")
    return entry.panel


def _moved(entries: tuple[Entry, ...], index: int, to: int | None) -> list[Entry]:
    """With the entry at another place, or without it."""
    rest = [*entries[:index], *entries[index + 1 :]]
    return rest if to is None else [*rest[:to], entries[index], *rest[to:]]


def _add_panel(context: Context, board: Dashboard) -> None:
    page = st.selectbox("From the page", list(registry.pages()), key="add from page")
    panels = {panel.name: panel for panel in registry.pages()[page]}
    chosen = st.selectbox("Panel", list(panels), format_func=lambda name: panels[name].title, key=f"add panel {page}")
    options: dict[str, str] = {}
    for option, values in panels[chosen].choices:
        labels = dict(values)
        options[option] = st.selectbox(
            option.capitalize(), list(labels), format_func=labels.__getitem__, key=f"add option {chosen} {option}"
        )
    _add(context, board, Entry(chosen, options), "add panel now")


def _add_query(context: Context, board: Dashboard, queries: dict[str, str]) -> None:
    if not queries:
        st.html(parts.nothing("A query that is saved on the page HQL can stand here as well."))
        return
    query = st.selectbox("Saved query", list(queries), format_func=queries.__getitem__, key="add query")
    chart = _chart(context, query)
    _add(context, board, Entry(query=query, chart=chart), "add query now")


def _chart(context: Context, query: str) -> str:
    """How the query is drawn: as a chart of it would be at first, or as a table."""
    found = cached.pinned(context.organization_id, query)
    guess = None if found.error else chart_builder.guess(found.rows)
    kinds = [chart_builder.to_text(guess)] if guess else []
    chosen = st.selectbox("Shown as", [*kinds, TABLE], key=f"add chart {query}", accept_new_options=True,
                          help="A chart is kind:x:y:series, as in bar:day:cost_usd:model")  # fmt: skip
    try:
        if chosen != TABLE:
            chart_builder.from_text(str(chosen))
    except ChartError as error:
        st.html(parts.nothing(str(error)))
        return TABLE
    return str(chosen)


def _add(context: Context, board: Dashboard, entry: Entry, key: str) -> None:
    there = entry.kept() in [one.kept() for one in board.entries]
    st.button(
        "It is there already" if there else "Add", key=key, disabled=there, icon=":material/add:", on_click=_arrange,
        args=(context, board, [*board.entries, entry]),
    )  # fmt: skip


def _arrange(context: Context, board: Dashboard, entries: list[Entry]) -> None:
    _change(partial(dashboards.arrange, entries=entries), context, board)


def _change(change: Callable[..., None], context: Context, board: Dashboard) -> None:
    try:
        change(session.store(), UUID(context.organization_id), board.id)
    except (ValueError, MetadataUnavailable) as error:
        st.session_state[_PROBLEM] = str(error)
    cached.dashboards_of.clear()


def _delete(context: Context, board: Dashboard) -> None:
    _change(dashboards.remove, context, board)
    st.session_state[EDITING] = None
    st.toast(parts.plain(f"Deleted: {board.name}"))
    go_to(context.view, dashboard="")
