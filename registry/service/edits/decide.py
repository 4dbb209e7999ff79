"""What the office does to a file: correct a field itself, or decide about what a visit brought.

Reviewers and administrators only: whoever audits a file does not write in it (S9). The audit trail says who,
which file, which field and why; the values stand in ``file_edits``.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.errors import InputError
from domain.file_edits import EDITORS, OPEN, corrected, present, tidy
from registry.db.tables import file_edits, households
from registry.service.audit import note_by
from registry.service.edits.listing import edit_row, seen_by
from registry.service.edits.write import add_row, disturb, put_file, take_turn, tell_all
from registry.service.errors import RefusedError
from registry.service.office import Office
from registry.service.principal import Principal
from registry.service.times import now
from sync.protocol.edits import EditRow, FileEditRequest, SettleRequest


class File(NamedTuple):
    """A household's file as it stands while this transaction has its turn."""

    id: str
    doc: dict[str, Any]
    version: int


async def edit_file(office: Office, who: Principal, household: str, request: FileEditRequest) -> EditRow:
    """Correct one field. Raises RefusedError: forbidden, not_found, file_changed, validation_failed."""
    who.require(EDITORS)
    async with office.engine.begin() as connection:
        file = await _turn(connection, who, household, request.version)
        edit, heard = await _put(connection, who, file, request.field, request.value, request.reason)
        details: dict[str, object] = {"field": request.field}
        await note_by(connection, who, "file.edit", ("household", household), request.reason.strip(), details)
        await tell_all(connection, who.county, household, heard)
        return await edit_row(connection, who, edit)


async def settle_edit(office: Office, who: Principal, edit_id: str, request: SettleRequest) -> EditRow:
    """Keep, take, or write another value. Raises RefusedError: forbidden, not_found (also when it was settled
    before), file_changed, validation_failed (the value cannot stand in that field)."""
    who.require(EDITORS)
    async with office.engine.begin() as connection:
        home = (await edit_row(connection, who, edit_id)).household_id
        file = await _turn(connection, who, home, request.version)
        row = await _open(connection, who, edit_id)
        heard = [row.record_id] if row.record_id else []
        if request.choice == "take":
            heard += await _apply(connection, who, file, row.field, row.after, but=edit_id)
        elif request.choice == "other":
            _, more = await _put(connection, who, file, row.field, request.value, request.reason)
            heard += more
        await _settled(connection, who, edit_id, request)
        details = {"field": row.field, "choice": request.choice, "household": home}
        await note_by(connection, who, "file.settle", ("edit", edit_id), request.reason.strip(), details)
        await tell_all(connection, who.county, home, heard)
        return await edit_row(connection, who, edit_id)


async def _turn(connection: AsyncConnection, who: Principal, household: str, version: int) -> File:
    await take_turn(connection, household)
    wanted = select(households.c.doc, households.c.version).where(*seen_by(who, household))
    row = (await connection.execute(wanted.with_for_update())).one_or_none()
    if row is None:
        raise RefusedError("not_found")
    if row.version != version:
        raise RefusedError("file_changed")
    return File(household, row.doc, row.version)


async def _open(connection: AsyncConnection, who: Principal, edit_id: str) -> Any:
    where = file_edits.c.county == who.county, file_edits.c.id == edit_id, file_edits.c.state.in_(OPEN)
    row = (await connection.execute(select(file_edits).where(*where).with_for_update())).one_or_none()
    if row is None:
        raise RefusedError("not_found")
    return row


async def _put(
    connection: AsyncConnection, who: Principal, file: File, field: str, value: str, reason: str
) -> tuple[str, list[str]]:
    """The office's own value; returns the edit's id and the records whose authors must hear."""
    before = present(file.doc, field) or ""
    heard = await _apply(connection, who, file, field, value)
    at = now()
    edit = await add_row(
        connection,
        who.county,
        household_id=file.id,
        field=field,
        before=before,
        after=tidy(field, value),
        reason=reason.strip(),
        source="office",
        author_id=who.user_id,
        state="applied",
        received_at=at,
        settled_at=at,
        settled_by=who.user_id,
    )
    return edit, heard


async def _apply(
    connection: AsyncConnection, who: Principal, file: File, field: str, value: str, but: str = ""
) -> list[str]:
    try:
        fresh = corrected(file.doc, field, value)
    except InputError as error:
        named = "field" if error.code == "edit_unknown" else "value"
        raise RefusedError("validation_failed", field=named, why=error.code) from error
    await put_file(connection, who.county, file.id, fresh)
    return await disturb(connection, who.county, file.id, [field], but)


async def _settled(connection: AsyncConnection, who: Principal, edit_id: str, request: SettleRequest) -> None:
    fresh = {
        "state": "applied" if request.choice == "take" else "declined",
        "chosen": request.choice,
        "settled_at": now(),
        "settled_by": who.user_id,
        "settled_why": request.reason.strip(),
    }
    mine = file_edits.c.county == who.county, file_edits.c.id == edit_id
    await connection.execute(update(file_edits).where(*mine).values(fresh))
