"""The csv tables, pictures and sounds beside a form."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from forms import FormError, dataset_from_csv, load
from registry.db.tables import form_files, form_versions
from registry.service.audit import note_by
from registry.service.errors import RefusedError
from registry.service.forms.contents import columns_used
from registry.service.forms.listing import form_row
from registry.service.forms.versions import EDITORS, require_draft
from registry.service.office import Office
from registry.service.principal import Principal
from sync.protocol.canonical import sha256_hex
from sync.protocol.forms import MAX_FORM_FILES_BYTES, FormRow

CSV = "text/csv"
_BEGINS: dict[str, tuple[str, Callable[[bytes], bool]]] = {
    "png": ("image/png", lambda data: data.startswith(b"\x89PNG\r\n\x1a\n")),
    "jpg": ("image/jpeg", lambda data: data.startswith(b"\xff\xd8\xff")),
    "mp3": ("audio/mpeg", lambda data: data.startswith((b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"))),
    "m4a": ("audio/mp4", lambda data: data[4:8] == b"ftyp"),
    "mp4": ("video/mp4", lambda data: data[4:8] == b"ftyp"),
    "wav": ("audio/wav", lambda data: data.startswith(b"RIFF") and data[8:12] == b"WAVE"),
    "ogg": ("audio/ogg", lambda data: data.startswith(b"OggS")),
    "amr": ("audio/amr", lambda data: data.startswith(b"#!AMR")),
}
_BEGINS["jpeg"] = _BEGINS["jpg"]
"""Ending → content type, and whether these bytes begin like it."""


async def put_file(
    office: Office, who: Principal, form_id: str, version: str, name: str, data: bytes
) -> FormRow:
    """Keep or replace one file of a draft.

    Raises RefusedError: forbidden, not_found, form_not_draft, form_file_unknown, form_file_unreadable,
    form_file_columns, too_large (all files together).
    """
    who.require(EDITORS)
    async with office.engine.begin() as connection:
        form = await require_draft(connection, who.county, form_id, version)
        if name not in form.wanted:
            raise RefusedError("form_file_unknown", files=list(form.wanted))
        kept, kind = await asyncio.to_thread(examine, form.xform, name, data)
        await _require_room(connection, form, name, len(kept))
        await put(connection, form, name, kept, kind)
        details: dict[str, object] = {"version": version, "name": name, "sha256": sha256_hex(kept)}
        await note_by(connection, who, "form.file", ("form", form_id), details=details)
        return await form_row(connection, who, form_id, version)


async def put(connection: AsyncConnection, form: Any, name: str, data: bytes, kind: str) -> None:
    """Write the row."""
    row = {"content_type": kind, "size": len(data), "sha256": sha256_hex(data), "data": data}
    key = {"county": form.county, "form_id": form.form_id, "version": form.version, "name": name}
    added = insert(form_files).values(key | row)
    await connection.execute(added.on_conflict_do_update(index_elements=list(key), set_=row))


def examine(xform: str, name: str, data: bytes) -> tuple[bytes, str]:
    """(bytes as phones get them, content type). Raises RefusedError: form_file_unreadable, form_file_columns.

    A table comes out as UTF-8, also when a Chinese Excel saved it as GB 18030.
    """
    ending = name.rpartition(".")[2].lower()
    if ending == "csv":
        return _table(xform, name, data), CSV
    kind, begins = _BEGINS.get(ending, ("", lambda _: False))
    if not begins(data):
        raise RefusedError("form_file_unreadable", name=name)
    return data, kind


def _table(xform: str, name: str, data: bytes) -> bytes:
    text = _decoded(data)
    if not text.strip():
        raise RefusedError("form_file_unreadable", name=name)
    try:
        rows = dataset_from_csv(text).kids["root"][0].kids.get("item", [])
    except FormError as error:
        raise RefusedError("form_file_columns", name=name, columns=error.reason[:200]) from error
    except csv.Error:
        rows = []
    if not rows:
        raise RefusedError("form_file_unreadable", name=name)
    lacking = sorted(columns_used(load(xform), name) - rows[0].kids.keys())
    if lacking:
        raise RefusedError("form_file_columns", name=name, columns=", ".join(lacking))
    return text.encode()


def _decoded(data: bytes) -> str:
    """ "" when it is no text."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return "" if "\x00" in text else text
    return ""


async def _require_room(connection: AsyncConnection, form: Any, name: str, size: int) -> None:
    of = form_files.c
    others = (
        of.county == form.county,
        of.form_id == form.form_id,
        of.version == form.version,
        of.name != name,
    )
    held = await connection.scalar(select(func.coalesce(func.sum(of.size), 0)).where(*others))
    if int(held or 0) + size > MAX_FORM_FILES_BYTES:
        raise RefusedError("too_large", most=MAX_FORM_FILES_BYTES)


async def get_file(
    office: Office, who: Principal, form_id: str, version: str, name: str
) -> tuple[bytes, str]:
    """(bytes, content type). A draft's are only for editors. Raises RefusedError("not_found")."""
    of, has = form_versions.c, form_files.c
    same = (of.county == has.county) & (of.form_id == has.form_id) & (of.version == has.version)
    wanted = select(has.data, has.content_type).join_from(form_files, form_versions, same)
    where = [has.county == who.county, has.form_id == form_id, has.version == version, has.name == name]
    if not who.may(EDITORS):
        where.append(of.state != "draft")
    async with office.reader.connect() as connection:
        row = (await connection.execute(wanted.where(*where))).one_or_none()
    if row is None:
        raise RefusedError("not_found")
    return bytes(row.data), row.content_type
