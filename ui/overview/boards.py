"""Dashboards that people put together: choosing one, making one, and drawing what stands on it."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from uuid import UUID

import streamlit as st

from metadata import dashboards
from metadata.dashboards import LONGEST_NAME, Dashboard, Entry
from metadata.store import MetadataUnavailable
from ui import asking, cached, chart_builder, charts, parts, registry, session
from ui import format as fmt
from ui.chart_builder import ChartError
from ui.frame import Context
from ui.grid import Other
from ui.overview import panels
from ui.overview.pinned import Pinned
from ui.panel import Panel
from ui.url import go_to

BUILT_IN = "Overview"
TABLE = "table"
"""In place of a chart: the answer's first rows."""
MOST_LINES = 12
COLUMNS = 2
EDITING = "editing dashboard"

Row = tuple[int, list[Panel | Other]]


def all_of(context: Context) -> list[Dashboard] | None:
    """The organisation's dashboards; None where the metadata database does not answer."""
    try:
        return cached.dashboards_of(context.organization_id)
    except MetadataUnavailable:
        return None


def shown(found: Sequence[Dashboard]) -> Dashboard | None:
    """The one that the URL names; None stands for the overview that is always there."""
    asked = st.query_params.get("dashboard", "")
    return next((one for one in found if str(one.id) == asked), None)


def controls(context: Context, found: Sequence[Dashboard], board: Dashboard | None) -> None:
    """Which dashboard is shown, and a way to make or change one."""
    names = {"": BUILT_IN, **{str(one.id): one.name for one in found}}
    now = str(board.id) if board else ""
    widget = f"dashboard {now} {list(names.values())}"

    def choose() -> None:
        go_to(context.view, dashboard=st.session_state[widget])

    if found:
        st.selectbox(
            "Dashboard", list(names), format_func=names.__getitem__, index=list(names).index(now), key=widget,
            label_visibility="collapsed", width=230, on_change=choose,
        )  # fmt: skip
    if board:
        editing = st.session_state.get(EDITING) == board.id
        if st.button(
            "Done" if editing else "Edit",
            icon=":material/check:" if editing else ":material/edit:",
            type="primary" if editing else "secondary",
            key="edit dashboard",
        ):
            st.session_state[EDITING] = None if editing else board.id
            st.rerun()
    with st.popover("New dashboard", icon=":material/add:", type="tertiary" if found else "secondary"):
        _new(context)


def _new(context: Context) -> None:
    name = st.text_input("Name", max_chars=LONGEST_NAME, placeholder="Cost of the assistants", key="new dashboard name")
    copied = st.checkbox("Begin with the overview's panels", key="new dashboard copy")
    if st.button("Make it", type="primary", key="new dashboard make", disabled=not name.strip(), width="stretch"):
        entries = [Entry(panel.name) for _, row in panels.built_in() for panel in row] if copied else []
        try:
            made = dashboards.create(session.store(), UUID(context.organization_id), name, entries)
        except (ValueError, MetadataUnavailable) as error:
            st.error(parts.plain(str(error)))
            return
        cached.dashboards_of.clear()
        st.session_state[EDITING] = made.id
        go_to(context.view, dashboard=str(made.id))
        st.rerun()


def rows(context: Context, board: Dashboard | None) -> list[Row]:
    """What stands on it, the saved queries asked already."""
    chosen = dict(st.query_params)
    if board is None:
        return [(columns, [one.chosen(chosen) for one in row]) for columns, row in panels.built_in()]
    # By key: an option may be given in one entry and the default of another, and a panel stands on a page once.
    drawn = list(
        {one.key: one for one in map(partial(_entry, context), board.entries, range(len(board.entries)))}.values()
    )
    return [(COLUMNS, drawn[first : first + COLUMNS]) for first in range(0, len(drawn), COLUMNS)]


def _entry(context: Context, entry: Entry, index: int) -> Panel | Other:
    if entry.query:
        future = asking.submit(cached.pinned, context.organization_id, entry.query)
        return Other(f"query {index}", "", future, partial(_query, context, entry, future, index))
    try:
        panel = registry.panel(entry.panel, entry.options)
        # What the entry says is settled; the rest may be chosen, as on the overview.
        open_to = tuple((option, values) for option, values in panel.choices if option not in entry.options)
        return replace(panel, choices=open_to).chosen(dict(st.query_params))
    except (KeyError, ValueError):
        gone: Future[None] = Future()
        gone.set_result(None)
        return Other(f"gone {index}", entry.panel, gone, partial(_gone, entry))


def _gone(entry: Entry) -> None:
    st.html(
        parts.panel(entry.panel) + parts.nothing("There is no such panel any more. Edit the dashboard to remove it.")
    )


def _query(context: Context, entry: Entry, future: Future[Pinned], index: int) -> None:
    """A saved query: its name, then its chart, its first rows, or why there is neither."""
    try:
        found = future.result()
    except MetadataUnavailable:
        st.html(parts.nothing("The metadata database does not answer: the saved query cannot be read now."))
        return
    menu = [("Open in HQL", "/hql" + context.view.query(query=entry.query, run="1"))]
    if found.error:
        st.html(parts.panel(found.name, "HQL", menu) + parts.nothing(found.error))
        return
    cut = f", the first {found.rows.height:,}" if found.truncated else ""
    sub = f"HQL, its own range and filters; {found.rows.height:,} rows{cut}, {fmt.duration(found.elapsed_ms)}"
    st.html(parts.panel(found.name, sub, menu))
    if entry.chart in ("", TABLE):
        st.html(_rows(found))
        return
    try:
        figure = chart_builder.figure(found.rows, chart_builder.from_text(entry.chart), context.zone)
    except ChartError as error:
        st.html(parts.nothing(str(error)))
        return
    figure.update_layout(height=max(charts.HEIGHT, min(figure.layout.height, 2 * charts.HEIGHT)))
    st.plotly_chart(
        figure, config=charts.CONFIG, key=f"pinned {index} {entry.query}", alt=f"{found.name} {entry.chart}"
    )


def _rows(found: Pinned) -> str:
    if found.rows.is_empty():
        return parts.nothing("The query ran and found no rows.")
    lines = [
        [fmt.NOTHING if cell is None else f"{cell:,.6g}" if isinstance(cell, float) else str(cell) for cell in row]
        for row in found.rows.head(MOST_LINES).rows()
    ]
    return parts.table(found.rows.columns, lines)
