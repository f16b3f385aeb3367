"""The panels of the overview."""

from __future__ import annotations

import polars as pl

from ui import charts, parts, theme
from ui import format as fmt
from ui.overview import changed, forecast, lists, quality
from ui.panel import Drawn, Panel, Seen
from warehouse import latency, metrics
from warehouse import tokens as usage

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


_AVERAGES = """
SELECT $at AS at, countIf(cost_status IN ('priced', 'provider')) AS priced, sum(cost_usd) AS cost_usd,
    countIf(cost_status IN ('priced', 'provider', 'unpriced')) AS used,
    sum(prompt_tokens) AS prompt_tokens, sum(completion_tokens) AS completion_tokens
FROM request_response_rmt
WHERE $where
GROUP BY at
ORDER BY at"""
_PER_MINUTE = """
SELECT at, (prompt_tokens + completion_tokens) / minutes AS total, prompt_tokens / minutes AS prompt,
    completion_tokens / minutes AS completion
FROM (
    SELECT $at AS at, sum(prompt_tokens) AS prompt_tokens, sum(completion_tokens) AS completion_tokens,
        greatest(toDateTime64(at, 3, $zone), $start) AS begins,
        least(toDateTime64(at, 3, $zone) + INTERVAL $seconds SECOND, $end, now64(3)) AS ends,
        greatest(dateDiff('millisecond', begins, ends) / 60000, 1) AS minutes
    FROM request_response_rmt
    WHERE $where
    GROUP BY at
)
ORDER BY at"""
_QUANTILES = """
SELECT $at AS at, quantileExact(0.5)(of) AS p50, quantileExact(0.9)(of) AS p90, quantileExact(0.95)(of) AS p95,
    quantileExact(0.99)(of) AS p99
FROM (
    SELECT request_created_at, multiIf(
        $measure = 'latency', toUInt64(latency), $measure = 'prompt_tokens', toUInt64(prompt_tokens),
        $measure = 'completion_tokens', toUInt64(completion_tokens), toUInt64(total_tokens)) AS of
    FROM request_response_rmt
    WHERE $where AND ($measure = 'latency' OR cost_status IN ('priced', 'provider', 'unpriced'))
)
GROUP BY at
ORDER BY at"""


def _percentiles(measure: str) -> str:
    levels = ", ".join(f"quantileExact({p / 100:g})({measure}) AS p{p}" for p in latency.PERCENTILES)
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


def _per_minute(rates: pl.DataFrame, seen: Seen) -> Drawn:
    colours = {"total": theme.LAG, "prompt": theme.TOKENS["input"], "completion": theme.TOKENS["output"]}
    lines = {name: (rates[name], colour) for name, colour in colours.items()}
    return charts.lines(charts.times(rates, seen.zone), lines, lambda value: f"{fmt.number(value)} a minute")


def _quantiles(levels: pl.DataFrame, seen: Seen) -> Drawn:
    measure = str((seen.options or {})["measure"])
    if levels.is_empty():
        return parts.nothing(f"No request of this view has {_OF[measure]}.")
    found = latency.percentiles(levels, seen.time_range)
    if measure == "latency":
        return charts.percentiles(found, seen.zone)
    lines = {name: (found[name], colour) for name, colour in theme.PERCENTILES.items()}
    return charts.lines(charts.times(found, seen.zone), lines, fmt.number)


def _averages(series: pl.DataFrame, seen: Seen) -> Drawn:
    of = {name: int(series[name].sum()) for name in series.columns if name != "at"}

    def mean(name: str, count: str) -> float | None:
        return of[name] / of[count] if of[count] else None

    prompt, completion = mean("prompt_tokens", "used"), mean("completion_tokens", "used")
    total = None if prompt is None or completion is None else prompt + completion
    return parts.facts(
        [
            ("Cost", fmt.usd(mean("cost", "priced"))),
            ("Prompt tokens", fmt.number(prompt)),
            ("Completion tokens", fmt.number(completion)),
            ("Total tokens", fmt.number(total)),
        ]
    )


def _averages_sub(series: pl.DataFrame, seen: Seen) -> str:
    priced, used = int(series["priced"].sum()), int(series["used"].sum())
    return f"cost of the {fmt.number(priced)} with a price, tokens of the {fmt.number(used)} that used any"


MEASURES = (
    ("latency", "Latency"),
    ("prompt_tokens", "Prompt tokens"),
    ("completion_tokens", "Completion tokens"),
    ("total_tokens", "Total tokens"),
)
_OF = {name: label.lower() for name, label in MEASURES}

PANELS: tuple[Panel, ...] = (
    changed.PANEL,
    forecast.PANEL,
    Panel("averages", "A request on average", metrics.averages, _averages, _averages_sub, _AVERAGES),
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
        latency.timed,
        over_time=True,
    ),
    Panel(
        "time-to-first-token",
        "Time to first token",
        latency.histogram,
        percentiles,
        "{every}, percentiles of streamed requests",
        _percentiles("time_to_first_token"),
        latency.timed,
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
        "tokens-per-minute",
        "Tokens per minute",
        metrics.per_minute,
        _per_minute,
        "mean rate {every}",
        _PER_MINUTE,
        over_time=True,
    ),
    Panel(
        "quantiles",
        "Quantiles",
        usage.histogram,
        _quantiles,
        lambda found, seen: f"{seen.every}, of {_OF[str((seen.options or {})['measure'])]}",
        _QUANTILES,
        latency.timed,
        options=(("measure", "latency"),),
        choices=(("measure", MEASURES),),
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
    *quality.PANELS,
    *lists.PANELS,
)

ROWS: tuple[tuple[int, tuple[str, ...]], ...] = (
    (2, ("what-changed", "forecast")),
    (2, ("requests", "cost")),
    (2, ("latency", "time-to-first-token")),
    (1, ("averages",)),
    (3, ("models-by-cost", "providers", "errors")),
    (2, ("tokens", "tokens-per-minute")),
    (2, ("quantiles", "active-users")),
    (2, ("scores-over-time", "feedback")),
    (3, ("models-by-requests", "top-users-by-cost", "top-users-by-requests")),
    (2, ("countries", "threats")),
)
"""The page that is there without anybody's doing: columns of a row, and its panels."""


def built_in() -> list[tuple[int, list[Panel]]]:
    named = {panel.name: panel for panel in PANELS}
    return [(columns, [named[name] for name in names]) for columns, names in ROWS]
