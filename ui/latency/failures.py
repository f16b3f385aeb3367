"""How requests fail, as charts and a table: error rates, availability, the ways to fail. Pure."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import plotly.graph_objects as go
import polars as pl

from ui import charts, parts, tables, theme
from ui import format as fmt
from ui.latency.charts import cut, plain
from ui.panel import Drawn, Seen
from ui.state import Clause
from ui.tables import Cell
from warehouse import latency, reliability

MOST_PROVIDERS = 8
MOST_ROWS = 40
LONGEST_EXAMPLE = 90
STEPS = (
    ("99.5 % or more", 0.005, "#3f83d4"),
    ("98 %", 0.02, "#a9cbef"),
    ("95 %", 0.05, "#e69f00"),
    ("less", 1.0, "#d55e00"),
)
"""What a strip's cell says: a label, the largest share that failed, a colour."""


def error_rates(found: pl.DataFrame, seen: Seen) -> Drawn:
    """The share of requests that failed, a line a provider."""
    if found.is_empty():
        return parts.nothing("No request in this view.")
    frame = pl.DataFrame({"at": list(seen.time_range.edges)})
    lines = {}
    for name in _providers(found):
        of = found.filter(pl.col("provider") == name).with_columns(rate=pl.col("errors") / pl.col("requests"))
        rates = frame.join(of.select("at", "rate"), on="at", how="left")["rate"] * 100
        lines[cut(name)] = (rates, theme.provider_colour(name))
    percent: Callable[[Any], str] = lambda share: fmt.percent(None if share is None else share / 100)  # noqa: E731
    return charts.lines(charts.times(frame, seen.zone), lines, percent, suffix=" %")


def availability(found: pl.DataFrame, seen: Seen) -> Drawn:
    """A strip a provider: a cell of each bar of time, the redder the more of what it was asked it failed."""
    edges, names = list(seen.time_range.edges), _providers(found)
    asked = {(row["provider"], row["at"]): row for row in found.iter_rows(named=True) if row["asked"]}
    if not asked:
        return parts.nothing("No provider was asked in this view.")
    whole = {row["provider"]: row["available"] for row in reliability.availability(found).iter_rows(named=True)}
    rows = [[asked.get((name, at)) for at in edges] for name in names]
    colours = [colour for _, _, colour in STEPS]
    scale = [
        (place, colour) for step, colour in enumerate(colours) for place in (step / len(STEPS), (step + 1) / len(STEPS))
    ]
    labels = [f"{escape(cut(name))}  {fmt.percent(whole[name])}" for name in names]
    figure = go.Figure(
        go.Heatmap(
            x=[at.astimezone(seen.zone).replace(tzinfo=None) for at in edges],
            y=labels,
            z=[[_step(row) for row in line] for line in rows],
            text=[[_available(row) for row in line] for line in rows],
            hovertemplate="%{x}<br>%{y}<br>%{text}<extra></extra>", zmin=0, zmax=len(STEPS), colorscale=scale,
            showscale=False, xgap=1, ygap=6, hoverongaps=False,
        )
    )  # fmt: skip
    for name, _, colour in STEPS:
        figure.add_scatter(
            x=[None], y=[None], mode="markers", name=name, marker={"color": colour, "size": 10, "symbol": "square"}
        )
    return plain(figure, labels, [name for name, _, _ in STEPS]).update_layout(
        height=80 + 34 * len(names), showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        yaxis={"type": "category", "autorange": "reversed", "fixedrange": True, "showgrid": False},
    )  # fmt: skip


def _step(row: dict[str, Any] | None) -> float | None:
    """The place of a cell's step on the scale of colours."""
    if row is None:
        return None
    share = row["failed"] / row["asked"]
    return next(step for step, (_, most, _) in enumerate(STEPS) if share <= most) + 0.5


def failures(found: pl.DataFrame, seen: Seen) -> Drawn:
    """Provider, status, error type, most first within each; a click leads to the requests."""
    if found.is_empty():
        return parts.nothing("No request failed.")
    most = int(found["requests"].max() or 1)  # type: ignore[arg-type]
    sums = found.group_by("provider").agg(total=pl.col("requests").sum())
    order = found.join(sums, on="provider").sort(
        ["total", "provider", "requests", "status"], descending=[True, False, True, False]
    )
    rows, before = [], None
    for row in order.head(MOST_ROWS).iter_rows(named=True):
        provider = Clause("provider", "equals", row["provider"])
        status = Clause("status", "equals", str(row["status"]))
        kind = Clause("error_type", "equals", row["error_type"])
        name = row["provider"] or "unknown"
        first, last = (fmt.clock(at.astimezone(seen.zone)) for at in (row["first_seen"], row["last_seen"]))
        rows.append(
            (
                Cell("" if name == before else name, _requests(seen, provider), title=name),
                Cell(
                    "stream broke off" if 200 <= row["status"] < 400 else fmt.status(row["status"]),
                    _requests(seen, provider, status),
                    nowrap=True,
                    dot=theme.SERVER_ERROR if 200 <= row["status"] < 400 else theme.status_colour(row["status"]),
                ),
                Cell(
                    row["error_type"] or "not named",
                    _requests(seen, provider, status, kind),
                    dim=not row["error_type"],
                    nowrap=True,
                ),
                Cell(_example(row["example"]), title=row["example"] or "", dim=True, long=True),
                first,
                last,
                Cell(fmt.number(row["requests"]), share=row["requests"] / most, colour=theme.SERVER_ERROR),
                fmt.percent(row["share"]),
            )
        )
        before = name
    heads = ("Provider", "Status", "Error", "Latest message", "First seen", "Last seen", "Requests", "Of all")
    return tables.table(heads, rows, numeric=4)


def compared(found: pl.DataFrame, seen: Seen, *, field: str, head: str) -> Drawn:
    """Latency, time to first token, speed and errors of every model or provider."""
    if found.is_empty():
        return parts.nothing("No request in this view.")
    table = latency.comparison(found)
    most = int(table["requests"].max() or 1)  # type: ignore[arg-type]
    rows = [
        (
            Cell(cut(row["name"], 40), _requests(seen, Clause(field, "equals", row["name"])), title=row["name"]),
            Cell(fmt.number(row["requests"]), share=row["requests"] / most),
            fmt.percent(row["errors"] / row["requests"]),
            fmt.duration(row["latency_p50"]),
            fmt.duration(row["latency_p95"]),
            fmt.duration(row["time_to_first_token_p50"]),
            fmt.duration(row["time_to_first_token_p95"]),
            fmt.NOTHING if row["speed_p50"] is None else f"{row['speed_p50']:,.0f}/s",
        )
        for row in table.head(MOST_ROWS).iter_rows(named=True)
    ]
    heads = (head, "Requests", "Errors", "Latency p50", "p95", "First token p50", "p95", "Tokens")
    return tables.table(heads, rows, numeric=7)


def _requests(seen: Seen, *clauses: Clause) -> str:
    view = seen.view
    for clause in clauses:
        view = view.with_clause(clause)
    return "/requests" + view.query()


def _example(message: str | None) -> str:
    text = " ".join((message or "").split())
    return text if len(text) <= LONGEST_EXAMPLE else text[: LONGEST_EXAMPLE - 1] + "…"


def _providers(found: pl.DataFrame) -> list[str]:
    return reliability.availability(found)["provider"].head(MOST_PROVIDERS).to_list()


def _available(row: dict[str, Any] | None) -> str:
    if row is None:
        return ""
    asked, failed = row["asked"], row["failed"]
    return f"{fmt.percent(1 - failed / asked)} of {fmt.number(asked)}, {fmt.number(failed)} failed"
