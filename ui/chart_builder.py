"""A result as a chart that its reader puts together. Pure.

As text, for URLs and saved panels, a chart is ``bar:day:cost_usd:model``: its kind, the column along x, those along y
(commas between them), and the one that tells series apart. Of a heatmap the series are the rows and y is the colour;
a histogram counts x.
"""

from __future__ import annotations

from datetime import tzinfo
from urllib.parse import quote, unquote

import plotly.graph_objects as go
import polars as pl

from hql.library import Chart as Chart
from ui import chart_figure, chart_points
from ui.chart_guess import guess as guess
from ui.chart_points import MOST_SERIES

KINDS = ("line", "bar", "area", "scatter", "histogram", "heatmap")


class ChartError(ValueError):
    """The columns do not fit the chart; the text is a sentence that says what would."""


def to_text(chart: Chart) -> str:
    x, *y, series = (quote(name, safe=" ()") for name in (chart.x, *chart.y, chart.series))
    return ":".join((chart.kind, x, ",".join(y), series)).rstrip(":")


def from_text(text: str) -> Chart:
    """Raises `ChartError`."""
    kind, x, y, series, *rest = [*text.split(":"), "", "", ""]
    if kind not in KINDS or not x or any(rest):
        raise ChartError(f"{text!r} is no chart: it must be kind:x:y:series, its kind one of {', '.join(KINDS)}.")
    return Chart(kind, unquote(x), tuple(unquote(name) for name in y.split(",") if name), unquote(series))


def figure(frame: pl.DataFrame, chart: Chart, zone: tzinfo) -> go.Figure:
    """Draw it, times in the viewer's zone. Raises `ChartError`."""
    _check(frame, chart)
    if chart.kind == "heatmap":
        return chart_figure.heatmap(frame, chart, zone)
    counted = chart.kind == "histogram"
    points = chart_points.bins(frame, chart, zone) if counted else chart_points.points(frame, chart, zone)
    return chart_figure.plot(frame, chart, points)


def _check(frame: pl.DataFrame, chart: Chart) -> None:
    if chart.kind not in KINDS:
        raise ChartError(f"There is no chart called {chart.kind!r}: choose one of {', '.join(KINDS)}.")
    if frame.is_empty():
        raise ChartError("The result has no rows: there is nothing to draw.")
    for name in filter(None, (chart.x, *chart.y, chart.series)):
        if name not in frame.columns:
            raise ChartError(f"The result has no column {name!r}: choose another one.")
        if frame[name].null_count() == frame.height:
            raise ChartError(f"{name} has no values in this result: there is nothing to draw.")
        if frame[name].dtype.is_nested():
            raise ChartError(f"{name} holds lists, which cannot be drawn: take them apart with arrayJoin.")
    for name in (chart.x,) if chart.kind == "histogram" else chart.y:
        if not frame[name].dtype.is_numeric():
            raise ChartError(f"{name} holds no numbers: choose a column of numbers.")
    if chart.kind != "histogram" and not chart.y:
        raise ChartError("Choose a column of numbers for the values.")
    if chart.kind == "heatmap" and not chart.series:
        raise ChartError("A heatmap lies between two columns and takes its colour from a third: choose its rows.")
    if chart.kind == "scatter" and chart_figure.kind_of(frame[chart.x]) == "category":
        raise ChartError(f"{chart.x} holds text: along x, a scatter chart needs numbers or times.")
    if len(chart.y) > MOST_SERIES:
        raise ChartError(f"{len(chart.y)} values are too many for one chart: choose {MOST_SERIES} at most.")
    if chart.series and len(chart.y) > 1:
        raise ChartError("Several values and a series as well are too much for one chart: leave one of them out.")
