"""Filters that an organisation keeps under a name, for every page of the dashboard.

All raise `MetadataUnavailable` when the database does not answer. An id of another organisation is an id of nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from metadata.models import SavedFilter
from metadata.store import Store

LONGEST_NAME = 100


class NameTaken(ValueError):
    """The organisation has other filters of this name."""


@dataclass(frozen=True)
class Kept:
    """Filters under their name: `filters` are the parameters ``f`` of a page's URL, all of which must hold."""

    id: UUID
    name: str
    filters: tuple[str, ...]


def kept(store: Store, organization_id: UUID) -> list[Kept]:
    """All of the organisation, by name."""
    query = select(SavedFilter).where(SavedFilter.organisation_id == organization_id)
    with store.session() as session:
        found = [_kept(one) for one in session.scalars(query)]
    return sorted(found, key=lambda one: (one.name.casefold(), one.name))


def keep(store: Store, organization_id: UUID, name: str, filters: Sequence[str]) -> Kept:
    """Keep `filters`. Raises `ValueError` for a name that is empty or too long, `NameTaken` for one that is used."""
    with store.session() as session:
        made = SavedFilter(organisation_id=organization_id, name=_checked(name), filters=[*filters])
        session.add(made)
        _commit(session, made.name)
        return _kept(made)


def rename(store: Store, organization_id: UUID, id: UUID, name: str) -> bool:
    """Whether there were such filters. Raises as `keep` does."""
    with store.session() as session:
        found = session.scalar(_one(organization_id, id))
        if found is None:
            return False
        found.name = _checked(name)
        _commit(session, found.name)
        return True


def forget(store: Store, organization_id: UUID, id: UUID) -> Kept | None:
    """Take them away; returns what they were, so that `keep` can bring them back."""
    with store.session() as session:
        found = session.scalar(_one(organization_id, id))
        if found is None:
            return None
        session.execute(delete(SavedFilter).where(SavedFilter.id == found.id))
        session.commit()
        return _kept(found)


def _one(organization_id: UUID, id: UUID) -> Select[SavedFilter]:
    return select(SavedFilter).where(SavedFilter.id == id, SavedFilter.organisation_id == organization_id)


def _kept(row: SavedFilter) -> Kept:
    return Kept(row.id, row.name, tuple(row.filters))


def _checked(name: str) -> str:
    name = name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise ValueError(f"A name has 1 to {LONGEST_NAME} characters.")
    return name


def _commit(session: Session, name: str) -> None:
    try:
        session.commit()
    except IntegrityError as error:
        raise NameTaken(f"There are filters called {name} already.") from error
