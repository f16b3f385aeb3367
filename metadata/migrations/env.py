"""Alembic's environment: the address comes from `metadata.store.migrate`, the tables from `metadata.models`."""

from __future__ import annotations

from alembic import context
from sqlalchemy import create_engine

from metadata.models import Base

engine = create_engine(context.config.attributes["url"])
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
