"""Alembic's entry: always on the connection that registry.db.migrate hands over."""

from __future__ import annotations

from alembic import context

from registry.db.tables import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=True
)
with context.begin_transaction():
    context.run_migrations()
