"""Sessions: which there are, what each came to, how they spread.

A session belongs to a range if it made a request there that meets the filters. Its figures are of the whole session:
also of requests that do not meet the filters, and of those before and after the range, up to `MARGIN` away.

Sessions are grouped by the hash of their id (sessions_daily); ids and names are read only of those that are shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, timedelta
from typing import Any

import polars as pl

from warehouse import conditions, session_narrowing
from warehouse.client import Reader
from warehouse.conditions import EVERYTHING, Condition, bound, one_of
from warehouse.metrics import ends, moment
from warehouse.timerange import TimeRange

MARGIN = timedelta(days=7)
"""How far beyond the range a session's own figures reach, in whole days."""

FIGURES = {
    "requests": "sum(t.requests)",
    "errors": "sum(t.errors)",
    "unpriced": "sum(t.unpriced)",
    "cost": "sum(t.cost)",
    "tokens": "sum(t.prompt_tokens) + sum(t.completion_tokens)",
    "latency": "sum(t.latency) / sum(t.requests)",
    "duration": "dateDiff('millisecond', min(t.started_at), max(t.ended_at))",
    "started_at": "min(t.started_at)",
    "last_request_at": "max(t.last_request_at)",
    "ended_at": "max(t.ended_at)",
}
"""What is known of a session: cost in USD × 1e9, durations in ms; `latency` is the mean of its requests."""

_NAME = "argMax(t.session_name, cityHash64(t.session_name))"
"""Of a session with two names, one, and always the same (see `names`)."""

NAMED = frozenset({"session_id", "session_name"})
"""Columns of a filter that the rollup answers."""

DAYS = f"t.day >= toDate({moment('days_start')}) AND t.day <= toDate({moment('days_end')})"
"""The days that figures reach to."""


@dataclass(frozen=True)
class Chosen:
    """Rows of sessions_daily, named `t`, of the sessions that are meant, to be grouped by ``t.session_hash``."""

    where: str
    having: str = "1"
    parameters: dict[str, Any] = field(default_factory=dict)
    everything: bool = False
    """All sessions of the range: nothing narrows them."""

    def grouped(self, select: str, extra: str = "1") -> str:
        return (
            f"SELECT {select} FROM sessions_daily AS t WHERE {self.where} AND ({extra}) "
            f"GROUP BY t.session_hash HAVING {self.having}"
        )


def chosen(
    time_range: TimeRange, condition: Condition = EVERYTHING, *, search: str = "", bounds: str = "", among: str = ""
) -> Chosen:
    """The sessions of a range, narrowed as warehouse/session_narrowing.py has it: by a part of id or name, by bounds
    on figures, to ids. "" does not narrow. Raises `ValueError` for ids that cannot be read."""
    limits = session_narrowing.within(bounds, FIGURES)
    where, having = [DAYS], [limits.sql]
    parameters = ends(time_range.start, time_range.end) | condition.parameters | limits.parameters
    parameters |= ends(time_range.start - MARGIN, time_range.end + MARGIN, "days")
    if condition.columns <= NAMED and _spans_days(time_range):
        having.append(f"max({_in_range()} AND ({condition.sql}))")
    else:
        where.append(f"t.session_hash IN ({_members(time_range, condition)})")
    if search:
        found = session_narrowing.named(search)
        where.append(f"t.session_hash IN (SELECT session_hash FROM sessions_daily AS t WHERE {DAYS} AND ({found.sql}))")
        parameters |= found.parameters
    if among:
        ids = session_narrowing.ids(among)
        where.append(f"t.session_hash IN (SELECT cityHash64(arrayJoin({ids.sql})))")
        parameters |= ids.parameters
    everything = condition == EVERYTHING and not (search or bounds or among)
    return Chosen(" AND ".join(where), " AND ".join(having), parameters, everything)


def find(
    reader: Reader,
    time_range: TimeRange,
    condition: Condition = EVERYTHING,
    *,
    search: str = "",
    bounds: str = "",
    among: str = "",
    sort: str = "started_at",
    descending: bool = True,
    limit: int = 50,
    offset: int = 0,
) -> pl.DataFrame:
    """A page of sessions: `session_id, session_name, user_ids` and `FIGURES`. Raises `ValueError` unless `sort` is one
    of `FIGURES`."""
    of = chosen(time_range, condition, search=search, bounds=bounds, among=among)
    direction, key = "DESC" if descending else "ASC", FIGURES[one_of(sort, FIGURES)]
    keys = of.grouped(f"t.session_hash, {key} AS sort_key")
    page = (
        f"SELECT session_hash FROM ({keys} ORDER BY sort_key {direction}, t.session_hash "
        "LIMIT {page_limit:UInt64} OFFSET {page_offset:UInt64})"
    )
    figures = ", ".join(f"{sql} AS {name}" for name, sql in FIGURES.items())
    sql = (
        f"SELECT any(t.session_id) AS session_id, {_NAME} AS session_name, "
        f"arraySort(groupUniqArrayArray(t.user_ids)) AS user_ids, {figures} FROM sessions_daily AS t "
        f"WHERE {DAYS} AND t.session_hash IN ({page}) GROUP BY t.session_hash "
        f"ORDER BY {key} {direction}, t.session_hash"
    )
    return reader.frame(sql, of.parameters | {"page_limit": limit, "page_offset": offset})


def names(
    reader: Reader,
    time_range: TimeRange,
    condition: Condition = EVERYTHING,
    *,
    search: str = "",
    bounds: str = "",
    among: str = "",
) -> pl.DataFrame:
    """`session_name, sessions, requests, errors, unpriced, cost` (sums), most sessions first.

    A session with two names counts once; added up, the rows are the totals of all sessions.
    """
    of = chosen(time_range, condition, search=search, bounds=bounds, among=among)
    sums = ("requests", "errors", "unpriced", "cost")
    # By a number, not by text, and the names looked up afterwards: that takes two thirds of the time.
    each = of.grouped(
        "max(cityHash64(t.session_name)) AS named, " + ", ".join(f"{FIGURES[name]} AS {name}" for name in sums)
    )
    known = (
        "SELECT cityHash64(t.session_name) AS named, t.session_name AS session_name FROM sessions_daily AS t "
        f"WHERE {DAYS} GROUP BY session_name"
    )
    totals = ", ".join(f"sum(s.{name}) AS {name}" for name in sums)
    sql = (
        f"SELECT toString(any(n.session_name)) AS session_name, any(s.sessions) AS sessions, "
        f"{', '.join(f'any(s.{name}) AS {name}' for name in sums)} "
        f"FROM (SELECT named, count() AS sessions, {totals} FROM ({each}) AS s GROUP BY named) AS s "
        f"JOIN ({known}) AS n ON n.named = s.named GROUP BY s.named ORDER BY sessions DESC, session_name"
    )
    return reader.frame(sql, of.parameters)


def feedback(reader: Reader, page: pl.DataFrame) -> pl.DataFrame:
    """`session_id, good, bad` of those sessions of a page (see `find`) that have been rated."""
    none = pl.DataFrame(schema={"session_id": pl.String, "good": pl.UInt64, "bad": pl.UInt64})
    if page.is_empty():
        return none
    within = [
        conditions.both(
            conditions.compared("session_id", "=", bound("String", row["session_id"])),
            conditions.between(row["started_at"], row["last_request_at"] + timedelta(milliseconds=1)),
        )
        for row in page.select("session_id", "started_at", "last_request_at").iter_rows(named=True)
    ]
    of = conditions.joined("OR", within)
    sql = (
        "SELECT session_id, countIf(feedback) AS good, countIf(NOT feedback) AS bad FROM request_response_rmt "
        f"WHERE ({of.sql}) AND isNotNull(feedback) GROUP BY session_id"
    )
    return reader.frame(sql, of.parameters)


def same_name(reader: Reader, session_id: str, *, most: int = 200) -> pl.DataFrame:
    """`session_id, started_at, requests, errors, cost` of sessions of the same name, the nearest in time first."""
    own = (
        "SELECT argMax(session_name, cityHash64(session_name)), min(started_at) FROM sessions_daily "
        "WHERE session_hash = cityHash64({session:String})"
    )
    sql = (
        f"WITH ({own}) AS own SELECT any(t.session_id) AS session_id, min(t.started_at) AS started_at, "
        "sum(t.requests) AS requests, sum(t.errors) AS errors, sum(t.cost) AS cost FROM sessions_daily AS t "
        "WHERE t.day >= toDate(own.2) - 31 AND t.day <= toDate(own.2) + 31 AND t.session_name = own.1 "
        "AND t.session_hash != cityHash64({session:String}) GROUP BY t.session_hash "
        "ORDER BY abs(dateDiff('millisecond', min(t.started_at), own.2)), t.session_hash LIMIT {most:UInt32}"
    )
    return reader.frame(sql, {"session": session_id, "most": most})


def _members(time_range: TimeRange, condition: Condition) -> str:
    """The hashes of sessions with a request in the range that meets the condition."""
    within = f"request_created_at >= {moment('range_start')} AND request_created_at < {moment('range_end')}"
    return (
        f"SELECT cityHash64(session_id) FROM request_response_rmt WHERE {within} AND session_id != '' "
        f"AND ({condition.sql})"
    )


def _in_range() -> str:
    """Whether a row (a session's day) has a request in the range, exactly, where that begins and ends on two days."""
    start, end = moment("range_start"), moment("range_end")
    days = f"t.day >= toDate({start}) AND t.day <= toDate({end})"
    return f"{days} AND t.last_request_at >= {start} AND t.started_at < {end}"


def _spans_days(time_range: TimeRange) -> bool:
    last = time_range.end - timedelta(milliseconds=1)
    return time_range.start.astimezone(UTC).date() != last.astimezone(UTC).date()
