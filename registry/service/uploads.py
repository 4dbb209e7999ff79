"""Unfinished uploads of tus 1.0.0. Parts are objects in the photo store, so any API process can go on."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ARRAY, Text, any_, bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.ids import id_at, is_id, new_id
from registry.db.tables import uploads
from registry.files.store import MediaAwayError
from registry.service.each import each
from registry.service.errors import RefusedError
from registry.service.media import keep, size_held
from registry.service.office import Office
from registry.service.principal import Principal
from registry.service.times import now
from sync.protocol.messages import Begun

DONE = "done-"
"""Upload ids of files that are already held: they need no row."""
PARTS = "parts"
SPARE = timedelta(days=1)
"""After its time an upload is left alone so long, for who is still busy with it."""
REMEMBERED = timedelta(days=1)
"""How long a finished upload can still be asked about, by a client that lost the last answer."""


@dataclass(frozen=True)
class Upload:
    id: str
    sha256: str
    length: int
    received: int
    parts: tuple[str, ...]
    expires_at: datetime | None

    @property
    def finished(self) -> bool:
        return self.received == self.length


async def create(office: Office, who: Principal, sha256: str, kind: str, length: int) -> Upload:
    """A new upload; finished at once when the county holds the file already."""
    upload = await known(office, who, sha256)
    if upload is not None:
        return upload
    expires = now() + timedelta(hours=office.settings.upload_hours)
    upload = Upload(new_id(), sha256, length, 0, (), expires)
    row = {
        "county": who.county,
        "id": upload.id,
        "device_id": who.device_id,
        "user_id": who.user_id,
        "sha256": sha256,
        "kind": kind[:20],
        "length": length,
        "expires_at": expires,
    }
    async with office.engine.begin() as connection:
        await connection.execute(insert(uploads).values(row))
    return upload


async def known(office: Office, who: Principal, sha256: str) -> Upload | None:
    """The finished upload of a file that is here."""
    async with office.reader.connect() as connection:
        size = await size_held(connection, who.county, sha256)
    return None if size is None else Upload(DONE + sha256, sha256, size, size, (), None)


async def whole(office: Office, who: Principal, sha256: str, data: bytes, known: str = "") -> Upload:
    """A file that came in one request: straight to its place. ``known``: its SHA-256, if worked out."""
    await keep(office, who, sha256, data, known=known)
    return Upload(DONE + sha256, sha256, len(data), len(data), (), None)


async def find(office: Office, who: Principal, upload_id: str) -> Upload:
    """Raises RefusedError: not_found, media_gone, media_hash_mismatch, rate_limited."""
    if upload_id.startswith(DONE):
        done = await known(office, who, upload_id.removeprefix(DONE))
        if done is None:
            raise RefusedError("not_found")
        return done
    async with office.reader.connect() as connection:
        upload = await _row(connection, who, upload_id)
    if upload.finished:  # all bytes came; perhaps the last step did not happen: before anybody believes it
        with office.uploads.admit(who.device_id, upload.length if upload.parts else 0):
            await _finish(office, who, upload)
    return upload


async def begun(office: Office, who: Principal, asked: Sequence[str]) -> dict[str, Begun]:
    """Of these hashes, the uploads of this device that were cut with a part of them here."""
    mine = uploads.c.county == who.county, uploads.c.device_id == who.device_id
    held = func.cardinality(uploads.c.parts) > 0
    part = uploads.c.sha256.in_(asked), held, uploads.c.expires_at > now()
    wanted = select(uploads.c.sha256, uploads.c.id, uploads.c.received).where(*mine, *part)
    async with office.reader.connect() as connection:
        rows = (await connection.execute(wanted.order_by(uploads.c.received))).all()
    return {row.sha256: Begun(location=place(row.id), offset=row.received) for row in rows}


def _folder(upload_id: str) -> str:
    return f"{PARTS}/{upload_id}"


def place(upload_id: str) -> str:
    """The tus URL of an upload, as a path."""
    return f"/v1/media/uploads/{upload_id}"


async def append(office: Office, who: Principal, upload: Upload, offset: int, data: bytes) -> Upload:
    """Keep a chunk that begins at ``offset``; the last one finishes the file.

    Raises RefusedError: media_offset_mismatch, too_large, media_hash_mismatch (the upload starts again).
    """
    if offset != upload.received:
        raise RefusedError("media_offset_mismatch", offset=upload.received)
    if offset + len(data) > upload.length:
        raise RefusedError("too_large", most=upload.length)
    part = f"{_folder(upload.id)}/{offset:012d}-{new_id()}"
    if data:
        await office.files.put(part, data)
        upload = await _grow(office, who, upload, part, offset, len(data))
    if upload.finished:
        await _finish(office, who, upload)
    return upload


async def terminate(office: Office, who: Principal, upload: Upload) -> None:
    """Forget an unfinished upload; a finished file stays."""
    if not upload.id.startswith(DONE):
        await _forget(office, who, upload)


async def sweep(office: Office) -> int:
    """Remove expired uploads of all counties; returns how many. A job calls it.

    Everywhere here the whole folder of an upload goes, and before its row: whoever is interrupted, between a
    part and its row too, leaves nothing that nobody would find again. What lies there without any row is
    removed when the upload, whose id tells its age, would have expired.
    """
    old = uploads.c.expires_at < now() - SPARE
    async with office.reader.connect() as connection:
        rows = (await connection.execute(select(uploads.c.county, uploads.c.id).where(old))).all()
    counties = {row.id: row.county for row in rows}

    async def remove(upload_id: str) -> int:
        await office.files.clear(_folder(upload_id))
        async with office.engine.begin() as connection:
            where = uploads.c.county == counties.get(upload_id, ""), uploads.c.id == upload_id
            await connection.execute(delete(uploads).where(*where, old))
        return 1

    try:
        return await each([*counties, *await _without_row(office)], remove, "upload")
    finally:
        await office.files.tidy()


async def _without_row(office: Office) -> list[str]:
    """Uploads whose folder is as old as they may become, and of which the database knows nothing."""
    first = now() - timedelta(hours=office.settings.upload_hours) - SPARE
    limit = id_at(int(first.timestamp() * 1000), 0)
    found = [one for one in await office.files.below(PARTS) if is_id(one) and one < limit]
    async with office.reader.connect() as connection:
        wanted = select(uploads.c.id).where(uploads.c.id == any_(bindparam("ids", found, ARRAY(Text))))
        known = set((await connection.execute(wanted)).scalars())
    return [one for one in found if one not in known]


async def _grow(office: Office, who: Principal, upload: Upload, part: str, offset: int, size: int) -> Upload:
    """Two requests may bring the same chunk: the first to write wins, the other hears where it stands."""
    try:
        async with office.engine.begin() as connection:
            fresh = await _row(connection, who, upload.id, lock=True)
            if fresh.received != offset:
                raise RefusedError("media_offset_mismatch", offset=fresh.received)
            grown = replace(fresh, received=offset + size, parts=(*fresh.parts, part))
            where = uploads.c.county == who.county, uploads.c.id == upload.id
            values = {"received": grown.received, "parts": list(grown.parts)}
            await connection.execute(update(uploads).where(*where).values(values))
    except RefusedError:  # also when it was given up meanwhile: no row would ever name this part
        with suppress(MediaAwayError):  # the sweep finds it later
            await office.files.delete([part])
        raise
    return grown


async def _finish(office: Office, who: Principal, upload: Upload) -> None:
    """Put the parts together and remember that it is done. An upload without parts was done before."""
    try:
        data = b"".join([await office.files.get(part) for part in upload.parts])
    except FileNotFoundError:  # another request did it a moment ago: a phone that lost patience asked again
        data = b""
    if not data:
        if await known(office, who, upload.sha256) is None:
            raise RefusedError("media_gone")
        return
    try:
        await keep(office, who, upload.sha256, data)
    except RefusedError:  # a wrong hash: the same bytes would be wrong again
        await _forget(office, who, upload)
        raise
    await office.files.clear(_folder(upload.id))
    where = uploads.c.county == who.county, uploads.c.id == upload.id
    async with office.engine.begin() as connection:
        done = {"parts": [], "expires_at": now() + REMEMBERED}
        await connection.execute(update(uploads).where(*where).values(done))


async def _forget(office: Office, who: Principal, upload: Upload) -> None:
    await office.files.clear(_folder(upload.id))
    async with office.engine.begin() as connection:
        where = uploads.c.county == who.county, uploads.c.id == upload.id
        await connection.execute(delete(uploads).where(*where))


async def _row(connection: AsyncConnection, who: Principal, upload_id: str, *, lock: bool = False) -> Upload:
    if not is_id(upload_id):
        raise RefusedError("not_found")
    where = uploads.c.county == who.county, uploads.c.id == upload_id, uploads.c.device_id == who.device_id
    wanted = select(uploads).where(*where)
    row = (await connection.execute(wanted.with_for_update() if lock else wanted)).one_or_none()
    if row is None or row.expires_at <= now():
        raise RefusedError("media_gone")
    return Upload(row.id, row.sha256, row.length, row.received, tuple(row.parts), row.expires_at)
