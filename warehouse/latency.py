"""Latency and time to first token as histograms over time, and the percentiles they give.

A histogram has 16 buckets to the doubling, so a percentile is within 2.2 % of the exact one, whatever it is taken of;
rollup and facts give the same. Requests that were not streamed have no time to first token and are in none.
"""

from __future__ import annotations

from typing import Literal

import polars as pl

from warehouse.client import Reader
from warehouse.conditions import EVERYTHING, Condition
from warehouse.metrics import every_bucket, source
from warehouse.timerange import TimeRange

Measure = Literal["latency", "time_to_first_token"]
PERCENTILES = (50, 90, 95, 99)


def histogram(
    reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING, *, measure: Measure = "latency"
) -> pl.DataFrame:
    """`bucket` (epoch seconds at which the bucket of time begins), `level` (of the histogram), `requests`."""
    rows = source(time_range, condition)
    if rows.hourly:
        column = f"t.{measure}_histogram"
        sql = (
            f"SELECT bucket, level, requests FROM (SELECT {rows.bucket} AS bucket, sumMap({column}) AS found "
            f"FROM {rows.sql} GROUP BY bucket) ARRAY JOIN mapKeys(found) AS level, mapValues(found) AS requests"
        )
    else:
        level = f"toUInt16(round(log2(assumeNotNull(t.{measure}) + 1) * 16))"
        sql = (
            f"SELECT {rows.bucket} AS bucket, {level} AS level, count() AS requests FROM {rows.sql} "
            f"WHERE isNotNull(t.{measure}) GROUP BY bucket, level"
        )
    return reader.frame(sql, rows.parameters)


def percentiles(found: pl.DataFrame, time_range: TimeRange) -> pl.DataFrame:
    """`at, p50, p90, p95, p99` in ms for every bucket of the range; null where there was nothing. Pure."""
    return every_bucket(_percentiles(found, ["bucket"]), time_range)


def overall(found: pl.DataFrame) -> dict[str, float] | None:
    """The percentiles in ms of all that a `histogram` holds, or None if it is empty. Pure."""
    return next(
        _percentiles(found.with_columns(bucket=pl.lit(0)), ["bucket"]).drop("bucket").iter_rows(named=True), None
    )


def _percentiles(found: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    levels = found.group_by([*by, "level"]).agg(pl.col("requests").sum()).sort([*by, "level"])
    reached = pl.col("requests").cum_sum().over(by) / pl.col("requests").sum().over(by)
    at_least = {p: pl.col("level").filter(pl.col("reached") >= p / 100).first() for p in PERCENTILES}
    milliseconds = [(2 ** (level / 16) - 1).cast(pl.Float64).alias(f"p{p}") for p, level in at_least.items()]
    return levels.with_columns(reached=reached).group_by(by, maintain_order=True).agg(milliseconds)
