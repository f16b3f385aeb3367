"""The panels of the sessions: how they spread, the paths they take, the list itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from html import escape
from typing import Any

import polars as pl

from ui import format as fmt
from ui import parts
from ui.panel import Drawn, Panel, Seen
from ui.sessions import figures, sankey
from ui.sessions.address import to_session
from ui.sessions.narrow import Narrowing, ordered
from warehouse import session_narrowing, session_paths, session_spread, sessions
from warehouse.conditions import EVERYTHING, Condition, both, compared, inlined
from warehouse.session_paths import Paths, Sequences
from warehouse.session_spread import CUTS, Spread

CUT_LABELS = {"middle": "p25–p75", "all": "all"}
_CHOICES = (("cut", tuple((name, CUT_LABELS.get(name, name)) for name in CUTS)),)

_MEMBERS = "session_id IN (SELECT session_id FROM request_response_rmt WHERE $where AND session_id != '')"
_WHOLE = (
    "request_created_at >= toStartOfDay($start) - INTERVAL 7 DAY "
    "AND request_created_at < toStartOfDay($end) + INTERVAL 8 DAY"
)
"""A session's figures reach as far beyond the range (`warehouse.sessions.MARGIN`)."""

_LEVELS = (
    "multiIf($cut = 'middle', 0.25, 0.0)",
    (
        "multiIf($cut = 'p50', 0.5, $cut IN ('p75', 'middle'), 0.75, $cut = 'p90', 0.9, $cut = 'p95', 0.95, "
        "$cut = 'p99', 0.99, $cut = 'p99.9', 0.999, 1.0)"
    ),
)


def _spread_hql(figure: str) -> str:
    """The histogram's bars; of `BARS` whole widths as `warehouse.session_spread` has them."""
    low, high = _LEVELS
    return f"""
WITH each AS (
    SELECT session_id, toInt64({figure}) AS value
    FROM request_response_rmt
    WHERE {_MEMBERS}
        AND {_WHOLE}
    GROUP BY session_id
    $having
), ordered AS (
    SELECT value, row_number() OVER (ORDER BY value) - 1 AS place, count() OVER () AS sessions FROM each
), cut AS (
    SELECT minIf(value, place >= floor((sessions - 1) * {low})) AS low,
        maxIf(value, place <= floor((sessions - 1) * {high})) AS high
    FROM ordered
)
SELECT intDiv(value, intDiv(high - low, {session_spread.BARS}) + 1)
        * (intDiv(high - low, {session_spread.BARS}) + 1) AS start,
    start + intDiv(high - low, {session_spread.BARS}) + 1 AS end, count() AS sessions
FROM each CROSS JOIN cut
WHERE value BETWEEN low AND high
GROUP BY start, end
ORDER BY start"""


_STEP = (
    "multiIf(session_path NOT IN ('', '/'), "
    "replaceRegexpAll(session_path, '([0-9]+|[0-9a-f]{8}-[0-9a-f-]{27})(/|$$)', '*\\\\2'), "
    "startsWith(model, span_kind), model, model = '', span_kind, concat(span_kind, ' ', model))"
)
_EACH = f"""
    SELECT session_id, arraySort(groupArray((request_created_at, {_STEP}, cost))) AS taken, sum(cost) AS whole_cost,
        countIf(status NOT BETWEEN 200 AND 399) AS errors,
        dateDiff('millisecond', min(request_created_at), max(response_created_at)) AS duration
    FROM request_response_rmt
    WHERE {_MEMBERS}
        AND {_WHOLE}
    GROUP BY session_id
    $having"""
_PATHS = f"""
SELECT place, tupleElement(taken[place], 2) AS source, tupleElement(taken[place + 1], 2) AS target,
    count() AS sessions, sum(tupleElement(taken[place + 1], 3)) / 1e9 AS cost_usd
FROM ({_EACH}
)
ARRAY JOIN range(1, least(length(taken), 5)) AS place
GROUP BY place, source, target
ORDER BY place, sessions DESC, source, target"""
_SEQUENCES = f"""
SELECT
    arrayStringConcat(arrayCompact(arrayMap(one -> tupleElement(one, 2), arraySlice(taken, 1, 24))), ' → ') AS sequence,
    count() AS sessions, avg(whole_cost) / 1e9 AS cost_usd, avg(duration) AS duration_ms,
    avg(errors > 0) AS failed_share, min(session_id) AS example
FROM ({_EACH}
)
GROUP BY sequence
ORDER BY sessions DESC, sequence
LIMIT 12"""
_DURATION = "dateDiff('millisecond', min(request_created_at), max(response_created_at))"
FIGURES = {
    "requests": "count()",
    "errors": "countIf(status NOT BETWEEN 200 AND 399)",
    "unpriced": "countIf(cost_status = 'unpriced')",
    "cost": "sum(cost)",
    "tokens": "sum(total_tokens)",
    "latency": "avg(latency)",
    "duration": _DURATION,
    "started_at": "min(request_created_at)",
    "last_request_at": "max(request_created_at)",
    "ended_at": "max(response_created_at)",
}
"""`warehouse.sessions.FIGURES` in HQL."""
_LIST = f"""
SELECT session_id, argMax(session_name, cityHash64(session_name)) AS name, {FIGURES["started_at"]} AS started_at,
    {_DURATION} AS duration_ms,
    {FIGURES["requests"]} AS requests, {FIGURES["errors"]} AS errors, sum(cost_usd) AS cost_usd,
    {FIGURES["unpriced"]} AS unpriced, {FIGURES["tokens"]} AS tokens, {FIGURES["latency"]} AS mean_latency_ms,
    uniqExactIf(user_id, user_id != '') AS users
FROM request_response_rmt
WHERE {_MEMBERS}
    AND {_WHOLE}
GROUP BY session_id
$having
ORDER BY $order, cityHash64(session_id)
LIMIT $most"""


@dataclass(frozen=True)
class Narrowed(Panel):
    """A panel of sessions, whose HQL narrows and sorts them as its options do."""

    def as_hql(self, seen: Seen) -> str:
        options: dict[str, Any] = dict(self.options)
        having = _having(options["search"], options["bounds"], options["among"]).replace("$", "$$")
        text = re.sub(
            r"\s*\$having", lambda found: having and found[0].replace("$having", f"HAVING {having}"), self.hql
        )
        if "sort" in options:
            order = f"{FIGURES[options['sort']]} {'DESC' if options['descending'] else 'ASC'}"
            text = text.replace("$order", order).replace("$most", str(options["limit"]))
        plain = {one.name: getattr(self, one.name) for one in fields(Panel)}
        return Panel(**plain | {"hql": text}).as_hql(seen)


def _having(search: str, bounds: str, among: str) -> str:
    """The condition on a session in HQL, values written out; "" where nothing narrows."""
    found = session_narrowing.named(search)
    asked = [
        Condition(f"max({found.sql})", found.parameters) if search else EVERYTHING,
        session_narrowing.within(bounds, FIGURES),
        compared("session_id", "IN", session_narrowing.ids(among)) if among else EVERYTHING,
    ]
    condition = both(*asked)
    return "" if condition == EVERYTHING else inlined(condition)


def spread(shown: Callable[[float], str]) -> Callable[[Spread, Seen], Drawn]:
    def drawn(found: Spread, seen: Seen) -> Drawn:
        if not found.sessions:
            return parts.nothing("No session in this view.")
        return figures.histogram(found, shown)

    return drawn


def spread_note(shown: Callable[[float], str]) -> Callable[[Spread, Seen], str]:
    def note(found: Spread, seen: Seen) -> str:
        sample = f"; of one session in {found.one_in}" if found.one_in > 1 else ""
        return f"mean {shown(found.mean)}, median {shown(found.median)} a session{sample}"

    return note


def paths(found: Paths, seen: Seen) -> Drawn:
    if found.edges.is_empty():
        return parts.nothing("No session of this view has two steps.")
    return sankey.figure(found)


def sequences(found: Sequences, seen: Seen) -> Drawn:
    if found.rows.is_empty():
        return parts.nothing("No session in this view.")
    heads = ("Steps", "Sessions", "Share", "Mean cost", "Mean time", "With errors")
    head = "".join(f'<th class="{"n" if index else ""}">{text}</th>' for index, text in enumerate(heads))
    lines = "".join(_sequence(row, seen) for row in found.rows.iter_rows(named=True))
    table = f'<table class="hg-table hg-sequences"><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>'
    return f'<div class="hg-wide">{table}</div>'


def _sequence(row: dict[str, Any], seen: Seen) -> str:
    steps = str(row["sequence"]).split(session_paths.ARROW)
    said = f'<span class="arrow">{session_paths.ARROW}</span>'.join(f"<code>{escape(step)}</code>" for step in steps)
    link = to_session(seen.view, seen.kept, str(row["example"]))
    figures = (
        fmt.number(row["sessions"]), fmt.percent(row["share"]), fmt.usd(row["cost"]), fmt.duration(row["duration"]),
        fmt.percent(row["failed"]),
    )  # fmt: skip
    cells = "".join(f'<td class="n">{figure}</td>' for figure in figures)
    shown = f'<a href="{escape(link)}" target="_self" title="Open a session that took these steps">{said}</a>'
    return f"<tr><td>{shown}</td>{cells}</tr>"


def sample_note(found: Paths | Sequences, seen: Seen) -> str:
    first = "the first five steps of a session" if isinstance(found, Paths) else "steps that repeat at once said once"
    of = f"{fmt.number(found.sessions)} sessions" + (f", one in {found.one_in}" if found.one_in > 1 else "")
    return f"{first}, numbers left out; {of}"


def listed(found: pl.DataFrame, seen: Seen) -> Drawn:
    if found.is_empty():
        return parts.nothing("No session in this view.")
    rows = [
        (
            (
                row["session_name"] or row["session_id"],
                fmt.moment(row["started_at"].astimezone(seen.zone)),
                fmt.number(row["requests"]),
                fmt.duration(row["duration"]),
                fmt.usd(row["cost"]),
            )
        )
        for row in found.head(12).iter_rows(named=True)
    ]
    return parts.table(("Session", "Started", "Requests", "Time", "Cost"), rows, numeric=3)


def listed_note(found: pl.DataFrame, seen: Seen) -> str:
    options = seen.options or {}
    asked = Narrowing(options["search"], bounds=session_narrowing.parsed(options["bounds"])).said
    return ordered(options["sort"], options["descending"]) + (f"; each {asked}" if asked else "")


def _usd(value: float) -> str:
    return fmt.usd(value)


def _count(value: float) -> str:
    return fmt.number(value) if value >= 100 or float(value).is_integer() else f"{value:.1f}"


_NARROWED: tuple[tuple[str, Any], ...] = (("among", ""), ("bounds", ""), ("search", ""))
"""Options of every panel of sessions (see `warehouse.sessions.chosen`)."""


def _panel(name: str, title: str, of: str, shown: Callable[[float], str]) -> Narrowed:
    return Narrowed(
        f"sessions-{name}", title, session_spread.spread, spread(shown), spread_note(shown), _spread_hql(FIGURES[of]),
        rows=lambda found: found.bars, options=(*_NARROWED, ("cut", "p95"), ("of", of)), choices=_CHOICES,
    )  # fmt: skip


LIST = Narrowed(
    "sessions", "Sessions", sessions.find, listed, listed_note, _LIST,
    options=(*_NARROWED, ("descending", 1), ("limit", 50), ("sort", "started_at")),
)  # fmt: skip
SPREADS = (
    _panel("requests", "Requests a session", "requests", _count),
    _panel("cost", "Cost a session", "cost", _usd),
    _panel("duration", "Time a session", "duration", fmt.duration),
)
PATHS = (
    Narrowed(
        "sessions-paths", "What follows what", session_paths.paths, paths, sample_note, _PATHS,
        rows=lambda found: found.edges, options=_NARROWED,
    ),
    Narrowed(
        "sessions-sequences", "Whole sequences", session_paths.sequences, sequences, sample_note, _SEQUENCES,
        rows=lambda found: found.rows, options=_NARROWED,
    ),
)  # fmt: skip
PANELS: tuple[Panel, ...] = (*SPREADS, *PATHS, LIST)
