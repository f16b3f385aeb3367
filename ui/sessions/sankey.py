"""What follows what, as a Sankey diagram. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from html import escape

import plotly.graph_objects as go

from ui import format as fmt
from ui import theme
from ui.sessions.figures import short
from warehouse.session_paths import OTHER, Paths

PAD, NODE, MARGIN = 14, 40, {"l": 4, "r": 4, "t": 8, "b": 8}
"""Pixels: between the nodes of a column; for each of them on average, `PAD` left out; around the drawing."""

Node = tuple[int, str]
"""A place (from 1) and the step there."""


def figure(found: Paths) -> go.Figure:
    """A column of nodes a place, edges as wide as their sessions are many."""
    sizes = _sizes(found)
    index = {node: at for at, node in enumerate(sizes)}
    colours = _colours(sizes)
    last = max(place for place, _ in sizes)
    most = max(sum(place == at for at, _ in sizes) for place in range(1, last + 1))
    height = most * NODE + (most - 1) * PAD
    edges = [
        (
            index[row["place"], row["source"]],
            index[row["place"] + 1, row["target"]],
            row["sessions"],
            f"{escape(row['source'])} → {escape(row['target'])}<br>{fmt.number(row['sessions'])} sessions, "
            f"{fmt.usd(row['cost'] / row['sessions'])} each, {fmt.usd(row['cost'])} in all",
            _faint(colours[row["source"]]),
        )
        for row in found.edges.iter_rows(named=True)
    ]
    source, target, value, said, tint = zip(*edges, strict=True)
    trace = {
        "type": "sankey", "arrangement": "snap", "valueformat": ",", "textfont": {"size": 11},
        "node": {
            "label": [escape(short(step)) for _, step in sizes], "color": [colours[step] for _, step in sizes],
            "x": [0.001 + 0.998 * (place - 1) / max(last - 1, 1) for place, _ in sizes],
            "y": middles(sizes, PAD / height), "align": "left",
            "customdata": [f"step {place}: {escape(step)}" for place, step in sizes],
            "hovertemplate": "%{customdata}, %{value} sessions<extra></extra>", "pad": PAD, "thickness": 12,
            "line": {"width": 0},
        },
        "link": {
            "source": source, "target": target, "value": value, "color": tint, "customdata": said,
            "hovertemplate": "%{customdata}<extra></extra>",
        },
    }  # fmt: skip
    return go.Figure(data=[trace], layout={"height": height + MARGIN["t"] + MARGIN["b"], "margin": MARGIN})


def middles(sizes: Mapping[Node, float], gap: float) -> list[float]:
    """Where each node's middle stands, from 0 to 1: those of a place below each other, `gap` between them, as high as
    plotly makes them, that the fullest place just has room."""
    columns: dict[int, list[float]] = {}
    for (place, _), size in sizes.items():
        columns.setdefault(place, []).append(size)
    scale = min((1 - gap * (len(of) - 1)) / sum(of) for of in columns.values())
    taken = dict.fromkeys(columns, 0.0)
    found = []
    for (place, _), size in sizes.items():
        found.append(taken[place] + size * scale / 2)
        taken[place] += size * scale + gap
    return found


def _colours(sizes: Mapping[Node, int]) -> dict[str, str]:
    """A colour a step, also at other places; where there are too few, the most common steps have their own."""
    colours = {OTHER: theme.SERIES[-1]}
    for _, step in sorted(sizes, key=lambda node: -sizes[node]):
        colours.setdefault(step, theme.SERIES[(len(colours) - 1) % (len(theme.SERIES) - 1)])
    return colours


def _sizes(found: Paths) -> dict[Node, int]:
    """The sessions that pass through each node, the most common of a place first."""
    into: Counter[Node] = Counter()
    out: Counter[Node] = Counter()
    for row in found.edges.iter_rows(named=True):
        out[row["place"], row["source"]] += row["sessions"]
        into[row["place"] + 1, row["target"]] += row["sessions"]
    sizes = into | out
    return dict(sorted(sizes.items(), key=lambda one: (one[0][0], -one[1], one[0][1])))


def _faint(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},.3)"
