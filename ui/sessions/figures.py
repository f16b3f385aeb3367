"""The figures of the sessions' pages. Pure."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import plotly.graph_objects as go

from ui import format as fmt
from ui import theme
from ui.charts import HEIGHT
from ui.sessions.tree import FOLDER, Node
from warehouse.session_spread import Spread

MOST_TILES = 300
"""Of an icicle: beyond them, what is small is put together."""


def histogram(found: Spread, shown: Callable[[float], str]) -> go.Figure:
    """How many sessions lie in each range, with their median and mean marked."""
    starts, ends = found.bars["start"].to_list(), found.bars["end"].to_list()
    middles = [(start + end) / 2 for start, end in zip(starts, ends, strict=True)]
    counts = found.bars["sessions"].to_list()
    said = [
        f"{shown(start)}{f' – {shown(end)}' if end - start > 1 else ''}: {fmt.number(count)} "
        f"({fmt.percent(count / found.sessions)})"
        for start, end, count in zip(starts, ends, counts, strict=True)
    ]
    widths = [end - start for start, end in zip(starts, ends, strict=True)]
    bars = {
        "type": "bar", "x": middles, "y": counts, "width": widths,
        "marker": {"color": theme.SUCCEEDED, "line": {"width": 0.5, "color": "rgba(128,128,128,.35)"}},
        "customdata": said, "hovertemplate": "%{customdata}<extra></extra>",
    }  # fmt: skip
    low, high = min(starts, default=0), max(ends, default=1)
    shapes: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    for name, value, row in (("median", found.median, 1), ("mean", found.mean, 0)):
        if low <= value <= high:
            at = value + 0.5 if ends[0] - starts[0] == 1 else value
            line = {"color": theme.NOTE, "width": 1.4, "dash": "dot" if name == "mean" else "solid"}
            shapes.append({"type": "line", "yref": "paper", "y0": 0, "y1": 1, "x0": at, "x1": at, "line": line})
            notes.append(
                {
                    "x": at,
                    "y": 1 - row * 0.1,
                    "yref": "paper",
                    "yanchor": "top",
                    "xanchor": "left",
                    "showarrow": False,
                    "text": f" {name} {shown(value)}",
                    "font": {"color": theme.NOTE, "size": 11},
                }
            )
    # Labels stand where bars begin; a bar of one value stands over its own.
    marked = range(0, len(starts), -(-len(starts) // 6) or 1)
    unit = bool(widths) and widths[0] == 1
    layout = {
        "height": HEIGHT, "margin": {"l": 4, "r": 8, "t": 8, "b": 4}, "bargap": 0, "showlegend": False,
        "dragmode": False,
        "xaxis": {
            "showgrid": False, "fixedrange": True, "automargin": True,
            "tickvals": [middles[at] if unit else starts[at] for at in marked],
            "ticktext": [shown(starts[at]) for at in marked],
        },
        "yaxis": {"fixedrange": True, "rangemode": "tozero", "nticks": 5, "automargin": True},
        "shapes": shapes, "annotations": notes,
    }  # fmt: skip
    return go.Figure(data=[bars], layout=layout)


def icicle(root: Node, of: str) -> go.Figure:
    """The tree as tiles whose width is the cost (`of` ``cost``), or the time that steps took added up (``busy``)."""
    shown = fmt.usd if of == "cost" else fmt.duration
    total = getattr(root, of) or 1
    ids, labels, parents, values, colours, said = [], [], [], [], [], []

    def tile(node: Node, key: str, parent: str, value: float, label: str, kind: str) -> None:
        ids.append(key)
        labels.append(escape(short(label)))
        parents.append(parent)
        values.append(value)
        colours.append(theme.NOTE if kind == FOLDER else theme.KINDS[kind])
        share = fmt.percent(value / total)
        said.append(f"{escape(label)} {escape(node.note)}<br>{shown(value)}, {share}; {fmt.number(node.steps)} steps")

    waiting: list[tuple[Node, str, str]] = [(root, "0", "")]
    for node, key, parent in waiting:
        tile(node, key, parent, getattr(node, of), node.label, node.kind)
        children = sorted(node.children, key=lambda child: -getattr(child, of))
        room = [child for child in children if getattr(child, of) > total / 2000][: max(MOST_TILES - len(waiting), 0)]
        waiting.extend((child, f"{key}.{index}", key) for index, child in enumerate(room))
        rest = sum(getattr(child, of) for child in children) - sum(getattr(child, of) for child in room)
        if rest > 0 and room:
            tile(Node("other", FOLDER, steps=len(children) - len(room)), f"{key}.rest", key, rest, "other", FOLDER)
    trace: dict[str, Any] = {
        "type": "icicle", "ids": ids, "labels": labels, "parents": parents, "values": values, "branchvalues": "total",
        "marker": {"colors": colours, "line": {"width": 1}}, "customdata": said, "sort": False,
        "hovertemplate": "%{customdata}<extra></extra>", "tiling": {"orientation": "v"}, "pathbar": {"visible": False},
        "leaf": {"opacity": 1}, "textfont": {"color": "#10151c"},
        "textinfo": "label+percent root",
    }  # fmt: skip
    return go.Figure(data=[trace], layout={"height": 340, "margin": {"l": 0, "r": 0, "t": 4, "b": 0}})


def short(text: str) -> str:
    """A step's name where there is little room: the end of a path."""
    last = "/".join(text.split("/")[-2:]) if text.startswith("/") else text
    return last if len(last) <= 20 else last[:19] + "…"
