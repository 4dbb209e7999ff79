"""What both ways of correcting a file share: the household's turn, its new version, who hears of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.file_edits import OPEN
from domain.ids import new_id
from registry.db.arrays import Texts
from registry.db.bulk import Ask, fly
from registry.db.tables import file_edits, households
from registry.service.feed_write import publish_households
from registry.service.feedback import tell_authors
from registry.service.intake_known import LOCK_HOUSEHOLDS
from registry.service.visits_follow import follow_homes

SHARED = text(
    "SELECT doc #>> '{worker,phone}' AS phone FROM households WHERE county = :county AND id <> :household "
    "AND doc #>> '{worker,phone}' = :phone UNION ALL "
    "SELECT doc ->> 'phone' FROM users WHERE county = :county AND active AND doc ->> 'phone' = :phone LIMIT 1"
)
"""R19: another household's number, or a colleague's."""


async def take_turn(connection: AsyncConnection, household: str) -> None:
    """Visits at this door and edits of its file come one after the other; released with the transaction."""
    await fly(connection, Ask(LOCK_HOUSEHOLDS, (Texts([household]),)))


async def phone_shared(connection: AsyncConnection, county: str, household: str, phone: str) -> bool:
    """Whether a call-back to this number would reach somebody else (R19)."""
    asked = {"county": county, "household": household, "phone": phone}
    return bool(phone) and await connection.scalar(SHARED, asked) is not None


async def put_file(connection: AsyncConnection, county: str, household: str, doc: Mapping[str, Any]) -> None:
    """The file says so from now on; its version grows."""
    mine = households.c.county == county, households.c.id == household
    fresh = {"doc": dict(doc), "version": households.c.version + 1}
    await connection.execute(update(households).where(*mine).values(fresh))
    await follow_homes(connection, county, [household])


async def add_row(connection: AsyncConnection, county: str, **fields: Any) -> str:
    """One row of ``file_edits``; returns its id."""
    row = {"county": county, "id": new_id(), **fields}
    await connection.execute(insert(file_edits).values(row))
    return str(row["id"])


async def disturb(
    connection: AsyncConnection, county: str, household: str, fields: Iterable[str], but: str = ""
) -> list[str]:
    """What waits for a yes on fields that have just been changed is a conflict now; returns the records."""
    where = (
        file_edits.c.county == county,
        file_edits.c.household_id == household,
        file_edits.c.field.in_(list(fields)),
        file_edits.c.state == "waiting",
        file_edits.c.id != but,
    )
    moved = update(file_edits).where(*where).values(state="conflict").returning(file_edits.c.record_id)
    return [row.record_id for row in await connection.execute(moved) if row.record_id]


async def tell_all(connection: AsyncConnection, county: str, household: str, records: Iterable[str]) -> None:
    """Whoever holds the file gets it anew, the authors of these visits hear what became of their words."""
    await publish_households(connection, county, [household])
    await tell_authors(connection, county, sorted(set(records)))


async def open_of(
    connection: AsyncConnection, county: str, ids: Iterable[str]
) -> dict[str, list[dict[str, Any]]]:
    """Household → its open corrections, for the feed: field, state, record, when it came; no values."""
    of = file_edits.c
    wanted = (
        select(of.household_id, of.field, of.state, of.record_id, of.author_id)
        .where(of.county == county, of.household_id.in_(list(ids)), of.state.in_(OPEN))
        .order_by(of.id)
    )
    found: dict[str, list[dict[str, Any]]] = {}
    for row in await connection.execute(wanted):
        doc = {"field": row.field, "state": row.state, "record_id": row.record_id, "author_id": row.author_id}
        found.setdefault(row.household_id, []).append(doc)
    return found


async def last_set(
    connection: AsyncConnection, county: str, pairs: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], tuple[str, datetime]]:
    """(household, field) → who set the present value, and when; left out for what was never corrected."""
    homes = sorted({household for household, _ in pairs})
    of = file_edits.c
    newest = (
        select(
            of.household_id,
            of.field,
            func.coalesce(of.settled_by, of.author_id).label("by"),
            of.settled_at,
        )
        .ext(distinct_on(of.household_id, of.field))
        .where(
            of.county == county,
            of.household_id.in_(homes),
            of.state == "applied",
            of.settled_at.is_not(None),
            of.before != of.after,
        )
        .order_by(of.household_id, of.field, of.settled_at.desc())
    )
    rows = await connection.execute(newest)
    return {(row.household_id, row.field): (row.by, row.settled_at) for row in rows}
