"""The panels of the cache page."""

from __future__ import annotations

import polars as pl

from ui import charts, parts, tables, theme
from ui import format as fmt
from ui.panel import Drawn, Panel, Seen
from ui.parts import Bar
from ui.state import Clause
from ui.tables import Cell
from warehouse import cache

HOW = (
    "To switch caching on, send the header Helicone-Cache-Enabled: true. How long an answer is kept is said by "
    "Cache-Control: max-age, in seconds."
)

_SUMS = (
    "count() AS enabled, countIf(is_cached) AS hits, sum(saved_cost) / 1e9 AS saved_usd, "
    "sum(saved_latency) AS saved_latency, countIf(is_cached AND saved_cost = 0 AND price_id = '') AS unknown"
)
_OVER_TIME = f"""
SELECT $at AS at, {_SUMS}
FROM request_response_rmt
WHERE $where AND (cache_enabled OR is_cached)
GROUP BY at
ORDER BY at"""
_MODELS = f"""
SELECT request_model, {_SUMS}, hits / enabled AS hit_rate
FROM request_response_rmt
WHERE $where AND (cache_enabled OR is_cached)
GROUP BY request_model
ORDER BY enabled DESC, request_model"""
_TOP = """
SELECT cache_reference_id AS reference, any(model) AS model, count() AS hits, sum(saved_cost) / 1e9 AS saved_usd,
    sum(saved_latency) AS saved_latency, max(request_created_at) AS last_hit,
    argMax(request_id, request_created_at) AS last_request_id
FROM (SELECT * FROM request_response_rmt WHERE $where AND is_cached)
GROUP BY reference
ORDER BY hits DESC, saved_usd DESC, toString(reference)
LIMIT 12"""
_AGES = f"""
SELECT if(known, multiIf({cache.ages("dateDiff('second', stored_at, hit_at)")}), 'unknown') AS age,
    count() AS hits, sum(tokens) AS tokens
FROM (
    SELECT cache_reference_id AS reference, request_created_at AS hit_at
    FROM request_response_rmt
    WHERE $where AND is_cached
) AS h
LEFT JOIN (
    SELECT request_id, any(request_created_at) AS stored_at, true AS known, any(total_tokens) AS tokens
    FROM request_response_rmt
    WHERE cache_enabled
    GROUP BY request_id
) AS o ON o.request_id = h.reference
GROUP BY age
ORDER BY min(dateDiff('second', stored_at, hit_at))"""


def _hits(found: pl.DataFrame, seen: Seen) -> Drawn:
    series = cache.over_time(found, seen.time_range)
    misses = series["enabled"] - series["hits"]
    bars = {"hits": (series["hits"], theme.HIT), "misses": (misses, theme.MISS)}
    return charts.bars(series, seen.zone, bars, fmt.number)


def _saved(found: pl.DataFrame, seen: Seen) -> Drawn:
    series = cache.over_time(found, seen.time_range)
    bars = {"saved": (series["saved_cost"] / 1e9, theme.COST)}
    return charts.bars(series, seen.zone, bars, lambda v: fmt.usd(v * 1e9), prefix="$")


def _saved_said(found: pl.DataFrame, seen: Seen) -> str:
    unknown = cache.totals(found).unknown
    left_out = f"; {fmt.number(unknown)} hits of unknown price left out" if unknown else ""
    return f"{seen.every}, what the hits would have cost, in US dollars{left_out}"


def _waited(found: pl.DataFrame, seen: Seen) -> Drawn:
    series = cache.over_time(found, seen.time_range)
    unit, ms = fmt.unit_of(max(series["saved_latency"], default=0))
    saved = {"saved": (series["saved_latency"] / ms, theme.PERCENTILES["p50"])}
    return charts.bars(series, seen.zone, saved, lambda value: fmt.duration(value * ms), suffix=f" {unit}")


def _models(found: pl.DataFrame, seen: Seen) -> Drawn:
    rows = cache.by_model(found)
    if rows.is_empty():
        return parts.nothing(HOW)
    lines = [
        (
            Cell(
                row["request_model"] or "unknown",
                "/cache" + seen.view.with_clause(Clause("request_model", "equals", row["request_model"])).query(),
            ),
            Cell(fmt.percent(row["hits"] / row["enabled"]), share=row["hits"] / row["enabled"], colour=theme.HIT),
            fmt.number(row["hits"]),
            fmt.number(row["enabled"]),
            saving(row["saved_cost"], row["unknown"], row["hits"]),
        )
        for row in rows.head(10).iter_rows(named=True)
    ]
    return tables.table(("Model", "Hit rate", "Hits", "Asked for caching", "Saved"), lines, numeric=4)


def _top(found: pl.DataFrame, seen: Seen) -> Drawn:
    if found.is_empty():
        return parts.nothing("Nothing was answered from the cache in this view.")
    highest = found["hits"].max() or 1
    lines = [
        (
            Cell(
                parts.cut(row["request_preview"], 120) or row["reference"],
                "/requests" + seen.view.query(request=row["request_id"]),
                title="Open the latest hit",
            ),
            Cell(row["model"], nowrap=True),
            Cell(
                fmt.number(row["hits"]),
                "/requests" + seen.view.with_clause(Clause("cache_reference_id", "equals", row["reference"])).query(),
                share=row["hits"] / highest,
                colour=theme.HIT,
                title="All hits",
            ),
            saving(row["saved_cost"], row["unknown"], row["hits"]),
            fmt.duration(row["saved_latency"]),
            fmt.clock(row["request_created_at"].astimezone(seen.zone)),
            Cell(
                "original", "/requests?" + f"range=all&request={row['reference']}", title="The request that was stored"
            ),
        )
        for row in found.iter_rows(named=True)
    ]
    heads = ("Asked", "Model", "Hits", "Saved", "Time saved", "Last hit", "Stored")
    return tables.table(heads, lines, numeric=5)


def _ages(found: pl.DataFrame, seen: Seen) -> Drawn:
    if found.is_empty():
        return parts.nothing("Nothing was answered from the cache in this view.")
    whole, highest = int(found["hits"].sum()), found["hits"].max() or 1
    lines = [
        Bar(
            "the original is no longer kept" if row["age"] == "unknown" else row["age"],
            (fmt.number(row["hits"]), fmt.percent(row["hits"] / whole)),
            row["hits"] / highest,
            colour=theme.HIT,
        )
        for row in found.iter_rows(named=True)
    ]
    return parts.bars(("Age", "Hits", "Share"), lines)


def saving(cost: int, unknown: int, hits: int) -> str:
    """What hits saved; part of it may not be known."""
    return fmt.money(cost, unknown) if hits else fmt.NOTHING


HITS = Panel(
    "cache-hits",
    "Hits and misses",
    cache.usage,
    _hits,
    "{every}, of requests that asked for caching",
    _OVER_TIME,
    cache.timed,
    over_time=True,
)
SAVED = Panel("cache-saved", "Money saved", cache.usage, _saved, _saved_said, _OVER_TIME, cache.timed, over_time=True)
WAITED = Panel(
    "cache-time",
    "Time saved",
    cache.usage,
    _waited,
    "{every}, what the stored answers had taken",
    _OVER_TIME,
    cache.timed,
    over_time=True,
)
MODELS = Panel(
    "cache-models",
    "Hit rate by model",
    cache.usage,
    _models,
    "of requests that asked for caching, by the model asked for",
    _MODELS,
    rows=cache.by_model,
)
TOP = Panel("cache-top", "Most served answers", cache.top, _top, "by hits; a click opens the latest hit", _TOP)
AGES = Panel("cache-ages", "Age of the answers served", cache.origins, _ages, "from the first answer to the hit", _AGES)

PANELS: tuple[Panel, ...] = (HITS, SAVED, WAITED, MODELS, TOP, AGES)
