"""The ledger as plain files, for an auditor who has no access to the registry.

| file | one line each |
|---|---|
| ``ledger.json`` | the whole file: format, county, the registry's public keys, when it was exported |
| ``leaves.jsonl`` | a leaf, exactly the bytes that are hashed, in the ledger's order |
| ``heads.jsonl`` | signed heads: one a day, and one of this moment at the end |
| ``devices.jsonl`` | a device's certificate |
| ``records.jsonl`` | only when asked for, it holds people's data: a record with its state and exact text |
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Select, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.errors import InputError
from registry.db.tables import (
    ITS_BODY,
    counties,
    devices,
    log_heads,
    log_leaves,
    record_bodies,
    records,
)
from registry.service.audit import note
from registry.service.log.append import append_new, to_leaf
from registry.service.log.read import head_at, tree_size
from registry.service.office import Office
from registry.service.times import now, wire
from sync.protocol.canonical import canonical
from sync.protocol.log import TreeHead, leaf_bytes

FORMAT = "nuanfang-ledger-1"
ABOUT, LEAVES, HEADS, DEVICES, RECORDS = (
    "ledger.json",
    "leaves.jsonl",
    "heads.jsonl",
    "devices.jsonl",
    "records.jsonl",
)


async def export_log(
    office: Office, folder: Path, county: str | None = None, *, with_records: bool = False
) -> TreeHead:
    """Bring the ledger up to date and write it; returns its head. The folder must be empty or new.

    Raises InputError("unknown_county" | "which_county" | "folder_not_empty").
    """
    county = await _county(office, county)
    _need_empty(folder)
    await append_new(office, county, whole=True)
    async with office.engine.connect() as connection:
        await connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        head = await head_at(connection, office.keys, county, await tree_size(connection, county))
        heads = [msgspec.to_builtins(one) async for one in _heads(connection, county)]
        _lines(folder / HEADS, [*heads, msgspec.to_builtins(head)])
        await _stream(connection, folder / LEAVES, _leaves(county), _leaf_line)
        await _stream(connection, folder / DEVICES, _devices(county), lambda row: _json(row.certificate))
        if with_records:
            await _stream(connection, folder / RECORDS, _records(county), _record_line)
    about = {"format": FORMAT, "county": county, "registry_key": office.keys.ring.first}
    about["key_steps"] = msgspec.to_builtins(office.keys.ring.steps)
    _lines(folder / ABOUT, [about | {"exported_at": wire(now())}])
    async with office.engine.begin() as connection:
        await note(connection, county, "log.export", details={"size": head.size, "records": with_records})
    return head


async def _county(office: Office, asked: str | None) -> str:
    async with office.reader.connect() as connection:
        known: list[str] = sorted((await connection.execute(select(counties.c.county))).scalars())
    if asked is None and len(known) == 1:
        return known[0]
    if asked is None:
        raise InputError("which_county", known=", ".join(known))
    if asked not in known:
        raise InputError("unknown_county", county=asked)
    return asked


def _need_empty(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise InputError("folder_not_empty", folder=str(folder))


async def _heads(connection: AsyncConnection, county: str) -> AsyncIterator[TreeHead]:
    kept = select(log_heads).where(log_heads.c.county == county).order_by(log_heads.c.day)
    for row in await connection.execute(kept):
        yield TreeHead(county=county, size=row.size, root=row.root, time=row.time, sig=row.sig)


def _leaves(county: str) -> Select[Any]:
    return select(log_leaves).where(log_leaves.c.county == county).order_by(log_leaves.c.index)


def _devices(county: str) -> Select[Any]:
    return select(devices.c.certificate).where(devices.c.county == county).order_by(devices.c.id)


def _records(county: str) -> Select[Any]:
    """What was accepted since the ledger was brought up to date has no leaf yet, and is for the next export:
    here it would look as if it had been kept out of the ledger."""
    wanted = select(records.c.id, records.c.hash, records.c.state, record_bodies.c.sig, record_bodies.c.raw)
    leaf = exists().where(
        log_leaves.c.county == records.c.county,
        log_leaves.c.record_id == records.c.id,
        log_leaves.c.record_hash == records.c.hash,
    )
    mine = wanted.join(record_bodies, ITS_BODY).where(records.c.county == county)
    mine = mine.where(or_(records.c.state != "accepted", leaf))
    return mine.order_by(records.c.device_id, records.c.seq)


def _leaf_line(row: Any) -> bytes:
    return leaf_bytes(to_leaf(row.record_id, row.record_hash, row.received_at))


def _record_line(row: Any) -> bytes:
    fields = {"id": row.id, "hash": row.hash, "sig": row.sig, "state": row.state}
    return _json(fields | {"record": bytes(row.raw).decode()})


async def _stream(connection: AsyncConnection, path: Path, wanted: Select[Any], line: Any) -> None:
    """Row by row, however many there are."""
    with path.open("wb") as file:
        async with connection.stream(wanted) as rows:
            async for row in rows:
                file.write(line(row) + b"\n")


def _lines(path: Path, documents: list[dict[str, Any]]) -> None:
    path.write_bytes(b"".join(_json(one) + b"\n" for one in documents))


def _json(document: dict[str, Any]) -> bytes:
    return canonical(document).encode()
