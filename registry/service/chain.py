"""Is this record what the device signed, and does it stand where it says? Computed when asked, from the bytes
that are stored: never a stored verdict."""

from __future__ import annotations

from itertools import chain, islice
from typing import Any

import msgspec
from sqlalchemy import BigInteger, and_, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.errors import InputError
from registry.db.tables import ITS_BODY, devices, record_bodies, records
from registry.service.keys import Keys, certificate_bytes, verify
from sync.protocol.canonical import sha256_hex
from sync.protocol.messages import Certificate, ChainReport
from sync.protocol.records import GENESIS, unb64

MOST_GAPS = 100


async def report(connection: AsyncConnection, keys: Keys, row: Any) -> ChainReport:
    """``row``: a row of ``records`` with its raw bytes."""
    device = and_(devices.c.county == row.county, devices.c.id == row.device_id)
    found = (await connection.execute(select(devices).where(device))).one()
    hash_ok = sha256_hex(bytes(row.raw)) == row.hash
    signature_ok = _signed(bytes(row.raw), row.sig, found.public_key)
    certificate_ok = _certified(keys, found, row)
    prev_ok = await _prev_ok(connection, row)
    gaps = await _gaps(connection, row)
    good = hash_ok and signature_ok and certificate_ok and prev_ok is not False and row.state != "conflict"
    return ChainReport(
        verified=good and prev_ok is True,
        hash_ok=hash_ok,
        signature_ok=signature_ok,
        prev_ok=prev_ok,
        gaps=gaps,
        seq=row.seq,
        device_id=row.device_id,
        certificate_ok=certificate_ok,
    )


def _signed(raw: bytes, sig: str, public: bytes) -> bool:
    try:
        return verify(public, unb64(sig), raw)
    except InputError:
        return False


def _certified(keys: Keys, device: Any, row: Any) -> bool:
    """The registry's own signature on the device's key, for the user who signed as author."""
    try:
        certificate = msgspec.convert(device.certificate, Certificate)
        signed = keys.ring.signed(certificate_bytes(certificate), certificate.sig, certificate.issued_at)
        key = unb64(certificate.public_key)
    except (msgspec.ValidationError, InputError):
        return False
    named = (certificate.device_id, certificate.user_id, certificate.county)
    return signed and key == device.public_key and named == (device.id, row.author_id, row.county)


async def _prev_ok(connection: AsyncConnection, row: Any) -> bool | None:
    if row.seq == 1:
        return bool(row.prev == GENESIS)
    where = (
        records.c.county == row.county,
        records.c.device_id == row.device_id,
        records.c.seq == row.seq - 1,
        records.c.state != "conflict",
    )
    before = (
        await connection.execute(select(record_bodies.c.raw).join(records, ITS_BODY).where(*where))
    ).first()
    return None if before is None else sha256_hex(bytes(before.raw)) == row.prev


async def _gaps(connection: AsyncConnection, row: Any) -> list[int]:
    """Numbers before this one that have not arrived, the first MOST_GAPS of them. Found from those that have,
    however far apart they stand: a number may be as large as a phone likes."""
    held = select(records.c.seq).where(
        records.c.county == row.county,
        records.c.device_id == row.device_id,
        records.c.state != "conflict",
        records.c.seq < row.seq,
    )
    known = held.union_all(select(literal(row.seq, BigInteger))).subquery()
    before = func.lag(known.c.seq, 1, 0).over(order_by=known.c.seq)
    steps = select(before.label("before"), known.c.seq).subquery()
    holes = select(steps).where(steps.c.seq > steps.c.before + 1).order_by(steps.c.seq).limit(MOST_GAPS)
    found = (await connection.execute(holes)).all()
    return [*islice(chain.from_iterable(range(hole.before + 1, hole.seq) for hole in found), MOST_GAPS)]
