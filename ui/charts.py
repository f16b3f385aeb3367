"""Charts over time, as Plotly figures. Pure. Times are shown in the viewer's zone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from html import escape
from math import ceil, floor, isfinite, log10
from typing import Any

import plotly.graph_objects as go
import polars as pl

from metadata.annotations import Note
from ui import format as fmt
from ui import theme
from warehouse import pipeline

HEIGHT = 216
TICKS = 5
CHARACTER = 6.8
"""Pixels of one in a label, at most in the middle."""
FAR = 20
"""Times the median: a p99 beyond that leaves nothing to be seen of it on a linear axis."""
NARROWEST = 300
"""Pixels of a chart on a phone."""

ZOOMABLE: dict[str, Any] = {"dragmode": "select", "selectdirection": "h"}
"""The layout of a chart over which a stretch of time can be dragged."""
CONFIG: dict[str, Any] = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False}


def outcomes(series: pl.DataFrame, zone: tzinfo) -> go.Figure:
    """Requests stacked by how they ended."""
    bars = {name: (series[column], colour) for column, (name, colour) in theme.OUTCOMES.items()}
    kept = {name: bar for name, bar in bars.items() if name == "succeeded" or bar[0].sum()}
    return _bars(times(series, zone), kept, fmt.number)


def cost(series: pl.DataFrame, zone: tzinfo) -> go.Figure:
    return _bars(times(series, zone), {"cost": (series["cost"] / 1e9, theme.COST)}, lambda v: fmt.usd(v * 1e9), "$")


def users(active: pl.DataFrame, zone: tzinfo) -> go.Figure:
    return _bars(times(active, zone), {"users": (active["users"], theme.USERS)}, fmt.number)


def tokens(series: pl.DataFrame, zone: tzinfo) -> go.Figure:
    """Tokens in parts that do not overlap: cached input beside other input, reasoning beside other output."""
    parts = {
        "input": series["prompt_tokens"] - series["prompt_cache_read_tokens"],
        "cached input": series["prompt_cache_read_tokens"],
        "output": series["completion_tokens"] - series["reasoning_tokens"],
        "reasoning": series["reasoning_tokens"],
    }
    bars = {name: (values, theme.TOKENS[name]) for name, values in parts.items() if values.sum()}
    return _bars(times(series, zone), bars, fmt.number)


def percentiles(frame: pl.DataFrame, zone: tzinfo) -> go.Figure:
    """p50, p90, p95 and p99 in seconds; a gap where there was no request."""
    levels = {name: (frame[name] / 1000, colour) for name, colour in theme.PERCENTILES.items()}
    words: Callable[[Any], str] = lambda s: fmt.duration(None if s is None else s * 1000)  # noqa: E731
    return told_apart(lines(times(frame, zone), levels, words, suffix=" s"), frame)


def told_apart(figure: go.Figure, levels: pl.DataFrame) -> go.Figure:
    """The percentiles `levels` on a logarithmic axis, where a linear one would show p99 alone."""
    highest, middle = levels["p99"].max(), levels["p50"].median()
    if float(highest or 0) > FAR * max(float(middle or 0), 1):  # type: ignore[arg-type]
        figure.update_yaxes(type="log", rangemode="normal", dtick=1)
    return figure


def lines(
    x: Sequence[Any],
    of: Mapping[str, tuple[Sequence[float | None] | pl.Series, str]],
    shown: Callable[[Any], str],
    *,
    prefix: str = "",
    suffix: str = "",
) -> go.Figure:
    """A line each, by its name: its values, null where there is a gap, and its colour. `shown` says one in words."""
    traces: list[dict[str, Any]] = []
    for name, (values, colour) in of.items():
        y = list(values)
        trace: dict[str, Any] = {
            "type": "scatter",
            "x": x,
            "y": y,
            "name": escape(name),
            "mode": "lines+markers" if _has_lone_points(y) else "lines",
            "line": {"color": colour, "width": 1.8},
            "marker": {"size": 4},
            "customdata": [shown(value) for value in y],
            "hovertemplate": f"{escape(name)} %{{customdata}}<extra></extra>",
        }
        traces.append(trace)
    highest = max((abs(value) for trace in traces for value in trace["y"] if value is not None), default=0)
    return _figure(traces, highest, prefix=prefix, suffix=suffix)


def compare(figure: go.Figure, before: go.Figure, back: timedelta) -> None:
    """Draw the period before, a chart of the same kind, as a grey line: the sum of its bars, or its first line."""
    bars = [trace for trace in before.data if trace.type == "bar"]
    first = bars[0] if bars else next(iter(before.data), None)
    if first is None or first.x is None:
        return
    y, said = list(first.y), list(first.customdata)
    if len(bars) > 1:
        y = [sum(value or 0 for value in at) for at in zip(*(trace.y for trace in bars), strict=True)]
        said = [fmt.number(value) for value in y]
    name = "before" if bars else f"{first.name} before"
    figure.add_scatter(
        x=[at + back for at in first.x], y=y, name=name, mode="lines", customdata=said,
        line={"color": theme.BEFORE, "width": 1.5, "dash": "dot"},
        hovertemplate=f"{name} %{{customdata}}<extra></extra>",
    )  # fmt: skip
    # Higher than the present, it may need more room than there is.
    figure.update_layout(showlegend=True, margin={"t": 25, "autoexpand": True}, yaxis_automargin=True)


def lag(past: pl.DataFrame, zone: tzinfo, now: datetime) -> go.Figure:
    """How far behind the worker was in the last day, in seconds."""
    bars = {"lag": (past["lag"], theme.LAG)}
    return _of_the_day(_bars(times(past, zone), bars, lambda s: fmt.duration(s * 1000), suffix=" s"), zone, now)


def backlog(past: pl.DataFrame, zone: tzinfo, now: datetime) -> go.Figure:
    """What waited in the spool in the last day, in MB."""
    bars = {"waiting": (past["backlog_bytes"] / 1e6, theme.LAG)}
    return _of_the_day(_bars(times(past, zone), bars, lambda v: fmt.size(v * 1e6), suffix=" MB"), zone, now)


def _of_the_day(figure: go.Figure, zone: tzinfo, now: datetime) -> go.Figure:
    """Also where only some minutes of it are known."""
    end = now.astimezone(zone).replace(tzinfo=None)
    ms = 1000 * pipeline.STEP.total_seconds()
    return figure.update_xaxes(range=[end - timedelta(days=1), end]).update_traces(width=ms, offset=0)


def annotate(figure: go.Figure, notes: Sequence[Note], zone: tzinfo) -> None:
    """Draw what happened as dotted lines; hovering their marks tells what it was."""
    if not notes:
        return
    moments = [note.at.astimezone(zone).replace(tzinfo=None) for note in notes]
    line = {"type": "line", "yref": "paper", "y0": 0, "y1": 1, "line": {"color": theme.NOTE, "width": 1, "dash": "dot"}}
    figure.update_layout(
        shapes=[{**line, "x0": at, "x1": at} for at in moments],
        annotations=[
            {
                "x": at, "y": 1, "yref": "paper", "yanchor": "top", "showarrow": False, "text": "◆",
                "hovertext": escape(f"{fmt.moment(at)}: {note.text}"), "font": {"color": theme.NOTE, "size": 11},
            }
            for at, note in zip(moments, notes, strict=True)
        ],
    )  # fmt: skip


def times(frame: pl.DataFrame, zone: tzinfo) -> list[Any]:
    return [at.astimezone(zone).replace(tzinfo=None) for at in frame["at"]]


def bars(
    frame: pl.DataFrame,
    zone: tzinfo,
    of: Mapping[str, tuple[pl.Series, str]],
    shown: Callable[[Any], str],
    *,
    prefix: str = "",
    suffix: str = "",
) -> go.Figure:
    """Stacked bars by their names: values of `frame`'s rows, and a colour. `shown` says one in words."""
    return _bars(times(frame, zone), of, shown, prefix, suffix)


def classes(of: Iterable[Any], counts: pl.Series, colour: str, shown: Callable[[Any], str]) -> go.Figure:
    """A bar for each class, as of a histogram."""
    return _bars(list(of), {"": (counts, colour)}, shown)


def _bars(
    x: list[Any],
    bars: Mapping[str, tuple[pl.Series, str]],
    shown: Callable[[Any], str],
    prefix: str = "",
    suffix: str = "",
) -> go.Figure:
    stacked = [
        {
            "type": "bar",
            "x": x,
            "y": values.to_list(),
            "name": name,
            "marker": {"color": colour, "line": {"width": 0}},
            "customdata": [shown(value) for value in values],
            "hovertemplate": f"%{{customdata}} {'' if len(bars) == 1 else name}<extra></extra>",
        }
        for name, (values, colour) in bars.items()
    ]
    highest = max(
        (sum(value or 0 for value in at) for at in zip(*(one["y"] for one in stacked), strict=True)), default=0
    )
    return _figure(stacked, highest, prefix=prefix, suffix=suffix, legend=len(bars) > 1)


def _figure(
    traces: list[dict[str, Any]], highest: float, *, prefix: str = "", suffix: str = "", legend: bool = True
) -> go.Figure:
    layout = {
        "height": HEIGHT,
        "margin": margin(
            [f"{prefix}{label}{suffix}" for label in ticks(highest)],
            [trace["name"] for trace in traces] if legend else [],
        ),
        "barmode": "stack",
        "bargap": 0.18,
        "showlegend": legend,
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "traceorder": "normal"},
        "hovermode": "x unified",
        "dragmode": False,
        "xaxis": {"showgrid": False, "fixedrange": True, "title": None, "nticks": 7, "automargin": False},
        "yaxis": {
            "fixedrange": True, "title": None, "rangemode": "tozero", "nticks": TICKS,
            "tickprefix": prefix, "ticksuffix": suffix, "automargin": False,
            # Thousands as 20k, but nothing as 20μ.
            "exponentformat": "B" if highest >= 1 else "none",
        },
    }  # fmt: skip
    # Made in one go: updating a figure's layout costs several times as much as making it.
    return go.Figure(data=traces, layout=layout)


def margin(labels: Iterable[str], legend: Sequence[str] = ()) -> dict[str, Any]:
    """The room that labels of the y axis, those of time, and a legend above need. Told beforehand, since Plotly draws
    a chart anew for every margin that it has to find out."""
    left = 12 + CHARACTER * max(map(len, labels), default=0)
    rows = ceil(sum(40 + CHARACTER * len(name) for name in legend) / NARROWEST)
    found = {"l": left, "r": 10, "t": 8 + 17 * min(rows, 2), "b": 36}
    # A long legend has as many rows as the chart's width leaves it; only the browser knows that.
    return found if rows > 2 else {**found, "autoexpand": False}


def ticks(highest: float) -> list[str]:
    """The labels of an axis from 0 to `highest`, or longer ones, as Plotly writes them."""
    if not isfinite(highest) or highest <= 0:
        return ["0.5"]
    rough = highest / TICKS
    power = 10 ** floor(log10(rough))
    step = next(step for step in (power, 2 * power, 5 * power, 10 * power) if step >= rough * (1 - 1e-9))
    thousands = 3 * round((floor(log10(highest) + 0.01) - 1) / 3) if highest >= 1e4 else 0
    values = [step * number / 10**thousands for number in range(1, TICKS + 2)]
    return [f"{value:.12f}".rstrip("0").rstrip(".") + ("k" if thousands else "") for value in values]


def _has_lone_points(values: Sequence[float | None]) -> bool:
    """A point between two gaps would not be seen as a line."""
    padded = [None, *values, None]
    return any(
        at is not None and before is None and after is None
        for before, at, after in zip(padded, padded[1:], padded[2:], strict=False)
    )
