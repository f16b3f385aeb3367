"""Scores, feedback and later properties as the API's records bring them: the rows of their tables.

Folding them into the facts is in warehouse/annotations.py. What comes before its request's row is tried again until
the row is there (ingest/folding.py).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from ingest.build import EPOCH
from ingest.record import Feedback, Property, Score
from warehouse.annotations import COLUMNS, FACTS, MOST_AT_ONCE, Key, fold, recent

__all__ = ["COLUMNS", "FACTS", "MOST_AT_ONCE", "Key", "fold", "recent", "rows", "table_of"]


def table_of(record: Score | Feedback | Property) -> str:
    match record:
        case Score():
            return "scores"
        case Feedback():
            return "feedback"
        case Property():
            return "request_properties"


def rows(record: Score | Feedback | Property, names: Mapping[str, str]) -> list[tuple[Any, ...]]:
    """The rows of an annotation. Raises `ValueError` for a score that is not a number."""
    head = (record.organization_id, record.request_id)
    at = EPOCH + timedelta(microseconds=record.created_at)
    match record:
        case Score():
            if not all(math.isfinite(value) for value in record.scores.values()):
                raise ValueError("a score is not a finite number")
            return [(*head, name, float(v), isinstance(v, bool), at) for name, v in record.scores.items()]
        case Feedback():
            return [(*head, record.rating, at)]
        case Property():
            return [(*head, names[record.name.casefold()], record.value, at)]
