"""The panels of the overview."""

from __future__ import annotations

import polars as pl

from ui import charts, parts
from ui import format as fmt
from ui.panel import Drawn, Panel, Seen
from warehouse import latency, metrics

_COUNTS = """
SELECT $at AS at, count() AS requests, countIf(status BETWEEN 200 AND 399) AS succeeded,
    countIf(status BETWEEN 400 AND 499) AS client_errors, countIf(status >= 500) AS server_errors,
    countIf(status < 200) AS not_answered
FROM request_response_rmt
WHERE $where
GROUP BY at
ORDER BY at"""
_COST = """
SELECT $at AS at, sum(cost_usd) AS cost_usd, countIf(cost_status = 'unpriced') AS unpriced
FROM request_response_rmt
WHERE $where
GROUP BY at
ORDER BY at"""
_TOKENS = """
SELECT $at AS at, sum(prompt_tokens) AS prompt_tokens, sum(prompt_cache_read_tokens) AS prompt_cache_read_tokens,
    sum(completion_tokens) AS completion_tokens, sum(reasoning_tokens) AS reasoning_tokens
FROM request_response_rmt
WHERE $where
GROUP BY at
ORDER BY at"""
_USERS = """
SELECT $at AS at, uniq(user_id) AS users
FROM request_response_rmt
WHERE $where AND user_id != ''
GROUP BY at
ORDER BY at"""


def _percentiles(measure: str) -> str:
    levels = ", ".join(f"quantile({p / 100:g})({measure}) AS p{p}" for p in latency.PERCENTILES)
    return f"""
SELECT $at AS at, {levels}
FROM request_response_rmt
WHERE $where AND isNotNull({measure})
GROUP BY at
ORDER BY at"""


def cost(series: pl.DataFrame, seen: Seen) -> Drawn:
    return charts.cost(series, seen.zone)


def percentiles(levels: pl.DataFrame, seen: Seen) -> Drawn:
    if levels.is_empty():
        return parts.nothing("No request of this view was streamed.")
    return charts.percentiles(latency.percentiles(levels, seen.time_range), seen.zone)


def cost_note(series: pl.DataFrame, seen: Seen) -> str:
    count = int(series["unpriced"].sum())
    left_out = f"; {fmt.number(count)} unpriced requests left out" if count else ""
    return f"{seen.every}, in US dollars{left_out}"


PANELS: tuple[Panel, ...] = (
    Panel(
        "requests",
        "Requests",
        metrics.series,
        lambda series, seen: charts.outcomes(series, seen.zone),
        "{every}, by outcome",
        _COUNTS,
        over_time=True,
    ),
    Panel("cost", "Cost", metrics.series, cost, cost_note, _COST, over_time=True),
    Panel(
        "latency",
        "Latency",
        latency.histogram,
        percentiles,
        "{every}, percentiles of all requests",
        _percentiles("latency"),
        over_time=True,
    ),
    Panel(
        "time-to-first-token",
        "Time to first token",
        latency.histogram,
        percentiles,
        "{every}, percentiles of streamed requests",
        _percentiles("time_to_first_token"),
        options=(("measure", "time_to_first_token"),),
        over_time=True,
    ),
    Panel(
        "tokens",
        "Tokens",
        metrics.series,
        lambda series, seen: charts.tokens(series, seen.zone),
        "{every}, by kind",
        _TOKENS,
        over_time=True,
    ),
    Panel(
        "active-users",
        "Active users",
        metrics.active_users,
        lambda active, seen: charts.users(active[1], seen.zone),
        "{every}, distinct",
        _USERS,
        rows=lambda active: active[1],
        over_time=True,
    ),
)
