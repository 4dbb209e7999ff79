"""What a supervisor does: a verdict, a reveal with its reason, a look at what could not be read."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import ColumnElement, and_, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.codes import REVIEWERS
from domain.ids import new_id
from registry.db.tables import households, orgs, quarantine, records, reviews, users
from registry.service.audit import note_by
from registry.service.edits.listing import seen_by, value_of
from registry.service.errors import RefusedError
from registry.service.feedback import tell_authors
from registry.service.masking import pick
from registry.service.office import Office
from registry.service.principal import Principal
from registry.service.surveys.detail import answer_of
from registry.service.times import now, wire
from registry.service.visit_detail import household_doc
from registry.service.visits import to_row, visit_row
from sync.protocol.messages import VisitRow
from sync.protocol.supervision import (
    QuarantinePage,
    QuarantineRow,
    RevealAnswer,
    RevealRequest,
    ReviewRequest,
)

MOST = 200


async def review(office: Office, who: Principal, visit_id: str, request: ReviewRequest) -> VisitRow:
    """Keep the verdict and tell the author. Raises RefusedError("forbidden" | "not_found")."""
    who.require(REVIEWERS)
    async with office.engine.begin() as connection:
        await visit_row(connection, who, visit_id)
        given = {
            "county": who.county,
            "id": new_id(),
            "record_id": visit_id,
            "verdict": request.verdict,
            "note": request.note,
            "user_id": who.user_id,
            "at": now(),
        }
        await connection.execute(insert(reviews).values(given))
        mine = records.c.county == who.county, records.c.id == visit_id
        await connection.execute(update(records).where(*mine).values(reviewed=True))
        await note_by(
            connection, who, "visit.review", ("visit", visit_id), details={"verdict": request.verdict}
        )
        await tell_authors(connection, who.county, [visit_id])
        return to_row(who, await visit_row(connection, who, visit_id))


async def reveal(office: Office, who: Principal, request: RevealRequest) -> RevealAnswer:
    """One masked field. Raises RefusedError: forbidden, not_found, validation_failed (no such field)."""
    who.require(REVIEWERS)
    if len(request.reason.strip()) < 2:
        raise RefusedError("validation_failed", field="reason")
    async with office.engine.begin() as connection:
        value = await _value(connection, office, who, request)
        entity = (request.entity, request.id)
        await note_by(connection, who, "reveal", entity, request.reason.strip(), {"field": request.field})
    return RevealAnswer(value=value)


async def _value(connection: AsyncConnection, office: Office, who: Principal, request: RevealRequest) -> str:
    if request.entity == "survey":
        return await answer_of(connection, office, who, request.id, request.field)
    if request.entity == "edit":
        return await value_of(connection, who, request.id, request.field)
    if request.entity == "household":
        return _picked(await _household(connection, who, request.id), request.field)
    row = await visit_row(connection, who, request.id)
    if request.field == "record":
        return bytes(row.raw).decode()
    head = msgspec.json.decode(row.raw)
    if request.field.split(".")[0] in head:
        return _picked(head, request.field)
    return _picked(await household_doc(connection, row.county, row.household_id), request.field)


async def _household(connection: AsyncConnection, who: Principal, household: str) -> dict[str, Any]:
    doc = await connection.scalar(select(households.c.doc).where(*seen_by(who, household)))
    if doc is None:
        raise RefusedError("not_found")
    return doc  # type: ignore[no-any-return]


def _picked(document: Any, field: str) -> str:
    try:
        value = pick(document, field)
    except KeyError as error:
        raise RefusedError("validation_failed", field="field") from error
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def from_own(who: Principal) -> ColumnElement[bool]:
    """SQL: this quarantined item came from the phone of somebody in the reader's subtree."""
    place = and_(orgs.c.county == users.c.county, orgs.c.id == users.c.org_id)
    return (
        select(users.c.id)
        .join(orgs, place)
        .where(
            users.c.county == quarantine.c.county,
            users.c.id == quarantine.c.user_id,
            who.sees(orgs.c.path, orgs.c.industrial_path),
        )
        .exists()
    )


async def list_quarantine(office: Office, who: Principal) -> QuarantinePage:
    """The newest of the reader's subtree. Raises RefusedError("forbidden")."""
    who.require(REVIEWERS)
    waiting = quarantine.c.county == who.county, quarantine.c.state == "open", from_own(who)
    author = and_(users.c.county == quarantine.c.county, users.c.id == quarantine.c.user_id)
    wanted = (
        select(
            quarantine.c.id,
            quarantine.c.reason,
            quarantine.c.detail,
            quarantine.c.claimed_id,
            quarantine.c.device_id,
            quarantine.c.received_at,
            func.length(quarantine.c.raw).label("size"),
            func.coalesce(users.c.name, "").label("author_name"),
        )
        .select_from(quarantine.outerjoin(users, author))
        .where(*waiting)
        .order_by(quarantine.c.received_at.desc(), quarantine.c.id.desc())
        .limit(MOST)
    )
    counted = select(func.count()).select_from(quarantine).where(*waiting)
    async with office.engine.connect() as connection:
        rows = (await connection.execute(wanted)).all()
        total = await connection.scalar(counted) or 0
    return QuarantinePage(rows=[_quarantine_row(row) for row in rows], total=total)


def _quarantine_row(row: Any) -> QuarantineRow:
    return QuarantineRow(
        id=row.id,
        reason=row.reason,
        detail=row.detail,
        claimed_id=row.claimed_id,
        author_name=row.author_name,
        device_id=row.device_id,
        size=row.size,
        received_at=wire(row.received_at),
    )
