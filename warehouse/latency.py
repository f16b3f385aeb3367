"""Latency, time to first token, output speed and the gateway's overhead as histograms, and the percentiles they give.

A histogram has 16 buckets to the doubling, so a percentile is within 2.2 % of the exact one, whatever it is taken of;
rollup and facts give the same. Requests that were not streamed have no time to first token and are in none. The speed
is the output tokens a second from the first token on, of streamed requests that succeeded with `SPEED_TOKENS` or more.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from typing import Literal

import polars as pl

from warehouse.client import Reader
from warehouse.conditions import EVERYTHING, Condition, one_of
from warehouse.metrics import every_bucket, source
from warehouse.timerange import TimeRange

Measure = Literal["latency", "time_to_first_token", "gateway_overhead_us", "speed"]
PERCENTILES = (50, 90, 95, 99)
SPEED_TOKENS = 10

_FIRST = "assumeNotNull(t.time_to_first_token)"
_FACTS = {
    "latency": ("t.latency", "1"),
    "time_to_first_token": (_FIRST, "isNotNull(t.time_to_first_token)"),
    "gateway_overhead_us": ("t.gateway_overhead_us", "t.gateway_overhead_us > 0"),
    "speed": (
        f"t.completion_tokens * 1000 / greatest(toInt64(t.latency) - {_FIRST}, 1)",
        f"t.is_stream AND t.status BETWEEN 200 AND 399 AND t.completion_tokens >= {SPEED_TOKENS} "
        "AND ifNull(t.time_to_first_token < t.latency, false)",
    ),
}
"""Measure -> its value in a fact, and which facts have one; as requests_hourly has them."""
_COMPARED = ("latency", "time_to_first_token", "speed")
_FAILED = "t.status NOT BETWEEN 200 AND 399"


def histogram(
    reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING, *, measure: Measure = "latency"
) -> pl.DataFrame:
    """`bucket` (epoch seconds at which the bucket of time begins), `level` (of the histogram), `requests`.

    Levels are of ms, of microseconds for `gateway_overhead_us`, of tokens a second for `speed`. Raises `ValueError` for
    another measure.
    """
    one_of(measure, _FACTS)
    rows = source(time_range, condition)
    if rows.hourly:
        column = f"t.{measure}_histogram"
        sql = (
            f"SELECT bucket, level, requests FROM (SELECT {rows.bucket} AS bucket, sumMap({column}) AS found "
            f"FROM {rows.sql} GROUP BY bucket) ARRAY JOIN mapKeys(found) AS level, mapValues(found) AS requests"
        )
    else:
        sql = (
            f"SELECT {rows.bucket} AS bucket, {_level(measure)} AS level, count() AS requests FROM {rows.sql} "
            f"WHERE {_FACTS[measure][1]} GROUP BY bucket, level"
        )
    return reader.frame(sql, rows.parameters)


def levels(
    reader: Reader,
    time_range: TimeRange,
    condition: Condition = EVERYTHING,
    *,
    by: Literal["request_model", "provider"] = "request_model",
) -> pl.DataFrame:
    """`name, measure, level, requests`: the histograms of every model or provider; `errors` is a measure as well, whose
    level is 0. Raises `ValueError` for another `by`.

    Models are those asked for: a request that failed does not know which would have answered.
    """
    one_of(by, ("request_model", "provider"))
    rows = source(time_range, condition)
    if rows.hourly:
        histograms = ", ".join(f"sumMap(t.{measure}_histogram)" for measure in _COMPARED)
        failed = f"map(toUInt16(0), sumIf(t.requests, {_FAILED}))"
        sql = (
            f"SELECT name, measure, level, requests FROM (SELECT toString(t.{by}) AS name, "
            f"[{histograms}, {failed}] AS histograms FROM {rows.sql} GROUP BY name) "
            "ARRAY JOIN {measures:Array(String)} AS measure, histograms AS found "
            "ARRAY JOIN mapKeys(found) AS level, mapValues(found) AS requests"
        )
    else:
        given = {measure: (_level(measure), _FACTS[measure][1]) for measure in _COMPARED}
        sql = " UNION ALL ".join(
            f"SELECT toString(t.{by}) AS name, '{measure}' AS measure, {level} AS level, count() AS requests "
            f"FROM {rows.sql} WHERE {has} GROUP BY t.{by}, level"
            for measure, (level, has) in (given | {"errors": ("toUInt16(0)", _FAILED)}).items()
        )
    return reader.frame(sql, rows.parameters | {"measures": [*_COMPARED, "errors"]}).filter(pl.col("requests") > 0)


def comparison(found: pl.DataFrame) -> pl.DataFrame:
    """Of `levels`: `name, requests, errors`, and ``<measure>_p50`` to ``_p99`` (ms; speed in tokens a second), null
    where there was nothing; most requests first. Pure."""
    sums = found.group_by("name", "measure").agg(pl.col("requests").sum())
    errors = sums.filter(pl.col("measure") == "errors").select("name", errors="requests")
    table = sums.filter(pl.col("measure") == "latency").select("name", "requests")
    table = table.join(errors, on="name", how="left").with_columns(pl.col("errors").fill_null(0))
    for measure in _COMPARED:
        reached = _percentiles(found.filter(pl.col("measure") == measure), ["name"])
        table = table.join(reached.rename({f"p{p}": f"{measure}_p{p}" for p in PERCENTILES}), on="name", how="left")
    return table.sort(["requests", "name"], descending=[True, False])


def percentiles(found: pl.DataFrame, time_range: TimeRange) -> pl.DataFrame:
    """`at, p50, p90, p95, p99` in ms for every bucket of the range; null where there was nothing. Pure."""
    return every_bucket(_percentiles(found, ["bucket"]), time_range)


def timed(found: pl.DataFrame) -> pl.DataFrame:
    """`at, p50, p90, p95, p99` of every bucket that has any, in the unit of the `histogram`. Pure."""
    reached = _percentiles(found, ["bucket"]).sort("bucket")
    return reached.select(pl.from_epoch("bucket").dt.replace_time_zone("UTC").alias("at"), pl.exclude("bucket"))


def overall(found: pl.DataFrame) -> dict[str, float] | None:
    """The percentiles in ms of all that a `histogram` holds, or None if it is empty. Pure."""
    return next(
        _percentiles(found.with_columns(bucket=pl.lit(0)), ["bucket"]).drop("bucket").iter_rows(named=True), None
    )


def _level(measure: str) -> str:
    return f"toUInt16(round(log2({_FACTS[measure][0]} + 1) * 16))"


def _percentiles(found: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    # Window functions of Polars take several times as long as this, and a page asks for many.
    columns: dict[str, list[float]] = {f"p{p}": [] for p in PERCENTILES}
    groups = found.sort("level").group_by(by, maintain_order=True).agg("level", "requests")
    for levels, requests in groups.select("level", "requests").iter_rows():
        below = list(accumulate(requests))
        for p in PERCENTILES:
            columns[f"p{p}"].append(2 ** (levels[bisect_left(below, below[-1] * p / 100)] / 16) - 1)
    return groups.select(by).with_columns(pl.Series(name, at, dtype=pl.Float64) for name, at in columns.items())
