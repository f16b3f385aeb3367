"""The overview's panels."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import polars as pl
import streamlit as st

from ui import cached, empty, filters, grid, parts, pipeline, theme
from ui import format as fmt
from ui.frame import Context, guarded
from ui.overview import panels
from ui.parts import Bar, Tile
from ui.state import Clause
from warehouse import latency
from warehouse.metrics import Totals
from warehouse.overview import Overview

MOST = 8
"""Lines of a list."""


def draw(context: Context) -> None:
    with st.spinner("Reading …", show_time=False):
        found = cached.read_overview(*context.asked)
    if not found.is_complete:
        cached.read_overview.clear()
    series, health = found.answers["series"], None
    if isinstance(series, pl.DataFrame) and not found.totals.requests:
        return empty.no_matches(lambda: filters.clear(context.view), filtered=bool(context.view.clauses))
    with guarded("Figures"):
        st.html(parts.tiles(_tiles(found)))
    grid.draw(context, panels.PANELS)
    _lists(found, context)
    with guarded("Ingestion"):
        health = cached.health(context.organization_id)
        st.html(f'<p class="hg-sub">{pipeline.line(health, datetime.now(UTC))}</p>')


def _lists(found: Overview, context: Context) -> None:
    by_requests, by_cost = pl.col("requests").sum(), pl.col("cost").sum()
    rows: list[tuple[str, str, Callable[[], str]]] = [
        ("Models", "by cost", lambda: _grouped(found, context, "model", by_cost)),
        ("Providers", "by requests", lambda: _grouped(found, context, "provider", by_requests)),
        ("Errors", "by status and type", lambda: _errors(found, context)),
        ("Users by cost", "those with a user id", lambda: _users(found, context, "cost")),
        ("Users by requests", "those with a user id", lambda: _users(found, context, "requests")),
    ]
    for first, count in ((0, 3), (3, 2)):
        for column, (title, sub, html) in zip(st.columns(count), rows[first : first + count], strict=True):
            with column.container(border=True, height="stretch"), guarded(title):
                st.html(parts.panel(title, sub) + html())


def _tiles(found: Overview) -> list[Tile]:
    series, totals = found.series, found.totals
    now, before = found.answer("compared")
    active, active_series = found.answer("active_users")
    errors, tokens = series["requests"] - series["succeeded"], series["prompt_tokens"] + series["completion_tokens"]

    def note(of: Callable[[Totals], float | None]) -> str:
        changed = fmt.change(of(now), of(before))
        return f"{changed} on the period before" if changed else "nothing before it"

    def tile(name: str, value: str, note: str, trend: pl.Series, colour: str) -> Tile:
        return Tile(name, value, note, trend.to_list(), colour)

    failed = f"{fmt.number(totals.errors)} failed"
    if before.error_rate is not None:
        failed += f"; {fmt.percent(before.error_rate)} before"
    return [
        tile("Requests", fmt.number(totals.requests), note(lambda t: t.requests), series["requests"], theme.SUCCEEDED),
        tile("Error rate", fmt.percent(totals.error_rate), failed, errors, theme.SERVER_ERROR),
        tile("Cost", _money(totals.cost, totals.unpriced), note(lambda t: t.cost), series["cost"], theme.COST),
        _quantiles("Latency", "latency", found),
        _quantiles("First token", "time_to_first_token", found),
        tile("Tokens", fmt.number(totals.total_tokens), note(lambda t: t.total_tokens), tokens, theme.TOKENS["input"]),
        tile("Active users", fmt.number(active), "distinct, with a user id", active_series["users"], theme.USERS),
    ]


def _quantiles(name: str, measure: str, found: Overview) -> Tile:
    levels = found.answer(measure)
    of = latency.overall(levels)
    if of is None:
        return Tile(name, fmt.NOTHING, "nothing was streamed")
    note = f"median; p95 {fmt.duration(of['p95'])}"
    trend = latency.percentiles(levels, found.time_range)["p50"].to_list()
    return Tile(name, fmt.duration(of["p50"]), note, trend, theme.PERCENTILES["p50"])


def _money(cost: int, unpriced: int) -> str:
    """An amount of which part is not known is no exact one, and one of which nothing is known is no $0."""
    if unpriced and not cost:
        return "unpriced"
    return f"≥ {fmt.usd(cost)}" if unpriced else fmt.usd(cost)


def _grouped(found: Overview, context: Context, field: str, rank: pl.Expr) -> str:
    sums = [pl.col(name).sum() for name in ("requests", "cost", "unpriced")]
    frame = found.answer("breakdown").group_by(field).agg(*sums, rank=rank).sort("rank", "requests", descending=True)
    highest = frame["rank"].max() or 1
    lines = [
        Bar(
            row[field] or "unknown",
            (fmt.number(row["requests"]), _money(row["cost"], row["unpriced"])),
            row["rank"] / highest,
            _link(context, Clause(field, "equals", row[field])),
        )
        for row in frame.head(MOST).iter_rows(named=True)
    ]
    return parts.bars((field.title(), "Requests", "Cost"), lines)


def _errors(found: Overview, context: Context) -> str:
    failed = found.answer("breakdown").filter(~pl.col("status").is_between(200, 399))
    if failed.is_empty():
        return parts.nothing("No request failed.")
    frame = failed.group_by("status", "error_type").agg(pl.col("requests").sum()).sort("requests", descending=True)
    total = found.totals.requests
    lines = [
        Bar(
            _error(row["status"], row["error_type"]),
            (fmt.number(row["requests"]), fmt.percent(row["requests"] / total)),
            row["requests"] / (frame["requests"].max() or 1),
            _link(context, Clause("status", "equals", str(row["status"]))),
            theme.status_colour(row["status"]),
            dot=True,
        )
        for row in frame.head(MOST).iter_rows(named=True)
    ]
    return parts.bars(("Status", "Requests", "Share"), lines)


def _error(status: int, error_type: str) -> str:
    name = fmt.status(status)
    return f"{name} · {error_type}" if error_type and error_type.replace("_", " ") not in name else name


def _users(found: Overview, context: Context, rank: str) -> str:
    frame = found.answer("top_users").sort(rank, descending=True).head(MOST)
    if frame.is_empty():
        return parts.nothing("No request of this view names a user (header Helicone-User-Id).")
    highest = frame[rank].max() or 1
    lines = [
        Bar(
            row["user_id"],
            (fmt.number(row["requests"]), fmt.usd(row["cost"])),
            row[rank] / highest,
            _link(context, Clause("user_id", "equals", row["user_id"])),
        )
        for row in frame.iter_rows(named=True)
    ]
    return parts.bars(("User", "Requests", "Cost"), lines)


def _link(context: Context, clause: Clause) -> str:
    return context.view.with_clause(clause).query()
