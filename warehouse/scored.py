"""Requests with a score or a rating, in a table of their own: scores are read from there, since few requests have any.

A fact that is inserted with a score comes there by a materialised view, one that is scored later by `renew`. The last
version of a request counts.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from clickhouse_connect.driver.client import Client

from warehouse.conditions import Condition
from warehouse.metrics import FACTS, Source, source
from warehouse.timerange import TimeRange

TABLE = "scored_requests"
COLUMNS = (
    "organization_id", "request_id", "request_created_at", "status", "model", "provider", "user_id", "session_id",
    "session_name", "session_path", "properties", "scores", "feedback", "prompt_tokens", "completion_tokens",
    "latency", "time_to_first_token", "cost", "cost_status", "prompt_id", "prompt_version", "country_code",
    "cache_reference_id", "is_stream", "error_type",
)  # fmt: skip
"""Those of the facts, but for `version`; a test holds them against the schema."""


def scored(time_range: TimeRange, condition: Condition) -> Source:
    """Rows among which is every request that has a score: of the table where a filter asks for nothing else, else all
    facts."""
    held = condition.columns <= frozenset(COLUMNS)
    return source(time_range, condition, rollup="", facts=f"{TABLE} FINAL" if held else FACTS)


def renew(client: Client, organization_id: UUID, ids: Collection[UUID]) -> None:
    """Show what the facts of these requests show now. May be done again at any time."""
    columns = ", ".join(COLUMNS)
    client.command(
        f"INSERT INTO {TABLE} ({columns}, version) SELECT {columns}, now64(6, 'UTC') FROM {FACTS} "
        "WHERE organization_id = %(organization_id)s AND request_id IN %(ids)s "
        "AND (notEmpty(scores) OR isNotNull(feedback))",
        {"organization_id": organization_id, "ids": list(ids)},
    )
