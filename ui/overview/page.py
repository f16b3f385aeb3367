"""The overview: the headline figures, what changed, this month's spend, charts over time, lists; or a dashboard that
people have put together."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from ui import asking, cached, empty, filters, grid, parts, pipeline
from ui.frame import Context, guarded
from ui.overview import boards, editing, notes
from ui.overview.tiles import Tiles
from ui.panel import Panel
from ui.url import go_to
from warehouse import metrics
from warehouse.errors import WarehouseError


def draw(context: Context) -> None:
    found = boards.all_of(context)
    board = boards.shown(found or [])
    compare = st.query_params.get("compare") == "1"
    tiles = Tiles(context)
    rows = boards.rows(context, board)
    panels = [one for _, row in rows for one in row if isinstance(one, Panel)]
    asked = asking.of_panels(context, panels, begun=tiles.begun)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="overview-controls"):
        if found is not None:
            boards.controls(context, found, board)
        _compare(context, compare)
        notes.popover(context)
    if board is None and found is not None and st.query_params.get("dashboard"):
        st.html(parts.nothing("There is no such dashboard any more; this is the overview."))
    if _nothing_there(tiles):
        return empty.no_matches(lambda: filters.clear(context.view), filtered=bool(context.view.clauses))
    tiles.at(st.empty())
    tiles.draw()
    if board and st.session_state.get(boards.EDITING) == board.id:
        editing.draw(context, board)
    elif board and not board.entries:
        st.html(parts.nothing("Nothing stands on this dashboard yet: Edit adds panels."))
    grid.draw_rows(context, rows, asked=asked, compare=compare, also=tiles.reads)
    with guarded("Ingestion"):
        health = cached.health(context.organization_id)
        st.html(f'<p class="hg-sub">{pipeline.line(health, datetime.now(UTC))}</p>')


def _compare(context: Context, compare: bool) -> None:
    def change() -> None:
        go_to(context.view, compare="1" if st.session_state[widget] else "")

    widget = f"compare {compare}"
    st.toggle(
        "Compare", compare, key=widget, on_change=change, help="Show the period before as a grey line on the charts"
    )


def _nothing_there(tiles: Tiles) -> bool:
    """Whether the view has no request at all; where that cannot be told, each part of the page says so itself."""
    for future in asking.as_answered([tiles.series]):
        try:
            return not metrics.totals(future.result().value).requests
        except WarehouseError:
            return False
    return False
