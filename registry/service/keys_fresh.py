"""A process that runs for weeks hears of a new key of the registry's within a minute."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import structlog
from sqlalchemy.exc import SQLAlchemyError

from registry.service.key_rows import look_again
from registry.service.office import Office

log = structlog.get_logger("registry")
LOOK_S = 60.0


@contextlib.asynccontextmanager
async def keys_fresh(office: Office) -> AsyncIterator[None]:
    """While this is open."""
    task = asyncio.create_task(_keep_looking(office))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _keep_looking(office: Office) -> None:
    while True:
        await asyncio.sleep(LOOK_S)
        try:
            if await look_again(office.engine, office.settings.master_key, office.keys):
                log.info("registry_keys", count=len(office.keys.ring.keys), newest=office.keys.ring.newest)
        except (SQLAlchemyError, OSError) as error:
            log.error("registry_keys", error=type(error).__name__)
