"""How often an organisation may do a thing in any minute, counted over all processes that share the database."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Float, cast, extract, func, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import ColumnElement

from metadata.models import Quota as Row
from metadata.store import Store


class Quota:
    """An exact sliding window for each organisation and kind. Thread-safe, as the store is."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def take(self, organisation_id: UUID, kind: str, limit: int, window_s: float = 60.0) -> float:
        """0.0 if it may be done now, which is then counted; else the seconds to wait. Raises `MetadataUnavailable`."""
        with self._store.session() as session:
            taken, now = self._locked(session, organisation_id, kind)
            # A clock that was set back leaves nothing behind that would count for longer than a window.
            taken = [at for at in taken if now - window_s < at <= now]
            if len(taken) >= limit:
                return taken[-limit] + window_s - now if limit else window_s
            session.execute(update(Row).where(*_mine(organisation_id, kind)).values(taken=[*taken, now]))
            session.commit()
        return 0.0

    def _locked(self, session: Session, organisation_id: UUID, kind: str) -> tuple[list[float], float]:
        """What is counted, and the database's time: one clock for all. Others wait until the session ends."""
        # An UPDATE that changes nothing: SQLite knows no SELECT … FOR UPDATE, and takes its lock at the first write.
        lock = update(Row).where(*_mine(organisation_id, kind)).values(kind=kind).returning(Row.taken, _clock(session))
        while (found := session.execute(lock).one_or_none()) is None:
            session.add(Row(organisation_id=organisation_id, kind=kind))
            try:
                session.commit()
            except IntegrityError:
                # Another process was quicker.
                session.rollback()
        return found[0], found[1]


def _mine(organisation_id: UUID, kind: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Row.organisation_id == organisation_id, Row.kind == kind


def _clock(session: Session) -> ColumnElement[float]:
    """The database's own time in seconds since the epoch, at the moment when the row is locked."""
    if session.get_bind().dialect.name == "sqlite":
        return (func.julianday("now", type_=Float) - 2440587.5) * 86400.0
    return cast(extract("epoch", func.clock_timestamp()), Float(53))
