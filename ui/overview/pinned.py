"""A saved query on a dashboard: run as HQL, with HQL's limits, and drawn as its chart."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import polars as pl

from hql import limits, saved
from hql.errors import HqlError
from hql.guard import guard
from ui import session
from ui.hql.engine import engine, queries, quota

MOST_ROWS = 5_000
"""Of an answer, for its chart."""


@dataclass(frozen=True)
class Pinned:
    """What a saved query answered; or why it did not, in `error`."""

    name: str
    rows: pl.DataFrame
    elapsed_ms: int = 0
    truncated: bool = False
    error: str = ""


def run(organization_id: UUID, query_id: str) -> Pinned:
    """Run a saved query with the values of its parameters that it was saved with. It counts as one query of the
    organisation's limit. Raises `MetadataUnavailable`; everything else is said in `error`."""
    name = "A saved query"
    try:
        query = saved.get(queries(), organization_id, saved.id_of(query_id))
        name = query.name
        guarded = guard(query.sql, organization_id, saved.values(query, {}), row_limit=MOST_ROWS)
        limits.take(quota(), session.settings(), organization_id, "query")
        result = engine(session.settings()).runner.execute(guarded)
        try:
            return Pinned(name, result.frame(), result.elapsed_ms, result.truncated)
        finally:
            result.close()
    except HqlError as error:
        return Pinned(name, pl.DataFrame(), error=error.message)
