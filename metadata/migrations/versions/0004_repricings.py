"""What a re-pricing covers, and until when a worker has it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("repricings", sa.Column("everything", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("repricings", sa.Column("taken_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for column in ("everything", "taken_until"):
        op.drop_column("repricings", column)
