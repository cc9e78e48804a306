"""Runs migrations on the connection that `migrating.upgrade` hands over."""

from __future__ import annotations

from alembic import context

from marketplace.db.base import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
context.run_migrations()
