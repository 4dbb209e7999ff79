"""Everything a service function needs, opened once per process."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncEngine

from registry.db.engine import make_engine
from registry.files.store import MediaStore
from registry.service.forms.shelf import FormShelf
from registry.service.keys import Keys, open_keys
from registry.service.settings import Settings


@dataclass(frozen=True)
class Office:
    settings: Settings
    engine: AsyncEngine
    files: MediaStore
    keys: Keys
    reader: AsyncEngine
    """The same pool without transactions: one question costs one round trip."""
    forms: FormShelf = field(default_factory=FormShelf)

    async def close(self) -> None:
        """Give the connections back."""
        await self.engine.dispose()


async def open_office(settings: Settings) -> Office:
    """Connect; the database must have been migrated."""
    engine = make_engine(settings.database_url, settings.pool_size)
    try:
        keys = await open_keys(engine, settings.master_key)
    except BaseException:
        await engine.dispose()
        raise
    reader = engine.execution_options(isolation_level="AUTOCOMMIT")
    return Office(settings, engine, MediaStore(settings.media_url), keys, reader)
