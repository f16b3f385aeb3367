"""How many queries and downloads an organisation may ask for in any minute."""

from __future__ import annotations

import math
from typing import Literal
from uuid import UUID

from hql.errors import TooMany
from metadata.quota import Quota
from settings import Settings

Kind = Literal["query", "download", "check"]

CHECKS_A_QUERY = 4
"""An editor looks its query over while it is written: so many times as often as queries may run."""


def take(quota: Quota, settings: Settings, organisation_id: UUID, kind: Kind) -> None:
    """Count one more. Raises `TooMany` if that is one too many, and `MetadataUnavailable`."""
    limits = {
        "query": settings.hql_queries_per_minute,
        "download": settings.hql_downloads_per_minute,
        "check": settings.hql_queries_per_minute * CHECKS_A_QUERY,
    }
    limit = limits[kind]
    if wait_s := math.ceil(quota.take(organisation_id, kind, limit)):
        raise TooMany(f"At most {_number(limit, kind)} a minute; try again in {_number(wait_s, 'second')}.", wait_s)


def _number(count: int, noun: str) -> str:
    plural = {"query": "queries"}.get(noun, f"{noun}s")
    return f"{count} {noun if count == 1 else plural}"
