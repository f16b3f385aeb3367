"""Charts of one score: over time, its distribution, by the values of a dimension; the table of all. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from typing import Any

import plotly.graph_objects as go
import polars as pl

from ui import charts, parts, tables, theme
from ui import format as fmt
from ui.panel import Drawn, Seen
from ui.scores import pictures, words
from ui.state import Clause, View
from ui.tables import Cell
from warehouse.scores import Key, Scored

MARGIN = {"l": 4, "r": 4, "t": 8, "b": 4}
MOST_RANGES = 14
FEWEST = 5
"""Answers in a bar of time from which on its interval is drawn: that of two is wider than the chart."""


def keys(found: pl.DataFrame, seen: Seen) -> Drawn:
    """All scores, each a link to its own page."""
    if found.is_empty():
        return none("any score")
    rows = [_row(row, seen.view) for row in found.iter_rows(named=True)]
    heads = (
        "Score", "Kind", "Over time", "Distribution", "Mean or rate", "95 % interval", "Answers", "Of all requests",
        "Lowest", "Highest",
    )  # fmt: skip
    return tables.table(heads, rows, numeric=6)


def _row(row: dict[str, Any], view: View) -> list[str | Cell]:
    key = Key(row["name"], row["is_boolean"])
    spread = pictures.share(row["mean"]) if key.is_boolean else pictures.bars(row["sample"], row["least"], row["most"])
    return [
        Cell(words.label(key.name), "/scores" + view.query(score=key.name), title=key.name),
        Cell(words.kind(key), dim=True, nowrap=True),
        Cell("", picture=pictures.line(row["trend"])),
        Cell("", picture=spread),
        Cell(words.amount(row["mean"], key.is_boolean), title=words.mean(key).capitalize()),
        words.between(row["low"], row["high"], key.is_boolean) or fmt.NOTHING,
        fmt.number(row["count"]),
        Cell(fmt.percent(row["share"]), share=row["share"]),
        words.yes_no(key, row["least"]),
        words.yes_no(key, row["most"]),
    ]


def trend(found: Scored, seen: Seen) -> Drawn:
    """The mean or the rate of each bar of time, with its interval as a band where that says something."""
    key, rows = found.key, _told(found)
    if not rows["count"].sum():
        return none(words.label(key.name))
    x, factor = charts.times(rows, seen.zone), 100 if key.is_boolean else 1
    mean, low, high = ([None if v is None else v * factor for v in rows[name]] for name in ("mean", "low", "high"))
    said = [_said(key, row) for row in rows.iter_rows(named=True)]
    figure = charts.lines(x, {words.mean(key): (mean, theme.SCORE)}, lambda _: "", suffix=" %" if factor == 100 else "")
    figure.update_traces(customdata=said, hovertemplate="%{customdata}<extra></extra>", showlegend=False)
    figure.add_scatter(
        x=[at for run in _runs(x, low, high) for at in run[0]], y=[at for run in _runs(x, low, high) for at in run[1]],
        fill="toself", fillcolor=theme.SCORE_BAND, line={"color": theme.SCORE_BAND, "width": 1}, mode="lines",
        hoverinfo="skip", showlegend=False, name="95 % interval",
    )  # fmt: skip
    return figure.update_layout(
        margin={"t": 8, "autoexpand": True},
        showlegend=False,
        yaxis={"range": _around(mean, low, high, factor), "rangemode": "normal", "automargin": True},
    )


def _told(found: Scored) -> pl.DataFrame:
    """The bars of time without the intervals of few answers; those of the others end where the score does."""
    least, most = (pl.lit(0.0), pl.lit(1.0)) if found.key.is_boolean else (pl.col("least").min(), pl.col("most").max())
    ends = [pl.when(pl.col("count") >= FEWEST).then(pl.col(name).clip(least, most)) for name in ("low", "high")]
    return found.rows.with_columns(low=ends[0], high=ends[1])


def _said(key: Key, row: dict[str, Any]) -> str:
    if row["mean"] is None:
        return "no answer"
    interval = words.between(row["low"], row["high"], key.is_boolean)
    within = f" ({interval})" if interval else ""
    return f"{words.amount(row['mean'], key.is_boolean)}{within}, n = {row['count']:,}"


def _runs(
    x: Sequence[Any], low: Sequence[float | None], high: Sequence[float | None]
) -> Iterator[tuple[list[Any], list[float | None]]]:
    """The band's outlines: one for each stretch without a gap, with a gap after it."""
    points = zip(x, low, high, strict=True)
    for known, of in groupby(points, key=lambda point: point[1] is not None):
        if known:
            run = list(of)
            there, back = [(at, up) for at, _, up in run], [(at, down) for at, down, _ in reversed(run)]
            outline = [*there, *back, there[0]]
            yield [*(at for at, _ in outline), None], [*(value for _, value in outline), None]


def _around(
    mean: Sequence[float | None], low: Sequence[float | None], high: Sequence[float | None], factor: float
) -> list[float]:
    """The axis: all means, and of the intervals what does not flatten them; two answers may have a very wide one."""
    known = [value for value in mean if value is not None]
    least, most = min(known), max(known)
    room = max((most - least) * 0.75, abs(most) * 0.05, 0.01 * factor)
    down = max(least - room, min([value for value in low if value is not None], default=least))
    up = min(most + room, max([value for value in high if value is not None], default=most))
    edge = max((up - down) * 0.05, 0.002 * factor)
    return [min(down, least) - edge, max(up, most) + edge]


def distribution(found: Scored, seen: Seen) -> Drawn:
    """A histogram; of a boolean, two bars."""
    rows = found.rows
    if rows.is_empty():
        return none(words.label(found.key.name))
    whole = int(rows["count"].sum())
    said = [f"{n:,} of {whole:,}, {fmt.percent(n / whole)}" for n in rows["count"]]
    bars = histogram(found.key, rows, {"": (rows["count"], theme.SCORE, said)})
    return bars.update_layout(yaxis_rangemode="tozero")


def histogram(
    key: Key, rows: pl.DataFrame, sides: dict[str, tuple[pl.Series, str, list[str]]], *, suffix: str = ""
) -> go.Figure:
    """Bars over `low` to `high` of `rows`: values, a colour and words for each of `sides`."""
    single = bool((rows["low"] == rows["high"]).all())
    named = [words.yes_no(key, low) for low in rows["low"]]
    spans = named if single else [f"{words.plain(low)} to {words.plain(high)}" for low, high in _ends(rows)]
    traces = [
        {
            "type": "bar", "name": escape(name), "y": values.to_list(),
            "opacity": 1 if len(sides) == 1 or single else 0.6,
            "x": named if single else ((rows["low"] + rows["high"]) / 2).to_list(),
            "width": None if single else (rows["high"] - rows["low"]).to_list(),
            "marker": {"color": colour, "line": {"width": 0}},
            "customdata": [f"{span}: {text}" for span, text in zip(spans, said, strict=True)],
            "hovertemplate": f"%{{customdata}}<extra>{escape(name)}</extra>",
        }
        for name, (values, colour, said) in sides.items()
    ]  # fmt: skip
    layout = {
        "height": charts.HEIGHT, "margin": {**MARGIN, "t": 24 if len(sides) > 1 else 8}, "dragmode": False,
        "barmode": "group" if single else "overlay", "bargap": 0.35 if single else 0.04, "showlegend": len(sides) > 1,
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "xaxis": {"showgrid": False, "fixedrange": True, **({"type": "category"} if single else {})},
        "yaxis": {"fixedrange": True, "nticks": 5, "ticksuffix": suffix, "automargin": True},
    }  # fmt: skip
    return go.Figure(data=traces, layout=layout)


def _ends(rows: pl.DataFrame) -> Iterator[tuple[float, float]]:
    return rows.select("low", "high").iter_rows()


def ranges(found: Scored, seen: Seen) -> Drawn:
    """The values of a dimension with the most answers, each a dot with its interval."""
    key, by = found.key, str((seen.options or {})["by"])
    rows = found.rows.head(MOST_RANGES)
    if rows.is_empty():
        return _no_value(key, by)
    factor = 100 if key.is_boolean else 1
    names = [_short(value) for value in rows["value"]]
    mean = [value * factor for value in rows["mean"]]
    low, high = (
        [at if end is None else end * factor for at, end in zip(mean, rows[name], strict=True)]
        for name in ("low", "high")
    )
    said = [f"{row['value']}: {_said(key, row)}" for row in rows.iter_rows(named=True)]
    trace = {
        "type": "scatter", "mode": "markers", "x": mean, "y": list(range(len(names))),
        "marker": {"size": 9, "color": theme.SCORE}, "customdata": [escape(text) for text in said],
        "hovertemplate": "%{customdata}<extra></extra>",
        "error_x": {
            "type": "data", "symmetric": False, "array": [b - a for a, b in zip(mean, high, strict=True)],
            "arrayminus": [a - b for a, b in zip(mean, low, strict=True)], "color": theme.SCORE, "thickness": 1.6,
            "width": 4,
        },
    }  # fmt: skip
    layout = {
        "height": max(120, 40 + 26 * len(names)), "margin": MARGIN, "dragmode": False, "hovermode": "closest",
        "xaxis": {
            "fixedrange": True, "nticks": 6, "ticksuffix": " %" if key.is_boolean else "", "automargin": True,
            "range": _around(mean, low, high, factor), "showgrid": True, "zeroline": False,
        },
        "yaxis": {
            "fixedrange": True, "showgrid": False, "automargin": True, "tickvals": list(range(len(names))),
            "ticktext": names, "range": [len(names) - 0.5, -0.5], "zeroline": False,
        },
    }  # fmt: skip
    return go.Figure(data=[trace], layout=layout)


def values(found: Scored, seen: Seen) -> Drawn:
    """The same as a table; a value is a link to its requests."""
    key, by = found.key, str((seen.options or {})["by"])
    if found.rows.is_empty():
        return _no_value(key, by)
    most = int(found.rows["count"][0])
    rows = [
        (
            Cell(_short(row["value"]), requests_of(seen, by, row["value"]), title=row["value"]),
            words.amount(row["mean"], key.is_boolean),
            words.between(row["low"], row["high"], key.is_boolean) or fmt.NOTHING,
            Cell(fmt.number(row["count"]), share=row["count"] / most),
        )
        for row in found.rows.iter_rows(named=True)
    ]
    heads = (words.dimension(by), "Rate" if key.is_boolean else "Mean", "95 % interval", "Answers")
    return tables.table(heads, rows, numeric=3)


def values_sub(found: Scored, seen: Seen) -> str:
    of = int(found.rows["of"][0]) if len(found.rows) else 0
    name = f"{words.mean(found.key)} of {words.label(found.key.name)}, with its 95 % interval"
    return f"{name}; the {len(found.rows)} of {fmt.number(of)} with the most answers" if of > len(found.rows) else name


def requests_of(seen: Seen, by: str, value: str) -> str:
    """The requests of the view that have that value of a dimension."""
    if by == "prompt_version":
        prompt, _, version = value.rpartition(" ")
        clauses = [Clause("prompt_id", "equals", prompt), Clause("prompt_version", "equals", version)]
    elif by.startswith("properties."):
        clauses = [Clause("properties", "equals", value, by.removeprefix("properties."))]
    else:
        clauses = [Clause(by, "equals", value)]
    view = seen.view
    for clause in clauses:
        view = view.with_clause(clause)
    return "/requests" + view.query()


def examples(found: Scored, seen: Seen) -> Drawn:
    """Requests, each a link to itself, with what was asked and answered."""
    if found.rows.is_empty():
        return none(words.label(found.key.name))
    rows = [
        (
            Cell(
                parts.cut(row["request_preview"] or row["request_id"], 110),
                "/requests" + seen.view.query(request=row["request_id"]),
                title=f"{fmt.moment(row['request_created_at'].astimezone(seen.zone))} · {row['model']}",
            ),
            Cell(parts.cut(row["response_preview"] or "", 110), dim=True),
            words.yes_no(found.key, row["value"]),
        )
        for row in found.rows.iter_rows(named=True)
    ]
    return tables.table(("Asked", "Answered", words.label(found.key.name)), rows, numeric=1)


def none(what: str) -> str:
    return parts.nothing(f"No request of this view has {what if what == 'any score' else f'an answer of {what}'}.")


def _no_value(key: Key, by: str) -> str:
    named = words.dimension(by)
    what = f"property {named}" if by.startswith("properties.") else named.lower()
    return parts.nothing(f"No request of this view has both {words.label(key.name)} and a {what}.")


def _short(value: str) -> str:
    text = value or "(empty)"
    return escape(text if len(text) <= 30 else text[:29] + "…").replace("%{", "% {")
