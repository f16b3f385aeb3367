"""Scores as charts and lists: means and rates with their 95 % intervals. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go
import polars as pl
from warehouse.statistics import Interval, mean_interval, rate_interval

from ui import charts, parts, tables, theme
from ui import format as fmt
from ui.panel import Drawn, Seen
from ui.state import Clause
from ui.tables import Cell
from warehouse.ratings import RATING
from warehouse.score_reads import MEASURES, PROPERTY, SCORE, Pair, Spread

NAMES = {"latency": "latency", "cost": "cost", "total_tokens": "tokens"}
_UNITS = {"latency": "ms", "cost": "US dollars", "total_tokens": "tokens"}
BAND = "rgba(63, 131, 212, 0.18)"
MOST_DRAWN = 1_500


def label(score: str) -> str:
    return "Feedback" if score == RATING else score


def in_url(score: str) -> str:
    """A score as the parameter `score` has it; a parameter without a value would be none."""
    return "(feedback)" if score == RATING else score


def of(seen: Seen) -> str:
    """The score that a panel is about."""
    return str((seen.options or {}).get("score", RATING))


def shown(value: float | None, is_rate: bool) -> str:
    if value is None:
        return fmt.NOTHING
    return fmt.percent(value) if is_rate else f"{value:.3g}"


def interval(row: Mapping[str, Any]) -> Interval | None:
    """The 95 % interval of a mean or a rate; None where there are too few answers for one."""
    if not row["answers"]:
        return None
    if row["is_rate"]:
        return rate_interval(round(row["mean"] * row["answers"]), row["answers"])
    if row["answers"] < 2 or row["variance"] is None:
        return None
    return mean_interval(row["answers"], row["mean"], row["variance"])


def none(seen: Seen) -> str:
    score = of(seen)
    return parts.nothing(
        "No request of this view was rated." if score == RATING else f"No request of this view has the score {score}."
    )


def keys(found: pl.DataFrame, seen: Seen) -> Drawn:
    """Every score, a line each; a click shows it."""
    if found.is_empty():
        return parts.nothing("No request of this view has a score or a rating.")
    lines: list[list[str | Cell]] = []
    for row in found.iter_rows(named=True):
        within = interval(row)
        spread = (
            f"{shown(within.low, row['is_rate'])} – {shown(within.high, row['is_rate'])}" if within else fmt.NOTHING
        )
        ends = fmt.NOTHING if row["is_rate"] else f"{row['lowest']:.3g} – {row['highest']:.3g}"
        lines.append(
            [
                Cell(label(row["name"]), "/scores" + seen.view.query(score=in_url(row["name"]))),
                "rate of yes" if row["is_rate"] else "number",
                fmt.number(row["answers"]),
                Cell(shown(row["mean"], row["is_rate"]), share=row["mean"] if row["is_rate"] else None),
                Cell(spread, dim=True),
                Cell(ends, dim=True),
            ]
        )
    return tables.table(("Score", "Kind", "Answers", "Mean or rate", "95 % interval", "Range"), lines, numeric=4)


def trend(found: pl.DataFrame, seen: Seen) -> Drawn:
    """The mean or the rate over time, in its interval."""
    if not found["answers"].sum():
        return none(seen)
    rate = bool(found["is_rate"][0])
    rows = [row if row["answers"] else None for row in found.iter_rows(named=True)]
    bands = [interval(row) if row else None for row in rows]
    factor = 100 if rate else 1
    x = charts.times(found, seen.zone)
    means = [row["mean"] * factor if row else None for row in rows]

    def words(value: float | None) -> str:
        return shown(None if value is None else value / factor, rate)

    figure = charts.lines(x, {"mean": (means, theme.SUCCEEDED)}, words, suffix=" %" if rate else "")
    answers = [f"{words(mean)}, {row['answers']} answers" if row else "" for row, mean in zip(rows, means, strict=True)]
    figure.data[0].update(customdata=answers, hovertemplate="%{customdata}<extra></extra>", mode="lines+markers")
    # Bars of error, not a band: where an interval is missing a band would lie about it.
    above = [b.high * factor - m if b and m is not None else None for b, m in zip(bands, means, strict=True)]
    below = [m - b.low * factor if b and m is not None else None for b, m in zip(bands, means, strict=True)]
    error = {"type": "data", "symmetric": False, "array": above, "arrayminus": below, "thickness": 1, "width": 0}
    figure.data[0].update(error_y={**error, "color": "rgba(63, 131, 212, 0.55)"})
    return figure.update_layout(showlegend=False, yaxis_rangemode="tozero" if rate else "normal")


def spread(found: Spread, seen: Seen) -> Drawn:
    """How many answers have which value."""
    if found.bins.is_empty():
        return none(seen)
    total = found.bins["answers"].sum()
    if found.is_rate:
        counts = dict(found.bins.iter_rows())
        no, yes = counts.get(0.0, 0), counts.get(1.0, 0)
        names = ("bad", "good") if of(seen) == RATING else ("no", "yes")
        lines = [
            parts.Bar(name, (fmt.number(count), fmt.percent(count / total)), count / total, colour=colour)
            for name, count, colour in ((names[1], yes, theme.GOOD), (names[0], no, theme.BAD))
        ]
        return parts.bars(("Answer", "Answers", "Share"), lines)
    half = found.width / 2
    names_ = [f"{v:.3g}" if not half else f"{v - half:.3g} to {v + half:.3g}" for v in found.bins["value"]]
    bar = {
        "type": "bar", "x": found.bins["value"].to_list(), "y": found.bins["answers"].to_list(),
        "width": found.width * 0.92 if found.width else None, "marker": {"color": theme.SUCCEEDED},
        "customdata": names_, "hovertemplate": "%{customdata}: %{y} answers<extra></extra>",
    }  # fmt: skip
    return _plain(go.Figure(data=[bar]), "", "")


def by(found: pl.DataFrame, seen: Seen) -> Drawn:
    """The mean or rate of each value of a dimension, with its interval."""
    if found.is_empty():
        return none(seen)
    dimension = str((seen.options or {})["dimension"])
    rate = bool(found["is_rate"][0])
    lines: list[list[str | Cell]] = []
    low, high = found["mean"].min(), found["mean"].max()
    for row in found.iter_rows(named=True):
        within = interval(row)
        share = row["mean"] if rate else (row["mean"] - low) / (high - low) if high > low else 1.0  # type: ignore[operator]
        lines.append(
            [
                Cell(parts.cut(row["value"], 40), "/requests" + _only(seen, dimension, row["value"])),
                Cell(shown(row["mean"], rate), share=share),
                Cell(f"{shown(within.low, rate)} – {shown(within.high, rate)}" if within else "too few", dim=True),
                fmt.number(row["answers"]),
            ]
        )
    return tables.table(("Value", "Rate" if rate else "Mean", "95 % interval", "Answers"), lines, numeric=3)


def _only(seen: Seen, dimension: str, value: str) -> str:
    if dimension.startswith(PROPERTY):
        return seen.view.with_clause(Clause("properties", "equals", value, dimension.removeprefix(PROPERTY))).query()
    if dimension == "prompt_version":
        prompt, _, version = value.rpartition(" ")
        view = seen.view.with_clause(Clause("prompt_id", "equals", prompt))
        return view.with_clause(Clause("prompt_version", "equals", version)).query()
    return seen.view.with_clause(Clause(dimension, "equals", value)).query()


def examples(found: pl.DataFrame, seen: Seen) -> Drawn:
    if found.is_empty():
        return none(seen)
    rate = of(seen) == RATING
    lines: list[list[str | Cell]] = [
        [
            Cell({0.0: "bad", 1.0: "good"}[row["value"]] if rate else f"{row['value']:.3g}", nowrap=True),
            Cell(
                parts.cut(row["request_preview"] or "(no body)", 80),
                "/requests" + seen.view.query(request=row["request_id"]),
                title=row["request_preview"] or "",
            ),
            Cell(parts.cut(row["response_preview"] or "", 80), title=row["response_preview"] or "", dim=True),
        ]
        for row in found.iter_rows(named=True)
    ]
    return tables.table(("Value", "Asked", "Answered"), lines)


def other(seen: Seen) -> str:
    name = str((seen.options or {})["other"])
    return NAMES.get(name) or label(name.removeprefix(SCORE))


def pair(found: Pair, seen: Seen) -> Drawn:
    """Two figures against each other: points, or the four counts where both are yes or no."""
    if not found.n:
        return parts.nothing(f"No request of this view has both {label(of(seen))} and {other(seen)}.")
    x, y = found.points["x"], found.points["y"]
    if set(x.unique()) <= {0.0, 1.0} and set(y.unique()) <= {0.0, 1.0} and x.n_unique() + y.n_unique() > 2:
        return _fourfold(found, seen)
    some = found.points.head(MOST_DRAWN)
    dots = {
        "type": "scatter", "mode": "markers", "x": some["x"].to_list(), "y": some["y"].to_list(),
        "marker": {"size": 5, "color": theme.SUCCEEDED, "opacity": 0.45},
        "hovertemplate": f"{label(of(seen))} %{{x:.3g}}, {other(seen)} %{{y:.4g}}<extra></extra>",
    }  # fmt: skip
    name = str((seen.options or {})["other"])
    unit = f", {_UNITS[name]}" if name in MEASURES else ""
    return _plain(go.Figure(data=[dots]), label(of(seen)), other(seen) + unit)


def pair_sub(found: Pair, seen: Seen) -> str:
    if found.pearson is None:
        return f"{label(of(seen))} against {other(seen)}, {fmt.number(found.n)} requests with both"
    ranks = f", of ranks (Spearman) {found.spearman:.2f}" if found.spearman is not None else ""
    return f"correlation (Pearson) {found.pearson:.2f}{ranks}; {fmt.number(found.n)} requests with both"


def _fourfold(found: Pair, seen: Seen) -> str:
    counts = {(a, b): n for a, b, n in found.points.group_by("x", "y").len().iter_rows()}
    one, two = label(of(seen)), other(seen)
    rows = [
        [f"{one}: {name}", *(f"{counts.get((value, o), 0):,}" for o in (1.0, 0.0))]
        for name, value in (("yes", 1.0), ("no", 0.0))
    ]
    return parts.table(("", f"{two}: yes", f"{two}: no"), rows, numeric=2)


def _plain(figure: go.Figure, x: str, y: str) -> go.Figure:
    axis = {"fixedrange": True, "automargin": True}
    return figure.update_layout(
        height=charts.HEIGHT,
        margin={"l": 4, "r": 4, "t": 8, "b": 4},
        showlegend=False,
        dragmode=False,
        xaxis={**axis, "title": x or None, "showgrid": False},
        yaxis={**axis, "title": y or None, "rangemode": "tozero"},
    )
