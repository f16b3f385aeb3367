"""How long requests take, as charts: bands, distributions, heatmaps, one name beside another. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape
from math import log2
from typing import Any

import plotly.graph_objects as go
import polars as pl

from ui import charts, parts, theme
from ui import format as fmt
from ui.panel import Drawn, Seen
from warehouse import latency

TO_A_BIN = 4
"""Levels of a histogram that a bar or a cell stands for: there are 16 to the doubling."""
FILLS = {"p50": "rgba(63,131,212,0.30)", "p90": "rgba(11,158,119,0.20)", "p99": "rgba(213,94,0,0.12)"}
"""The bands up to each percentile, of the colours of `theme.PERCENTILES`."""
MOST_COMPARED = 12


def bands(found: pl.DataFrame, seen: Seen) -> Drawn:
    """p50, p90 and p99 over time as bands above each other, in seconds."""
    if found.is_empty():
        return parts.nothing("No request of this view was streamed.")
    levels = latency.percentiles(found, seen.time_range)
    lines = {name: (levels[name] / 1000, theme.PERCENTILES[name]) for name in FILLS}
    words: Callable[[Any], str] = lambda s: fmt.duration(None if s is None else s * 1000)  # noqa: E731
    figure = charts.lines(charts.times(levels, seen.zone), lines, words, suffix=" s")
    for trace, (name, fill) in zip(figure.data, FILLS.items(), strict=True):
        trace.update(fill="tozeroy" if name == "p50" else "tonexty", fillcolor=fill, line_width=1.4)
    return charts.told_apart(figure, levels)


def overhead(found: pl.DataFrame, seen: Seen) -> Drawn:
    """What the gateway adds, in milliseconds."""
    if found.is_empty():
        return parts.nothing("No request of this view came through the gateway.")
    levels = latency.percentiles(found, seen.time_range)
    lines = {name: (levels[name] / 1000, theme.PERCENTILES[name]) for name in ("p50", "p95", "p99")}
    return charts.lines(charts.times(levels, seen.zone), lines, _milliseconds, suffix=" ms")


def distribution(found: pl.DataFrame, seen: Seen) -> Drawn:
    """How many requests took how long: bars on a logarithmic scale."""
    if found.is_empty():
        return parts.nothing("No request in this view.")
    bins = _bins(found).group_by("bin").agg(pl.col("requests").sum()).sort("bin")
    whole = int(bins["requests"].sum())
    first, last = int(bins["bin"].min() or 0), int(bins["bin"].max() or 0)  # type: ignore[arg-type]
    counts = dict(bins.iter_rows())
    every = range(first, last + 1)
    figure = go.Figure(
        go.Bar(
            x=list(every), y=[counts.get(one, 0) for one in every],
            marker={"color": theme.SUCCEEDED, "line": {"width": 0}},
            customdata=[
                f"{fmt.duration(edge(one))} to {fmt.duration(edge(one + 1))}: {fmt.number(counts.get(one, 0))} "
                f"({fmt.percent(counts.get(one, 0) / whole)})"
                for one in every
            ],
            hovertemplate="%{customdata}<extra></extra>",
        )
    )  # fmt: skip
    levels = latency.overall(found) or {}
    lines = [
        {
            "type": "line", "yref": "paper", "y0": 0, "y1": 1, "x0": _at(levels[name]), "x1": _at(levels[name]),
            "line": {"color": theme.PERCENTILES[name], "width": 1.5, "dash": "dot"},
        }
        for name in ("p50", "p95") if levels
    ]  # fmt: skip
    names = [
        {
            "x": _at(levels[name]), "y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False, "text": name,
            "font": {"color": theme.PERCENTILES[name], "size": 11},
        }
        for name in ("p50", "p95") if levels
    ]  # fmt: skip
    return plain(figure, charts.ticks(max(counts.values()))).update_layout(
        shapes=lines, annotations=names, bargap=0.08, margin_t=20, xaxis=_scale(first, last + 1, fmt.duration)
    )


def heatmap(found: pl.DataFrame, seen: Seen) -> Drawn:
    """Time across, a logarithmic scale up, the share of a bar's requests in each cell as shade."""
    speed = (seen.options or {}).get("measure") == "speed"
    shown = _speed if speed else fmt.duration
    if found.is_empty():
        return parts.nothing("No streamed request of this view tells it.")
    edges = list(seen.time_range.edges)
    places = {int(at.timestamp()): index for index, at in enumerate(edges)}
    bins = _bins(found).group_by("bucket", "bin").agg(pl.col("requests").sum())
    first, last = int(bins["bin"].min() or 0), int(bins["bin"].max() or 0)  # type: ignore[arg-type]
    counts = [[0] * len(edges) for _ in range(first, last + 1)]
    for row in bins.iter_rows(named=True):
        if (place := places.get(row["bucket"])) is not None:
            counts[row["bin"] - first][place] += row["requests"]
    totals = [sum(column) for column in zip(*counts, strict=True)]
    words = [
        [
            f"{shown(edge(first + up))} to {shown(edge(first + up + 1))}: {fmt.number(count)}" if count else ""
            for count in line
        ]
        for up, line in enumerate(counts)
    ]
    figure = go.Figure(
        go.Heatmap(
            x=[at.astimezone(seen.zone).replace(tzinfo=None) for at in edges], y=list(range(first, last + 1)),
            z=[[n / total if n else None for n, total in zip(line, totals, strict=True)] for line in counts],
            text=words, hovertemplate="%{x}<br>%{text}<extra></extra>", colorscale=theme.SCALE, showscale=False,
            hoverongaps=False,
        )
    )  # fmt: skip
    scale = _scale(first, last + 1, shown) | {"rangemode": "normal", "range": [first - 0.5, last + 0.5]}
    return plain(figure, scale["ticktext"]).update_layout(yaxis=scale)


def compared(found: pl.DataFrame, seen: Seen) -> Drawn:
    """From the median (dot) to p95 of the latency, and of the time to first token, by name."""
    if found.is_empty():
        return parts.nothing("No request in this view.")
    table = latency.comparison(found).head(MOST_COMPARED)
    names = [escape(cut(name)) for name in table["name"]]
    traces: list[dict[str, Any]] = []
    for measure, name, colour, shift in (
        ("latency", "latency", theme.PERCENTILES["p50"], -0.16),
        ("time_to_first_token", "first token", theme.PERCENTILES["p95"], 0.16),
    ):
        low, high = table[f"{measure}_p50"], table[f"{measure}_p95"]
        words = [f"{name} p50 {fmt.duration(a)}, p95 {fmt.duration(b)}" for a, b in zip(low, high, strict=True)]
        up = [index + shift for index in range(len(names))]
        # All lines are one trace, with gaps: Plotly takes its time for each trace.
        spans = [(a, b, at) for a, b, at in zip(low, high, up, strict=True) if a is not None]
        traces.append({
            "type": "scatter", "x": [x for a, b, _ in spans for x in (max(a, 1) / 1000, max(b, 1) / 1000, None)],
            "y": [y for _, _, at in spans for y in (at, at, None)], "mode": "lines", "hoverinfo": "skip",
            "line": {"color": colour, "width": 4}, "opacity": 0.35, "showlegend": False,
        })  # fmt: skip
        traces.append({
            "type": "scatter", "x": [None if a is None else max(a, 1) / 1000 for a in low], "y": up, "name": name,
            "mode": "markers", "customdata": words, "marker": {"color": colour, "size": 9},
            "hovertemplate": "%{customdata}<extra></extra>",
        })  # fmt: skip
    return plain(go.Figure(traces), names, ["latency", "first token"]).update_layout(
        height=70 + 34 * len(names), showlegend=True, hovermode="closest",
        legend={"orientation": "h", "x": 0, "y": 1 + 4 / (34 * len(names)), "yanchor": "bottom"},
        xaxis={"type": "log", "fixedrange": True, "ticksuffix": " s", "nticks": 6, "dtick": 1, "showgrid": True},
        yaxis={
            "tickvals": list(range(len(names))), "ticktext": names, "autorange": "reversed", "fixedrange": True,
            "showgrid": False, "zeroline": False,
        },
    )  # fmt: skip


def cells(found: pl.DataFrame) -> pl.DataFrame:
    """What `heatmap` draws as rows: `at, from_value, to_value, requests`."""
    counted = _bins(found).group_by("bucket", "bin").agg(pl.col("requests").sum()).sort("bucket", "bin")
    at = pl.from_epoch("bucket").dt.replace_time_zone("UTC").alias("at")
    return counted.select(at, *_edges("from_value", "to_value"), "requests")


def classes(found: pl.DataFrame) -> pl.DataFrame:
    """What `distribution` draws as rows: `from_ms, to_ms, requests`."""
    counted = _bins(found).group_by("bin").agg(pl.col("requests").sum()).sort("bin")
    return counted.select(*_edges("from_ms", "to_ms"), "requests")


def _edges(low: str, high: str) -> list[pl.Expr]:
    bins = {low: pl.col("bin"), high: pl.col("bin") + 1}
    return [of.map_elements(edge, return_dtype=pl.Float64).round(3).alias(name) for name, of in bins.items()]


def edge(bin: int) -> float:
    """Where a bin of `TO_A_BIN` levels begins: values are rounded to the nearest level."""
    return float(max(2 ** ((bin * TO_A_BIN - 0.5) / 16) - 1, 0))


def cut(name: str, longest: int = 28) -> str:
    """A name that leaves the chart some room."""
    name = name or "unknown"
    return name if len(name) <= longest else name[: longest - 1] + "…"


def _bins(found: pl.DataFrame) -> pl.DataFrame:
    return found.with_columns(bin=pl.col("level").cast(pl.Int64) // TO_A_BIN)


def _at(value: float) -> float:
    """Where a value stands on a scale of bins, whose bars are drawn around whole numbers."""
    return (log2(value + 1) * 16 + 0.5) / TO_A_BIN - 0.5


def _scale(first: int, last: int, shown: Callable[[float], str]) -> dict[str, Any]:
    """An axis of bins, told at round values."""
    values = [v for v in (_ROUND if shown is fmt.duration else _PLAIN_ROUND) if edge(first) <= v <= edge(last)]
    kept = values[:: -(-len(values) // MOST_TICKS) or 1]
    return {
        "tickvals": [_at(v) for v in kept], "ticktext": [shown(v).removesuffix(" 0 s") for v in kept],
        "fixedrange": True, "showgrid": False, "zeroline": False,
    }  # fmt: skip


_PLAIN_ROUND = tuple(factor * 10**power for power in range(8) for factor in (1, 2, 5))
_ROUND = (*(v for v in _PLAIN_ROUND if v < 60_000), 60_000, 300_000, 600_000, 3_600_000)
MOST_TICKS = 6


def plain(figure: go.Figure, labels: Iterable[str], legend: Sequence[str] = ()) -> go.Figure:
    """The layout that charts have in common; `labels` are those of the y axis."""
    return figure.update_layout(
        height=charts.HEIGHT, margin=charts.margin(labels, legend), dragmode=False,
        xaxis={"showgrid": False, "fixedrange": True, "title": None, "nticks": 7, "automargin": False, "ticks": ""},
        yaxis={
            "fixedrange": True, "title": None, "rangemode": "tozero", "nticks": 5, "automargin": False, "ticks": "",
        },
    )  # fmt: skip


def _milliseconds(value: float | None) -> str:
    return fmt.NOTHING if value is None else f"{value:.2f} ms"


def _speed(value: float) -> str:
    return f"{value:,.0f}/s"
