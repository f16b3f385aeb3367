"""One user: what they asked for, when, with which models, in which sessions."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from ui import asking, grid, parts, theme
from ui import format as fmt
from ui.cached import Answer
from ui.frame import Context, guarded
from ui.parts import Tile
from ui.state import Clause
from ui.users.panels import OF_USER, TRENDS
from ui.users.table import Order
from warehouse import users


def draw(context: Context, user_id: str) -> None:
    view = context.view.with_clause(Clause("user_id", "equals", user_id))
    of_user = replace(context, view=view)
    back = "/users" + context.view.query(**Order.of(st.query_params.to_dict()).parameters)
    requests, sessions = "/requests" + view.query(), "/sessions" + view.query()
    st.html(parts.links([("← All users", back), ("Their requests", requests), ("Their sessions", sessions)]))
    trend = asking.begin(of_user, users.trend)
    with guarded("Figures"):
        found = asking.begin(of_user, users.table).result()
        st.html(parts.panel(user_id, _seen(context, found)))
        if found.value.rows.is_empty():
            st.html(parts.empty("Nothing here", "This user sent nothing in this view. Try a longer range."))
            return
        st.html(parts.tiles(_tiles(context, found, trend.result())))
    rows = [TRENDS[:2], TRENDS[2:], OF_USER[:2], OF_USER[2:]]
    panels = [one for row in rows for one in row]
    asked = asking.of_panels(of_user, panels, begun={users.trend: trend})
    grid.draw_rows(of_user, [(2, row) for row in rows], key="user", asked=asked)


def _tiles(context: Context, found: Answer, trend: Answer) -> list[Tile]:
    row, series = found.value.rows.row(0, named=True), trend.value
    tokens = row["prompt_tokens"] + row["completion_tokens"]
    days = row["active_days"]
    per_day = f"{fmt.number(row['requests_per_day'])} per active day"
    failed = f"{fmt.percent(row['errors'] / row['requests'])} of requests"
    return [
        Tile("Requests", fmt.number(row["requests"]), per_day, series["requests"].to_list(), theme.SUCCEEDED),
        Tile("Cost", fmt.money(row["cost"], row["unpriced"]), _per_request(row), series["cost"].to_list(), theme.COST),
        Tile("Failed", fmt.number(row["errors"]), failed, series["errors"].to_list(), theme.SERVER_ERROR),
        Tile("Rate-limited", fmt.number(row["limited"]), "by our own limits"),
        Tile("Tokens", fmt.number(tokens), f"{fmt.number(row['tokens_per_request'])} per request"),
        Tile("Latency", fmt.duration(row["latency"] / row["requests"]), "mean"),
        Tile("Active", f"{days} day{'' if days == 1 else 's'}", f"days of {context.zone_name}"),
    ]


def _seen(context: Context, found: Answer) -> str:
    if found.value.rows.is_empty():
        return "not in this view"
    row = found.value.rows.row(0, named=True)
    first, last = (fmt.moment(row[name].astimezone(context.zone)) for name in ("first_seen", "last_seen"))
    return f"first seen {first}, last seen {last}, of all time"


def _per_request(row: dict[str, int]) -> str:
    priced = row["requests"] - row["unpriced"]
    return f"{fmt.usd(row['cost'] / priced)} per request" if priced and row["cost"] else ""
