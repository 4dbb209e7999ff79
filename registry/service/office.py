"""Everything a service function needs, opened once per process."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from registry.db.engine import make_engine
from registry.files.store import MediaStore
from registry.service.arriving import Arriving
from registry.service.forms.shelf import FormShelf
from registry.service.gate import Gate, for_files, for_records
from registry.service.key_rows import open_keys
from registry.service.keys import Keys
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
    turns: dict[str, Any] = field(default_factory=dict)
    """County → files that share a commit (service.media); "" → who asks (service.tokens)."""
    batches: Gate = field(default_factory=lambda: for_records(8))
    uploads: Gate = field(default_factory=for_files)
    arriving: Arriving = field(default_factory=Arriving)
    thinker: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "thinker"))
    """One thread for signatures and rules: two would only take the interpreter from each other and from the
    loop that answers everybody else."""

    async def close(self) -> None:
        """Give the connections back."""
        self.thinker.shutdown(wait=False)
        await self.engine.dispose()


async def open_office(settings: Settings, longest_s: int = 0) -> Office:
    """Connect; the database must have been migrated. ``longest_s``: as in ``make_engine``; jobs and whoever
    exports or loads may take their time."""
    engine = make_engine(settings.database_url, settings.pool_size, longest_s)
    try:
        keys = await open_keys(engine, settings.master_key)
    except BaseException:
        await engine.dispose()
        raise
    reader = engine.execution_options(isolation_level="AUTOCOMMIT")
    gate = for_records(settings.pool_size)
    return Office(settings, engine, MediaStore(settings.media_url), keys, reader, batches=gate)
