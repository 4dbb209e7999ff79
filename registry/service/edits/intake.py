"""Intake of the corrections that visits bring: inside the batch's transaction, with the household's turn.

Nothing is refused and nothing is lost: what cannot be applied waits for a person with both its values.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.errors import InputError
from domain.file_edits import Verdict, corrected, is_phone, judge, present, tidy
from domain.ids import new_id
from domain.models import FieldChange
from registry.db.tables import file_edits, households
from registry.db.texts import printable
from registry.service.edits.write import disturb, last_set, phone_shared, put_file
from registry.service.intake_rules import Judged
from registry.service.principal import Principal

DISTRUSTED = frozenset({"out_of_scope", "unknown_household", "device_revoked", "user_disabled"})
Files = dict[str, dict[str, Any]]


async def write_edits(
    connection: AsyncConnection,
    who: Principal,
    accepted: Sequence[Judged],
    outdated: Collection[str],
    received_at: datetime,
) -> list[str]:
    """Apply, or keep for a person; returns the records whose authors must hear of it. Call it after
    ``load_facts`` (which takes the households' turn) and before the feed is held. ``outdated``: records
    whose correction has arrived already: what they wanted no longer counts."""
    told = [one for one in accepted if _speaks(one) and one.item.id not in outdated]
    if not told:
        return []
    homes = sorted({one.item.visit.household_id for one in told if one.item.visit.household_id})  # type: ignore[union-attr]
    files, heard = await _files(connection, who.county, homes), [one.item.id for one in told]
    for one in told:
        visit = one.item.visit
        assert visit is not None
        if visit.household_id in files:  # an unknown household's are in the record, where a person finds them
            heard += await _take(connection, who, one, files, received_at)
    return sorted(set(heard))


async def _files(connection: AsyncConnection, county: str, homes: Sequence[str]) -> Files:
    where = households.c.county == county, households.c.id.in_(homes)
    wanted = select(households.c.id, households.c.doc).where(*where).order_by(households.c.id)
    return {row.id: row.doc for row in await connection.execute(wanted.with_for_update())}


async def _take(
    connection: AsyncConnection, who: Principal, one: Judged, files: Files, received_at: datetime
) -> list[str]:
    """All corrections of one visit; the last word on a field counts."""
    visit, head = one.item.visit, one.item.head
    assert visit is not None
    assert head is not None
    assert visit.household_id is not None
    home, own = visit.household_id, await _own(connection, who, head.corrects)
    applied, rows = [], []
    said = {printable(change.field): change for change in visit.changes}
    for change in await _taken_back(connection, who, head.corrects, home, files[home]):
        said.setdefault(change.field, change)
    for change in said.values():
        verdict = await _verdict(connection, who, one, files[home], change, own)
        since = None
        if verdict.state == "applied":
            fresh = corrected(files[home], change.field, change.after)
            if fresh != files[home]:  # it may say so already: then nobody has changed anything now
                files[home], since = fresh, received_at
                applied.append(change.field)
        rows.append(_row(who, one, home, change, verdict, received_at) | {"settled_at": since})
    if rows:
        await connection.execute(insert(file_edits).values(rows).on_conflict_do_nothing())
    if not applied:
        return []
    await put_file(connection, who.county, home, files[home])
    return await disturb(connection, who.county, home, applied)


def _speaks(one: Judged) -> bool:
    """Corrects something in a file, or a visit that may have."""
    visit, head = one.item.visit, one.item.head
    return visit is not None and head is not None and bool(visit.changes or head.corrects)


async def _taken_back(
    connection: AsyncConnection, who: Principal, corrects: str | None, home: str, file: Mapping[str, Any]
) -> list[FieldChange]:
    """What the same author's corrected record has put into the file, the other way round, as long as nobody
    has set the field since: so it is the same whichever of the two records arrives first. What a person
    decided stays."""
    if corrects is None:
        return []
    of = file_edits.c
    mine = of.county == who.county, of.record_id == corrects, of.author_id == who.user_id
    alone = (
        of.household_id == home,
        of.state == "applied",
        of.settled_by.is_(None),
        of.settled_at.is_not(None),
    )
    rows = (await connection.execute(select(file_edits).where(*mine, *alone).order_by(of.id))).all()
    newest = await last_set(connection, who.county, [(home, row.field) for row in rows]) if rows else {}
    return [
        FieldChange(field=row.field, before=row.after, after=row.before)
        for row in rows
        if newest.get((home, row.field)) == (who.user_id, row.settled_at)
        and present(file, row.field) == row.after
    ]


async def _own(connection: AsyncConnection, who: Principal, corrects: str | None) -> Mapping[str, str]:
    """Field → what the same author's corrected record has put there: a base as good as the one before it."""
    if corrects is None:
        return {}
    of = file_edits.c
    mine = of.county == who.county, of.record_id == corrects, of.author_id == who.user_id
    rows = await connection.execute(select(of.field, of.after).where(*mine, of.state == "applied"))
    return {row.field: row.after for row in rows}


async def _verdict(
    connection: AsyncConnection,
    who: Principal,
    one: Judged,
    file: dict[str, Any],
    change: FieldChange,
    own: Mapping[str, str],
) -> Verdict:
    assert one.item.visit is not None
    assert one.item.visit.household_id is not None
    shared, field, before = False, change.field, change.before
    now = present(file, field)
    if now is not None and own.get(field) == now:
        before = now
    if is_phone(field):
        shared = await phone_shared(
            connection, who.county, one.item.visit.household_id, _number(field, change.after)
        )
    trusted = not DISTRUSTED & set(one.flags)
    return judge(file, field, before, change.after, trusted=trusted, shared=shared)


def _number(field: str, text: str) -> str:
    try:
        return tidy(field, text)
    except InputError:
        return ""


def _row(
    who: Principal, one: Judged, home: str, change: FieldChange, verdict: Verdict, received_at: datetime
) -> dict[str, Any]:
    return {
        "county": who.county,
        "id": new_id(),
        "household_id": home,
        "field": printable(change.field),
        "before": printable(change.before),
        "after": _as_kept(change, verdict),
        "reason": printable(change.reason),
        "source": "field",
        "record_id": one.item.id,
        "author_id": who.user_id,
        "state": verdict.state,
        "flags": list(verdict.flags),
        "received_at": received_at,
    }


def _as_kept(change: FieldChange, verdict: Verdict) -> str:
    return tidy(change.field, change.after) if verdict.state == "applied" else printable(change.after)
