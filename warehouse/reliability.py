"""How requests fail, and how often a provider fails them.

A request failed if its status is not 2xx or 3xx; a stream that broke off half-way has status 200 and an error type. The
provider failed it if it answered 5xx or 429, did not answer in time, or broke the stream off. A request that the client
cancelled, that was blocked, that the cache answered or that Heliograph's own rate limit stopped says nothing of the
provider: it is not `asked` of it.
"""

from __future__ import annotations

import polars as pl

from warehouse.client import Reader
from warehouse.conditions import EVERYTHING, Condition
from warehouse.metrics import every_bucket, source
from warehouse.timerange import TimeRange

OWN_LIMIT = "bucket_rate_limited"
"""The error type of what the gateway's rate limit stopped."""
MOST_KINDS = 200

FAILED = "t.status NOT BETWEEN 200 AND 399"
BROKEN_OFF = "t.status BETWEEN 200 AND 399 AND t.error_type != ''"
ASKED = f"t.status NOT IN (-3, -4) AND t.error_type != '{OWN_LIMIT}'"
FAILED_BY_PROVIDER = f"{ASKED} AND (t.status IN (-1, 429) OR t.status >= 500 OR {BROKEN_OFF})"
_UNCACHED = "t.cache_reference_id = toUUID('00000000-0000-0000-0000-000000000000')"
_KEYS = ["provider", "status", "error_type"]
_KIND = "toString(t.provider) AS provider, t.status AS status, toString(t.error_type) AS error_type"
_SEEN = (
    "min(t.request_created_at) AS first_seen, max(t.request_created_at) AS last_seen, "
    "argMax(t.error_message, t.request_created_at) AS example"
)


def outcomes(reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING) -> pl.DataFrame:
    """`at, provider, requests, errors, asked, failed` of each bucket and provider that had requests: `errors` of the
    `requests`, and how many of those `asked` of the provider it `failed`."""
    rows = source(time_range, condition)
    if rows.hourly:
        measures = (
            f"sum(t.requests) AS requests, sumIf(t.requests, {FAILED}) AS errors, "
            f"sumIf(t.requests - t.cached, {ASKED}) AS asked, "
            f"sumIf(t.requests - t.cached, {FAILED_BY_PROVIDER}) AS failed"
        )
    else:
        measures = (
            f"count() AS requests, countIf({FAILED}) AS errors, countIf({_UNCACHED} AND {ASKED}) AS asked, "
            f"countIf({_UNCACHED} AND {FAILED_BY_PROVIDER}) AS failed"
        )
    sql = (
        f"SELECT {rows.bucket} AS bucket, toString(t.provider) AS provider, {measures} "
        f"FROM {rows.sql} GROUP BY bucket, provider ORDER BY bucket, provider"
    )
    found = every_bucket(reader.frame(sql, rows.parameters), time_range).drop_nulls("provider")
    return found.with_columns(pl.col("requests", "errors", "asked", "failed").cast(pl.Int64))


def availability(found: pl.DataFrame) -> pl.DataFrame:
    """Of `outcomes`: `provider, requests, errors, asked, failed, available` over the whole range, `available` the share
    of those asked that the provider did not fail; most requests first. Pure."""
    sums = found.group_by("provider").agg(pl.col("requests", "errors", "asked", "failed").sum())
    share = pl.when(pl.col("asked") > 0).then(1 - pl.col("failed") / pl.col("asked"))
    return sums.with_columns(available=share).sort(["requests", "provider"], descending=[True, False])


def failures(reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING) -> pl.DataFrame:
    """`provider, status, error_type, requests, share, first_seen, last_seen, example` of every way to fail, streams
    that broke off included; most first. `share` is that of all requests, `example` the latest message."""
    rows = source(time_range, condition)
    if not rows.hourly:
        found = reader.frame(
            f"SELECT {_KIND}, count() AS requests, {_SEEN} FROM {rows.sql} GROUP BY ALL", rows.parameters
        )
        return _of_all(found)
    sql = (
        f"SELECT {_KIND}, sum(t.requests) AS requests, min(t.hour) AS first, max(t.hour) AS last "
        f"FROM {rows.sql} GROUP BY ALL"
    )
    found = _of_all(reader.frame(sql, rows.parameters))
    # The rollup knows the hours of the first and the last one: the facts of these hours alone have the rest.
    hours = sorted({int(at) for at in [*found["first"], *found["last"]]})
    within = "toStartOfHour(t.request_created_at) IN {hours:Array(DateTime('UTC'))}"
    facts = source(time_range, condition, rollup="")
    sql = f"SELECT {_KIND}, {_SEEN} FROM {facts.sql} WHERE {within} AND ({FAILED} OR {BROKEN_OFF}) GROUP BY ALL"
    seen = reader.frame(sql, facts.parameters | {"hours": hours})
    return found.drop("first", "last").join(seen, on=_KEYS, how="left", maintain_order="left")


def _of_all(found: pl.DataFrame) -> pl.DataFrame:
    """Those that failed, each with its share of all. Pure."""
    whole = int(found["requests"].sum() or 0) or 1
    failed = found.filter(~pl.col("status").is_between(200, 399) | (pl.col("error_type") != ""))
    order = failed.sort(["requests", *_KEYS], descending=[True, False, False, False])
    share = pl.col("requests") / whole
    return order.head(MOST_KINDS).select(*_KEYS, "requests", share.alias("share"), pl.exclude(*_KEYS, "requests"))
