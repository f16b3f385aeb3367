"""The panels of the page."""

from __future__ import annotations

from html import escape

import plotly.graph_objects as go
import polars as pl
from streamlit.elements.lib.streamlit_plotly_theme import GRAY_90

from ui import charts, parts, theme
from ui import format as fmt
from ui.panel import Drawn, Panel, Seen
from ui.properties import tables
from warehouse import properties

KEY = "App"
"""The property of a panel that stands alone, until another is chosen."""

MOST_WRITTEN = 8
"""Columns of a heatmap up to which its cells have room for their figures."""
LEGIBLE = 0.6
"""Opacity of a heatmap on which texts are legible on either theme, as of `theme.shade`."""

_KEYS = """
SELECT name, uniq(value) AS values, count() AS requests,
    requests / (SELECT count() FROM request_response_rmt WHERE $where) AS share, sum(cost_usd) AS cost_usd,
    countIf(cost_status = 'unpriced') AS unpriced
FROM request_response_rmt
ARRAY JOIN mapKeys(properties) AS name, mapValues(properties) AS value
WHERE $where AND NOT match(name, '(?i)^helicone-(session|prompt|request)-')
GROUP BY name
ORDER BY requests DESC, name"""
_OVER_TIME = """
WITH top AS (
    SELECT properties[$key] AS value
    FROM request_response_rmt
    WHERE $where AND mapContains(properties, $key)
    GROUP BY value
    ORDER BY if($measure = 'cost', sum(cost), count()) DESC, value
    LIMIT 10
)
SELECT $at AS at, if(properties[$key] IN (SELECT value FROM top), properties[$key], NULL) AS value_or_others,
    count() AS requests, sum(cost_usd) AS cost_usd, countIf(cost_status = 'unpriced') AS unpriced
FROM request_response_rmt
WHERE $where AND mapContains(properties, $key)
GROUP BY at, value_or_others
ORDER BY at, value_or_others"""
_VALUES = """
SELECT properties[$key] AS value, count() AS requests, count() / sum(count()) OVER () AS share,
    sum(cost_usd) AS cost_usd, countIf(cost_status = 'unpriced') AS unpriced,
    cost_usd / nullIf(countIf(cost_status IN ('priced', 'provider')), 0) AS cost_usd_each,
    nullIf(countIf(cost_status IN ('priced', 'provider', 'unpriced')), 0) AS used,
    sum(prompt_tokens) / used AS prompt_tokens_each, sum(completion_tokens) / used AS completion_tokens_each,
    avg(latency) AS latency_ms, countIf(status NOT BETWEEN 200 AND 399) / count() AS error_rate
FROM request_response_rmt
WHERE $where AND mapContains(properties, $key)
GROUP BY value
QUALIFY $containing = '' OR positionCaseInsensitiveUTF8(value, $containing) > 0
ORDER BY multiIf($order = 'cost', cost_usd, $order = 'latency', latency_ms, $order = 'errors', error_rate,
    toFloat64(requests)) DESC, value
LIMIT 200"""
_UNITS = """
SELECT properties[$key] AS value, sum(cost_usd) AS cost_usd, countIf(cost_status = 'unpriced') AS unpriced,
    uniqIf(user_id, user_id != '') AS users,
    sumIf(cost, user_id != '') / 1e9 / nullIf(users, 0) AS cost_usd_a_user,
    uniqIf(session_id, session_id != '') AS sessions,
    sumIf(cost, session_id != '') / 1e9 / nullIf(sessions, 0) AS cost_usd_a_session,
    sumIf(total_tokens, session_id != '') / nullIf(sessions, 0) AS tokens_a_session
FROM request_response_rmt
WHERE $where AND mapContains(properties, $key)
GROUP BY value
ORDER BY cost_usd DESC, count() DESC, value
LIMIT 20"""
_CROSS = """
SELECT properties[$key] AS value, properties[$by] AS by, count() AS requests,
    countIf(status NOT BETWEEN 200 AND 399) / requests AS error_rate, sum(cost_usd) AS cost_usd,
    countIf(cost_status = 'unpriced') AS unpriced, avg(latency) AS latency_ms
FROM request_response_rmt
WHERE $where AND mapContains(properties, $key) AND mapContains(properties, $by)
GROUP BY value, by
ORDER BY if($measure = 'cost', cost_usd, toFloat64(requests)) DESC, value, by"""


def _over_time(found: pl.DataFrame, seen: Seen) -> Drawn:
    measure = str((seen.options or {})["measure"])
    if found.is_empty():
        return parts.nothing(f"No request of this view has the property {tables.key(seen)}.")
    frame = pl.DataFrame({"at": list(seen.time_range.edges)})
    sums = found.group_by("value", "other").agg(pl.col(measure).sum())
    bars: dict[str, tuple[pl.Series, str]] = {}
    # By name, so that a value has the same colour in both charts where these have the same values.
    named = sorted(value for value, other in sums.select("value", "other").iter_rows() if not other)
    colours = dict(zip(named, theme.MANY, strict=False))
    for row in sums.sort(["other", measure, "value"], descending=[False, True, False]).iter_rows(named=True):
        one = found.filter((pl.col("value") == row["value"]) & (pl.col("other") == row["other"]))
        heights = frame.join(one.select("at", measure), on="at", how="left", maintain_order="left")[measure].fill_null(
            0
        )
        name = label(None if row["other"] else row["value"], 24)
        colour = theme.SERIES[-1] if row["other"] else colours[row["value"]]
        bars[name] = (heights / 1e9 if measure == "cost" else heights, colour)
    words = fmt.number if measure == "requests" else _dollars
    figure = charts.bars(frame, seen.zone, bars, words, prefix="$" if measure == "cost" else "")
    # The legend takes a line for every three or four of them.
    height = charts.HEIGHT + 20 * (len(bars) // 3)
    return figure.update_layout(height=height)


def _dollars(value: float) -> str:
    return fmt.usd(value * 1e9)


def _cross(found: pl.DataFrame, seen: Seen) -> Drawn:
    options = seen.options or {}
    measure, by = str(options["measure"]), str(options["by"])
    if found.is_empty() or tables.key(seen) == by:
        return parts.nothing("No request of this view has both properties, or they are the same one.")
    across, down = tables.order(found, "by", measure), tables.order(found, "value", measure)
    cells = {(row["value"], row["by"]): row for row in found.iter_rows(named=True)}
    grid = [[cells.get((value, other)) for other in across] for value in down]
    words = [[tables.shown(measure, row) if row else "" for row in line] for line in grid]
    x, y = [label(one, 22) for one in across], [label(one, 26) for one in down]
    figure = go.Figure(
        go.Heatmap(
            z=[[tables.amount(measure, row) if row else None for row in line] for line in grid],
            x=x, y=y, text=words, xgap=2, ygap=2, opacity=LEGIBLE, showscale=False,
            colorscale=theme.SCALE_BAD if measure == "error_rate" else theme.SCALE,
            hovertemplate=f"{label(tables.key(seen))} %{{y}}<br>{label(by)} %{{x}}<br>%{{text}}<extra></extra>",
        )
    )  # fmt: skip
    if len(across) <= MOST_WRITTEN:
        # A heatmap's own texts have one colour on either theme; the browser puts the theme's in the place of this one.
        figure.add_scatter(
            x=x * len(down), y=[one for one in y for _ in x], text=[word for line in words for word in line],
            mode="text", textfont={"size": 11, "color": GRAY_90}, hoverinfo="skip", showlegend=False,
        )  # fmt: skip
    return figure.update_layout(
        height=90 + 28 * len(down), margin={"l": 4, "r": 4, "t": 4, "b": 4}, dragmode=False,
        xaxis={"type": "category", "fixedrange": True, "showgrid": False, "automargin": True, "side": "top"},
        yaxis={"type": "category", "fixedrange": True, "showgrid": False, "automargin": True, "autorange": "reversed"},
    )  # fmt: skip


def label(value: str | None, longest: int = 32) -> str:
    """A value for use in a chart, whose texts are HTML with placeholders."""
    text = tables.named(value)
    text = text if len(text) <= longest else text[: longest - 1] + "…"
    return escape(text).replace("%{", "% {")


def _cross_sub(found: pl.DataFrame, seen: Seen) -> str:
    options = seen.options or {}
    return (
        f"{options['key']} by {options['by']}: requests that have both; the {properties.MOST_CROSSED} largest of each"
    )


PANELS: tuple[Panel, ...] = (
    Panel(
        "properties-keys",
        "Properties",
        properties.keys,
        tables.keys,
        "what requests say of themselves; those of sessions and prompts are on these pages",
        _KEYS,
    ),
    Panel(
        "properties-cost",
        "Cost by value",
        properties.over_time,
        _over_time,
        "{every}, the ten that cost most",
        _OVER_TIME,
        options=(("key", KEY), ("measure", "cost")),
        over_time=True,
    ),
    Panel(
        "properties-requests",
        "Requests by value",
        properties.over_time,
        _over_time,
        "{every}, the ten with most",
        _OVER_TIME,
        options=(("key", KEY), ("measure", "requests")),
        over_time=True,
    ),
    Panel(
        "properties-values",
        "Values",
        properties.values,
        tables.values,
        tables.values_sub,
        _VALUES,
        options=(("containing", ""), ("key", KEY), ("order", "requests")),
    ),
    Panel(
        "properties-units",
        "Unit economics",
        properties.units,
        tables.units,
        "a user's cost is that of the requests that name one, a session's (a conversation's) of those in one",
        _UNITS,
        options=(("key", KEY),),
    ),
    Panel(
        "properties-cross",
        "Two properties",
        properties.cross,
        _cross,
        _cross_sub,
        _CROSS,
        options=(("by", KEY), ("key", KEY), ("measure", "cost")),
        choices=(("measure", tables.MEASURES),),
    ),
    Panel(
        "properties-cross-table",
        "Two properties, in figures",
        properties.cross,
        tables.crossed,
        _cross_sub,
        _CROSS,
        options=(("by", KEY), ("key", KEY), ("measure", "cost")),
    ),
)
