"""Words that people have given sessions."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import delete, select

from metadata.models import SessionTag
from metadata.store import Store

LONGEST_TAG = 64
MOST_TAGS = 20
"""Of one session."""


def tags_of(store: Store, organization_id: UUID, session_ids: Iterable[str]) -> dict[str, list[str]]:
    """The tags of each session that has any, in order. Raises `MetadataUnavailable`, as all here do."""
    ids = list(session_ids)
    query = (
        select(SessionTag.session_id, SessionTag.tag)
        .where(SessionTag.organisation_id == organization_id, SessionTag.session_id.in_(ids))
        .order_by(SessionTag.tag)
    )
    found: dict[str, list[str]] = {}
    with store.session() as session:
        for session_id, tag in session.execute(query):
            found.setdefault(session_id, []).append(tag)
    return found


def all_tags(store: Store, organization_id: UUID) -> list[str]:
    """Every tag that a session of the organisation has."""
    query = select(SessionTag.tag).where(SessionTag.organisation_id == organization_id).distinct()
    with store.session() as session:
        return sorted(session.scalars(query))


def tagged(store: Store, organization_id: UUID, tag: str, *, most: int = 2000) -> list[str]:
    """The ids of sessions with that tag."""
    query = select(SessionTag.session_id).where(SessionTag.organisation_id == organization_id, SessionTag.tag == tag)
    with store.session() as session:
        return list(session.scalars(query.order_by(SessionTag.session_id).limit(most)))


def set_tags(store: Store, organization_id: UUID, session_id: str, tags: Iterable[str]) -> list[str]:
    """Give a session these tags and no others; returns them. Raises `ValueError` for one too long, or too many."""
    wanted = sorted({" ".join(tag.split()) for tag in tags} - {""})
    if len(wanted) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in wanted):
        raise ValueError(f"A session has at most {MOST_TAGS} tags, each of at most {LONGEST_TAG} characters.")
    own = (SessionTag.organisation_id == organization_id) & (SessionTag.session_id == session_id)
    with store.session() as session:
        session.execute(delete(SessionTag).where(own))
        session.add_all(SessionTag(organisation_id=organization_id, session_id=session_id, tag=tag) for tag in wanted)
        session.commit()
    return wanted
