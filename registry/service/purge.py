"""Forgetting what nobody needs any more: old counters, and ids of assertions."""

from __future__ import annotations

import time
from datetime import timedelta

from sqlalchemy import delete

from registry.db.tables import rates, token_ids
from registry.service.office import Office
from registry.service.rates import SLOT_SECONDS
from registry.service.times import now

KEEP_RATES_S = 3600
KEEP_JTI = timedelta(days=400)
"""An assertion's id is kept this long after it was used. A phone's clock may be wrong by years, so only the
id shows that an assertion is fresh: who recorded one could use it again later (docs/security.md)."""


async def purge_rates(office: Office) -> int:
    """Counters of quarters of an hour that are over; returns how many."""
    oldest = int(time.time() - KEEP_RATES_S) // SLOT_SECONDS
    async with office.engine.begin() as connection:
        return int((await connection.execute(delete(rates).where(rates.c.slot < oldest))).rowcount)


async def purge_token_ids(office: Office) -> int:
    """Ids of assertions from long ago; returns how many."""
    async with office.engine.begin() as connection:
        old = token_ids.c.seen_at < now() - KEEP_JTI
        return int((await connection.execute(delete(token_ids).where(old))).rowcount)
