"""Scores and feedback over time: the mean of each numeric score, the rate of each boolean one and of the feedback."""

from __future__ import annotations

import polars as pl

from warehouse.client import Reader
from warehouse.conditions import EVERYTHING, Condition
from warehouse.scored import scored
from warehouse.scores import BOOLEANS, SUFFIX
from warehouse.timerange import TimeRange

RATING = ""
"""The name under which users' feedback stands among the scores; no score has it."""


def over_time(reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING) -> pl.DataFrame:
    """`at, name, is_rate, answers, mean` of each bucket in which there was an answer, in order of time.

    `is_rate`: the score is boolean or it is the feedback, so that `mean` is the share that is true. A request without
    a score counts nowhere.
    """
    rows = scored(time_range, condition)
    scores = (
        f"SELECT {rows.bucket} AS bucket, toString(score) AS name, count() AS answers, avg(value) AS mean "
        f"FROM {rows.sql} ARRAY JOIN mapKeys(t.scores) AS score, mapValues(t.scores) AS value GROUP BY bucket, score"
    )
    feedback = (
        f"SELECT {rows.bucket} AS bucket, '{RATING}' AS name, count() AS answers, ifNull(avg(t.feedback), 0) AS mean "
        f"FROM {rows.sql} WHERE isNotNull(t.feedback) GROUP BY bucket"
    )
    is_rate = f"name = '{RATING}' OR endsWith(name, '{SUFFIX}') OR name IN ({BOOLEANS}) AS is_rate"
    sql = f"SELECT bucket, name, {is_rate}, answers, mean FROM ({scores} UNION ALL {feedback})"
    found = reader.frame(sql, rows.parameters)
    edges = list(time_range.edges)
    keys = pl.Series("bucket", [int(edge.timestamp()) for edge in edges], dtype=pl.UInt32)
    at = pl.DataFrame({"bucket": keys, "at": edges})
    joined = found.with_columns(pl.col("bucket").cast(pl.UInt32)).join(at, on="bucket", how="inner")
    return joined.select("at", "name", pl.col("is_rate").cast(pl.Boolean), "answers", "mean").sort("at", "name")
