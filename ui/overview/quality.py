"""Scores, feedback and threats over time."""

from __future__ import annotations

import polars as pl

from ui import charts, parts, theme
from ui import format as fmt
from ui.panel import Drawn, Panel, Seen
from warehouse import metrics, ratings
from warehouse.scores import FEEDBACK, SUFFIX

MOST = len(theme.SERIES)
"""Lines of a chart: the scores with the most answers."""

_BOOLEAN = (
    f"(endsWith(name, '{SUFFIX}') OR name IN "
    "(SELECT name FROM scores GROUP BY name HAVING max(is_boolean) AND min(value IN (0, 1))))"
)
_SCORES = f"""
SELECT $at AS at, score.1 AS name, count() AS answers, avg(score.2) AS mean
FROM request_response_rmt
ARRAY JOIN arrayZip(mapKeys(scores), mapValues(scores)) AS score
WHERE $where AND NOT {_BOOLEAN}
GROUP BY at, name
ORDER BY at, name"""
_RATES = f"""
SELECT $at AS at, score.1 AS name, count() AS answers, avg(score.2) AS share
FROM request_response_rmt
ARRAY JOIN arrayConcat(
    arrayZip(mapKeys(scores), mapValues(scores)),
    if(isNull(feedback), [], [('{FEEDBACK}', toFloat64(assumeNotNull(feedback)))])) AS score
WHERE $where AND (name = '{FEEDBACK}' OR {_BOOLEAN})
GROUP BY at, name
ORDER BY at, name"""
_THREATS = """
SELECT $at AS at, count(threat) AS checked, countIf(threat) AS threats
FROM request_response_rmt
WHERE $where
GROUP BY at
ORDER BY at"""


def _over_time(found: pl.DataFrame, seen: Seen, *, rates: bool) -> Drawn:
    rows = found.filter(pl.col("is_rate") == rates)
    if rows.is_empty():
        what = "was rated or has a yes-or-no score" if rates else "has a numeric score"
        return parts.nothing(f"No request of this view {what}.")
    answers = rows.group_by("name").agg(pl.col("answers").sum()).sort("answers", "name", descending=[True, False])
    every = pl.DataFrame({"at": list(seen.time_range.edges)})
    lines = {}
    for name, colour in zip(answers["name"].head(MOST), theme.SERIES, strict=False):
        one = every.join(rows.filter(pl.col("name") == name), on="at", how="left")
        factor = 100 if rates else 1
        lines["feedback" if name == FEEDBACK else name] = (one["mean"] * factor, colour)
    x = charts.times(every, seen.zone)
    if rates:
        return charts.lines(x, lines, lambda v: fmt.percent(None if v is None else v / 100), suffix=" %")
    return charts.lines(x, lines, lambda v: fmt.NOTHING if v is None else f"{v:.3g}")


def _threats(found: pl.DataFrame, seen: Seen) -> Drawn:
    if not found["checked"].sum() and not found["threats"].sum():
        return parts.nothing("No request of this view was checked for attacks (header Helicone-LLM-Security-Enabled).")
    return charts.bars(found, seen.zone, {"threats": (found["threats"], theme.SERVER_ERROR)}, fmt.number)


def _threats_sub(found: pl.DataFrame, seen: Seen) -> str:
    checked, threats = int(found["checked"].sum()), int(found["threats"].sum())
    if not checked:
        return f"{seen.every}"
    return f"{seen.every}: {fmt.number(threats)} of {fmt.number(checked)} requests that were checked"


PANELS: tuple[Panel, ...] = (
    Panel(
        "scores-over-time",
        "Scores",
        ratings.over_time,
        lambda found, seen: _over_time(found, seen, rates=False),
        "mean {every}, numeric scores",
        _SCORES,
        rows=lambda found: found.filter(~pl.col("is_rate")).drop("is_rate"),
        over_time=True,
    ),
    Panel(
        "feedback",
        "Feedback and yes-or-no scores",
        ratings.over_time,
        lambda found, seen: _over_time(found, seen, rates=True),
        "share of yes {every}",
        _RATES,
        rows=lambda found: found.filter("is_rate").drop("is_rate"),
        over_time=True,
    ),
    Panel("threats", "Threats", metrics.threats, _threats, _threats_sub, _THREATS, over_time=True),
)
