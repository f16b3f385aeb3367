"""Scores and feedback over time: the mean of each numeric score, the rate of each boolean one and of the feedback."""

from __future__ import annotations

import polars as pl

from warehouse.client import Reader
from warehouse.conditions import EVERYTHING, Condition
from warehouse.metrics import source
from warehouse.timerange import TimeRange

RATING = ""
"""The name under which users' feedback stands among the scores; no score has it."""


def over_time(reader: Reader, time_range: TimeRange, condition: Condition = EVERYTHING) -> pl.DataFrame:
    """`at, name, is_rate, answers, mean` of each bucket in which there was an answer, in order of time.

    `is_rate`: the score is boolean or it is the feedback, so that `mean` is the share that is true. A request without
    a score counts nowhere.
    """
    rows = source(time_range, condition, rollup="")
    given = "if(isNull(t.feedback), [], [('', toFloat64(assumeNotNull(t.feedback)))])"
    pairs = f"arrayConcat(arrayZip(arrayMap(name -> toString(name), mapKeys(t.scores)), mapValues(t.scores)), {given})"
    sql = (
        "SELECT bucket, score.1 AS name, "
        "name = '' OR name IN (SELECT toString(s.name) FROM scores AS s WHERE s.is_boolean) AS is_rate, "
        f"count() AS answers, avg(score.2) AS mean FROM (SELECT {rows.bucket} AS bucket, {pairs} AS pairs "
        f"FROM {rows.sql} WHERE length(t.scores) > 0 OR isNotNull(t.feedback)) ARRAY JOIN pairs AS score "
        "GROUP BY bucket, name ORDER BY bucket, name"
    )
    found = reader.frame(sql, rows.parameters)
    edges = list(time_range.edges)
    keys = pl.Series("bucket", [int(edge.timestamp()) for edge in edges], dtype=pl.UInt32)
    at = pl.DataFrame({"bucket": keys, "at": edges})
    joined = found.with_columns(pl.col("bucket").cast(pl.UInt32)).join(at, on="bucket", how="inner")
    return joined.select("at", "name", pl.col("is_rate").cast(pl.Boolean), "answers", "mean").sort("at", "name")
