"""One visit with everything a supervisor checks it against."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.db.tables import (
    ITS_LAST_VISIT,
    households,
    last_visits,
    media,
    media_refs,
    record_checks,
    reviews,
    users,
)
from registry.service.chain import report
from registry.service.masking import masked, told
from registry.service.office import Office
from registry.service.principal import NAMED, Principal
from registry.service.times import wire
from registry.service.visits import to_row, visit_row
from sync.protocol.messages import Check, MediaRef, VisitDetail
from sync.protocol.records import Sealed
from sync.protocol.supervision import Review


async def visit_detail(office: Office, who: Principal, visit_id: str) -> VisitDetail:
    """Masked; the sealed text itself is empty here and comes by a reveal with a reason.

    Raises RefusedError("forbidden" | "not_found").
    """
    named = who.may(NAMED)
    async with office.engine.connect() as connection:
        row = await visit_row(connection, who, visit_id)
        household = await household_doc(connection, row.county, row.household_id)
        return VisitDetail(
            row=to_row(who, row),
            record=Sealed(id=row.id, hash=row.hash, sig=row.sig, record=""),
            head=masked(msgspec.json.decode(row.raw), named=named),
            household=masked(household, named=named),
            earliest=wire(row.earliest) if row.earliest else None,
            latest=wire(row.latest),
            checks=await checks_of(connection, row, named=named),
            chain=await report(connection, office.keys, row),
            media=await media_of(connection, row),
            reviews=await reviews_of(connection, row, named=named),
        )


async def household_doc(
    connection: AsyncConnection, county: str, household: str | None
) -> dict[str, Any] | None:
    """The file as it stands now with its last visit, unmasked."""
    where = households.c.county == county, households.c.id == household
    both = households.outerjoin(last_visits, ITS_LAST_VISIT)
    wanted = select(households.c.doc, last_visits.c.doc.label("last_visit")).select_from(both).where(*where)
    found = (await connection.execute(wanted)).one_or_none()
    return None if found is None else {**found.doc, "last_visit": found.last_visit}


async def checks_of(connection: AsyncConnection, row: Any, *, named: bool) -> list[Check]:
    """What the rules said when the record came in; ``row``: of ``records``. Their sentences name people."""
    where = (
        record_checks.c.county == row.county,
        record_checks.c.record_id == row.id,
        record_checks.c.record_hash == row.hash,
    )
    results = await connection.scalar(select(record_checks.c.results).where(*where)) or []
    return [
        Check(
            code=one["code"],
            outcome=one["outcome"],
            severity=one["severity"],
            message_id=one["message_id"],
            params=masked(one.get("params", {}), named=named),
        )
        for one in results
    ]


async def media_of(connection: AsyncConnection, row: Any) -> list[MediaRef]:
    """The files that the record names, and whether they are here."""
    held = and_(media.c.county == media_refs.c.county, media.c.sha256 == media_refs.c.sha256)
    wanted = (
        select(media_refs.c.sha256, media_refs.c.kind, media.c.size)
        .select_from(media_refs.outerjoin(media, held))
        .where(
            media_refs.c.county == row.county,
            media_refs.c.record_id == row.id,
            media_refs.c.record_hash == row.hash,
        )
        .order_by(media_refs.c.kind, media_refs.c.sha256)
    )
    return [
        MediaRef(
            sha256=one.sha256,
            kind=one.kind,
            size=one.size,
            received=one.size is not None,
            url=f"/v1/media/{one.sha256}",
        )
        for one in await connection.execute(wanted)
    ]


async def reviews_of(connection: AsyncConnection, row: Any, *, named: bool) -> list[Review]:
    """The verdicts given on this record, the oldest first (S9)."""
    reviewer = and_(users.c.county == reviews.c.county, users.c.id == reviews.c.user_id)
    wanted = (
        select(reviews.c.verdict, reviews.c.note, reviews.c.at, func.coalesce(users.c.name, "").label("name"))
        .select_from(reviews.outerjoin(users, reviewer))
        .where(reviews.c.county == row.county, reviews.c.record_id == row.id)
        .order_by(reviews.c.at, reviews.c.id)
    )
    found = await connection.execute(wanted)
    return [
        Review(verdict=one.verdict, note=told(one.note, named=named), name=one.name, at=wire(one.at))
        for one in found
    ]
