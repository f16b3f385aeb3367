"""The charts of users, and what is said of them in a line. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from math import log

import plotly.graph_objects as go
import polars as pl

from ui import charts, parts, theme
from ui import format as fmt
from ui.panel import Drawn, Seen
from warehouse.users import LOWS, Spread

_LOWS: list[int] = list(LOWS)
_COLOURS = {"requests": theme.USERS, "cost": theme.COST}


def spread(found: Spread, measure: str) -> go.Figure:
    """A histogram over amounts; the middle half of the users is shaded, the median and p95 are marked."""
    bins = {row["low"]: row["users"] for row in found.bins.iter_rows(named=True)}
    shown = [low for low in LOWS if min(bins) <= low <= max(bins)]
    counts = [bins.get(low, 0) for low in shown]
    said = iter([f"{_range(low, measure)}: {_users(count)}" for low, count in zip(shown, counts, strict=True)])
    figure = charts.classes(range(len(shown)), pl.Series(counts), _COLOURS[measure], lambda _: next(said))
    places = {name: _place(value, shown) for name, value in found.percentiles.items()}
    figure.add_shape(
        type="rect", x0=places["p25"], x1=places["p75"], y0=0, y1=1, yref="paper", line_width=0,
        fillcolor=theme.NOTE, opacity=0.18, layer="below",
    )  # fmt: skip
    for name, label in (("p50", "median"), ("p95", "p95")):
        figure.add_vline(x=places[name], line={"color": theme.NOTE, "width": 1.2, "dash": "dot"}, layer="above")
        figure.add_annotation(
            x=places[name], y=1, yref="paper", yanchor="bottom", text=label, showarrow=False,
            font={"size": 10, "color": theme.NOTE},
        )  # fmt: skip
    figure.update_layout(margin_t=18, hovermode="closest", bargap=0.04, xaxis=_edges(shown, measure))
    return figure


def _edges(lows: Sequence[int], measure: str) -> dict[str, object]:
    """An axis that names where bins begin and end, as many as have room."""
    edges = [*lows, _high(lows[-1])]
    every = range(0, len(edges), 1 + len(edges) // 9)
    names = [_short(edges[index], measure) for index in every]
    return {"tickvals": [index - 0.5 for index in every], "ticktext": names, "tickangle": 0}


def _short(value: int, measure: str) -> str:
    if measure != "cost":
        return fmt.number(value)
    return "$" + (f"{value / 1e9:.9f}".rstrip("0").rstrip(".") if value < 10**12 else fmt.number(value / 1e9))


def spread_said(found: Spread, measure: str) -> str:
    if not found.users:
        return "none"
    level = {name: _amount(value, measure) for name, value in found.percentiles.items()}
    return (
        f"median {level['p50']}; the middle half {level['p25']} to {level['p75']} (shaded); "
        f"p90 {level['p90']}, p95 {level['p95']}, p99 {level['p99']}"
    )


def concentration(found: pl.DataFrame, measure: str) -> Drawn:
    """The share of the whole that the first percent of the users make, and the next, …"""
    if found.is_empty():
        return parts.nothing(f"No {measure} of users in this view.")
    counts = [0, *found["users"]]
    share = [0.0, *(found["share"] * 100)]
    names = iter(
        [
            f"{fmt.percent(s / 100)} by {fmt.number(n)} user{'' if n == 1 else 's'}"
            for s, n in zip(share, counts, strict=True)
        ]
    )
    line = {f"share of the {measure}": (share, _COLOURS[measure])}
    figure = charts.lines([0, *found["percent"]], line, lambda _: next(names), suffix=" %")
    figure.update_traces(fill="tozeroy", hovertemplate="%{customdata}<extra></extra>", mode="lines")
    figure.update_layout(
        showlegend=False, margin_t=8, yaxis_range=[0, 101],
        xaxis={"ticksuffix": " %", "range": [0, 100], "hoverformat": ".0f", "tickvals": [1, 10, 25, 50, 75, 100]},
    )  # fmt: skip
    return figure


def concentration_said(found: pl.DataFrame, measure: str) -> str:
    if found.is_empty():
        return f"by {measure}"
    said = []
    for percent in (1, 10):
        rows = found.filter(pl.col("percent") <= percent)
        if len(rows):
            users, share = rows["users"].max(), rows["share"].max()
            said.append(f"the top {percent} % ({_users(users)}) make {fmt.percent(float(share))}")  # type: ignore[arg-type]
    return "; ".join(said) + f" of the {measure}" if said else f"by {measure}"


def stickiness(found: pl.DataFrame) -> go.Figure:
    said = iter(
        f"{fmt.percent(row['daily'] / row['weekly'])}: {fmt.number(row['daily'])} of {fmt.number(row['weekly'])}"
        for row in found.iter_rows(named=True)
    )
    share = (found["daily"] / found["weekly"] * 100).to_list()
    figure = charts.lines(
        found["day"].to_list(), {"daily of weekly": (share, theme.USERS)}, lambda _: next(said), suffix=" %"
    )
    figure.update_traces(hovertemplate="%{customdata}<extra></extra>")
    figure.update_layout(showlegend=False, margin_t=8)
    return figure


def requests(series: pl.DataFrame, seen: Seen) -> go.Figure:
    succeeded = series["requests"] - series["errors"]
    bars = {"succeeded": (succeeded, theme.SUCCEEDED)}
    if series["errors"].sum():
        bars["failed"] = (series["errors"], theme.SERVER_ERROR)
    return charts.bars(series, seen.zone, bars, fmt.number)


def cost(series: pl.DataFrame, seen: Seen) -> go.Figure:
    return charts.cost(series, seen.zone)


def cost_said(series: pl.DataFrame, seen: Seen) -> str:
    count = int(series["unpriced"].sum())
    left_out = f"; {fmt.number(count)} unpriced requests left out" if count else ""
    return f"{seen.every}, in US dollars{left_out}"


def tokens(series: pl.DataFrame, seen: Seen) -> go.Figure:
    kinds = {"input": "prompt_tokens", "output": "completion_tokens"}
    return charts.bars(
        series, seen.zone, {name: (series[of], theme.TOKENS[name]) for name, of in kinds.items()}, fmt.number
    )


def latency(series: pl.DataFrame, seen: Seen) -> go.Figure:
    """The mean; a gap where there was no request."""
    mean = pl.when(pl.col("requests") > 0).then(pl.col("latency") / pl.col("requests") / 1000)
    seconds = series.select(mean=mean)["mean"]
    figure = charts.lines(
        charts.times(series, seen.zone),
        {"mean": (seconds, theme.PERCENTILES["p50"])},
        lambda s: fmt.duration(None if s is None else s * 1000),
        suffix=" s",
    )
    figure.update_layout(showlegend=False, margin_t=8)
    return figure


def _users(count: object) -> str:
    return f"{fmt.number(int(count))} user{'' if count == 1 else 's'}"  # type: ignore[call-overload]


def _amount(value: float, measure: str) -> str:
    return fmt.usd(value) if measure == "cost" else fmt.number(value)


def _high(low: int) -> int:
    return _LOWS[min(_LOWS.index(low) + 1, len(_LOWS) - 1)]


def _range(low: int, measure: str) -> str:
    """What a bin holds."""
    high = _high(low)
    if measure == "cost":
        return f"{_short(low, measure)} to {_short(high, measure)}" if low else "$0"
    return fmt.number(low) if high == low + 1 else f"{fmt.number(low)}–{fmt.number(high - 1)}"


def _place(value: float, lows: Sequence[int]) -> float:
    """Where on the axis of bins a value stands, a bin being 1 wide and centred on its number."""
    index = max((i for i, low in enumerate(lows) if low <= value), default=0)
    low, high = lows[index], _high(lows[index])
    within = log(value / low) / log(high / low) if low else 0.5
    return index - 0.5 + within
