"""The chart of a result, and the choices that make it."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import streamlit as st

from hql.library import Chart
from hql.results import Result
from metadata.dashboards import Entry
from ui import chart_builder, charts, parts, pinning
from ui.chart_builder import ChartError
from ui.frame import Context
from ui.hql.desk import Attempt, Desk

MOST_BYTES = 40_000_000
"""Of a result, as JSON, that a chart is drawn of."""
NONE = "–"


def draw(context: Context, here: Desk, attempt: Attempt, result: Result, first: Chart | None) -> None:
    frame = _frame(here, attempt, result)
    chart = _choices(attempt, frame, first)
    if chart is None:
        st.html(parts.nothing("Nothing here can be drawn: a chart needs a column of numbers."))
        return
    try:
        figure = chart_builder.figure(frame, chart, context.zone)
    except ChartError as error:
        st.html(parts.nothing(str(error)))
        return
    st.plotly_chart(figure, config=charts.CONFIG, key=f"hql-chart {attempt.run.id}", alt=chart_builder.to_text(chart))
    if frame.height < result.row_count:
        st.caption(f"Drawn of the first {frame.height:,} rows.")
    with st.popover("Pin to a dashboard", icon=":material/keep:", type="tertiary"):
        _pin(context, attempt, chart)


def _pin(context: Context, attempt: Attempt, chart: Chart) -> None:
    """The chart of a saved query can stand on a dashboard, which runs the query as it is saved."""
    if not attempt.draft.query or attempt.selection:
        st.html(parts.nothing("Save the query and run it whole: a dashboard runs what is saved."))
        return
    if attempt.draft.dirty:
        st.caption("The dashboard runs the query as it was saved, without the changes in this tab.")
    entry = Entry(query=attempt.draft.query, chart=chart_builder.to_text(chart))
    board = pinning.form(context.organization_id, entry, f"pin {attempt.draft.query}")
    if board:
        pinning.open_it(board)


def _frame(here: Desk, attempt: Attempt, result: Result) -> pl.DataFrame:
    """The rows to draw, kept until another run is drawn."""
    if here.frame is None or here.frame[0] != attempt.run.id:
        each = max(result.size // result.row_count, 1)
        here.frame = (attempt.run.id, result.frame(max(MOST_BYTES // each, 1)))
    return here.frame[1]


def _choices(attempt: Attempt, frame: pl.DataFrame, first: Chart | None) -> Chart | None:
    """The chart as it is chosen; at first the query's own, or a guess. None where there is nothing to draw."""
    fits = first and all(name in frame.columns for name in (first.x, *first.y, *filter(None, [first.series])))
    begin = first if fits else chart_builder.guess(frame)
    columns = [name for name in frame.columns if not frame[name].dtype.is_nested()]
    numbers = [name for name in columns if frame[name].dtype.is_numeric()]
    if not numbers or not columns:
        return None
    begin = begin or Chart("bar", columns[0], (numbers[-1],))
    # The same question asked again keeps its chart; one with other columns begins anew.
    key = f"hql-chart {attempt.draft.tab} {hash(tuple(frame.columns))}"
    kind, x, y, series = st.columns([1, 1.3, 1.6, 1.3])
    with kind:
        kinds = list(chart_builder.KINDS)
        chosen = st.selectbox(
            "Chart", kinds, index=kinds.index(begin.kind), key=f"{key} kind", format_func=str.capitalize
        )
    with x:
        along = st.selectbox("Along x", columns, index=columns.index(begin.x), key=f"{key} x")
    with y:
        values = st.multiselect(
            "Values", numbers, default=list(begin.y), key=f"{key} y", disabled=chosen == "histogram"
        )
    with series:
        offered = [NONE, *columns]
        label = "Rows" if chosen == "heatmap" else "Series"
        of = st.selectbox(label, offered, index=offered.index(begin.series or NONE), key=f"{key} series")
    chart = Chart(str(chosen), str(along), tuple(values), "" if of == NONE else str(of))
    return replace(chart, y=()) if chart.kind == "histogram" else chart
