"""Panels on a page, in rows; each is drawn when its answer comes, and says in its place when there is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

import plotly.graph_objects as go
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from metadata.annotations import Note
from metadata.store import MetadataUnavailable
from ui import asking, cached, charts, parts
from ui.cached import Answer
from ui.frame import Context, guarded
from ui.panel import Panel, Seen
from ui.url import go_to, kept
from warehouse.errors import WarehouseError
from warehouse.timerange import TimeRange

SAY_AFTER_S = 2.0
"""Most answers are there by then, and nobody need be told that they are awaited."""


Also = Mapping[Future[Any], Callable[[], None]]
"""Other reads of the page, each with what draws it once it is answered."""


@dataclass(frozen=True)
class Other:
    """What stands among the panels and is none: `draw` draws it where the caller stands, once `answer` is there."""

    key: str
    title: str
    answer: Future[Any]
    draw: Callable[[], None]


def draw(context: Context, panels: Sequence[Panel], *, columns: int = 2, key: str = "") -> None:
    """`columns` panels a row, each in a frame of its own. `key` tells two grids of one page apart."""
    rows = [panels[first : first + columns] for first in range(0, len(panels), columns)]
    draw_rows(context, [(columns, row) for row in rows], key=key)


def draw_rows(
    context: Context,
    rows: Sequence[tuple[int, Sequence[Panel | Other]]],
    *,
    key: str = "",
    asked: Mapping[Future[Answer], Sequence[Panel]] | None = None,
    compare: bool = False,
    also: Also | None = None,
) -> None:
    """Rows of panels, each with the number of its columns. `asked`: the panels' questions, where they have been asked
    already. `compare`: charts over time show the period before as well, and wait for it."""
    waiting = _Waiting(context, key)
    panels = [one for _, row in rows for one in row if isinstance(one, Panel)]
    others = {one.answer: one for _, row in rows for one in row if isinstance(one, Other)}
    asked = asking.of_panels(context, panels) if asked is None else asked
    timed = [one for one in panels if one.over_time] if compare else []
    before = asking.of_panels(context, timed, before=True)
    places = {}
    for columns, row in rows:
        for column, one in zip(st.columns(columns), row, strict=False):
            places[one.key] = column.container(border=True, height="stretch").empty()
    present = {one.key: future for future, group in asked.items() for one in group}
    past = {one.key: future for future, group in before.items() for one in group}
    to_draw: dict[str, Panel | Other] = {one.key: one for _, row in rows for one in row}
    also = also or {}
    try:
        for future in asking.as_answered({*present.values(), *past.values(), *others, *also}, waiting.still):
            if future in also:
                also[future]()
            if other := others.get(future):
                with places[to_draw.pop(other.key).key].container():
                    other.draw()
            for one in [*asked.get(future, ()), *before.get(future, ())]:
                of = [present[one.key], *filter(None, [past.get(one.key)])]
                if one.key in to_draw and all(each.done() for each in of):
                    with places[to_draw.pop(one.key).key].container():
                        fill(context, one, *of, key=f"{key} {one.key}")
    except _Stopped:
        for one in to_draw.values():
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


def fill(
    context: Context, one: Panel, future: Future[Answer], before: Future[Answer] | None = None, *, key: str = ""
) -> None:
    """Draw a panel where the caller stands: its head, then its chart or list; with the answer of the period before."""
    with guarded(one.title):
        found = future.result()
        shown = seen(context, found, one)
        sub = one.described(found.value, shown)
        st.html(parts.panel(one.title, sub, one.menu(shown, context.zone_name)))
        for option, values in one.choices:
            _choice(context, one, option, dict(values), key)
        drawn = one.draw(found.value, shown)
        if isinstance(drawn, go.Figure):
            if before:
                _compare(context, one, drawn, found, before)
            chart = partial(st.plotly_chart, drawn, config=charts.CONFIG, alt=f"{one.title} {sub}")
            if not one.over_time:
                chart(key=f"chart {key or one.key}")
                return
            charts.annotate(drawn, shown.annotations, context.zone)
            if not _on_a_phone():
                drawn.update_layout(charts.ZOOMABLE)
            widget = f"chart {key or one.key}"
            chart(key=widget, on_select=partial(_zoom, context, found.time_range, widget), selection_mode="box")
        else:
            st.html(drawn)


def _zoom(context: Context, within: TimeRange, widget: str) -> None:
    """Show the stretch of time that was dragged over, in whole bars."""
    if boxes := st.session_state[widget].selection.box:
        first, last = sorted(datetime.fromisoformat(str(at)).replace(tzinfo=context.zone) for at in boxes[0]["x"])
        start, end = within.buckets(first, last)
        go_to(replace(context.view, preset="", start=start, end=end))


def _on_a_phone() -> bool:
    """Where a finger that is dragged over a chart scrolls the page."""
    return "Mobi" in (st.context.headers.get("User-Agent") or "")


def _choice(context: Context, one: Panel, option: str, labels: dict[str, str], key: str) -> None:
    """The choice of an option, which goes into the URL."""
    now = str(dict(one.options)[option])
    widget = f"choice {key} {one.name} {option} {now}"

    def choose() -> None:
        go_to(context.view, **{f"{one.name}.{option}": st.session_state[widget]})

    st.segmented_control(
        f"{one.title}: {option}", list(labels), format_func=labels.__getitem__, default=now, required=True, key=widget,
        label_visibility="collapsed", on_change=choose,
    )  # fmt: skip


def _compare(context: Context, one: Panel, drawn: go.Figure, found: Answer, before: Future[Answer]) -> None:
    """Lay the period before over the chart; without its answer the chart stands alone."""
    try:
        past = before.result()
    except WarehouseError:
        return
    figure = one.draw(past.value, seen(context, past, one))
    if isinstance(figure, go.Figure):
        charts.compare(drawn, figure, found.time_range.back)


def seen(context: Context, found: Answer, one: Panel) -> Seen:
    """What the panel is drawn for."""
    noted = _notes(context, found) if one.over_time else []
    return Seen(context.view, found.time_range, found.condition, context.zone, noted, dict(one.options), kept())


def _notes(context: Context, found: Answer) -> list[Note]:
    """Those of the range; charts do without them where the metadata database does not answer."""
    try:
        noted = cached.annotations_of(context.organization_id)
    except MetadataUnavailable:
        return []
    return [note for note in noted if found.time_range.start <= note.at < found.time_range.end]
