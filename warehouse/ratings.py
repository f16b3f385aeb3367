"""Scores and feedback over time: the mean of each numeric score, the rate of each boolean one and of the feedback."""

from __future__ import annotations

import polars as pl

from warehouse.client import Reader
from warehouse.conditions import EVERYTHING, Condition
from warehouse.scored import scored
from warehouse.scores import BOOLEANS, FEEDBACK, SUFFIX, answers
from warehouse.timerange import TimeRange


def over_time(reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING) -> pl.DataFrame:
    """`at, name, is_rate, answers, mean` of each bucket in which there was an answer, in order of time.

    `is_rate`: the score is boolean or it is the feedback (called `FEEDBACK`), so that `mean` is the share that is
    true. A request without a score counts nowhere.
    """
    rows = scored(time_range, condition)
    sql = (
        f"SELECT bucket, toString(name) AS name, name = '{FEEDBACK}' OR endsWith(name, '{SUFFIX}') OR "
        f"name IN ({BOOLEANS}) AS is_rate, count() AS answers, avg(value) AS mean "
        f"FROM (SELECT {rows.bucket} AS bucket, name, value FROM {answers(rows)}) GROUP BY bucket, name"
    )
    found = reader.frame(sql, rows.parameters)
    edges = list(time_range.edges)
    keys = pl.Series("bucket", [int(edge.timestamp()) for edge in edges], dtype=pl.UInt32)
    at = pl.DataFrame({"bucket": keys, "at": edges})
    joined = found.with_columns(pl.col("bucket").cast(pl.UInt32)).join(at, on="bucket", how="inner")
    return joined.select("at", "name", pl.col("is_rate").cast(pl.Boolean), "answers", "mean").sort("at", "name")
