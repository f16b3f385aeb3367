"""What an organisation has set for itself. All raise `MetadataUnavailable` when the database does not answer."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from metadata.models import Preferences
from metadata.store import Store

LONGEST_RETENTION_DAYS = 36_500


def retention_days(store: Store, organization_id: UUID) -> int | None:
    """For how many days the organisation keeps its requests; None: as long as the installation does."""
    query = select(Preferences.retention_days).where(Preferences.organisation_id == organization_id)
    with store.session() as session:
        return session.scalar(query)


def retentions(store: Store) -> dict[UUID, int]:
    """The days of every organisation that has set some."""
    query = select(Preferences.organisation_id, Preferences.retention_days)
    with store.session() as session:
        return {id: days for id, days in session.execute(query).all() if days is not None}


def set_retention_days(store: Store, organization_id: UUID, days: int | None) -> None:
    """Raises `ValueError` where `days` is not 1 to 36,500."""
    if days is not None and not 1 <= days <= LONGEST_RETENTION_DAYS:
        raise ValueError(f"Requests are kept for 1 to {LONGEST_RETENTION_DAYS:,} days.")
    with store.session() as session:
        of(session, organization_id).retention_days = days
        session.commit()


def of(session: Session, organization_id: UUID) -> Preferences:
    """The organisation's row, made where there is none yet."""
    found = session.get(Preferences, organization_id)
    if found is None:
        session.add(found := Preferences(organisation_id=organization_id, retention_days=None, hidden_properties=[]))
    return found


def hidden_properties(store: Store, organization_id: UUID) -> list[str]:
    """The properties that the organisation does not want to see, in order of their names."""
    query = select(Preferences.hidden_properties).where(Preferences.organisation_id == organization_id)
    with store.session() as session:
        return sorted(session.scalar(query) or [], key=str.casefold)


def hide_properties(store: Store, organization_id: UUID, names: Iterable[str]) -> None:
    """Hide these properties and no others: it is about what is listed, not about what is recorded."""
    with store.session() as session:
        of(session, organization_id).hidden_properties = sorted(set(names))
        session.commit()
