"""The HQL queries that an organisation keeps, and what their runs cost.

Every method raises `MetadataUnavailable` when the database does not answer. An id of another organisation is an id
of nobody.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, Result, Select, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from metadata.models import QueryRun, SavedQuery, now
from metadata.store import Store

RUNS_KEPT = 100
"""The latest runs of a query; older ones are forgotten."""


class NameTaken(Exception):
    """The organisation has another query of this name."""


class SavedQueries:
    """The saved queries of all organisations. Thread-safe, as the store is."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def find(self, organisation_id: UUID, search: str = "") -> list[SavedQuery]:
        """By name; with `search` those whose name, description or SQL hold each of its words, whatever their case."""
        with self._store.session() as session:
            found = session.scalars(select(SavedQuery).where(SavedQuery.organisation_id == organisation_id)).all()
        # Here and not in SQL: SQLite folds the case of ASCII alone.
        words = search.casefold().split()
        matching = (one for one in found if all(word in _searched(one) for word in words))
        return sorted(matching, key=lambda one: (one.name.casefold(), one.name))

    def get(self, organisation_id: UUID, query_id: UUID) -> SavedQuery | None:
        with self._store.session() as session:
            return _found(session, organisation_id, query_id)

    def create(
        self,
        organisation_id: UUID,
        *,
        name: str,
        sql: str,
        description: str = "",
        owner: str = "",
        parameters: Collection[dict[str, Any]] = (),
    ) -> SavedQuery:
        """Raises `NameTaken`."""
        made = SavedQuery(
            organisation_id=organisation_id,
            name=name,
            sql=sql,
            description=description,
            owner=owner,
            parameters=[*parameters],
        )
        with self._store.session() as session:
            session.add(made)
            _commit(session, name)
        return made

    def update(
        self,
        organisation_id: UUID,
        query_id: UUID,
        *,
        name: str | None = None,
        sql: str | None = None,
        description: str | None = None,
        parameters: Collection[dict[str, Any]] | None = None,
    ) -> SavedQuery | None:
        """Change what is given and keep the rest; None if there is no such query. Raises `NameTaken`."""
        given = {"name": name, "sql": sql, "description": description, "parameters": parameters}
        changes = {key: value for key, value in given.items() if value is not None}
        with self._store.session() as session:
            if (query := _found(session, organisation_id, query_id)) is None:
                return None
            for key, value in changes.items():
                setattr(query, key, [*value] if key == "parameters" else value)
            query.updated_at = now()
            _commit(session, query.name)
            return query

    def delete(self, organisation_id: UUID, query_id: UUID) -> bool:
        """Whether there was one."""
        return self.delete_many(organisation_id, [query_id]) == 1

    def delete_many(self, organisation_id: UUID, query_ids: Collection[UUID]) -> int:
        """How many there were. Their runs go with them."""
        with self._store.session() as session:
            done = session.execute(
                delete(SavedQuery).where(SavedQuery.organisation_id == organisation_id, SavedQuery.id.in_(query_ids))
            )
            session.commit()
        return _count(done)

    def record_run(
        self,
        organisation_id: UUID,
        query_id: UUID,
        *,
        started_at: datetime,
        duration_ms: int,
        rows: int = 0,
        rows_read: int = 0,
        bytes_read: int = 0,
        error: str = "",
    ) -> None:
        """Keep what a run cost. Nothing happens if the query is gone."""
        run = QueryRun(
            organisation_id=organisation_id,
            saved_query_id=query_id,
            started_at=started_at,
            duration_ms=duration_ms,
            rows=rows,
            rows_read=rows_read,
            bytes_read=bytes_read,
            error=error,
        )
        with self._store.session() as session:
            mine = (SavedQuery.organisation_id == organisation_id, SavedQuery.id == query_id)
            done = session.execute(update(SavedQuery).where(*mine).values(last_run_at=started_at))
            if _count(done):
                session.add(run)
                session.flush()
                session.execute(
                    delete(QueryRun).where(
                        QueryRun.id.in_(_latest(query_id).with_only_columns(QueryRun.id).offset(RUNS_KEPT))
                    )
                )
                session.commit()

    def runs(self, organisation_id: UUID, query_id: UUID, limit: int = RUNS_KEPT) -> list[QueryRun]:
        """The latest runs of a query, latest first."""
        with self._store.session() as session:
            return list(
                session.scalars(_latest(query_id).where(QueryRun.organisation_id == organisation_id).limit(limit))
            )


def _searched(query: SavedQuery) -> str:
    return f"{query.name}\n{query.description}\n{query.sql}".casefold()


def _found(session: Session, organisation_id: UUID, query_id: UUID) -> SavedQuery | None:
    return session.scalar(
        select(SavedQuery).where(SavedQuery.organisation_id == organisation_id, SavedQuery.id == query_id)
    )


def _latest(query_id: UUID) -> Select[QueryRun]:
    return select(QueryRun).where(QueryRun.saved_query_id == query_id).order_by(QueryRun.started_at.desc(), QueryRun.id)


def _commit(session: Session, name: str) -> None:
    try:
        session.commit()
    except IntegrityError as error:
        raise NameTaken(name) from error


def _count(done: Result[Any]) -> int:
    return done.rowcount if isinstance(done, CursorResult) else 0
