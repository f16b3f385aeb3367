"""Panels on a page, in rows; each is drawn when its answer comes, and says in its place when there is none."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from functools import partial

import plotly.graph_objects as go
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from metadata.annotations import Note
from metadata.store import MetadataUnavailable
from ui import asking, cached, charts, parts
from ui.cached import Answer
from ui.frame import Context, guarded
from ui.panel import Panel, Seen

SAY_AFTER_S = 2.0
"""Most answers are there by then, and nobody need be told that they are awaited."""


def draw(context: Context, panels: Sequence[Panel], *, columns: int = 2, key: str = "") -> None:
    """`columns` panels a row, each in a frame of its own. `key` tells two grids of one page apart."""
    waiting = _Waiting(context, key)
    asked = asking.of_panels(context, panels)
    places = {}
    for first in range(0, len(panels), columns):
        for column, one in zip(st.columns(columns), panels[first : first + columns], strict=False):
            places[one.key] = column.container(border=True, height="stretch").empty()
    try:
        for future in asking.as_answered(asked, waiting.still):
            for one in asked.pop(future):
                with places[one.key].container():
                    fill(context, one, future, key=f"{key} {one.key}")
    except _Stopped:
        for one in (one for group in asked.values() for one in group):
            places[one.key].html(parts.panel(one.title) + parts.nothing("Stopped before it was answered."))
    waiting.over()


class _Stopped(Exception):
    """Whoever looks at the page waits no more for the rest of it."""


class _Waiting:
    """What stands above the panels while some are long in coming: for how long, and a way to stop them."""

    def __init__(self, context: Context, key: str) -> None:
        self._context, self._key, self._said = context, key, -1
        self._place = st.empty()
        self._line: DeltaGenerator | None = None

    def still(self, seconds: float) -> None:
        """Raises `_Stopped`."""
        if asking.is_stopped(self._context):
            raise _Stopped
        if seconds < SAY_AFTER_S or int(seconds) == self._said:
            return
        if self._line is None:
            with self._place.container(horizontal=True, vertical_alignment="center", gap="small"):
                self._line = st.empty()
                stop = partial(asking.stop, self._context)
                st.button("Stop", icon=":material/stop_circle:", key=f"stop {self._key}", on_click=stop)
        self._said = int(seconds)
        self._line.html(f'<span class="hg-sub">Still reading, {self._said} s</span>')

    def over(self) -> None:
        self._place.empty()
        if asking.is_stopped(self._context):
            self._place.button(
                "Read the rest", icon=":material/play_arrow:", key=f"resume {self._key}", on_click=asking.resume
            )


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
