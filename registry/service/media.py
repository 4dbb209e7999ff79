"""Attachments: which are missing, keeping a finished one, and who may look at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.db.bulk import fly, insertion
from registry.db.tables import households, media, media_refs, records
from registry.service.errors import RefusedError
from registry.service.feedback import tell_of_files
from registry.service.office import Office
from registry.service.principal import NAMED, READERS, Principal
from registry.service.times import now
from registry.service.together import Together
from sync.protocol.canonical import sha256_hex

UNKNOWN_TYPE = "application/octet-stream"
MOST_ASKED = 2000
MEDIA = {
    "sha256": "text",
    "size": "bigint",
    "content_type": "text",
    "object_path": "text",
    "uploaded_by": "text",
    "received_at": "timestamptz",
}


@dataclass(frozen=True)
class Held:
    """A finished attachment."""

    sha256: str
    size: int
    content_type: str
    object_path: str


def sniff(data: bytes) -> str:
    """image/jpeg or image/png by the first bytes, whatever was claimed; anything else is only bytes."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    return UNKNOWN_TYPE


async def missing(office: Office, who: Principal, asked: list[str]) -> list[str]:
    """Those of ``asked`` that the county does not hold, in their order."""
    if len(asked) > MOST_ASKED:
        raise RefusedError("too_large", most=MOST_ASKED)
    where = media.c.county == who.county, media.c.sha256.in_(asked)
    async with office.reader.connect() as connection:
        held = set((await connection.execute(select(media.c.sha256).where(*where))).scalars())
    return [one for one in dict.fromkeys(asked) if one not in held]


async def size_held(connection: AsyncConnection, county: str, sha256: str) -> int | None:
    """Bytes of a finished attachment, None while it is not here."""
    return await connection.scalar(
        select(media.c.size).where(media.c.county == county, media.c.sha256 == sha256)
    )


class Arrived(NamedTuple):
    """A file that lies in its place and is not yet known to the county."""

    sha256: str
    size: int
    content_type: str
    user_id: str


async def keep(office: Office, who: Principal, sha256: str, data: bytes, *, known: str = "") -> None:
    """Check the whole file, store it, tell the authors whose records waited for it.

    Any bytes with the announced hash are kept: a picture that is no picture is still what the phone has.
    ``known``: the SHA-256 of ``data``, if somebody has just worked it out.
    Raises RefusedError("media_hash_mismatch"), MediaAwayError("busy").
    """
    if (known or sha256_hex(data)) != sha256:
        raise RefusedError("media_hash_mismatch")
    await office.files.put(office.files.path_of(sha256), data)
    await _turns(office, who.county).ask(Arrived(sha256, len(data), sniff(data), who.user_id))


def _turns(office: Office, county: str) -> Together[Arrived, None]:
    """The county's queue of this process: all files that arrive during one commit share the next."""
    found = office.turns.get(county)
    if found is None:
        found = office.turns[county] = Together(partial(_know, office, county))
    return found


async def _know(office: Office, county: str, arrived: Sequence[Arrived]) -> list[None]:
    """One flight, which is one transaction: all of it or nothing."""
    by_hash, moment = {one.sha256: one for one in arrived}, now()
    files = sorted(by_hash)  # the same order everywhere: nobody waits in a circle
    rows = [_row(office, by_hash[sha256], moment) for sha256 in files]
    async with office.reader.connect() as connection:
        await fly(connection, insertion("media", county, MEDIA, rows), *tell_of_files(county, files, moment))
    return [None] * len(arrived)


def _row(office: Office, one: Arrived, moment: datetime) -> dict[str, Any]:
    return {
        "sha256": one.sha256,
        "size": one.size,
        "content_type": one.content_type,
        "object_path": office.files.path_of(one.sha256),
        "uploaded_by": one.user_id,
        "received_at": moment,
    }


async def find(office: Office, who: Principal, sha256: str) -> Held:
    """Raises RefusedError: not_found (also when it is not for this reader), forbidden (to a reader without
    names, for faces and receipts tell them; whether it is here or not), media_incomplete."""
    async with office.reader.connect() as connection:
        where = media.c.county == who.county, media.c.sha256 == sha256
        row = (await connection.execute(select(media).where(*where))).one_or_none()
        own = row is not None and row.uploaded_by == who.user_id
        if not own and not await _named_for(connection, who, sha256):
            nameless = who.may(READERS) and not who.may(NAMED)
            raise RefusedError("forbidden" if nameless else "not_found")
    if row is None:
        raise RefusedError("media_incomplete")
    return Held(row.sha256, row.size, row.content_type, row.object_path)


async def _named_for(connection: AsyncConnection, who: Principal, sha256: str) -> bool:
    """Whether a record this person may see names the file."""
    may_see = records.c.author_id == who.user_id
    if who.may(NAMED):
        may_see = or_(may_see, who.sees(records.c.path, households.c.industrial_path))
    same = and_(records.c.county == media_refs.c.county, records.c.id == media_refs.c.record_id)
    home = and_(households.c.county == records.c.county, households.c.id == records.c.household_id)
    joined = media_refs.join(records, same).outerjoin(households, home)
    where = media_refs.c.county == who.county, media_refs.c.sha256 == sha256, may_see
    return bool(await connection.scalar(select(func.count()).select_from(joined).where(*where)))
