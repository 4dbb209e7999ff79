"""One signed head a day, kept for ever: yesterday's word that today's ledger must agree with."""

from __future__ import annotations

from functools import partial
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from registry.db.tables import log_heads, log_trees
from registry.service.each import each
from registry.service.log.append import append_new
from registry.service.log.read import head_at, tree_size
from registry.service.office import Office
from registry.service.times import now

DAYS = ZoneInfo("Asia/Shanghai")


async def sign_daily(office: Office) -> int:
    """Sign today's head of every county that has none yet; returns how many."""
    async with office.reader.connect() as connection:
        found = list((await connection.execute(select(log_trees.c.county))).scalars())
    return await each(found, partial(_sign, office))


async def _sign(office: Office, county: str) -> int:
    await append_new(office, county)
    async with office.engine.begin() as connection:
        head = await head_at(connection, office.keys, county, await tree_size(connection, county))
        row = msgspec.to_builtins(head) | {"day": now().astimezone(DAYS).date().isoformat()}
        added = insert(log_heads).values(row).on_conflict_do_nothing().returning(log_heads.c.day)
        return int(await connection.scalar(added) is not None)
