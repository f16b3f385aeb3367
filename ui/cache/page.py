"""The page as a whole."""

from __future__ import annotations

import polars as pl
import streamlit as st

from ui import asking, empty, filters, grid, parts, theme
from ui import format as fmt
from ui.cache import panels
from ui.frame import Context, guarded
from ui.panel import Panel
from ui.parts import Tile
from warehouse import cache, metrics
from warehouse.cache import Usage
from warehouse.timerange import TimeRange


def draw(context: Context) -> None:
    origins = asking.begin(context, cache.origins)
    with st.spinner("Reading …", show_time=False):
        usage, series = asking.together(context, [cache.usage, metrics.series])
    requests = metrics.totals(series.result().value).requests
    if not requests:
        return empty.no_matches(lambda: filters.clear(context.view), filtered=bool(context.view.clauses))
    found = usage.result()
    of = cache.totals(found.value)
    if not of.enabled:
        return _how(requests)
    with guarded("Figures"):
        st.html(parts.tiles(_tiles(of, requests, found.value, found.time_range, origins.result().value)))
    begun = {cache.usage: usage, cache.origins: origins}
    rows: list[tuple[int, list[Panel]]] = [
        (2, [panels.HITS, panels.SAVED]),
        (2, [panels.WAITED, panels.AGES]),
        (1, [panels.TOP]),
        (1, [panels.MODELS]),
    ]
    asked = asking.of_panels(context, [one for _, row in rows for one in row], begun=begun)
    grid.draw_rows(context, rows, key="cache", asked=asked)


def _how(requests: int) -> None:
    st.html(parts.empty("Nothing asked for caching", f"None of the {fmt.number(requests)} requests did. {panels.HOW}"))


def _tiles(of: Usage, requests: int, usage: pl.DataFrame, time_range: TimeRange, origins: pl.DataFrame) -> list[Tile]:
    series = cache.over_time(usage, time_range)
    rate = [hits / enabled if enabled else None for hits, enabled in series.select("hits", "enabled").iter_rows()]
    known = int(origins.filter(pl.col("age") != "unknown")["hits"].sum())
    tokens = f"of {fmt.number(known)} of {fmt.number(of.hits)} hits" if known < of.hits else "in the stored answers"
    per_hit = of.saved_latency / of.hits if of.hits else None
    return [
        Tile("Cache hits", fmt.number(of.hits), "served by the gateway", series["hits"].to_list(), theme.HIT),
        Tile("Hit rate", fmt.percent(of.rate), f"of {fmt.number(of.enabled)} asking for it", rate, theme.HIT),
        Tile("Of all requests", fmt.percent(of.hits / requests), f"of {fmt.number(requests)}"),
        Tile(
            "Money saved",
            panels.saving(of.saved_cost, of.unknown, of.hits),
            _unknown(of),
            series["saved_cost"].to_list(),
            theme.COST,
        ),
        Tile(
            "Time saved", fmt.duration(of.saved_latency) if of.hits else fmt.NOTHING, f"{fmt.duration(per_hit)} per hit"
        ),
        Tile(
            "Tokens not bought",
            fmt.number(int(origins["tokens"].sum())) if of.hits else fmt.NOTHING,
            tokens if of.hits else "",
        ),
    ]


def _unknown(of: Usage) -> str:
    if of.unknown:
        return f"{fmt.number(of.unknown)} hits of unknown price"
    return f"{fmt.usd(of.saved_cost / of.hits)} per hit" if of.hits else ""
