"""Users: what each asked for and cost, how that is spread over them, and the course of those of a view over time.

Every read takes the hourly rollup of users where it answers exactly (whole hours, a filter on `KEYS` alone) and the
facts otherwise; both give the same figures. Requests that name no user are in none of this. Days are those of the
range's zone; first and last seen are of all time, whatever the view.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from warehouse.client import Reader
from warehouse.conditions import EVERYTHING, Condition, both
from warehouse.limits import own
from warehouse.metrics import SEGMENT_KEYS, ends, every_bucket, moment, source
from warehouse.previews import previews
from warehouse.timerange import TimeRange

Measure = Literal["requests", "cost"]
KEYS = SEGMENT_KEYS | {"user_id"}
SUMS = ("requests", "errors", "unpriced", "cost", "prompt_tokens", "completion_tokens", "latency")
PERCENTILES = (25, 50, 75, 90, 95, 99)

RECENT = 5_000
"""Requests among which the latest sessions are looked for."""

SORTS = (
    "cost", "requests", "errors", "limited", "active_days", "requests_per_day", "tokens_per_request", "prompt_tokens",
    "completion_tokens", "first_seen", "last_seen", "user_id",
)  # fmt: skip

SEEN = "SELECT user_id AS who, min(first_seen) AS first_seen, max(last_seen) AS last_seen FROM users_daily GROUP BY who"
_PER_USER = ", ".join(f"sum(r.{name}) AS {name}" for name in SUMS)


@dataclass(frozen=True)
class Table:
    """A page of users, and how many there are on all pages."""

    total: int
    rows: pl.DataFrame


@dataclass(frozen=True)
class Summary:
    """The users of a view. `cost` in USD × 1e9; `new` were never seen before the range; `half_cost` are the fewest
    that make half of the cost."""

    users: int = 0
    new: int = 0
    requests: int = 0
    errors: int = 0
    unpriced: int = 0
    cost: int = 0
    median_requests: float | None = None
    median_cost: float | None = None
    half_cost: int = 0


@dataclass(frozen=True)
class Spread:
    """How many users have how much: `bins` has `low` (inclusive), `high` (exclusive) and `users`."""

    bins: pl.DataFrame
    percentiles: dict[str, float]
    users: int


def named(time_range: TimeRange, condition: Condition) -> tuple[str, dict[str, Any]]:
    """Rows of requests that name a user, an hour's or one request's: `at`, `user_id` and `SUMS`; and parameters."""
    hourly = time_range.hourly and condition.columns <= KEYS
    at = "hour" if hourly else "request_created_at"
    within = f"{at} >= {moment('range_start', hourly)} AND {at} < {moment('range_end', hourly)}"
    if hourly:
        columns = f"hour AS at, value AS user_id, {', '.join(SUMS)}"
        sql = f"SELECT {columns} FROM segments_hourly WHERE segment = 'user_id' AND {within} AND ({condition.sql})"
    else:
        columns = (
            "request_created_at AS at, user_id, toUInt64(1) AS requests, "
            "toUInt64(status NOT BETWEEN 200 AND 399) AS errors, toUInt64(cost_status = 'unpriced') AS unpriced, "
            "cost, prompt_tokens, completion_tokens, latency"
        )
        sql = f"SELECT {columns} FROM request_response_rmt WHERE {within} AND ({condition.sql}) AND user_id != ''"
    edges = [int(edge.timestamp()) for edge in time_range.edges]
    zone = {"edges": edges, "zone": str(time_range.zone)}
    return sql, {**ends(time_range.start, time_range.end), **condition.parameters, **zone}


def of_users(condition: Condition) -> Condition:
    """Requests of `condition` that name a user; a filter on users spares the hours without them."""
    if "user_id" in condition.columns <= KEYS:
        hours = f"SELECT hour FROM (SELECT hour, value AS user_id, provider, model FROM segments_hourly WHERE segment = 'user_id') WHERE {condition.sql}"  # noqa: E501
        condition = both(condition, Condition(f"toStartOfHour(request_created_at) IN ({hours})"))
    return both(condition, Condition("user_id != ''", {}, KEYS))


def table(
    reader: Reader,
    time_range: TimeRange,
    condition: Condition = EVERYTHING,
    *,
    search: str = "",
    sort: str = "cost",
    descending: int = 1,
    limit: int = 25,
    offset: int = 0,
) -> Table:
    """A page of the users whose id contains `search` (in any case), each with `SUMS`, `active_days`, `limited` (stopped
    by our own rate limits), `first_seen`, `last_seen`, `requests_per_day` (of those active) and `tokens_per_request`.

    Raises `KeyError` for a `sort` that is not one of `SORTS`.
    """
    if sort not in SORTS:
        raise KeyError(sort)
    rows, parameters = named(time_range, condition)
    limits = own(time_range, condition)
    count = "sum(t.requests)" if limits.hourly else "count()"
    order = "DESC" if descending else "ASC"
    sql = f"""
        SELECT u.*, l.limited AS limited, s.first_seen AS first_seen, s.last_seen AS last_seen,
            u.requests / u.active_days AS requests_per_day,
            (u.prompt_tokens + u.completion_tokens) / u.requests AS tokens_per_request, count() OVER () AS total
        FROM (
            SELECT r.user_id AS user_id, {_PER_USER}, uniqExact(toDate(r.at, {{zone:String}})) AS active_days
            FROM ({rows}) AS r
            WHERE positionCaseInsensitiveUTF8(r.user_id, {{search:String}}) > 0
            GROUP BY user_id
        ) AS u
        LEFT JOIN ({SEEN}) AS s ON s.who = u.user_id
        LEFT JOIN (SELECT t.user_id AS whom, {count} AS limited FROM {limits.sql} GROUP BY whom) AS l
            ON l.whom = u.user_id
        ORDER BY {sort} {order}, u.user_id LIMIT {{limit:UInt64}} OFFSET {{offset:UInt64}}"""
    page = {"search": search, "limit": limit, "offset": offset}
    found = reader.frame(sql, limits.parameters | parameters | page)
    return Table(int(found["total"][0]) if len(found) else 0, found.drop("total"))


def summary(reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING) -> Summary:
    """The users of the view in figures."""
    rows, parameters = named(time_range, condition)
    sql = f"""
        SELECT count() AS users, countIf(first_seen >= {moment("range_start")}) AS new, sum(v.requests) AS requests,
            sum(v.errors) AS errors, sum(v.unpriced) AS unpriced, sum(v.cost) AS cost,
            quantileExactInclusive(0.5)(v.requests) AS median_requests,
            quantileExactInclusive(0.5)(v.cost) AS median_cost,
            countIf(v.cost > 0 AND v.before * 2 < v.spent) AS half_cost
        FROM (
            SELECT u.*, s.first_seen AS first_seen, sum(u.cost) OVER () AS spent,
                sum(u.cost) OVER (ORDER BY u.cost DESC, u.user_id ROWS UNBOUNDED PRECEDING) - u.cost AS before
            FROM (SELECT r.user_id AS user_id, {_PER_USER} FROM ({rows}) AS r GROUP BY user_id) AS u
            LEFT JOIN ({SEEN}) AS s ON s.who = u.user_id
        ) AS v"""
    found = reader.frame(sql, parameters).row(0, named=True)
    return Summary(**found) if found["users"] else Summary()


def spread(
    reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING, *, measure: Measure = "requests"
) -> Spread:
    """How requests, or cost in USD × 1e9, are spread over the users; bins at 1, 2, 5, 10, …, and one for nothing."""
    rows, parameters = _amounts(time_range, condition, measure)
    levels = ", ".join(f"{p / 100:g}" for p in PERCENTILES)
    sql = f"""
        SELECT roundDown(v.amount, {{lows:Array(UInt64)}}) AS low, count() AS users, any(v.levels) AS levels
        FROM (SELECT u.amount, quantilesExactInclusive({levels})(u.amount) OVER () AS levels FROM ({rows}) AS u) AS v
        GROUP BY low
        ORDER BY low"""
    found = reader.frame(sql, parameters | {"lows": LOWS})
    return _spread(found)


LOWS = [0, *(digit * 10**power for power in range(19) for digit in (1, 2, 5))]
"""Where the bins of a spread begin."""


def concentration(
    reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING, *, measure: Measure = "cost"
) -> pl.DataFrame:
    """`percent, users, share`: what the costliest `percent` of the users (1 to 100) have of the whole."""
    rows, parameters = _amounts(time_range, condition, measure)
    sql = f"""
        SELECT toUInt8(ceil(100 * v.place / v.everyone)) AS percent, max(v.place) AS users,
            max(v.so_far / v.whole) AS share
        FROM (
            SELECT row_number() OVER (ORDER BY u.amount DESC, u.user_id) AS place, count() OVER () AS everyone,
                sum(u.amount) OVER (ORDER BY u.amount DESC, u.user_id ROWS UNBOUNDED PRECEDING) AS so_far,
                sum(u.amount) OVER () AS whole
            FROM ({rows}) AS u
        ) AS v
        WHERE v.whole > 0
        GROUP BY percent
        ORDER BY percent"""
    return reader.frame(sql, parameters)


def trend(reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING) -> pl.DataFrame:
    """`at` and `SUMS` for every bucket of the range."""
    rows, parameters = named(time_range, condition)
    bucket = "roundDown(toUnixTimestamp(r.at), {edges:Array(UInt32)})"
    found = reader.frame(f"SELECT {bucket} AS bucket, {_PER_USER} FROM ({rows}) AS r GROUP BY bucket", parameters)
    return every_bucket(found, time_range).fill_null(0)


def sessions(
    reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING, *, most: int = 10
) -> pl.DataFrame:
    """The sessions that the view's users were active in last, the latest first: `session_id, session_name, user_id,
    started_at, last_at, requests, errors, unpriced, cost`; requests of others, or outside the view, are left out."""
    rows = source(time_range, of_users(condition), rollup="")
    # Read in the order of the key, so that only the newest rows are looked at.
    recent = reader.frame(
        "SELECT session_id, max(at) AS last FROM (SELECT t.session_id AS session_id, t.request_created_at AS at "
        f"FROM {rows.sql} WHERE t.session_id != '' ORDER BY t.request_created_at DESC LIMIT {RECENT}) "
        "GROUP BY session_id ORDER BY last DESC, session_id LIMIT {most:UInt32}",
        rows.parameters | {"most": most},
    )
    sql = (
        "SELECT t.session_id AS session_id, toString(max(t.session_name)) AS session_name, any(t.user_id) AS user_id, "
        "min(t.request_created_at) AS started_at, max(t.request_created_at) AS last_at, count() AS requests, "
        "countIf(t.status NOT BETWEEN 200 AND 399) AS errors, countIf(t.cost_status = 'unpriced') AS unpriced, "
        f"sum(t.cost) AS cost FROM {rows.sql} WHERE t.session_id IN {{sessions:Array(String)}} GROUP BY session_id "
        "ORDER BY last_at DESC, session_id"
    )
    return reader.frame(sql, rows.parameters | {"sessions": recent["session_id"].to_list()})


def latest(reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING, *, most: int = 10) -> pl.DataFrame:
    """The latest requests that name a user, with a preview of what was asked."""
    rows = source(time_range, of_users(condition), rollup="")
    sql = (
        "SELECT t.request_created_at AS request_created_at, toString(t.request_id) AS request_id, "
        "t.user_id AS user_id, toString(t.model) AS model, t.status AS status, t.latency AS latency, t.cost AS cost, "
        f"toString(t.cost_status) AS cost_status FROM {rows.sql} "
        "ORDER BY t.request_created_at DESC, t.request_id DESC LIMIT {most:UInt32}"
    )
    return previews(reader, reader.frame(sql, rows.parameters | {"most": most})).drop("response_preview")


def models(reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING) -> pl.DataFrame:
    """`model, requests, cost, unpriced` of the view, most requests first."""
    rows = source(time_range, condition)
    count = "sum(t.requests)" if rows.hourly else "count()"
    unpriced = "sum(t.unpriced)" if rows.hourly else "countIf(t.cost_status = 'unpriced')"
    sql = (
        f"SELECT toString(t.model) AS model, {count} AS requests, sum(t.cost) AS cost, {unpriced} AS unpriced "
        f"FROM {rows.sql} GROUP BY model ORDER BY requests DESC, model"
    )
    return reader.frame(sql, rows.parameters)


def properties(
    reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING, *, most: int = 12
) -> pl.DataFrame:
    """`name, value, requests`: the properties of the view's requests, most requests first."""
    if condition.columns <= SEGMENT_KEYS and time_range.hourly:
        rows = source(time_range, condition, rollup="segments_hourly", keys=SEGMENT_KEYS)
        pairs = (
            "SELECT substring(t.segment, 12) AS name, t.value AS value, sum(t.requests) AS requests "
            f"FROM {rows.sql} WHERE startsWith(t.segment, 'properties.')"
        )
    else:
        of_some = "user_id" in condition.columns <= KEYS
        rows = source(time_range, of_users(condition) if of_some else condition, rollup="")
        pairs = (
            f"SELECT toString(pair.1) AS name, pair.2 AS value, count() AS requests FROM {rows.sql} "
            "ARRAY JOIN CAST(t.properties AS Array(Tuple(String, String))) AS pair"
        )
    sql = f"{pairs} GROUP BY name, value ORDER BY requests DESC, name, value LIMIT {{most:UInt32}}"
    return reader.frame(sql, rows.parameters | {"most": most})


def _amounts(time_range: TimeRange, condition: Condition, measure: Measure) -> tuple[str, dict[str, Any]]:
    """Rows `user_id, amount`, and their parameters."""
    rows, parameters = named(time_range, condition)
    column = {"requests": "requests", "cost": "cost"}[measure]
    return f"SELECT r.user_id AS user_id, sum(r.{column}) AS amount FROM ({rows}) AS r GROUP BY user_id", parameters


def _spread(found: pl.DataFrame) -> Spread:
    if found.is_empty():
        return Spread(found.select("low", pl.col("low").alias("high"), "users"), {}, 0)
    highs = dict(zip(LOWS, [*LOWS[1:], LOWS[-1]], strict=True))
    levels = found["levels"][0].to_list()
    bins = found.select("low", pl.col("low").replace_strict(highs).alias("high"), "users")
    return Spread(
        bins, {f"p{p}": level for p, level in zip(PERCENTILES, levels, strict=True)}, int(bins["users"].sum())
    )
