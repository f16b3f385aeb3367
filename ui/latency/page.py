"""The page as a whole: how long requests take, models and providers compared, how they fail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import polars as pl
import streamlit as st

from ui import asking, cached, empty, filters, grid, parts, pipeline, theme
from ui import format as fmt
from ui.cached import Answer
from ui.frame import Context, guarded
from ui.latency import panels
from ui.parts import Tile
from warehouse import latency, reliability


def draw(context: Context) -> None:
    measures = {
        name: asking.begin(context, latency.histogram, measure=name)
        for name in ("latency", "time_to_first_token", "speed", "gateway_overhead_us")
    }
    outcomes = asking.begin(context, reliability.outcomes)
    if outcomes.exception() is None and outcomes.result().value.is_empty():
        return empty.no_matches(lambda: filters.clear(context.view), filtered=bool(context.view.clauses))
    with guarded("Figures"):
        found = {name: future.result() for name, future in measures.items()}
        st.html(parts.tiles(_tiles(found, outcomes.result())))
    grid.draw_rows(context, panels.ROWS)
    with guarded("Ingestion"):
        line = pipeline.line(cached.health(context.organization_id), datetime.now(UTC))
        st.html(f'<p class="hg-sub">{parts.text(line)} · <a href="/pipeline" target="_self">pipeline</a></p>')


def _tiles(found: dict[str, Answer], outcomes: Answer) -> list[Tile]:
    return [
        _spread("Latency", found["latency"], fmt.duration, "p95"),
        _spread("First token", found["time_to_first_token"], fmt.duration, "p95"),
        _spread("Output speed", found["speed"], _speed, "p90"),
        _spread("Gateway overhead", found["gateway_overhead_us"], _overhead, "p99"),
        *_rates(outcomes),
    ]


def _spread(name: str, answer: Answer, shown: Callable[[float], str], high: str) -> Tile:
    levels = latency.overall(answer.value)
    if levels is None:
        return Tile(name, fmt.NOTHING, _NONE[name])
    trend = latency.percentiles(answer.value, answer.time_range)["p50"].to_list()
    return Tile(name, shown(levels["p50"]), f"median; {high} {shown(levels[high])}", trend, theme.PERCENTILES["p50"])


_NONE = {
    "Latency": "no request", "First token": "nothing was streamed", "Output speed": "nothing was streamed",
    "Gateway overhead": "nothing came through it",
}  # fmt: skip


def _rates(answer: Answer) -> list[Tile]:
    found: pl.DataFrame = answer.value
    sums = {name: int(found[name].sum()) for name in ("requests", "errors", "asked", "failed")}
    over_time = _every_bar(found, answer)
    available = 1 - sums["failed"] / sums["asked"] if sums["asked"] else None
    return [
        Tile(
            "Error rate", fmt.percent(sums["errors"] / (sums["requests"] or 1)),
            f"{fmt.number(sums['errors'])} of {fmt.number(sums['requests'])}", over_time["errors"].to_list(),
            theme.SERVER_ERROR,
        ),
        Tile(
            "Availability", fmt.percent(available), f"providers failed {fmt.number(sums['failed'])}",
            over_time["failed"].to_list(), theme.SERVER_ERROR,
        ),
    ]  # fmt: skip


def _every_bar(found: pl.DataFrame, answer: Answer) -> pl.DataFrame:
    """The sums of all providers in every bar of time."""
    sums = found.group_by("at").agg(pl.col("errors", "failed").sum())
    frame = pl.DataFrame({"at": list(answer.time_range.edges)})
    return frame.join(sums, on="at", how="left", maintain_order="left").fill_null(0)


def _speed(tokens: float) -> str:
    return f"{tokens:,.0f}/s"


def _overhead(microseconds: float) -> str:
    return f"{microseconds / 1000:.2f} ms"
