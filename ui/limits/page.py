"""The page as a whole."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import streamlit as st

from ui import asking, cached, empty, filters, grid, parts, theme
from ui import format as fmt
from ui.frame import Context, guarded
from ui.limits import panels
from ui.panel import Panel
from ui.parts import Tile
from ui.url import kept
from warehouse import limits
from warehouse.limits import PROPERTY

POLICY = (
    "A limit is set with the header Helicone-RateLimit-Policy, for example 1000;w=3600;s=user: a thousand requests an "
    "hour for each user. w is the window in seconds (60 or more), u=cents limits the cost instead, and s is user or "
    "the name of a property; without s the limit is one for all."
)
MOST_PROPERTIES = 6
"""Offered to group by, beside users, models and providers."""


def draw(context: Context) -> None:
    people = asking.begin(context, limits.people)
    with st.spinner("Reading …", show_time=False):
        [series] = asking.together(context, [limits.series])
    found: pl.DataFrame = series.result().value
    if not found["requests"].sum():
        return empty.no_matches(lambda: filters.clear(context.view), filtered=bool(context.view.clauses))
    own, provider = int(found["own"].sum()), int(found["provider"].sum())
    if not own and not provider:
        return _how(int(found["requests"].sum()))
    with guarded("Figures"):
        st.html(parts.tiles(_tiles(found, people.result().value)))
    by = _offered(context, panels.BY).chosen(kept())
    rows: list[tuple[int, list[Panel]]] = [(2, [panels.SERIES, by]), (1, [panels.LATEST]), (1, [panels.PROVIDERS])]
    if not own:
        st.html(f'<p class="hg-sub">{parts.text(f"{panels.NONE} {POLICY}")}</p>')
        rows = [(1, [panels.SERIES]), (1, [panels.PROVIDERS])]
    asked = asking.of_panels(context, [one for _, row in rows for one in row], begun={limits.series: series})
    grid.draw_rows(context, rows, key="limits", asked=asked)


def _how(requests: int) -> None:
    st.html(parts.empty("Nothing was limited", f"None of the {fmt.number(requests)} requests was. {POLICY}"))


def _offered(context: Context, panel: Panel) -> Panel:
    """The choice to group by, with the organisation's properties."""
    names = sorted(
        name
        for name in cached.property_names(context.organization_id).values()
        if not name.lower().startswith("helicone-")
    )
    properties = [(PROPERTY + name, name) for name in names[:MOST_PROPERTIES]]
    return replace(panel, choices=(("by", (*panels.LABELS.items(), *properties)),))


def _tiles(series: pl.DataFrame, people: int) -> list[Tile]:
    own, provider, requests = (int(series[name].sum()) for name in ("own", "provider", "requests"))
    return [
        Tile(
            "Stopped by our limits",
            fmt.number(own),
            "before a provider was asked",
            series["own"].to_list(),
            theme.CLIENT_ERROR,
        ),
        Tile("Share of all", fmt.percent(own / requests), f"of {fmt.number(requests)} requests"),
        Tile("Users stopped", fmt.number(people), "distinct, with a user id"),
        Tile(
            "429s of providers",
            fmt.number(provider),
            f"{fmt.percent(provider / requests)} of all requests",
            series["provider"].to_list(),
            theme.SERVER_ERROR,
        ),
    ]
