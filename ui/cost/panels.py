"""The panels of the page."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import polars as pl

from ui import format as fmt
from ui.cost import dimensions, drawing
from ui.panel import Panel, Seen, dollars
from warehouse import costs, elsewhere
from warehouse.costs import Bill, Stacked
from warehouse.prices import BUCKETS, SPLIT

_OVER_TIME = """
SELECT $at AS at, $by AS value, sum(cost_usd) AS cost_usd, countIf(cost_status = 'unpriced') AS unpriced
FROM request_response_rmt
WHERE $where AND $has_by
GROUP BY at, value
ORDER BY at, cost_usd DESC"""
_RANKED = """
SELECT $by AS value, count() AS requests, sum(cost_usd) AS cost_usd, countIf(cost_status = 'unpriced') AS unpriced
FROM request_response_rmt
WHERE $where AND $has_by
GROUP BY value
ORDER BY cost_usd DESC, requests DESC, value
LIMIT 12"""
_CROSSED = """
SELECT $rows AS row, $columns AS column, count() AS requests, sum(cost_usd) AS cost_usd,
    countIf(cost_status = 'unpriced') AS unpriced
FROM request_response_rmt
WHERE $where AND $has_rows AND $has_columns
GROUP BY row, column
ORDER BY cost_usd DESC"""
_TOKENS = ",\n    ".join(f"sum({SPLIT[name]}) AS {name}" for name in BUCKETS)
_BILL = f"""
-- Tokens in kinds that do not overlap, by the price that was applied; tokens × rate is the cost.
SELECT $at AS at, provider, model, price_id, cost_status, count() AS requests, sum(cost_usd) AS cost_usd,
    {_TOKENS}
FROM request_response_rmt
WHERE $where
GROUP BY at, provider, model, price_id, cost_status
ORDER BY at, cost_usd DESC"""
_SAVED = """
-- What reads from a prompt cache saved is the number of their tokens times what input costs more: see Cost by kind.
SELECT $at AS at, sum(prompt_cache_read_tokens) AS prompt_cache_read_tokens,
    sum(prompt_cache_write_tokens) AS prompt_cache_write_tokens, sum(saved_cost) / 1e9 AS gateway_cache_saved_usd
FROM request_response_rmt
WHERE $where
GROUP BY at
ORDER BY at"""
_UNPRICED = """
SELECT provider, model, count() AS requests, sum(total_tokens) AS tokens, min(request_created_at) AS first_seen,
    max(request_created_at) AS last_seen
FROM request_response_rmt
WHERE $where AND cost_status = 'unpriced'
GROUP BY provider, model
ORDER BY requests DESC"""
_THERE = " + ".join(f"$rate_{name} * ({SPLIT[name]})" for name in BUCKETS)
_ELSEWHERE = f"""
SELECT provider, model, count() AS requests, sum(cost_usd) AS cost_usd, countIf(cost_status = 'unpriced') AS unpriced,
    sum({_THERE}) AS there_usd
FROM request_response_rmt
WHERE $where AND cost_status IN ('priced', 'provider', 'unpriced')
GROUP BY provider, model
ORDER BY there_usd DESC"""


@dataclass(frozen=True)
class Explored(Panel):
    """A panel whose HQL is written for the dimensions, or the model, that its options name."""

    def as_hql(self, seen: Seen) -> str:
        options: dict[str, Any] = dict(self.options)
        text = dimensions.in_hql(self.hql, options, [name for name in ("by", "rows", "columns") if name in options])
        for bucket, rate in elsewhere.rates(options["on"]).items() if "on" in options else ():
            # The longest names first: one is the beginning of another.
            text = text.replace(f"$rate_{bucket} *", f"{rate!r} *")
        plain = {one.name: getattr(self, one.name) for one in fields(Panel)}
        return Panel(**plain | {"hql": text}).as_hql(seen)


def _told(found: Stacked, seen: Seen) -> str:
    without = int(found.rest["cost"].sum() or 0)
    rest = f"; {fmt.usd(without)} has {dimensions.without(found.of)}" if without else ""
    return f"{seen.every}, by {dimensions.label(found.of).lower()}{rest}"


def _adds_up(bill: Bill, seen: Seen) -> str:
    count = int(bill.lines.filter(pl.col("cost_status") == "unpriced")["requests"].sum()) if len(bill.lines) else 0
    return "adds up to the cost" + (f"; {fmt.number(count)} unpriced requests left out" if count else "")


def _by(found: pl.DataFrame, seen: Seen) -> str:
    return f"highest cost by {dimensions.label(str((seen.options or {})['by'])).lower()}"


def _both(found: pl.DataFrame, seen: Seen) -> str:
    down, across = (dimensions.label(str((seen.options or {})[name])).lower() for name in ("rows", "columns"))
    return f"{down} by {across}; {fmt.usd(int(found['cost'].sum() or 0))} of requests that have both"


def _on(found: pl.DataFrame, seen: Seen) -> str:
    return f"had every request gone to {(seen.options or {})['on']}"


def _savings(bill: Bill) -> pl.DataFrame:
    return dollars(costs.savings(bill), ("read", "written", "gateway"))


def _unpriced(models: pl.DataFrame) -> pl.DataFrame:
    return models.filter(pl.col("cost_status") == "unpriced").drop("cost_status", "cost", "saved_cost")


def _lines(bill: Bill) -> pl.DataFrame:
    return bill.lines


_CROSS: dict[str, Any] = {"hql": _CROSSED, "options": (("columns", "provider"), ("rows", "model"))}

PANELS: tuple[Panel, ...] = (
    Explored(
        "cost-over-time", "Cost over time", costs.over_time, drawing.stacked, _told, _OVER_TIME, rows=drawing.flat,
        options=(("by", "model"),), over_time=True,
    ),
    Explored("cost-ranked", "Where it goes", costs.ranked, drawing.listed, _by, _RANKED, options=(("by", "model"),)),
    Panel(
        "cost-kinds", "Cost by kind of token", costs.bill, drawing.kinds, "{every}", _BILL, rows=costs.parts,
        over_time=True,
    ),
    Panel("cost-sums", "Kinds of token", costs.bill, drawing.sums, _adds_up, _BILL, rows=costs.parts),
    Explored("cost-crossed", "Cost by two dimensions", costs.crossed, drawing.crossed, _both, **_CROSS),
    Explored("cost-tree", "The same as areas", costs.crossed, drawing.tree, _both, **_CROSS),
    Panel(
        "cost-saved", "Saved by caches", costs.bill, drawing.saved,
        "{every}; prompt cache less what writing to it cost more", _SAVED, rows=_savings, over_time=True,
    ),
    Panel(
        "cost-prices", "The arithmetic", costs.bill, drawing.arithmetic, "tokens × rate, by the price that was applied",
        _BILL, rows=_lines,
    ),
    Explored(
        "cost-elsewhere", "What would it cost on another model?", elsewhere.elsewhere, drawing.elsewhere, _on,
        _ELSEWHERE, options=(("on", elsewhere.ON),),
    ),
    Panel(
        "cost-unpriced", "Unpriced models", costs.models, drawing.unpriced,
        "tokens were used, and no price is known; their cost is in no sum", _UNPRICED, rows=_unpriced,
    ),
)  # fmt: skip
