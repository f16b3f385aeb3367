"""Values seen of what a filter can ask for, the most frequent first."""

from __future__ import annotations

from warehouse import conditions
from warehouse.client import Reader
from warehouse.metrics import ROLLUP_KEYS

MOST = 100
RECENT = "now() - INTERVAL 30 DAY"
SAMPLE = 200_000
"""Rows looked at for what no rollup holds: the newest ones."""

COLUMNS = ("session_id", "session_name", "prompt_id", "country_code", "cost_status", "usage_source", "span_kind")


def values(reader: Reader, field: str, key: str = "") -> list[str]:
    """Values of `field` (of the property `key`) of the last 30 days; empty for fields without a list of values."""
    if field in ROLLUP_KEYS:
        sql = (
            f"SELECT toString({field}) AS value FROM requests_hourly WHERE hour > {RECENT} AND value != '' "
            f"GROUP BY value ORDER BY sum(requests) DESC LIMIT {MOST}"
        )
        return _texts(reader, sql)
    if field == "user_id":
        sql = (
            "SELECT user_id AS value FROM users_daily WHERE day > today() - 7 "
            f"GROUP BY value ORDER BY sum(requests) DESC LIMIT {MOST}"
        )
        return _texts(reader, sql)
    if field == "properties" and key:
        bound = conditions.bound("String", key)
        return _texts(reader, _recent(f"properties[{bound.sql}]"), bound.parameters)
    return _texts(reader, _recent(field)) if field in COLUMNS else []


def _recent(expression: str) -> str:
    rows = f"SELECT {expression} AS value FROM request_response_rmt ORDER BY request_created_at DESC LIMIT {SAMPLE}"
    return f"SELECT value FROM ({rows}) WHERE value != '' GROUP BY value ORDER BY count() DESC, value LIMIT {MOST}"


def _texts(reader: Reader, sql: str, parameters: dict[str, str] | None = None) -> list[str]:
    return [str(value) for value in reader.frame(sql, parameters)["value"]]


def score_names(reader: Reader) -> list[str]:
    """Names of scores that the newest requests have."""
    rows = f"SELECT scores FROM request_response_rmt ORDER BY request_created_at DESC LIMIT {SAMPLE}"
    names = f"SELECT arrayJoin(mapKeys(scores)) AS value FROM ({rows})"
    return _texts(reader, f"SELECT value FROM ({names}) GROUP BY value ORDER BY count() DESC, value LIMIT {MOST}")
