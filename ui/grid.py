"""Panels on a page, in rows; each is drawn when its answer comes, and says in its place when there is none."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future

import plotly.graph_objects as go
import streamlit as st

from metadata.annotations import Note
from metadata.store import MetadataUnavailable
from ui import asking, cached, charts, parts
from ui.cached import Answer
from ui.frame import Context, guarded
from ui.panel import Panel, Seen


def draw(context: Context, panels: Sequence[Panel], *, columns: int = 2, key: str = "") -> None:
    """`columns` panels a row, each in a frame of its own. `key` tells two grids of one page apart."""
    asked = asking.of_panels(context, panels)
    places = {}
    for first in range(0, len(panels), columns):
        for column, one in zip(st.columns(columns), panels[first : first + columns], strict=False):
            places[one.key] = column.container(border=True, height="stretch").empty()
    for future in asking.as_answered(asked):
        for one in asked[future]:
            with places[one.key].container():
                fill(context, one, future, key=f"{key} {one.key}")


def fill(context: Context, one: Panel, future: Future[Answer], *, key: str = "") -> None:
    """Draw a panel where the caller stands: its head, then its chart or list."""
    with guarded(one.title):
        found = future.result()
        shown = seen(context, found, one)
        sub = one.described(found.value, shown)
        st.html(parts.panel(one.title, sub, one.menu(shown, context.zone_name)))
        drawn = one.draw(found.value, shown)
        if isinstance(drawn, go.Figure):
            if one.over_time:
                charts.annotate(drawn, shown.annotations, context.zone)
            st.plotly_chart(drawn, config=charts.CONFIG, key=f"chart {key or one.key}", alt=f"{one.title} {sub}")
        else:
            st.html(drawn)


def seen(context: Context, found: Answer, one: Panel) -> Seen:
    """What the panel is drawn for."""
    noted = _notes(context, found) if one.over_time else []
    return Seen(context.view, found.time_range, found.condition, context.zone, noted, dict(one.options))


def _notes(context: Context, found: Answer) -> list[Note]:
    """Those of the range; charts do without them where the metadata database does not answer."""
    try:
        noted = cached.annotations_of(context.organization_id)
    except MetadataUnavailable:
        return []
    return [note for note in noted if found.time_range.start <= note.at < found.time_range.end]
