"""The panels of the page."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from ui.panel import Panel, Seen
from ui.scores import comparing, drawing, queries, words
from warehouse import correlation, scores, shift
from warehouse.scores import Scored


def _rows(found: Scored) -> pl.DataFrame:
    return found.rows


def _trend_sub(found: Scored, seen: Seen) -> str:
    key = found.key
    name = f"{words.mean(key)} of {words.label(key.name)} {seen.every}, by the time of the request"
    return f"{name}; band: 95 % interval, from {drawing.FEWEST} answers on"


def _distribution_sub(found: Scored, seen: Seen) -> str:
    return f"{words.label(found.key.name)}: {int(found.rows['count'].sum() or 0):,} answers"


def _examples_sub(found: Scored, seen: Seen) -> str:
    lowest = (seen.options or {})["order"] == "lowest"
    ends = words.yes_no(found.key, 0 if lowest else 1) if found.key.is_boolean else "lowest" if lowest else "highest"
    return f"{words.label(found.key.name)}: {ends}, among equals the newest; a click opens the request"


KEYS = Panel(
    "scores-keys",
    "Scores and feedback",
    scores.overview,
    drawing.keys,
    "by the time of the request; requests without a score count nowhere",
    queries.KEYS,
    rows=lambda found: found.drop("trend", "sample"),
)
TREND = Panel(
    "scores-trend",
    "Score over time",
    scores.trend,
    drawing.trend,
    _trend_sub,
    queries.TREND,
    rows=_rows,
    options=(("score", ""),),
    over_time=True,
)
DISTRIBUTION = Panel(
    "scores-distribution",
    "Distribution",
    scores.distribution,
    drawing.distribution,
    _distribution_sub,
    queries.DISTRIBUTION,
    rows=_rows,
    options=(("score", ""),),
)
BY = Panel(
    "scores-by",
    "Score by value",
    scores.by,
    drawing.ranges,
    drawing.values_sub,
    queries.BY,
    rows=_rows,
    options=(("by", "prompt_version"), ("score", "")),
)
BY_TABLE = replace(BY, name="scores-by-table", draw=drawing.values, title="Score by value, as a table")
LOWEST = Panel(
    "scores-examples",
    "Examples",
    scores.examples,
    drawing.examples,
    _examples_sub,
    queries.EXAMPLES,
    rows=_rows,
    options=(("order", "lowest"), ("score", "")),
)
SHIFT = Panel(
    "scores-shift",
    "Did it shift?",
    shift.periods,
    comparing.verdict,
    comparing.verdict_sub,
    queries.PERIODS,
    rows=comparing.shift_rows,
    options=(("score", ""), ("since", ""), ("until", "")),
)
SHIFTED = replace(SHIFT, name="scores-shift-distribution", title="Both distributions", draw=comparing.overlaid)
BETWEEN = Panel(
    "scores-between",
    "Do they differ?",
    shift.between,
    comparing.verdict,
    comparing.verdict_sub,
    queries.BETWEEN,
    rows=comparing.shift_rows,
    options=(("by", "model"), ("first", ""), ("score", ""), ("second", "")),
)
BETWEEN_BARS = replace(BETWEEN, name="scores-between-distribution", title="Both distributions", draw=comparing.overlaid)
TOGETHER = Panel(
    "scores-correlation",
    "Correlation",
    correlation.together,
    comparing.together,
    comparing.together_sub,
    queries.TOGETHER,
    rows=comparing.together_rows,
    options=(("other", "latency"), ("score", "")),
)

PANELS: tuple[Panel, ...] = (
    KEYS, TREND, DISTRIBUTION, SHIFT, SHIFTED, BETWEEN, BETWEEN_BARS, BY, BY_TABLE, LOWEST, TOGETHER,
)  # fmt: skip


def of(panel: Panel, score: str, title: str = "", **options: str) -> Panel:
    """The panel of one score; its HQL need not look for the most frequent one then."""
    hql = panel.hql.replace(queries.CHOSEN, "$score")
    return replace(panel, title=title or panel.title, hql=hql).having(score=score, **options)
