"""Scores, feedback and later properties: rows of their own, folded into the request's fact.

The append-only tables are the truth. Folding compares what they say last of a request with what its fact shows and
updates the facts that differ, many in one lightweight UPDATE; scored_requests then shows the same. It may be done again
at any time with the same end.
The worker folds what comes by the API; `say` is for whoever writes to the warehouse itself.
"""

from __future__ import annotations

import logging
import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from clickhouse_connect.driver.client import Client

from warehouse.client import insert, translated
from warehouse.errors import NO_ROW_AT_FAULT, QueryFailed
from warehouse.scored import renew

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "scores": ("organization_id", "request_id", "name", "value", "is_boolean", "created_at"),
    "feedback": ("organization_id", "request_id", "rating", "created_at"),
    "request_properties": ("organization_id", "request_id", "name", "value", "created_at"),
}
COLUMN_OF_PROPERTY = {
    "helicone-session-id": "session_id",
    "helicone-session-name": "session_name",
    "helicone-session-path": "session_path",
    "helicone-prompt-id": "prompt_id",
    "helicone-prompt-version": "prompt_version",
}
"""Documented properties that have a column as well; it follows, and the rollups with it (warehouse/late.py)."""

MOST_AT_ONCE = 1000
"""Requests folded by one UPDATE."""

SETTINGS = {"max_query_size": 1 << 26}
"""The text of an UPDATE carries every value."""
SYNTAX_ERROR = 62
"""Also what ClickHouse says of a text that is longer than its limit."""

FACTS = "request_response_rmt"
_OF_IDS = "WHERE organization_id = %(organization_id)s AND request_id IN %(ids)s"
_PLACE = "indexOf(%(ids)s::Array(UUID), request_id)"

log = logging.getLogger("warehouse.annotations")

Key = tuple[UUID, UUID]
"""Organisation and request."""


@dataclass
class Latest:
    """What was last said of a request."""

    scores: dict[str, float] = field(default_factory=dict)
    feedback: bool | None = None
    properties: dict[str, str] = field(default_factory=dict)


def say(
    client: Client,
    organization_id: UUID,
    request_id: UUID,
    *,
    scores: Mapping[str, float | bool] | None = None,
    feedback: bool | None = None,
    properties: Mapping[str, str] | None = None,
) -> bool:
    """Say something of a request now and fold it at once; False if its fact is not there.

    Property names must be spelled as the organisation spells them. Raises `ValueError` for a score that is not a finite
    number, `WarehouseUnavailable` or `QueryFailed`.
    """
    if not all(math.isfinite(value) for value in (scores or {}).values()):
        raise ValueError("A score must be a finite number.")
    head, now = (organization_id, request_id), datetime.now(UTC)
    said: dict[str, list[tuple[Any, ...]]] = {
        "scores": [(*head, name, float(v), isinstance(v, bool), now) for name, v in (scores or {}).items()],
        "feedback": [] if feedback is None else [(*head, feedback, now)],
        "request_properties": [(*head, name, value, now) for name, value in (properties or {}).items()],
    }
    for table, rows in said.items():
        if rows:
            insert(client, table, COLUMNS[table], rows, token=str(uuid4()))
    return not fold(client, [head])


def fold(client: Client, keys: Iterable[Key]) -> list[Key]:
    """Bring the facts of `keys` up to date; returns the keys whose facts are not there yet, or cannot be updated.

    Raises `WarehouseUnavailable` or `QueryFailed`; what was folded by then stays so.
    """
    by_organisation: dict[UUID, list[UUID]] = defaultdict(list)
    for organization_id, request_id in keys:
        by_organisation[organization_id].append(request_id)
    missing: list[Key] = []
    for organization_id, ids in by_organisation.items():
        for start in range(0, len(ids), MOST_AT_ONCE):
            part = ids[start : start + MOST_AT_ONCE]
            missing += [(organization_id, request_id) for request_id in _fold_or_halve(client, organization_id, part)]
    return missing


def recent(client: Client, hours: int, most: int) -> list[Key]:
    """The keys of which something was said in the last `hours`, the newest first."""
    tables = " UNION ALL ".join(
        f"SELECT organization_id, request_id, created_at FROM {table} "
        "WHERE created_at > now() - INTERVAL %(hours)s HOUR"
        for table in COLUMNS
    )
    sql = (
        f"SELECT organization_id, request_id FROM ({tables}) GROUP BY ALL ORDER BY max(created_at) DESC LIMIT %(most)s"
    )
    with translated():
        return [(row[0], row[1]) for row in client.query(sql, {"hours": hours, "most": most}).result_rows]


def _fold_or_halve(client: Client, organization_id: UUID, ids: list[UUID]) -> list[UUID]:
    """Fold, by halves where the warehouse refuses, so that a request it takes no update for holds up no other."""
    try:
        return _fold(client, organization_id, ids)
    except QueryFailed as error:
        if error.code in NO_ROW_AT_FAULT - {SYNTAX_ERROR}:
            raise
        if len(ids) == 1:
            log.error("what was said of request %s cannot be folded: %s", ids[0], error)
            return ids
    middle = len(ids) // 2
    lower, upper = ids[:middle], ids[middle:]
    return _fold_or_halve(client, organization_id, lower) + _fold_or_halve(client, organization_id, upper)


def _fold(client: Client, organization_id: UUID, ids: list[UUID]) -> list[UUID]:
    scope = {"organization_id": organization_id, "ids": ids}
    with translated():
        facts = client.query(
            f"SELECT request_id, scores, feedback, properties FROM {FACTS} {_OF_IDS}", scope
        ).result_rows
        latest = _latest(client, scope)
        behind = {fact[0]: latest[fact[0]] for fact in facts if fact[0] in latest and _differs(fact, latest[fact[0]])}
        if behind:
            _update(client, organization_id, behind)
        # Also of those that are not behind: whoever updated them may not have come to this.
        if said := [fact[0] for fact in facts if fact[0] in latest]:
            renew(client, organization_id, said)
    return list(set(ids) - {fact[0] for fact in facts})


def _latest(client: Client, scope: dict[str, Any]) -> dict[UUID, Latest]:
    found: dict[UUID, Latest] = defaultdict(Latest)
    last = f"SELECT request_id, name, argMax(value, created_at) FROM {{}} {_OF_IDS} GROUP BY request_id, name"
    for request_id, name, value in client.query(last.format("scores"), scope).result_rows:
        found[request_id].scores[name] = value
    for request_id, name, value in client.query(last.format("request_properties"), scope).result_rows:
        found[request_id].properties[name] = value
    ratings = f"SELECT request_id, argMax(rating, created_at) FROM feedback {_OF_IDS} GROUP BY request_id"
    for request_id, rating in client.query(ratings, scope).result_rows:
        found[request_id].feedback = rating
    return found


def _differs(fact: Sequence[Any], latest: Latest) -> bool:
    _, scores, feedback, properties = fact
    return (
        bool(latest.scores.items() - scores.items())
        or bool(latest.properties.items() - properties.items())
        or latest.feedback not in (None, feedback)
    )


def _update(client: Client, organization_id: UUID, behind: Mapping[UUID, Latest]) -> None:
    """One UPDATE for all of `behind`: each column takes its value from a list, at the place of the row's id."""
    values: dict[str, Any] = {"organization_id": organization_id, "ids": list(behind)}
    assignments = []
    for column, kind in (("scores", "Float64"), ("properties", "String")):
        maps = [getattr(latest, column) for latest in behind.values()]
        if any(maps):
            values |= {f"{column}_names": [list(m) for m in maps], f"{column}_values": [list(m.values()) for m in maps]}
            assignments.append(
                f"{column} = mapUpdate({column}, CAST((%({column}_names)s::Array(Array(String))[{_PLACE}], "
                f"%({column}_values)s::Array(Array({kind}))[{_PLACE}]), 'Map(LowCardinality(String), {kind})'))"
            )
    for column, told in _columns_told(behind.values()).items():
        values[column] = told
        kind = "Bool" if column == "feedback" else "String"
        assignments.append(f"{column} = ifNull(%({column})s::Array(Nullable({kind}))[{_PLACE}], {column})")
    client.command(f"UPDATE {FACTS} SET {', '.join(assignments)} {_OF_IDS}", values, settings=SETTINGS)


def _columns_told(said: Collection[Latest]) -> dict[str, list[Any]]:
    """Column -> its new value for each request, None where it stays; columns that stay everywhere are left out."""
    told: dict[str, list[Any]] = {"feedback": [latest.feedback for latest in said]}
    for column in COLUMN_OF_PROPERTY.values():
        told[column] = [None] * len(said)
    for place, latest in enumerate(said):
        for name, value in latest.properties.items():
            if column := COLUMN_OF_PROPERTY.get(name.casefold(), ""):
                told[column][place] = "/" + value.lstrip("/") if column == "session_path" else value
    return {column: values for column, values in told.items() if any(value is not None for value in values)}
