"""A process that runs for weeks hears of a new key of the registry's within a minute."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager

import structlog

from registry.service.beside import beside
from registry.service.key_rows import look_again
from registry.service.office import Office

log = structlog.get_logger("registry")
LOOK_S = 60.0


def keys_fresh(office: Office) -> AbstractAsyncContextManager[None]:
    """While this is open; they have just been read when it begins."""
    return beside(_keep_looking(office))


async def _keep_looking(office: Office) -> None:
    while True:
        await asyncio.sleep(LOOK_S)
        try:
            if await look_again(office.engine, office.settings.master_key, office.keys):
                log.info("registry_keys", count=len(office.keys.ring.keys), newest=office.keys.ring.newest)
        except Exception as error:  # whatever it is, the next look may succeed
            log.error("registry_keys", error=getattr(error, "code", None) or type(error).__name__)
