"""The supervisor's queue: visits of the own subtree, flagged ones first, then the newest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import (
    Boolean,
    ColumnElement,
    FromClause,
    Row,
    Select,
    and_,
    func,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.errors import InputError
from domain.identity import mask_name
from registry.db.tables import (
    ITS_BODY,
    media,
    media_refs,
    orgs,
    record_bodies,
    records,
    users,
)
from registry.service.attachments import NOT_PHOTOS
from registry.service.errors import RefusedError
from registry.service.office import Office
from registry.service.principal import NAMED, READERS, Principal
from registry.service.times import wire
from registry.service.visits_named import by_author, in_town, under, with_text
from sync.protocol.messages import VisitPage, VisitRow
from sync.protocol.records import b64, unb64

MOST = 200
COUNTED = 10_000
"""Counting stops here: nobody works through more, and counting 60,000 visits for each look costs 50 ms."""


@dataclass(frozen=True)
class Filter:
    """What to see; empty means everything. ``town`` (the town's or its union's) and ``author`` are whole
    names, ``text`` a part of a household's name or number or of the author's name."""

    state: str = ""
    flag: str = ""
    flagged: bool = False
    unreviewed: bool = False
    town: str = ""
    author: str = ""
    text: str = ""


class Place(msgspec.Struct, array_like=True):
    """Where a page ended, and how many there were when the first one was asked for; -1: not known."""

    flagged: bool
    received_at: datetime
    id: str
    total: int = -1


PLACE = records.c.flagged, records.c.received_at, records.c.id
"""The queue's order, backwards: flagged ones first, then the newest. The index ix_records_queue holds it."""
NEWEST = [column.desc() for column in PLACE]
VISITS = literal_column("records.type = 'visit'", Boolean)
"""Written out, so that the index for visits alone serves a prepared statement too."""


async def list_visits(
    office: Office, who: Principal, wanted: Filter, after: str = "", limit: int = 50
) -> VisitPage:
    """One page. Raises RefusedError("forbidden" | "validation_failed").

    First which rows, from one index and in its order; then what stands in them. So a page reads no more
    rows of ten million visits than it shows (bench/scale.py). Counted for the first page, on the same way
    through the index.
    """
    who.require(READERS)
    limit = max(1, min(limit, MOST))
    place = _read_place(after) if after else None
    async with office.reader.connect() as connection:
        where = await conditions(connection, who, wanted)
        if where is None:
            return VisitPage(rows=[], next=None, total=0)
        rows = (await connection.execute(page_query(where, limit, place))).all()
        total = place.total if place else _counted(rows)
        if total < 0:  # a cursor from before it said so
            total = _counted((await connection.execute(page_query(where, 1))).all())
    more, rows = len(rows) > limit, rows[:limit]
    return VisitPage(
        rows=[to_row(who, row) for row in rows],
        next=_write_place(rows[-1], total) if more else None,
        total=min(total, COUNTED),
        over=total > COUNTED,
    )


async def visit_row(connection: AsyncConnection, who: Principal, visit_id: str) -> Row[Any]:
    """The one row this reader may see. Raises RefusedError("forbidden" | "not_found")."""
    who.require(READERS)
    mine = records.c.county == who.county, records.c.id == visit_id, _scope(who), VISITS
    found = rows_query(record_bodies.c.raw, record_bodies.c.sig).join(record_bodies, ITS_BODY).where(*mine)
    found = found.order_by(records.c.state != "accepted", records.c.received_at).limit(1)
    row: Row[Any] | None = (await connection.execute(found)).first()
    if row is None:
        raise RefusedError("not_found")
    return row


def rows_query(*more: ColumnElement[Any]) -> Select[Any]:
    """Records with author and how many photos are missing; ``more`` columns."""
    return select(
        *records.c,
        orgs.c.name.label("office_name"),
        users.c.name.label("author_name"),
        _photos_missing(),
        *more,
    ).select_from(_joined())


def page_query(where: Sequence[ColumnElement[bool]], limit: int, place: Place | None = None) -> Select[Any]:
    """``limit`` rows and one more, in the queue's order, after ``place``. Without one ``total`` says how many
    there are, one more than COUNTED when there are more than that: found and counted on one way through the
    index, which is all that a filter costs."""
    found = select(*PLACE).where(*where).order_by(*NEWEST).limit(limit + 1 if place else COUNTED + 1)
    if place:
        found = found.where(tuple_(*PLACE) < tuple_(place.flagged, place.received_at, place.id))
    keys = found.cte("found").prefix_with("MATERIALIZED")
    total = literal(-1) if place else select(func.count()).select_from(keys).scalar_subquery()
    some = select(keys).order_by(*[column.desc() for column in keys.c]).limit(limit + 1)
    mine = where[0], VISITS, tuple_(*PLACE).in_(some)
    return rows_query(total.label("total")).where(*mine).order_by(*NEWEST)


def _joined() -> FromClause:
    author = and_(users.c.county == records.c.county, users.c.id == records.c.author_id)
    office = and_(orgs.c.county == users.c.county, orgs.c.id == users.c.org_id)
    return records.outerjoin(users, author).outerjoin(orgs, office)


def _photos_missing() -> ColumnElement[int]:
    held = and_(media.c.county == media_refs.c.county, media.c.sha256 == media_refs.c.sha256)
    return (
        select(func.count())
        .select_from(media_refs.outerjoin(media, held))
        .where(
            media_refs.c.county == records.c.county,
            media_refs.c.record_id == records.c.id,
            media_refs.c.record_hash == records.c.hash,
            media_refs.c.kind.not_in(NOT_PHOTOS),
            media.c.sha256.is_(None),
        )
        .correlate(records)
        .scalar_subquery()
        .label("photos_missing")
    )


def to_row(who: Principal, row: Row[Any]) -> VisitRow:
    """As this reader may see it."""
    name = row.home_name or ""
    extra = [row.problem] if row.problem else []
    return VisitRow(
        id=row.id,
        household_id=row.household_id,
        household_number=row.home_number or "",
        household_name=name if who.may(NAMED) else mask_name(name),
        town=row.town or row.office_name or "",
        author_name=row.author_name or "",
        type=row.visit_type,
        result=row.result,
        started_at=wire(row.started_at) if row.started_at else None,
        received_at=wire(row.received_at),
        aid_total=f"{row.aid_total:.2f}",
        photos=row.photos,
        photos_missing=row.photos_missing,
        flags=[*row.flags, *extra],
        state=row.state,
        reviewed=row.reviewed,
    )


def _scope(who: Principal) -> ColumnElement[bool]:
    """By the place of household or record, in either tree (visits_follow)."""
    columns = records.c.path, records.c.industrial_path
    return or_(*[under(column, prefix) for prefix in who.prefixes() for column in columns])


async def conditions(
    connection: AsyncConnection, who: Principal, wanted: Filter
) -> list[ColumnElement[bool]] | None:
    """On columns of ix_records_queue, so that the index answers alone; only for one certain flag the flagged
    rows are looked at. First the county. None: nobody is meant, so no visit either."""
    where = [records.c.county == who.county, VISITS]
    if wanted.state:
        where.append(records.c.state == wanted.state)
    if wanted.flag:
        where.append(records.c.flags.contains([wanted.flag]))
    if wanted.flagged or wanted.flag or wanted.state not in ("", "accepted"):
        where.append(records.c.flagged)
    if wanted.unreviewed:
        where.append(~records.c.reviewed)
    if wanted.author:
        author = await by_author(connection, who.county, wanted.author)
        if author is None:
            return None
        where.append(author)
    if wanted.town:
        where.append(await in_town(connection, who.county, wanted.town))
    if wanted.text:
        where.append(await with_text(connection, who, wanted.text))
    return [*where, _scope(who)]  # last: it is the one that most visits meet


def _counted(first_page: Sequence[Row[Any]]) -> int:
    return int(first_page[0].total) if first_page else 0


def _read_place(text: str) -> Place:
    try:
        return msgspec.json.decode(unb64(text), type=Place)
    except (msgspec.MsgspecError, InputError, UnicodeDecodeError, RecursionError) as error:
        raise RefusedError("validation_failed", field="after") from error


def _write_place(row: Row[Any], total: int) -> str:
    return b64(msgspec.json.encode(Place(row.flagged, row.received_at, row.id, total)))
