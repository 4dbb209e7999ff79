"""Numbered migrations, run from inside the package: no alembic.ini on the machine."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, pool

from registry.db.engine import async_url

SCRIPTS = Path(__file__).parent / "migrations"


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    return config


def newest() -> str:
    """The revision this code needs."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def reached(url: str) -> str | None:
    """The revision of this database; None when it was never migrated."""
    engine = create_engine(async_url(url), poolclass=pool.NullPool)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


def behind(url: str) -> bool:
    """Does this database lack a migration of this code? A revision unknown here is ahead."""
    at = reached(url)
    older = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    return at is None or (at in older and at != newest())


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database up to ``revision``; blocking. Two callers at once are safe: one waits."""
    engine = create_engine(async_url(url), poolclass=pool.NullPool)
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(730001)")
            command.upgrade(_config(connection), revision)
    finally:
        engine.dispose()
