"""Parts of its own for a campaign (ADR 0014), made without ever standing in intake's way.

Making them needs a moment in which nobody writes what was signed or who was reached. Somebody may be busy
with these tables for long (a backup reads them all), and everybody would then wait behind us: so we wait for
PATIENCE only. A campaign without parts works all the same, its rows lie in the common part; the nightly job
makes them up.
"""

from __future__ import annotations

import structlog
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.db.tables import campaigns
from registry.service.each import each
from registry.service.office import Office

log = structlog.get_logger("registry")
OPEN = text("SELECT open_campaign(:campaign)")
WAIT = text("SELECT set_config('lock_timeout', :most, true)")
WAITED = text("SELECT current_setting('lock_timeout')")
PATIENCE = "2s"
TRIES = 3
NOT_NOW = frozenset({"55P03", "40P01"})
"""lock_not_available, deadlock_detected."""


async def open_parts(connection: AsyncConnection, campaign: str) -> bool:
    """True when it has parts now that it had not before. Before anything else in the transaction takes a lock
    that intake takes too."""
    before = await connection.scalar(WAITED)
    for _ in range(TRIES):
        try:
            async with connection.begin_nested():
                await connection.execute(WAIT, {"most": PATIENCE})
                opened = bool(await connection.scalar(OPEN, {"campaign": campaign}))
                await connection.execute(WAIT, {"most": before})
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) not in NOT_NOW:
                raise
        else:
            return opened
    log.warning("campaign", campaign=campaign, parts="none")
    return False


async def open_missed(office: Office) -> int:
    """Once a night: parts for campaigns that could not get them when they were put in."""
    async with office.reader.connect() as connection:
        found = list((await connection.execute(select(campaigns.c.id).distinct())).scalars())

    async def open_one(campaign: str) -> int:
        async with office.engine.begin() as connection:
            return int(await open_parts(connection, campaign))

    return await each(found, open_one, "campaign")
