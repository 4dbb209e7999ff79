"""Counters that slow guessing down; in the database, so that all API processes share them."""

from __future__ import annotations

import time

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from registry.db.tables import rates
from registry.service.errors import RefusedError

SLOT_SECONDS = 900


async def count(connection: AsyncConnection, county: str, subject: str) -> int:
    """Add one to the subject's counter of the running quarter of an hour; returns the new count."""
    row = {"county": county, "subject": subject, "slot": _slot(), "count": 1}
    added = insert(rates).values(row)
    added = added.on_conflict_do_update(
        index_elements=["county", "subject", "slot"], set_={"count": rates.c.count + 1}
    )
    return int((await connection.execute(added.returning(rates.c.count))).scalar_one())


def _slot() -> int:
    return int(time.time()) // SLOT_SECONDS


async def limit(engine: AsyncEngine, county: str, most: dict[str, int]) -> None:
    """Count at once, whatever happens to the request; ``most``: subject → how often per quarter of an hour.

    Takes a connection of its own: never call it while holding one. Raises RefusedError("rate_limited").
    """
    async with engine.begin() as connection:
        over = [
            await count(connection, county, subject) > allowed for subject, allowed in sorted(most.items())
        ]
    if any(over):
        raise RefusedError("rate_limited", retry_after=SLOT_SECONDS)


async def blame(engine: AsyncEngine, county: str, subject: str) -> None:
    """Count what went wrong, for ``require_few``."""
    async with engine.begin() as connection:
        await count(connection, county, subject)


async def require_few(engine: AsyncEngine, county: str, subject: str, most: int) -> None:
    """Nothing is tried any more for who went wrong ``most`` times in the running quarter of an hour, whatever
    the next try would bring. Raises RefusedError("rate_limited").
    """
    mine = rates.c.county == county, rates.c.subject == subject, rates.c.slot == _slot()
    async with engine.connect() as connection:
        wrong = await connection.scalar(select(rates.c.count).where(*mine))
    if (wrong or 0) >= most:
        raise RefusedError("rate_limited", retry_after=SLOT_SECONDS)
