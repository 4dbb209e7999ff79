"""Corrections as the office reads them: the open ones of the reader's subtree, or one file's history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.file_edits import OPEN, present
from domain.identity import mask_name
from registry.db.tables import ITS_LAST_VISIT, file_edits, households, last_visits, users
from registry.service.edits.write import last_set
from registry.service.errors import RefusedError
from registry.service.masking import masked, told
from registry.service.office import Office
from registry.service.principal import NAMED, READERS, Principal
from registry.service.times import wire
from sync.protocol.edits import EditPage, EditRow, FileAnswer

MOST = 200
HISTORY = 50
VALUES = frozenset({"before", "after", "present"})


async def list_edits(
    office: Office,
    who: Principal,
    *,
    only_open: bool = True,
    household: str = "",
    after: str = "",
    limit: int = 50,
) -> EditPage:
    """One page, newest first; ``after`` is the last page's ``next``. Raises RefusedError("forbidden")."""
    who.require(READERS)
    limit, where = max(1, min(limit, MOST)), _scope(who)
    if only_open:
        where.append(file_edits.c.state.in_(OPEN))
    if household:
        where.append(file_edits.c.household_id == household)
    page = _query().where(*where).order_by(file_edits.c.id.desc()).limit(limit + 1)
    if after:
        page = page.where(file_edits.c.id < after)
    async with office.engine.connect() as connection:
        found = (await connection.execute(page)).all()
        total = await connection.scalar(_joined(select(func.count())).where(*where)) or 0
        rows = await _rows(connection, who, found[:limit])
    return EditPage(rows=rows, next=rows[-1].id if len(found) > limit else None, total=total)


async def edit_row(connection: AsyncConnection, who: Principal, edit_id: str) -> EditRow:
    """One that this reader may see. Raises RefusedError("forbidden" | "not_found")."""
    (row,) = await _rows(connection, who, [await _one(connection, who, edit_id)])
    return row


async def read_file(office: Office, who: Principal, household: str) -> FileAnswer:
    """The file with its version and newest corrections. Raises RefusedError("forbidden" | "not_found")."""
    who.require(READERS)
    visited = last_visits.c.doc.label("last_visit")
    both = households.outerjoin(last_visits, ITS_LAST_VISIT)
    wanted = select(households.c.doc, households.c.version, visited).select_from(both)
    wanted = wanted.where(*seen_by(who, household))
    async with office.engine.connect() as connection:
        file = (await connection.execute(wanted)).one_or_none()
        if file is None:
            raise RefusedError("not_found")
        edits = _query().where(*_scope(who), file_edits.c.household_id == household)
        rows = await connection.execute(edits.order_by(file_edits.c.id.desc()).limit(HISTORY))
        shown = await _rows(connection, who, rows.all())
    doc = masked({**file.doc, "last_visit": file.last_visit}, named=who.may(NAMED))
    return FileAnswer(household=doc, version=file.version, edits=shown)


async def value_of(connection: AsyncConnection, who: Principal, edit_id: str, name: str) -> str:
    """One value unmasked, for a reveal with its reason. Raises RefusedError: not_found, validation_failed."""
    if name not in VALUES:
        raise RefusedError("validation_failed", field="field")
    row = await _one(connection, who, edit_id)
    return str(_values(row)[name])


async def _one(connection: AsyncConnection, who: Principal, edit_id: str) -> Any:
    who.require(READERS)
    row = (await connection.execute(_query().where(*_scope(who), file_edits.c.id == edit_id))).one_or_none()
    if row is None:
        raise RefusedError("not_found")
    return row


def seen_by(who: Principal, household: str) -> list[ColumnElement[bool]]:
    """This household, when it is of the reader's subtree."""
    seen = who.sees(households.c.path, households.c.industrial_path)
    return [households.c.county == who.county, households.c.id == household, seen]


def _scope(who: Principal) -> list[ColumnElement[bool]]:
    return [file_edits.c.county == who.county, who.sees(households.c.path, households.c.industrial_path)]


def _joined(wanted: Select[Any]) -> Select[Any]:
    home = and_(households.c.county == file_edits.c.county, households.c.id == file_edits.c.household_id)
    return wanted.select_from(file_edits.join(households, home))


def _query() -> Select[Any]:
    facts = households.c.number, households.c.name, households.c.doc, households.c.version
    return _joined(select(*file_edits.c, *facts))


async def _rows(connection: AsyncConnection, who: Principal, found: Sequence[Any]) -> list[EditRow]:
    if not found:
        return []
    since = await last_set(connection, who.county, [(row.household_id, row.field) for row in found])
    ids = {row.author_id for row in found} | {row.settled_by for row in found if row.settled_by}
    ids |= {by for by, _ in since.values()}
    named = select(users.c.id, users.c.name).where(users.c.county == who.county, users.c.id.in_(sorted(ids)))
    names = {row.id: row.name for row in await connection.execute(named)}
    return [_row(who, row, names, since.get((row.household_id, row.field))) for row in found]


def _values(row: Any) -> dict[str, str]:
    now = present(row.doc, row.field)
    return {"before": row.before, "after": row.after, "present": "" if now is None else now}


def _shown(field: str, value: str, named: bool) -> str:
    """The value masked as its field asks."""
    return str(masked({"field": field, "before": "", "after": value}, named=named)["after"])


def _row(who: Principal, row: Any, names: dict[str, str], since: Any) -> EditRow:
    named = who.may(NAMED)
    shown = {name: _shown(row.field, value, named) for name, value in _values(row).items()}
    return EditRow(
        id=row.id,
        household_id=row.household_id,
        household_number=row.number,
        household_name=row.name if named else mask_name(row.name),
        field=row.field,
        before=shown["before"],
        after=shown["after"],
        present=shown["present"],
        present_by=names.get(since[0]) if since else None,
        present_at=wire(since[1]) if since else None,
        state=row.state,
        flags=list(row.flags),
        source=row.source,
        author_name=names.get(row.author_id, ""),
        received_at=wire(row.received_at),
        version=row.version,
        reason=told(row.reason, named=named),
        record_id=row.record_id,
        chosen=row.chosen,
        settled_by=names.get(row.settled_by or ""),
        settled_at=wire(row.settled_at) if row.settled_at else None,
        settled_why=told(row.settled_why, named=named),
    )
