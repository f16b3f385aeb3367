"""The dashboards that an organisation puts together: each a name and an order of panels.

Every function raises `MetadataUnavailable` when the database does not answer. A dashboard of another organisation is
nobody's: reading it gives nothing, changing it changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from metadata import models
from metadata.models import now
from metadata.store import Store

LONGEST_NAME = 80
MOST_PANELS = 60


class NameTaken(ValueError):
    """The organisation has another dashboard of this name."""


@dataclass(frozen=True)
class Entry:
    """A panel of a dashboard: a panel of the registry with its options, or a saved query and its chart as text."""

    panel: str = ""
    options: dict[str, str] = field(default_factory=dict)
    query: str = ""
    chart: str = ""

    @classmethod
    def of(cls, kept: dict[str, Any]) -> Entry:
        options = {str(name): str(value) for name, value in (kept.get("options") or {}).items()}
        return cls(str(kept.get("panel", "")), options, str(kept.get("query", "")), str(kept.get("chart", "")))

    def kept(self) -> dict[str, Any]:
        if self.query:
            return {"query": self.query, "chart": self.chart}
        return {"panel": self.panel, "options": dict(sorted(self.options.items()))}


@dataclass(frozen=True)
class Dashboard:
    id: UUID
    name: str
    entries: tuple[Entry, ...]


def dashboards(store: Store, organization_id: UUID) -> list[Dashboard]:
    """All of the organisation, by name."""
    query = select(models.Dashboard).where(models.Dashboard.organisation_id == organization_id)
    with store.session() as session:
        found = [_read(one) for one in session.scalars(query)]
    return sorted(found, key=lambda one: (one.name.casefold(), one.name))


def create(store: Store, organization_id: UUID, name: str, entries: Sequence[Entry] = ()) -> Dashboard:
    """Raises `NameTaken`, and `ValueError` for a name that cannot be or too many panels."""
    made = models.Dashboard(organisation_id=organization_id, name=checked_name(name), panels=_written(entries))
    with store.session() as session:
        session.add(made)
        _commit(session, made.name)
        return _read(made)


def rename(store: Store, organization_id: UUID, id: UUID, name: str) -> None:
    """Raises as `create` does."""
    name = checked_name(name)
    with store.session() as session:
        if found := _found(session, organization_id, id):
            found.name, found.updated_at = name, now()
            _commit(session, name)


def arrange(store: Store, organization_id: UUID, id: UUID, entries: Sequence[Entry]) -> None:
    """Give the dashboard these panels in this order. Raises `ValueError` where they are too many."""
    written = _written(entries)
    with store.session() as session:
        if found := _found(session, organization_id, id):
            found.panels, found.updated_at = written, now()
            session.commit()


def add(store: Store, organization_id: UUID, id: UUID, entry: Entry) -> bool:
    """Put a panel at the end; whether it was not there yet. Raises `ValueError` where there are too many."""
    with store.session() as session:
        found = _found(session, organization_id, id)
        if found is None or entry.kept() in found.panels:
            return False
        found.panels, found.updated_at = _written([*map(Entry.of, found.panels), entry]), now()
        session.commit()
        return True


def remove(store: Store, organization_id: UUID, id: UUID) -> None:
    mine = (models.Dashboard.id == id, models.Dashboard.organisation_id == organization_id)
    with store.session() as session:
        session.execute(delete(models.Dashboard).where(*mine))
        session.commit()


def checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise ValueError(f"A dashboard's name has 1 to {LONGEST_NAME} characters.")
    return name


def _written(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    if len(entries) > MOST_PANELS:
        raise ValueError(f"A dashboard has at most {MOST_PANELS} panels.")
    return [entry.kept() for entry in entries]


def _read(one: models.Dashboard) -> Dashboard:
    return Dashboard(one.id, one.name, tuple(Entry.of(kept) for kept in one.panels))


def _found(session: Session, organization_id: UUID, id: UUID) -> models.Dashboard | None:
    return session.scalar(
        select(models.Dashboard).where(models.Dashboard.id == id, models.Dashboard.organisation_id == organization_id)
    )


def _commit(session: Session, name: str) -> None:
    try:
        session.commit()
    except IntegrityError as error:
        raise NameTaken(f"There is a dashboard called {name} already.") from error
