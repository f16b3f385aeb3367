"""The tables of the metadata database (SQLAlchemy 2). Changes go through Alembic: metadata/migrations."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, BigInteger, DateTime, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime in and out, also on SQLite, which has no time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: object) -> datetime | None:
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: object) -> datetime | None:
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


def now() -> datetime:
    return datetime.now(UTC)


class Base(DeclarativeBase):
    type_annotation_map = {datetime: UtcDateTime, str: String(255)}  # noqa: RUF012 - SQLAlchemy's own form


class Organisation(Base):
    __tablename__ = "organisations"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)


class ApiKey(Base):
    """A key of an organisation. Only its SHA-256 is kept; `hint` is its last four characters, to know it by."""

    __tablename__ = "api_keys"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    name: Mapped[str]
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    hint: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[datetime] = mapped_column(default=now)
    revoked_at: Mapped[datetime | None]


class SignIn(Base):
    """A link that signs one browser in, once; then the session that it opened."""

    __tablename__ = "sign_ins"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    session_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]


class PropertyName(Base):
    """The one spelling an organisation uses of a property; names compare without case."""

    __tablename__ = "property_names"
    __table_args__ = (UniqueConstraint("organisation_id", "folded"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    organisation_id: Mapped[UUID] = mapped_column(index=True)
    folded: Mapped[str] = mapped_column(String(1024))
    """Up to three characters for each of the name's: folding writes some letters as several."""
    name: Mapped[str]


class SavedQuery(Base):
    """An HQL query that an organisation keeps. `parameters`: name, type (may be left out) and default of each."""

    __tablename__ = "saved_queries"
    __table_args__ = (UniqueConstraint("organisation_id", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    name: Mapped[str]
    sql: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text, default="")
    owner: Mapped[str]
    """The name of the API key that made it, or "Dashboard"."""
    parameters: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)
    last_run_at: Mapped[datetime | None]


class QueryRun(Base):
    """A run of a saved query and what it cost; `error` is the code of what stopped it, "" if nothing did."""

    __tablename__ = "query_runs"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    saved_query_id: Mapped[UUID | None] = mapped_column(ForeignKey("saved_queries.id", ondelete="CASCADE"), index=True)
    started_at: Mapped[datetime] = mapped_column(default=now)
    duration_ms: Mapped[int] = mapped_column(BigInteger)
    rows: Mapped[int] = mapped_column(BigInteger)
    rows_read: Mapped[int] = mapped_column(BigInteger)
    bytes_read: Mapped[int] = mapped_column(BigInteger)
    error: Mapped[str] = mapped_column(String(64), default="")


class Download(Base):
    """What a download's address stands for until it expires."""

    __tablename__ = "downloads"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    sql: Mapped[str] = mapped_column(Text)
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    format: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
    """When it was first fetched."""


class Quota(Base):
    """When an organisation did something that is limited, over the last window; seconds since the epoch, in order."""

    __tablename__ = "quotas"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    taken: Mapped[list[float]] = mapped_column(JSON, default=list)


class Dashboard(Base):
    """A named choice of panels. Each of `panels` names a panel and its options, or a saved query and its chart."""

    __tablename__ = "dashboards"
    __table_args__ = (UniqueConstraint("organisation_id", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    name: Mapped[str]
    panels: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)


class Annotation(Base):
    """What happened at a moment, as charts over time show it: a release, an outage."""

    __tablename__ = "annotations"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    at: Mapped[datetime]
    text: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)


class SavedFilter(Base):
    """Filters that an organisation keeps under a name: the parameters ``f`` of a page's URL."""

    __tablename__ = "saved_filters"
    __table_args__ = (UniqueConstraint("organisation_id", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    name: Mapped[str]
    filters: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(default=now)


class OrganisationPrice(Base):
    """What an organisation says that a model costs: USD a token by bucket (warehouse/prices.py)."""

    __tablename__ = "organisation_prices"
    __table_args__ = (UniqueConstraint("organisation_id", "provider", "model"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    provider: Mapped[str]
    model: Mapped[str] = mapped_column(String(512))
    rates: Mapped[dict[str, float]] = mapped_column(JSON, default=dict)
    updated_at: Mapped[datetime] = mapped_column(default=now)


class Repricing(Base):
    """Rows of the past that are to get a model's new price, and how far that is. A worker carries it out."""

    __tablename__ = "repricings"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    provider: Mapped[str]
    model: Mapped[str] = mapped_column(String(512))
    everything: Mapped[bool] = mapped_column(default=False)
    """Also rows that have a price already; else those alone that have none."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    taken_until: Mapped[datetime | None]
    """Until when no other worker may take it; one that works on it keeps this in the future."""
    finished_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    days_done: Mapped[int] = mapped_column(BigInteger, default=0)
    days_total: Mapped[int] = mapped_column(BigInteger, default=0)
    rows: Mapped[int] = mapped_column(BigInteger, default=0)
    error: Mapped[str] = mapped_column(Text, default="")


class SessionTag(Base):
    """A word that people have given a session."""

    __tablename__ = "session_tags"
    __table_args__ = (UniqueConstraint("organisation_id", "session_id", "tag"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    session_id: Mapped[str] = mapped_column(String(512))
    tag: Mapped[str] = mapped_column(String(64))


class Preferences(Base):
    """What an organisation has set for itself."""

    __tablename__ = "preferences"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    retention_days: Mapped[int | None]
    """Requests older than this are deleted; None: the installation's own limit alone."""
    hidden_properties: Mapped[list[str]] = mapped_column(JSON, default=list)
