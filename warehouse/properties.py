"""Requests by what the applications say of them: the properties, their values, and two properties at once.

A request without a property has no value of it and is counted nowhere; one that was sent empty is a value. Reads of one
property take the rollup by segment where it answers (whole hours, no filter but by provider and model), those of two
the rollup by all properties together; the facts otherwise, with the same figures.
"""

from __future__ import annotations

import re
from datetime import UTC, timedelta
from typing import Any, Literal

import polars as pl

from warehouse.client import Reader
from warehouse.conditions import EVERYTHING, Condition, one_of
from warehouse.metrics import PRICED, SEGMENT_KEYS, Source, ends, every_bucket, moment, source
from warehouse.timerange import DAY, TimeRange, floor

DOCUMENTED = re.compile("^helicone-(session|prompt|request)-", re.IGNORECASE)
"""Properties that a column has as well: sessions and prompts. They are listed with these, not here."""
DOCUMENTED_SEGMENTS = r"(?i)^properties\." + DOCUMENTED.pattern.removeprefix("^")
"""Their segments in the rollups, as a pattern of RE2."""
PROPERTIES_KEYS = SEGMENT_KEYS | {"properties"}
MOST_VALUES = 200
MOST_LINES = 10
MOST_CROSSED = 12
EXACT = 65_000
"""Distinct values up to which ClickHouse's ``uniq`` counts each; it keeps 65,536, and of more a sample."""

Order = Literal["requests", "cost", "errors", "latency", "value"]
Measure = Literal["cost", "requests", "error_rate", "latency"]

_SUMS = ("requests", "errors", "cached", "priced", "unpriced", "cost", "prompt_tokens", "completion_tokens", "latency")
_OF_FACTS = {
    "requests": "count()",
    "errors": "countIf(t.status NOT BETWEEN 200 AND 399)",
    "cached": "countIf(t.cache_reference_id != toUUID('00000000-0000-0000-0000-000000000000'))",
    "priced": f"countIf({PRICED})",
    "unpriced": "countIf(t.cost_status = 'unpriced')",
    "user_cost": "sumIf(t.cost, t.user_id != '')",
    "session_cost": "sumIf(t.cost, t.session_id != '')",
    "session_tokens": "sumIf(t.prompt_tokens + t.completion_tokens, t.session_id != '')",
}
_UNITS = ("requests", "cost", "unpriced", "user_cost", "session_cost", "session_tokens")
_ORDERS = {
    "requests": "requests DESC", "cost": "cost DESC", "errors": "errors / requests DESC",
    "latency": "latency / requests DESC", "value": "value",
}  # fmt: skip


def keys(reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING) -> pl.DataFrame:
    """`name, values, requests, share, cost, unpriced` of every property but the `DOCUMENTED`, most requests first.

    `values` are exact up to `EXACT`, beyond it within about 1 %; `share` is that of all requests.
    """
    rows = source(time_range, condition, rollup="segments_hourly", keys=SEGMENT_KEYS)
    if rows.hourly:
        sql = (
            "SELECT substring(toString(t.segment), 12) AS name, uniq(t.value) AS values, "
            f"{_sums(rows, ('requests', 'cost', 'unpriced'))} FROM {rows.sql} "
            "WHERE t.segment IN (SELECT DISTINCT segment FROM segments_hourly "
            "WHERE startsWith(segment, 'properties.') AND NOT match(segment, {documented:String})) GROUP BY t.segment"
        )
    else:
        sql = (
            f"SELECT name, uniq(value) AS values, {_sums(rows, ('requests', 'cost', 'unpriced'))} FROM ("
            "SELECT toString(name) AS name, value, t.cost AS cost, t.cost_status AS cost_status "
            f"FROM {rows.sql} ARRAY JOIN mapKeys(t.properties) AS name, mapValues(t.properties) AS value "
            "WHERE NOT match(name, {documented:String})) AS t GROUP BY name"
        )
    documented = DOCUMENTED_SEGMENTS if rows.hourly else f"(?i){DOCUMENTED.pattern}"
    found = reader.frame(sql, rows.parameters | {"documented": documented})
    all_rows = source(time_range, condition)
    counted = "sum(t.requests)" if all_rows.hourly else "count()"
    whole = int(reader.frame(f"SELECT {counted} AS requests FROM {all_rows.sql}", all_rows.parameters).item() or 0)
    return found.sort(["requests", "name"], descending=[True, False]).select(
        "name", "values", "requests", (pl.col("requests") / (whole or 1)).alias("share"), "cost", "unpriced"
    )


def values(
    reader: Reader,
    time_range: TimeRange,
    condition: Condition = EVERYTHING,
    *,
    key: str = "",
    containing: str = "",
    order: Order = "requests",
    most: int = MOST_VALUES,
) -> pl.DataFrame:
    """The values of `key`: `value, requests, share, errors, cached, priced, unpriced, cost` (USD × 1e9),
    `prompt_tokens, completion_tokens, latency` (sums, ms), and `of`: how many values there are.

    `most` of them, in `order`, whose text has `containing` in it (case ignored); `share` is that of the requests with
    the property.
    """
    rows, value = _of(key, time_range, condition)
    grouped = f"SELECT {value} AS value, {_sums(rows, _SUMS)} FROM {rows.sql} WHERE {_has(rows)} GROUP BY value"
    sql = (
        "SELECT *, requests / sum(requests) OVER () AS share, positionCaseInsensitiveUTF8(value, {text:String}) > 0 "
        f"OR empty({{text:String}}) AS found, sum(toUInt8(found)) OVER () AS of FROM ({grouped}) "
        f"QUALIFY found ORDER BY {_ORDERS[order]}, value LIMIT {{most:UInt32}}"
    )
    found = reader.frame(sql, rows.parameters | {"key": key, "text": containing, "most": most})
    return found.select("value", "requests", "share", pl.exclude("value", "requests", "share", "found"))


def over_time(
    reader: Reader,
    time_range: TimeRange,
    condition: Condition = EVERYTHING,
    *,
    key: str = "",
    measure: Literal["cost", "requests"] = "cost",
) -> pl.DataFrame:
    """`at, value, other, requests, cost, unpriced`: the values with the most of `measure`, and all others together, of
    which `value` is empty and `other` true. Only what there was has a row. Raises `ValueError` for another measure."""
    one_of(measure, ("cost", "requests"))
    rows, value = _of(key, time_range, condition)
    rank = _sums(rows, (measure,)).partition(" AS ")[0]
    top = (
        f"SELECT {value} AS value FROM {rows.sql} WHERE {_has(rows)} GROUP BY value "
        f"ORDER BY {rank} DESC, value LIMIT {MOST_LINES}"
    )
    sql = (
        f"SELECT {rows.bucket} AS bucket, {value} NOT IN ({top}) AS other, if(other, '', {value}) AS value, "
        f"{_sums(rows, ('requests', 'cost', 'unpriced'))} FROM {rows.sql} WHERE {_has(rows)} "
        "GROUP BY bucket, other, value ORDER BY bucket, other, value"
    )
    found = reader.frame(sql, rows.parameters | {"key": key}).with_columns(pl.col("other").cast(pl.Boolean))
    return every_bucket(found, time_range).drop_nulls("value")


def units(
    reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING, *, key: str = "", most: int = 20
) -> pl.DataFrame:
    """What one user and one session come to: `value, requests, cost, unpriced, users, sessions, user_cost,
    session_cost, session_tokens` of the `most` costly values of `key`.

    `user_cost` is that of the requests that name a user, `session_…` of those of a session; `users` and `sessions` are
    distinct: exact up to `EXACT`, beyond it within about 1 %.
    """
    rows, value = _of(key, time_range, condition)
    sql = (
        f"SELECT {value} AS value, {_sums(rows, _UNITS)} FROM {rows.sql} WHERE {_has(rows)} "
        "GROUP BY value ORDER BY cost DESC, requests DESC, value LIMIT {most:UInt32}"
    )
    parameters = rows.parameters | {"key": key, "most": most}
    found = reader.frame(sql, parameters)
    distinct, more = _distinct(rows, value, time_range, condition)
    among = {"among": found["value"].to_list()}
    return found.join(reader.frame(distinct, parameters | more | among), on="value", how="left", maintain_order="left")


def cross(
    reader: Reader,
    time_range: TimeRange,
    condition: Condition = EVERYTHING,
    *,
    key: str = "",
    by: str = "",
    measure: Measure = "cost",
) -> pl.DataFrame:
    """`value, by, requests, errors, unpriced, cost, latency` (a sum, ms) of the requests that have both properties.

    The `MOST_CROSSED` values of either with the most cost (or requests, for any other `measure`); null stands for all
    others together.
    """
    # What the rollup leaves out, a filter may ask for as well.
    asked = [key, by, *(str(value) for value in condition.parameters.values())]
    rolled = not any(DOCUMENTED.match(name) for name in asked)
    rows = source(time_range, condition, rollup="properties_hourly" if rolled else "", keys=PROPERTIES_KEYS)
    columns = ("requests", "errors", "unpriced", "cost", "latency")
    rank = "cost" if measure == "cost" else "requests"
    sql = (
        f"SELECT t.properties[{{key:String}}] AS value, t.properties[{{by:String}}] AS by, {_sums(rows, columns)} "
        f"FROM {rows.sql} WHERE mapContains(t.properties, {{key:String}}) AND mapContains(t.properties, {{by:String}}) "
        "GROUP BY value, by"
    )
    top = [
        f"dense_rank() OVER (ORDER BY {side}_sum DESC, {side}) <= {MOST_CROSSED} AS {side}_kept"
        for side in ("value", "by")
    ]
    ranked = (
        f"SELECT *, {', '.join(top)} FROM (SELECT *, sum({rank}) OVER (PARTITION BY value) AS value_sum, "
        f"sum({rank}) OVER (PARTITION BY by) AS by_sum FROM ({sql}))"
    )
    sums = ", ".join(f"sum(r.{name}) AS {name}" for name in columns)
    final = (
        f"SELECT if(r.value_kept, r.value, NULL) AS value, if(r.by_kept, r.by, NULL) AS by, {sums} "
        f"FROM ({ranked}) AS r GROUP BY value, by ORDER BY isNull(value), value, isNull(by), by"
    )
    return reader.frame(final, rows.parameters | {"key": key, "by": by})


def _of(key: str, time_range: TimeRange, condition: Condition) -> tuple[Source, str]:
    """The rows that tell of one property, and its value in them."""
    rows = source(time_range, condition, rollup="segments_hourly", keys=SEGMENT_KEYS)
    return rows, "t.value" if rows.hourly else "t.properties[{key:String}]"


def _has(rows: Source) -> str:
    return (
        "t.segment = concat('properties.', {key:String})" if rows.hourly else "mapContains(t.properties, {key:String})"
    )


def _sums(rows: Source, names: tuple[str, ...]) -> str:
    """The measures of these names, as a SELECT list."""
    own = {} if rows.hourly else _OF_FACTS
    return ", ".join(f"{own.get(name, f'sum(t.{name})')} AS {name}" for name in names)


def _distinct(rows: Source, value: str, time_range: TimeRange, condition: Condition) -> tuple[str, dict[str, Any]]:
    """Distinct users and sessions of the values `among`: of whole days of UTC from the daily rollup, of the hours
    before and after them from the hourly one."""
    if not rows.hourly:
        return (
            f"SELECT {value} AS value, uniqIf(t.user_id, t.user_id != '') AS users, "
            f"uniqIf(t.session_id, t.session_id != '') AS sessions FROM {rows.sql} "
            f"WHERE {_has(rows)} AND value IN {{among:Array(String)}} GROUP BY value"
        ), {}
    first, last = floor(time_range.start + DAY - timedelta(milliseconds=1), DAY, UTC), floor(time_range.end, DAY, UTC)
    last = max(first, last)
    of_key = "segment = concat('properties.', {key:String}) AND value IN {among:Array(String)}"
    within = f"{of_key} AND ({condition.sql})"
    days = f"day >= toDate({moment('days_start')}) AND day < toDate({moment('days_end')})"
    hours = (
        f"(hour >= {moment('range_start', True)} AND hour < {moment('days_start', True)} "
        f"OR hour >= {moment('days_end', True)}) AND hour < {moment('range_end', True)}"
    )
    return (
        "SELECT value, uniqMerge(users) AS users, uniqMerge(sessions) AS sessions FROM ("
        f"SELECT value, users, sessions FROM segments_daily WHERE {within} AND {days} UNION ALL "
        f"SELECT value, users, sessions FROM segments_hourly WHERE {within} AND {hours}) GROUP BY value"
    ), ends(first, last, "days")
