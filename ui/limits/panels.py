"""The panels of the page of rate limits."""

from __future__ import annotations

import polars as pl

from ui import charts, parts, tables, theme
from ui import format as fmt
from ui.panel import Drawn, Panel, Seen
from ui.parts import Bar
from ui.state import Clause
from ui.tables import Cell
from warehouse import limits
from warehouse.limits import MARK, MARKED, OWN, PROPERTY

NONE = "Our own rate limits stopped nothing in this view."
LABELS = {"user_id": "User", "model": "Model", "provider": "Provider"}

_OVER_TIME = f"""
SELECT $at AS at, count() AS requests, countIf({OWN}) AS own, countIf(status = 429 AND NOT {OWN}) AS provider
FROM request_response_rmt
WHERE $where
GROUP BY at
ORDER BY at"""
_BY = f"""
SELECT multiIf($by = 'user_id', user_id, $by = 'model', model, $by = 'provider', provider,
    properties[substring($by, {len(PROPERTY) + 1})]) AS value, count() AS requests
FROM request_response_rmt
WHERE $where AND {OWN}
GROUP BY value
HAVING value != ''
ORDER BY requests DESC, value
LIMIT 12"""
_PROVIDERS = f"""
SELECT provider, request_model, count() AS requests, countIf(status = 429 AND NOT {OWN}) AS refused
FROM request_response_rmt
WHERE $where
GROUP BY provider, request_model
HAVING refused > 0
ORDER BY refused DESC, provider, request_model"""
_LATEST = f"""
SELECT request_created_at, request_id, user_id, model, error_message AS message
FROM request_response_rmt
WHERE $where AND {OWN}
ORDER BY request_created_at DESC, request_id DESC
LIMIT 20"""


def _over_time(series: pl.DataFrame, seen: Seen) -> Drawn:
    bars = {
        "stopped by us": (series["own"], theme.CLIENT_ERROR),
        "429 of a provider": (series["provider"], theme.SERVER_ERROR),
    }
    return charts.bars(series, seen.zone, bars, fmt.number)


def _by(found: pl.DataFrame, seen: Seen) -> Drawn:
    if found.is_empty():
        return parts.nothing(NONE)
    by = str((seen.options or {})["by"])
    highest, whole = found["requests"].max() or 1, found["whole"][0]
    marked = Clause("properties", "equals", MARKED, MARK)
    lines = [
        Bar(
            row["value"],
            (fmt.number(row["requests"]), fmt.percent(row["requests"] / whole)),
            row["requests"] / highest,
            "/requests" + seen.view.with_clause(marked).with_clause(clause(by, row["value"])).query(),
            theme.CLIENT_ERROR,
        )
        for row in found.iter_rows(named=True)
    ]
    return parts.bars((label(by), "Stopped", "Share"), lines)


def clause(by: str, value: str) -> Clause:
    """The filter for a value of a segment."""
    if by.startswith(PROPERTY):
        return Clause("properties", "equals", value, by.removeprefix(PROPERTY))
    return Clause(by, "equals", value)


def label(by: str) -> str:
    return LABELS.get(by) or by.removeprefix(PROPERTY)


def _providers(found: pl.DataFrame, seen: Seen) -> Drawn:
    if found.is_empty():
        return parts.nothing("No provider answered 429 in this view.")
    highest = found["refused"].max() or 1
    status = Clause("status", "equals", "429")
    lines = [
        (
            Cell(
                row["request_model"] or "unknown",
                "/requests"
                + seen.view.with_clause(Clause("request_model", "equals", row["request_model"]))
                .with_clause(status)
                .query(),
                dot=theme.provider_colour(row["provider"]),
                title=row["provider"],
            ),
            row["provider"],
            Cell(fmt.number(row["refused"]), share=row["refused"] / highest, colour=theme.SERVER_ERROR),
            fmt.percent(row["refused"] / row["requests"]),
        )
        for row in found.head(12).iter_rows(named=True)
    ]
    return tables.table(("Model", "Provider", "429s", "Of its requests"), lines, numeric=2)


def _latest(found: pl.DataFrame, seen: Seen) -> Drawn:
    if found.is_empty():
        return parts.nothing(NONE)
    has_policy = bool((found["policy"] != "").any())
    lines = [
        [
            Cell(
                fmt.clock(row["request_created_at"].astimezone(seen.zone)),
                "/requests" + seen.view.query(request=row["request_id"]),
                nowrap=True,
            ),
            Cell(
                row["user_id"] or fmt.NOTHING, "/users" + seen.view.query(user=row["user_id"]) if row["user_id"] else ""
            ),
            Cell(row["model"] or "unknown", nowrap=True),
            *([row["policy"] or fmt.NOTHING] if has_policy else []),
            parts.cut(row["message"], 120),
        ]
        for row in found.iter_rows(named=True)
    ]
    every = "/requests" + seen.view.with_clause(Clause("properties", "equals", MARKED, MARK)).query()
    heads = ("Time", "User", "Model", *(["Policy"] if has_policy else []), "Said")
    return tables.table(heads, lines) + parts.links([("All of them", every)])


SERIES = Panel(
    "limits-over-time",
    "Limited requests",
    limits.series,
    _over_time,
    "{every}; ours are those that this gateway stopped before a provider was asked",
    _OVER_TIME,
    over_time=True,
)
BY = Panel(
    "limits-by",
    "Whom our limits stopped",
    limits.by_segment,
    _by,
    lambda found, seen: f"by {label(str((seen.options or {})['by'])).lower()}",
    _BY,
    options=(("by", "user_id"),),
    choices=(("by", tuple(LABELS.items())),),
)
PROVIDERS = Panel(
    "limits-providers",
    "429s of providers",
    limits.by_provider,
    _providers,
    "by the model asked for; ours are not among them",
    _PROVIDERS,
)
LATEST = Panel(
    "limits-latest",
    "Latest requests that our limits stopped",
    limits.latest,
    _latest,
    "the newest twenty; a click opens the request, or the user",
    _LATEST,
)

PANELS: tuple[Panel, ...] = (SERIES, BY, PROVIDERS, LATEST)
