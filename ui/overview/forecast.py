"""This month's spend to date, and what it will be at the month's end."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

import plotly.graph_objects as go
import polars as pl

from ui import charts, theme
from ui import format as fmt
from ui.overview.lists import money
from ui.panel import Panel, Seen, dollars
from warehouse import forecast
from warehouse.forecast import FEWEST_DAYS, Month

HEIGHT = 290
"""Beside the list of what changed."""

_HQL = """
SELECT toDate(request_created_at, $zone) AS day, sum(cost_usd) AS cost_usd,
    sum(cost_usd) OVER (ORDER BY day) AS spent_usd, countIf(cost_status = 'unpriced') AS unpriced
FROM request_response_rmt
WHERE toDate(request_created_at, $zone) >= toStartOfMonth(toDate(now(), $zone)) AND ($filters)
GROUP BY day
ORDER BY day"""


def sub(found: Month, seen: Seen) -> str:
    """Both figures in words: the chart alone would have to be hovered over."""
    spent = f"{money(found.spent, found.unpriced)} so far in {found.first:%B}"
    if found.unpriced:
        spent += f" ({fmt.number(found.unpriced)} unpriced requests left out)"
    if found.end is None:
        days = f"{found.history} whole day{'' if found.history == 1 else 's'} of history"
        return f"{spent}; too early to say more: there {'is' if found.history == 1 else 'are'} {days} of {FEWEST_DAYS}"
    expected, low, high = (fmt.usd(value) for value in found.end)
    filtered = " · of this view's filters" if seen.view.clauses else ""
    return f"{spent}; about {expected} at its end, with 80 % between {low} and {high}{filtered}"


def draw(found: Month, seen: Seen) -> go.Figure:
    days = found.days
    x = [datetime.combine(day, time()) for day in days["day"]]
    dollars = {
        name: [None if value is None else value / 1e9 for value in days[name]]
        for name in ("spent", "expected", "low", "high")
    }
    figure = charts.lines(x, {"spent": (dollars["spent"], theme.COST)}, _usd, prefix="$")
    if found.end is not None:
        _band(figure, x, dollars, found)
    figure.update_layout(xaxis={"range": [x[0], x[-1]]}, height=HEIGHT)
    return figure


def _band(figure: go.Figure, x: list[datetime], dollars: dict[str, list[Any]], found: Month) -> None:
    """The forecast goes on from where the spend is now."""
    today = found.days["day"].to_list().index(found.today)
    for name in ("expected", "low", "high"):
        # Today's own end is hours away: the line begins where the spent one ends.
        dollars[name][today] = dollars["spent"][today]
    edge: dict[str, Any] = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
    figure.add_scatter(x=x[today:], y=dollars["low"][today:], **edge)
    figure.add_scatter(
        x=x[today:], y=dollars["high"][today:], mode="lines", line={"width": 0}, fill="tonexty", name="80 % range",
        fillcolor=theme.BAND, hoverinfo="skip",
    )  # fmt: skip
    said = [
        f"{_usd(expected)} ({_usd(low)} – {_usd(high)})"
        for expected, low, high in zip(*(dollars[name][today:] for name in ("expected", "low", "high")), strict=True)
    ]
    figure.add_scatter(
        x=x[today:], y=dollars["expected"][today:], mode="lines", name="expected", customdata=said,
        line={"color": theme.COST, "width": 1.8, "dash": "dash"}, hovertemplate="%{customdata}<extra></extra>",
    )  # fmt: skip


def _usd(dollars: float | None) -> str:
    return fmt.usd(None if dollars is None else dollars * 1e9)


def _rows(found: Month) -> pl.DataFrame:
    return dollars(found.days, ("spent", "expected", "low", "high"))


PANEL = Panel("forecast", "Spend this month", forecast.month, draw, sub, _HQL, rows=_rows)
