"""Points, bars and cells as Plotly figures, in the look of ui/charts.py. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, tzinfo
from html import escape
from typing import Any

import plotly.graph_objects as go
import polars as pl

from hql.library import Chart
from ui import chart_points, theme
from ui import format as fmt
from ui.chart_points import MOST_SERIES, Points
from ui.units import PLAIN, Unit, is_additive, unit_of

HEIGHT, MOST_HEIGHT = 360, 1000
LABEL = 28
"""Characters of a label; hovering shows the rest."""

COLOURS = (*theme.PERCENTILES.values(), theme.NOT_ANSWERED, theme.TOKENS["cached input"])
"""Six that any colour vision tells apart; the next six series differ from them by dashes, stripes or diamonds."""
SCALE = [[0, "rgba(63,131,212,0.07)"], [0.5, "rgba(63,131,212,0.6)"], [1, "#0b3f86"]]

NO_BOX = "<extra></extra>"


def plot(frame: pl.DataFrame, chart: Chart, points: Points) -> go.Figure:
    """Lines, areas, points and bars. Bars along text lie, so that their labels can be read."""
    column, counted = frame[chart.x], chart.kind == "histogram"
    flat = chart.kind == "bar" and kind_of(column) == "category"
    stacked = counted or ((bool(chart.series) or chart.kind == "area") and all(map(is_additive, chart.y)))
    along = unit_of(column) if column.dtype.is_numeric() else PLAIN
    units = _units(frame, chart, points)
    traces = [
        _look(chart.kind, number, stacked=stacked) | _trace(chart.kind, points, number, along, unit, flat=flat)
        for number, unit in enumerate(units)
    ]
    x = _along(column, points, along) | {"title": escape(chart.x) if counted or chart.kind == "scatter" else None}
    y = _ticks(units[0] if len(set(units)) == 1 else PLAIN) | {
        "rangemode": "tozero",
        "fixedrange": True,
        "automargin": True,
    }
    bars = points.frame["x"].n_unique() * (1 if stacked else len(units)) if flat else 0
    layout = _layout(points.notes, rows=bars, legend=len(units) > 1)
    layout |= {"xaxis": y, "yaxis": x | {"autorange": "reversed"}} if flat else {"xaxis": x, "yaxis": y}
    y["rangemode"] = "normal" if chart.kind == "scatter" else "tozero"
    layout["barmode"] = "stack" if stacked else "group"
    layout["hovermode"] = "closest" if flat or counted or chart.kind == "scatter" else "x unified"
    return go.Figure(data=traces, layout=layout)


def heatmap(frame: pl.DataFrame, chart: Chart, zone: tzinfo) -> go.Figure:
    """Rows of cells; the first row is at the top."""
    cells, unit = chart_points.cells(frame, chart, zone), unit_of(frame[chart.y[0]])
    xs, rows = [_place(value, PLAIN) for value in cells.x], [_place(value, PLAIN) for value in cells.rows]
    said = [
        [escape(f"{x} · {row}: {_said(value, unit)}") for x, value in zip(xs, values, strict=True)]
        for row, values in zip(rows, cells.z, strict=True)
    ]
    trace = {
        "type": "heatmap", "x": [escape(x) for x in xs], "y": [escape(row) for row in rows],
        "colorscale": SCALE, "xgap": 1, "ygap": 1, "hoverongaps": False,
        "z": [[None if value is None else value * unit.factor for value in values] for values in cells.z],
        "customdata": said, "hovertemplate": "%{customdata}" + NO_BOX,
        "colorbar": {"thickness": 10, "outlinewidth": 0, **_ticks(unit)},
    }  # fmt: skip
    layout = _layout(cells.notes, rows=len(rows), legend=False)
    layout["xaxis"] = _labelled(xs) | {"title": escape(chart.x), "nticks": 16}
    layout["yaxis"] = _labelled(rows) | {"title": escape(chart.series), "autorange": "reversed"}
    return go.Figure(data=[trace], layout=layout)


def kind_of(column: pl.Series) -> str:
    """Plotly's word for the axis that a column makes. Named, or it would take a version "1.0" for a number."""
    return "date" if column.dtype.is_temporal() else "linear" if column.dtype.is_numeric() else "category"


def _units(frame: pl.DataFrame, chart: Chart, points: Points) -> list[Unit]:
    if chart.kind == "histogram":
        return [PLAIN] * len(points.series)
    names = [chart.y[0]] * len(points.series) if chart.series else chart.y
    return [unit_of(frame[name]) for name in names]


def _trace(kind: str, points: Points, number: int, along: Unit, unit: Unit, *, flat: bool) -> dict[str, Any]:
    """Where it lies, and what hovering says."""
    part, name = points.of(number), points.series[number]
    x: list[Any] = part["x"].to_list()
    shown = [_said(value, unit) for value in part["y"]]
    if flat or kind == "scatter":
        shown = [f"{escape(_place(at, along))}: {value}" for at, value in zip(x, shown, strict=True)]
    if kind == "histogram":
        shown = [f"{_bin(at, points.width, along)}: {value}" for at, value in zip(x, shown, strict=True)]
    if len(points.series) > 1:
        shown = [f"{value} {escape(name)}" for value in shown]
    if part["x"].dtype.is_numeric():
        x = [at * along.factor for at in x]
    y = [None if value is None else value * unit.factor for value in part["y"]]
    x = [escape(at) if isinstance(at, str) else at for at in x]
    sides = {"x": y, "y": x, "orientation": "h"} if flat else {"x": x, "y": y}
    return {"name": escape(_short(name)), **sides, "customdata": shown, "hovertemplate": "%{customdata}" + NO_BOX}


def _look(kind: str, number: int, *, stacked: bool) -> dict[str, Any]:
    """Colour and form of a trace."""
    again = len(COLOURS) <= number < MOST_SERIES
    colour = theme.LAG if number >= MOST_SERIES else COLOURS[number % len(COLOURS)]
    if kind in ("bar", "histogram"):
        marker = {"color": colour, "line": {"width": 0}}
        return {"type": "bar", "marker": marker | ({"pattern": {"shape": "/"}} if again else {})}
    marker = {"color": colour, "symbol": "diamond" if again else "circle"}
    if kind == "scatter":
        return {"type": "scatter", "mode": "markers", "marker": marker | {"size": 6, "opacity": 0.65}}
    line = {"color": colour, "width": 1.8, "dash": "dash" if again else "solid"}
    filled = {} if kind == "line" else {"stackgroup": "all"} if stacked else {"fill": "tozeroy"}
    return {"type": "scatter", "mode": "lines+markers", "line": line, "marker": marker | {"size": 4}, **filled}


def _layout(notes: Sequence[str], *, rows: int, legend: bool) -> dict[str, Any]:
    note = {
        "text": " · ".join(notes), "showarrow": False, "xref": "paper", "yref": "paper", "x": 1, "y": 1,
        "xanchor": "right", "yanchor": "bottom", "font": {"size": 12}, "opacity": 0.75,
    }  # fmt: skip
    return {
        "height": min(max(HEIGHT, 60 + 24 * rows), MOST_HEIGHT),
        "margin": {"l": 4, "r": 4, "t": 28 if legend or notes else 8, "b": 4},
        "bargap": 0.18,
        "showlegend": legend,
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "traceorder": "normal"},
        "dragmode": False,
        "annotations": [note] if notes else [],
    }


def _along(column: pl.Series, points: Points, unit: Unit) -> dict[str, Any]:
    kind = kind_of(column)
    if kind == "category":
        return _labelled(points.frame["x"].unique(maintain_order=True).to_list())
    ticks = _ticks(unit) if kind == "linear" else {"nticks": 8}
    return {"type": kind, "showgrid": False, "fixedrange": True, "automargin": True, **ticks}


def _labelled(labels: list[str]) -> dict[str, Any]:
    """An axis of labels in their order, the long ones cut."""
    values = [escape(label) for label in labels]
    axis = {"type": "category", "categoryorder": "array", "categoryarray": values, "showgrid": False}
    if any(len(label) > LABEL for label in labels):
        axis |= {"tickmode": "array", "tickvals": values, "ticktext": [escape(_short(label)) for label in labels]}
    return axis | {"fixedrange": True, "automargin": True}


def _ticks(unit: Unit) -> dict[str, Any]:
    return {"tickprefix": unit.prefix, "ticksuffix": unit.suffix, "nticks": 6, "separatethousands": True}


def _said(value: float | None, unit: Unit) -> str:
    return fmt.NOTHING if value is None else unit.shown(value)


def _place(value: Any, unit: Unit) -> str:
    """A value of the x axis in words."""
    if isinstance(value, datetime):
        return fmt.moment(value, seconds=bool(value.second))
    if isinstance(value, date):
        return f"{value.day} {value:%b %Y}"
    return value if isinstance(value, str) else unit.shown(value)


def _bin(middle: float, width: float, unit: Unit) -> str:
    if not width:
        return unit.shown(middle)
    return f"{unit.shown(middle - width / 2)} – {unit.shown(middle + width / 2)}"


def _short(label: str) -> str:
    """The beginning and the end, which tell versions of one name apart."""
    return label if len(label) <= LABEL else f"{label[: LABEL - 11]}…{label[-10:]}"
