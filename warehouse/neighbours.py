"""The request before and the one after another in a sorted list, however long the list is: found by its keys."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from warehouse.client import Reader
from warehouse.conditions import EVERYTHING, Condition
from warehouse.requests import column

TIME = "request_created_at"


def neighbour(
    reader: Reader,
    condition: Condition = EVERYTHING,
    *,
    request_id: UUID,
    at: datetime,
    step: int,
    sort: str = TIME,
    descending: bool = True,
) -> str | None:
    """The id of the request that follows (`step` 1) or precedes (-1) the one of `request_id` that arrived at `at`, in
    the order of `requests.find`; None at the list's end. Raises `KeyError` for an unknown column."""
    forth = step > 0
    # By time the key itself has the direction; by anything else equals are newest first.
    later = (not forth) if descending or sort != TIME else forth
    sign = ">" if later else "<"
    key = f"({TIME}, request_id) {sign} (pivot_at, pivot_id) AND {TIME} {sign}= pivot_at"
    key_order = f"{TIME} {'ASC' if later else 'DESC'}, request_id {'ASC' if later else 'DESC'}"
    pivot = {"pivot_at": at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3], "pivot_id": str(request_id)}
    head = "WITH {pivot_at:DateTime64(3, 'UTC')} AS pivot_at, {pivot_id:UUID} AS pivot_id"
    parameters = condition.parameters | pivot
    if sort == TIME:
        where, order = key, key_order
    else:
        value, more = column(sort)
        parameters |= more
        head += (
            f", (SELECT tuple({value}) FROM request_response_rmt WHERE {TIME} = pivot_at AND request_id = pivot_id "
            "LIMIT 1).1 AS pivot"
        )
        where = f"if(isNull(pivot), {_of_null(value, key, forth)}, {_of_value(value, key, forth, descending)})"
        upwards = descending != forth
        order = f"{value} {'ASC' if upwards else 'DESC'} NULLS {'LAST' if forth else 'FIRST'}, {key_order}"
    sql = f"""
        {head} SELECT toString(request_id) FROM request_response_rmt
        WHERE ({condition.sql}) AND ({where}) ORDER BY {order} LIMIT 1"""
    found = reader.frame(sql, parameters)
    return None if found.is_empty() else str(found.item())


def _of_null(value: str, key: str, forth: bool) -> str:
    """Rows without a value come last: only their own kind follows them."""
    return f"isNull({value}) AND ({key})" if forth else f"isNotNull({value}) OR ({key})"


def _of_value(value: str, key: str, forth: bool, descending: bool) -> str:
    beyond = f"{value} {'<' if descending == forth else '>'} pivot OR ({value} = pivot AND ({key}))"
    return f"isNull({value}) OR {beyond}" if forth else f"isNotNull({value}) AND ({beyond})"
