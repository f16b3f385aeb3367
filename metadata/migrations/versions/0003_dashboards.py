"""Dashboards, annotations, saved filters, prices of one's own, session tags and preferences."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dashboards",
        *_owned(),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("panels", sa.JSON(), nullable=False),
        _moment("created_at"),
        _moment("updated_at"),
        sa.UniqueConstraint("organisation_id", "name"),
    )
    op.create_table(
        "annotations",
        *_owned(index=True),
        _moment("at"),
        sa.Column("text", sa.String(255), nullable=False),
        _moment("created_at"),
    )
    op.create_table(
        "saved_filters",
        *_owned(),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        _moment("created_at"),
        sa.UniqueConstraint("organisation_id", "name"),
    )
    op.create_table(
        "organisation_prices",
        *_owned(),
        sa.Column("provider", sa.String(255), nullable=False),
        sa.Column("model", sa.String(512), nullable=False),
        sa.Column("rates", sa.JSON(), nullable=False),
        _moment("updated_at"),
        sa.UniqueConstraint("organisation_id", "provider", "model"),
    )
    op.create_table(
        "repricings",
        *_owned(index=True),
        sa.Column("provider", sa.String(255), nullable=False),
        sa.Column("model", sa.String(512), nullable=False),
        _moment("created_at"),
        _moment("finished_at", nullable=True),
        _moment("cancelled_at", nullable=True),
        sa.Column("days_done", sa.BigInteger(), nullable=False),
        sa.Column("days_total", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
    )
    op.create_table(
        "session_tags",
        *_owned(),
        sa.Column("session_id", sa.String(512), nullable=False),
        sa.Column("tag", sa.String(64), nullable=False),
        sa.UniqueConstraint("organisation_id", "session_id", "tag"),
    )
    op.create_table(
        "preferences",
        sa.Column("organisation_id", sa.Uuid(), sa.ForeignKey("organisations.id"), primary_key=True),
        sa.Column("retention_days", sa.Integer()),
        sa.Column("hidden_properties", sa.JSON(), nullable=False),
    )


def downgrade() -> None:
    owned = ("session_tags", "repricings", "organisation_prices", "saved_filters", "annotations", "dashboards")
    for table in ("preferences", *owned):
        op.drop_table(table)


def _owned(*, index: bool = False) -> tuple[sa.Column[UUID], sa.Column[UUID]]:
    owner = sa.Column("organisation_id", sa.Uuid(), sa.ForeignKey("organisations.id"), nullable=False, index=index)
    return sa.Column("id", sa.Uuid(), primary_key=True), owner


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
