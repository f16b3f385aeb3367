"""What happened when, in an organisation's own words: releases, outages. Charts over time show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select

from metadata.models import Annotation
from metadata.store import Store

LONGEST_TEXT = 200


@dataclass(frozen=True)
class Note:
    """An annotation: `at` is aware, UTC."""

    id: UUID
    at: datetime
    text: str


def notes(store: Store, organization_id: UUID) -> list[Note]:
    """All annotations of the organisation, in order of time. Raises `MetadataUnavailable`, as all here do."""
    query = select(Annotation).where(Annotation.organisation_id == organization_id).order_by(Annotation.at)
    with store.session() as session:
        return [Note(one.id, one.at, one.text) for one in session.scalars(query)]


def add(store: Store, organization_id: UUID, at: datetime, text: str) -> Note:
    """Note what happened at `at`. Raises `ValueError` where `text` is empty or too long."""
    text = text.strip()
    if not text or len(text) > LONGEST_TEXT:
        raise ValueError(f"An annotation has 1 to {LONGEST_TEXT} characters.")
    with store.session() as session:
        session.add(made := Annotation(organisation_id=organization_id, at=at, text=text))
        session.commit()
        return Note(made.id, made.at, made.text)


def remove(store: Store, organization_id: UUID, id: UUID) -> None:
    """Take an annotation away; nothing happens where there is none."""
    with store.session() as session:
        session.execute(delete(Annotation).where(Annotation.id == id, Annotation.organisation_id == organization_id))
        session.commit()
