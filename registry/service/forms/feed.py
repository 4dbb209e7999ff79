"""What phones hear of questionnaires.

Of each form the feed holds the current version and, marked ``current: false``, the one before it: a phone may
have drafts begun with that. Older ones and retired ones are tombstones; a phone keeps a version for as long
as it has drafts of it. Everybody in the county gets every form; phones offer those meant for their roles.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.db.tables import form_files, form_versions
from registry.service.feed_write import EVERYBODY, News, publish
from registry.service.times import wire
from sync.protocol.forms import FormDoc, FormFile, form_key
from sync.protocol.records import b64


async def tell_phones(connection: AsyncConnection, county: str, form_id: str) -> None:
    """Put all versions of a form into the feed as they are now. Last in the transaction (feed_write)."""
    of = form_versions.c
    wanted = select(form_versions).where(of.county == county, of.form_id == form_id, of.state != "draft")
    rows = (await connection.execute(wanted.order_by(of.published_at.desc(), of.version.desc()))).all()
    held = _held(rows)
    news = []
    for row in rows:
        doc = await _document(connection, row) if row.version in held else None
        news.append(News(EVERYBODY, "form", form_key(row.form_id, row.version), doc))
    await publish(connection, county, news)


def _held(rows: Sequence[Any]) -> set[str]:
    """The versions that phones get whole: the current one, and the newest of the others."""
    current = [row.version for row in rows if row.current]
    before = [row.version for row in rows if row.state == "published" and not row.current]
    return {*current, *before[:1]}


async def _document(connection: AsyncConnection, row: Any) -> dict[str, Any]:
    of = form_files.c
    wanted = select(of.name, of.content_type, of.data).where(
        of.county == row.county, of.form_id == row.form_id, of.version == row.version
    )
    files = (await connection.execute(wanted.order_by(of.name))).all()
    doc = FormDoc(
        form_id=row.form_id,
        version=row.version,
        title=row.title,
        subject=row.subject,
        xform=row.xform,
        xform_sha256=row.xform_sha256,
        languages=list(row.languages),
        published_at=wire(row.published_at),
        current=row.current,
        in_visit=row.in_visit,
        roles=list(row.roles),
        questions=row.questions,
        files=[
            FormFile(name=one.name, content_type=one.content_type, data=b64(bytes(one.data))) for one in files
        ],
    )
    return msgspec.to_builtins(doc)  # type: ignore[no-any-return]
