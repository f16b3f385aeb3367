"""The steps of one session: its requests in order, without their bodies."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from warehouse import conditions
from warehouse.client import Reader
from warehouse.conditions import EVERYTHING, Condition, both, bound, compared
from warehouse.timerange import TimeRange

MOST = 50_000
"""Steps of a session that are read."""

COLUMNS = (
    "request_id", "request_created_at", "latency", "time_to_first_token", "status", "error_type", "model", "provider",
    "span_kind", "session_name", "session_path", "trace_id", "span_id", "parent_span_id", "prompt_tokens",
    "completion_tokens", "cost", "cost_status", "is_cached", "is_stream", "user_id", "feedback",
)  # fmt: skip


def steps(
    reader: Reader, time_range: TimeRange | None = None, condition: Condition = EVERYTHING, *, session: str = ""
) -> pl.DataFrame:
    """`COLUMNS` of all requests of the session that meet `condition`, in order of their arrival; at most `MOST`.

    The session is read whole, whatever the range is.
    """
    found = reader.frame(
        "SELECT count() AS days, min(started_at) AS started_at, max(last_request_at) AS last FROM sessions_daily "
        "WHERE session_hash = cityHash64({session:String})",
        {"session": session},
    )
    if not found["days"].item():
        return _frame(reader, both(Condition("0"), condition))
    within = conditions.between(found["started_at"].item(), found["last"].item() + timedelta(milliseconds=1))
    return _frame(reader, both(within, compared("session_id", "=", bound("String", session)), condition))


def _frame(reader: Reader, condition: Condition) -> pl.DataFrame:
    names = ", ".join(_AS_TEXT.get(name, name) for name in COLUMNS)
    sql = (
        f"SELECT {names} FROM request_response_rmt AS r WHERE {condition.sql} "
        f"ORDER BY r.request_created_at, r.request_id LIMIT {MOST}"
    )
    return reader.frame(sql, condition.parameters)


_AS_TEXT = {"request_id": "toString(r.request_id) AS request_id"}
