"""What changed: the values that a rise or a fall comes from, each a link to its requests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import polars as pl

from ui import filters, parts, theme
from ui import format as fmt
from ui.panel import Panel, Seen, dollars
from ui.parts import Bar
from ui.state import OUTCOME, Clause
from warehouse import changes
from warehouse.changes import DIMENSIONS, Changes

MEASURES = (("cost", "Cost"), ("errors", "Errors"), ("latency", "Latency"))

_SHOWN: Mapping[str, Callable[[float], str]] = {"cost": fmt.usd, "errors": fmt.number, "latency": fmt.duration}
_SORT = {"cost": "cost", "errors": "request_created_at", "latency": "latency"}
"""How the requests behind a line are sorted."""
_PROPERTY = "properties."

_HQL = f"""
SELECT pair.1 AS dimension, pair.2 AS value,
    multiIf(
        $of = 'cost', sumIf(cost_usd, present),
        $of = 'errors', toFloat64(countIf(present AND status NOT BETWEEN 200 AND 399)),
        avgIf(latency, present)) AS now,
    multiIf(
        $of = 'cost', sumIf(cost_usd, NOT present),
        $of = 'errors', toFloat64(countIf(NOT present AND status NOT BETWEEN 200 AND 399)),
        avgIf(latency, NOT present)) AS before,
    now - before AS contribution, countIf(present) AS requests_now, countIf(NOT present) AS requests_before
FROM (
    SELECT *, $now AS present
    FROM request_response_rmt
    WHERE (($now) OR ($before)) AND ($filters)
)
ARRAY JOIN {DIMENSIONS} AS pair
WHERE value != '' OR dimension = ''
GROUP BY dimension, value
ORDER BY abs(contribution) DESC, dimension, value
LIMIT 40 BY dimension"""


def draw(found: Changes, seen: Seen) -> str:
    if not found.requests_before:
        return parts.nothing("There is nothing before this range to compare it with.")
    if found.values.is_empty():
        why = "hardly changed" if found.steady else "changed everywhere alike: no value stands out"
        return parts.nothing(f"{dict(MEASURES)[found.measure]} {why}.")
    rose = found.change > 0
    lines = [
        Bar(
            _label(row),
            (_signed(found, row["contribution"]), _share(row["share"])),
            row["share"],
            _link(found, row, seen),
            theme.BAD if rose else theme.GOOD,
        )
        for row in found.values.iter_rows(named=True)
    ]
    whole = "Of the rise" if rose else "Of the fall"
    return parts.bars(("Value", "Effect on the mean" if found.measure == "latency" else "Change", whole), lines)


def sub(found: Changes, seen: Seen) -> str:
    if not found.requests_before:
        return "this range against the period before"
    shown, against = _SHOWN[found.measure], "the half before" if found.halved else "the period before"
    name = "Mean latency" if found.measure == "latency" else dict(MEASURES)[found.measure]
    changed = fmt.change(found.now, found.before)
    ratio = f", {changed}" if changed else ""
    part = "second half of the range" if found.halved else "this range"
    return f"{name} {shown(found.before)} → {shown(found.now)}{ratio}: {part} against {against}"


def _signed(found: Changes, value: float) -> str:
    return f"{'+' if value > 0 else '−'}{_SHOWN[found.measure](abs(value))}"


def _share(share: float) -> str:
    """More than the whole, where other values moved the other way."""
    return "> 100 %" if share > 1 else fmt.percent(share)


def _label(row: Mapping[str, Any]) -> str:
    name, value = _named(row["segment"]), row["value"]
    if row["segment"] == "status":
        value = fmt.status(int(value))
    also = f" (also {', '.join(_also(one) for one in row['also'][:2])}{' …' if row['also'][2:] else ''})"
    return f"{name} {value}{also if row['also'] else ''}"


def _also(named: str) -> str:
    segment, _, value = named.partition("=")
    return f"{_named(segment)} {value}"


def _named(segment: str) -> str:
    return segment.removeprefix(_PROPERTY) if segment.startswith(_PROPERTY) else filters.label(segment)


def _clauses(segment: str, value: str) -> list[Clause]:
    if segment.startswith(_PROPERTY):
        return [Clause("properties", "equals", value, segment.removeprefix(_PROPERTY))]
    if segment == "prompt_version":
        # A prompt's version is its id and the version, for versions of two prompts are not one.
        prompt, _, version = value.rpartition(" ")
        return [Clause("prompt_id", "equals", prompt), Clause("prompt_version", "equals", version)]
    return [Clause(segment, "equals", value)]


def _link(found: Changes, row: Mapping[str, Any], seen: Seen) -> str:
    """The requests that the line is about: of the period before, where there are none any more."""
    view = seen.view
    now, before = found.periods or seen.time_range.compared
    if not row["requests_now"]:
        view = replace(view, preset="", start=before[0], end=before[1])
    elif found.halved:
        view = replace(view, preset="", start=now[0], end=now[1])
    for clause in _clauses(row["segment"], row["value"]):
        view = view.with_clause(clause)
    if found.measure == "errors":
        view = view.with_clause(Clause(OUTCOME, "equals", "failed"))
    return "/requests?" + urlencode([*view.parameters(), ("sort", _SORT[found.measure])])


def _rows(found: Changes) -> pl.DataFrame:
    return dollars(found.values, ("now", "before", "contribution")) if found.measure == "cost" else found.values


PANEL = Panel(
    "what-changed",
    "What changed",
    changes.changes,
    draw,
    sub,
    _HQL,
    rows=_rows,
    options=(("of", "cost"),),
    choices=(("of", MEASURES),),
)
