"""Rate limits: requests that our gateway's own limits stopped, told apart from the providers' 429s.

The gateway marks what it stops by the property `MARK`; whatever else was answered 429 was limited by its provider.
"""

from __future__ import annotations

import polars as pl

from warehouse import conditions
from warehouse.client import Reader
from warehouse.conditions import EVERYTHING, Condition
from warehouse.metrics import SEGMENT_KEYS, Source, every_bucket, source
from warehouse.timerange import TimeRange

MARK, MARKED = "Helicone-Rate-Limit-Status", "bucket_rate_limited"
OWN = f"properties['{MARK}'] = '{MARKED}'"

SEGMENTS = ("user_id", "model", "provider")
"""Columns that `by_segment` groups by; or a property, as ``properties.<name>``."""
PROPERTY = "properties."
KEYS = frozenset({*SEGMENTS, "request_model"})
"""Of limits_hourly."""

_HOURS = "SELECT hour FROM limits_hourly"


def stopped(condition: Condition = EVERYTHING) -> Condition:
    """Requests of `condition` that our own limits stopped.

    They come in bursts, so that the hours that have any, known from a rollup, spare most of the facts.
    """
    mine = Condition(f"{OWN} AND toStartOfHour(request_created_at) IN ({_HOURS})", {}, frozenset({"properties"}))
    return conditions.both(mine, condition)


def own(time_range: TimeRange, condition: Condition = EVERYTHING) -> Source:
    """What our own limits stopped: hours of the rollup where it answers, else requests."""
    rolled = time_range.hourly and condition.columns <= KEYS
    if rolled:
        return source(time_range, condition, rollup="limits_hourly", keys=KEYS)
    return source(time_range, stopped(condition), rollup="")


def series(reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING) -> pl.DataFrame:
    """`at, requests, own, provider` of each bucket: all requests, those that our limits stopped, providers' 429s."""
    rows = source(time_range, condition)
    refused = "sumIf(t.requests, t.status = 429)" if rows.hourly else "countIf(t.status = 429)"
    everything = reader.frame(
        f"SELECT {rows.bucket} AS bucket, {_count(rows)} AS requests, {refused} AS refused FROM {rows.sql} "
        "GROUP BY bucket",
        rows.parameters,
    )
    mine = own(time_range, condition)
    counted = f"SELECT {mine.bucket} AS bucket, {_count(mine)} AS own FROM {mine.sql} GROUP BY bucket"
    found = everything.join(reader.frame(counted, mine.parameters), on="bucket", how="left")
    stopped_here = pl.col("own").fill_null(0).cast(pl.Int64)
    # A request that we stopped is answered 429 as well.
    provider = pl.max_horizontal(pl.col("refused").cast(pl.Int64) - stopped_here, 0)
    return every_bucket(found.select("bucket", "requests", stopped_here, provider=provider), time_range).fill_null(0)


def by_segment(
    reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING, *, by: str = "user_id", most: int = 12
) -> pl.DataFrame:
    """`value, requests, whole` of what our limits stopped, by the segment `by`; most requests first. `whole` is their
    sum over all values.

    Requests without a value of it are in none. Raises `KeyError` for a segment that there is not.
    """
    if by.startswith(PROPERTY):
        rows, value = _with_properties(time_range, condition, by.removeprefix(PROPERTY))
    elif by in SEGMENTS:
        rows, value = own(time_range, condition), Condition(f"toString(t.{by})")
    else:
        raise KeyError(by)
    sql = (
        f"SELECT {value.sql} AS value, {_count(rows)} AS requests, sum(requests) OVER () AS whole FROM {rows.sql} "
        "WHERE value != '' GROUP BY value ORDER BY requests DESC, value LIMIT {most:UInt32}"
    )
    return reader.frame(sql, rows.parameters | value.parameters | {"most": most})


def by_provider(reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING) -> pl.DataFrame:
    """`provider, request_model, requests, refused`: of each model asked for that a provider answered 429, most of them
    first. (A request that was refused knows no other model.)"""
    rows, stopped_rows = source(time_range, condition), own(time_range, condition)
    refused = "sumIf(t.requests, t.status = 429)" if rows.hourly else "countIf(t.status = 429)"
    keys = "toString(t.provider) AS provider, toString(t.request_model) AS request_model"
    found = reader.frame(
        f"SELECT {keys}, {_count(rows)} AS requests, {refused} AS refused FROM {rows.sql} "
        "GROUP BY provider, request_model HAVING refused > 0",
        rows.parameters,
    )
    mine = reader.frame(
        f"SELECT {keys}, {_count(stopped_rows)} AS own FROM {stopped_rows.sql} GROUP BY provider, request_model",
        stopped_rows.parameters,
    )
    joined = found.join(mine, on=["provider", "request_model"], how="left")
    left = pl.col("refused").cast(pl.Int64) - pl.col("own").fill_null(0).cast(pl.Int64)
    kept = joined.select("provider", "request_model", "requests", refused=left).filter(pl.col("refused") > 0)
    return kept.sort("refused", "provider", "request_model", descending=[True, False, False])


def people(reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING) -> int:
    """Distinct users whom our limits stopped."""
    rows = own(time_range, condition)
    sql = f"SELECT uniqExactIf(t.user_id, t.user_id != '') AS users FROM {rows.sql}"
    return int(reader.frame(sql, rows.parameters)["users"][0])


def latest(reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING, *, most: int = 20) -> pl.DataFrame:
    """The latest requests that our limits stopped: `request_created_at, request_id, user_id, model, policy, message`.

    `policy` is the limit in the words of Helicone-RateLimit-Policy, empty where it was not recorded.
    """
    rows = source(time_range, stopped(condition), rollup="")
    name = "['helicone-ratelimit-policy']"
    sql = (
        "SELECT t.request_created_at AS request_created_at, toString(t.request_id) AS request_id, "
        "t.user_id AS user_id, toString(t.model) AS model, t.error_message AS message, "
        f"if(t.response_headers{name} != '', t.response_headers{name}, t.request_headers{name}) AS policy "
        f"FROM {rows.sql} "
        "ORDER BY t.request_created_at DESC, t.request_id DESC LIMIT {most:UInt32}"
    )
    return reader.frame(sql, rows.parameters | {"most": most})


def _with_properties(time_range: TimeRange, condition: Condition, name: str) -> tuple[Source, Condition]:
    """Rows of what our limits stopped, with the value of a property."""
    key = conditions.bound("String", name)
    value = Condition(f"t.properties[{key.sql}]", key.parameters)
    if condition.columns <= SEGMENT_KEYS and time_range.hourly:
        marked = conditions.both(Condition(OWN, {}, frozenset({"properties"})), condition)
        return source(time_range, marked, rollup="properties_hourly", keys=marked.columns), value
    return source(time_range, stopped(condition), rollup=""), value


def _count(rows: Source) -> str:
    return "sum(t.requests)" if rows.hourly else "count()"
