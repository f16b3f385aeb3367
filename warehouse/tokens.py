"""What requests took, as histograms over time: latency, time to first token, tokens of a kind.

The histograms are those of warehouse/latency.py, which also makes percentiles of them.
"""

from __future__ import annotations

from typing import Literal

import polars as pl

from warehouse import latency
from warehouse.client import Reader
from warehouse.conditions import EVERYTHING, Condition
from warehouse.metrics import USED, source
from warehouse.timerange import TimeRange

Tokens = Literal["prompt_tokens", "completion_tokens", "total_tokens"]

_COUNTED = {
    "prompt_tokens": "t.prompt_tokens",
    "completion_tokens": "t.completion_tokens",
    "total_tokens": "t.prompt_tokens + t.completion_tokens",
}


def histogram(
    reader: Reader,
    time_range: TimeRange,
    condition: Condition = EVERYTHING,
    *,
    measure: Literal["latency", Tokens] = "latency",
) -> pl.DataFrame:
    """`bucket, level, requests` as `latency.histogram` has them; of tokens, those requests count that used any.

    Raises `KeyError` for a measure that there is not.
    """
    if measure == "latency":
        return latency.histogram(reader, time_range, condition)
    rows = source(time_range, condition, rollup="", keys=frozenset())
    sql = (
        f"SELECT {rows.bucket} AS bucket, toUInt16(round(log2({_COUNTED[measure]} + 1) * 16)) AS level, "
        f"count() AS requests FROM {rows.sql} WHERE {USED} GROUP BY bucket, level"
    )
    return reader.frame(sql, rows.parameters)
