"""The page as a whole: all users of the view, or one of them."""

from __future__ import annotations

import streamlit as st

from ui import asking, empty, filters, grid, parts, theme
from ui import format as fmt
from ui.frame import Context, guarded
from ui.parts import Tile
from ui.url import kept
from ui.users import panels, person, table
from ui.users.address import USER
from warehouse import metrics, users
from warehouse.users import Summary


def draw(context: Context) -> None:
    if user_id := st.query_params.get(USER):
        return person.draw(context, user_id)
    rows = table.begin(context)
    with st.spinner("Reading …", show_time=False):
        summary, series = asking.together(context, [users.summary, metrics.series])
    totals = metrics.totals(series.result().value)
    if not totals.requests:
        return empty.no_matches(lambda: filters.clear(context.view), filtered=bool(context.view.clauses))
    with guarded("Figures"):
        found: Summary = summary.result().value
        if not found.users:
            st.html(parts.empty("No users", f"{panels.NAMELESS} Send it with each request to see who asks."))
            return
        st.html(parts.tiles(_tiles(found, totals.requests)))
    table.draw(context, rows)
    given = kept()
    grids = [
        (2, panels.SPREADS),
        (2, [panels.CONCENTRATION.chosen(given), panels.COHORTS[0]]),
        (2, panels.COHORTS[1:]),
    ]
    grid.draw_rows(context, grids, key="users")


def _tiles(of: Summary, requests: int) -> list[Tile]:
    mean = fmt.number(of.requests / of.users)
    nameless = f"{fmt.percent(1 - of.requests / requests)} of requests name nobody" if of.requests < requests else ""
    return [
        Tile("Users", fmt.number(of.users), nameless or "all requests name one", colour=theme.USERS),
        Tile("New users", fmt.number(of.new), f"{fmt.percent(of.new / of.users)}; never seen before"),
        Tile("Requests per user", fmt.number(of.median_requests), f"median; mean {mean}"),
        Tile("Cost per user", fmt.usd(of.median_cost), f"median; mean {fmt.money(of.cost / of.users, of.unpriced)}"),
        Tile("Half of the cost", _half(of), "by how few users it is made"),
        Tile("Error rate", fmt.percent(of.errors / of.requests), "of requests that name a user"),
    ]


def _half(of: Summary) -> str:
    if not of.half_cost:
        return fmt.NOTHING
    return f"{fmt.number(of.half_cost)} user{'' if of.half_cost == 1 else 's'}"
