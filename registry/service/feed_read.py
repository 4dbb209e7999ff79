"""The feed down: what changed for this person since a cursor.

A cursor holds one position per audience the phone already follows. A new audience starts at its beginning;
one that the person no longer belongs to is taken back, thing by thing. Both happen on the next call.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, true, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.db.tables import ITS_LAST_VISIT, changes, households, last_visits
from registry.service.coverage_sums import above
from registry.service.edits.write import open_of
from registry.service.feed_cursor import Cursor, place_of, write_cursor
from registry.service.feed_write import EVERYBODY, for_tree, for_user
from registry.service.keys import Keys
from registry.service.log.read import proofs
from registry.service.masking import masked
from registry.service.office import Office
from registry.service.principal import NAMED, READERS, Principal
from sync.protocol.forms import FORM_PAGE_BYTES
from sync.protocol.log import LogProof
from sync.protocol.messages import Change, ChangesAnswer

PAGE = 500
STAR = "%"


def audiences(principal: Principal) -> list[str]:
    """What this person follows; one that ends in % means the whole subtree."""
    own = [EVERYBODY, for_user(principal.user_id)]
    if principal.may(READERS):
        own += [for_tree(prefix) + STAR for prefix in principal.prefixes()]
    return own


async def read_feed(office: Office, principal: Principal, since: str | None) -> ChangesAnswer:
    """At most PAGE changes and the cursor after them. Raises RefusedError("validation_failed")."""
    mine = audiences(principal)
    async with office.engine.connect() as connection:
        cursor, restart = await place_of(connection, office.keys, principal, since)
        _rescope(cursor, mine)
        found_rows = (await connection.execute(_page(principal, cursor, mine))).all()
        rows = one_page(found_rows)
        more = len(rows) < len(found_rows)
        found = await _hydrate(connection, office.keys, principal, rows)
    _advance(cursor, rows, more)
    return ChangesAnswer(
        changes=found,
        cursor=write_cursor(cursor, office.keys, principal),
        more=more,
        time=office.keys.signed_time(principal.device_id),
        restart=restart,
    )


def one_page(rows: Sequence[Any]) -> Sequence[Any]:
    """At most PAGE rows, and no more forms than pass a poor line in one answer; one at least."""
    size = 0
    for place, row in enumerate(rows[:PAGE]):
        if row.kind == "form" and row.doc is not None:
            size += len(row.doc["xform"]) + sum(len(file["data"]) for file in row.doc["files"])
        if size > FORM_PAGE_BYTES and place:
            return rows[:place]
    return rows[:PAGE]


def _rescope(cursor: Cursor, mine: Sequence[str]) -> None:
    """Follow what is new, start taking back what is lost."""
    for gone in [one for one in cursor.at if one not in mine]:
        del cursor.at[gone]
        cursor.leaving[gone] = 0
    for back in [one for one in cursor.leaving if one in mine]:
        del cursor.leaving[back]
    for one in mine:
        cursor.at.setdefault(one, 0)


def _in(column: ColumnElement[str], audience: str) -> ColumnElement[bool]:
    if audience.endswith(STAR):
        return column.startswith(audience.removesuffix(STAR), autoescape=True)
    return column == audience


def _meant(principal: Principal) -> ColumnElement[bool]:
    """Everything for readers; the others have no use for how far each other town is, and each visit anywhere
    would reach all phones: they get the sums of their own organisation and of those above it (S25)."""
    if principal.may(READERS):
        return true()
    org = changes.c.doc["org_id"].astext
    return or_(changes.c.kind != "coverage", changes.c.doc.is_(None), org.in_(sorted(above(principal))))


def _page(principal: Principal, cursor: Cursor, mine: Sequence[str]) -> Select[Any]:
    county, meant = principal.county, _meant(principal)
    other = changes.alias("other")
    same = and_(
        other.c.county == changes.c.county, other.c.kind == changes.c.kind, other.c.id == changes.c.id
    )
    live = and_(same, other.c.doc.is_not(None))
    still = select(other.c.doc).where(live, or_(*[_in(other.c.audience, one) for one in mine])).limit(1)
    exact = [one for one in mine if not one.endswith(STAR)]
    nearer = select(other.c.id).where(live, other.c.audience.in_(exact)).exists()
    parts = []
    for leaving, positions in ((True, cursor.leaving), (False, cursor.at)):
        for audience, position in positions.items():
            doc = (
                still.scalar_subquery() if leaving else func.coalesce(changes.c.doc, still.scalar_subquery())
            )
            wanted = select(
                changes.c.position,
                changes.c.kind,
                changes.c.id,
                changes.c.audience,
                doc.label("doc"),
                literal(leaving).label("leaving"),
                nearer.label("own"),
                literal(audience).label("followed"),
            ).where(
                changes.c.county == county,
                _in(changes.c.audience, audience),
                changes.c.position > position,
                meant,
            )
            if audience.endswith(STAR):
                wanted = wanted.where(~nearer)
            parts.append(wanted.order_by(changes.c.position).limit(PAGE + 1).subquery())
    union = union_all(*[select(part) for part in parts]).subquery()
    return select(union).order_by(union.c.leaving.desc(), union.c.position).limit(PAGE + 1)


async def _hydrate(
    connection: AsyncConnection, keys: Keys, who: Principal, rows: Sequence[Any]
) -> list[Change]:
    """Households and proofs carry no document: the newest file is read here, masked for all to whom it is not
    assigned, and the proof is made for the ledger as it stands."""
    county = who.county
    ids = [row.id for row in rows if row.kind == "household" and row.doc is not None]
    wanted = (
        select(households.c.id, households.c.doc, last_visits.c.doc.label("last_visit"))
        .select_from(households.outerjoin(last_visits, ITS_LAST_VISIT))
        .where(households.c.county == county, households.c.id.in_(ids))
    )
    found = await connection.execute(wanted) if ids else ()
    files = {row.id: row.doc | {"last_visit": row.last_visit} for row in found}
    for home, edits in (await open_of(connection, county, ids) if ids else {}).items():
        files[home] |= {"edits": edits}
    proven = [row.id for row in rows if row.kind == "proof" and row.doc is not None]
    held = await proofs(connection, keys, county, proven) if proven else {}
    return [Change(kind=row.kind, id=row.id, doc=_document(who, row, files, held)) for row in rows]


def _document(
    who: Principal, row: Any, files: dict[str, dict[str, Any]], held: dict[str, LogProof]
) -> dict[str, Any] | None:
    if row.kind == "proof":
        return msgspec.to_builtins(held[row.id]) if row.id in held else None
    if row.kind != "household" or row.doc is None:
        return row.doc  # type: ignore[no-any-return]
    file = files.get(row.id)
    return file if file is None or row.own else masked(file, named=who.may(NAMED))


def _advance(cursor: Cursor, rows: Sequence[Any], more: bool) -> None:
    if not more:
        cursor.leaving = {}
    for row in rows:
        if row.leaving and row.followed in cursor.leaving:
            cursor.leaving[row.followed] = row.position
        elif not row.leaving:
            for audience in cursor.at:
                cursor.at[audience] = max(cursor.at[audience], row.position)
