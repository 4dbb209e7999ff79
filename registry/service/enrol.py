"""Enrolment: a one-time code and a proof of the key make a certified device.

Every refusal of a code reads the same, so that trying codes teaches nothing. The same device that asks again
with the same code (its answer was lost) gets its certificate again.
"""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Row, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.errors import InputError
from domain.ids import is_id
from registry.db.tables import NOWHERE, devices, enrol_codes
from registry.service.audit import note
from registry.service.codes import hash_code
from registry.service.errors import RefusedError
from registry.service.keys import verify
from registry.service.office import Office
from registry.service.principal import Principal, load_principal
from registry.service.rates import blame, limit, require_few
from registry.service.times import now, wire
from sync.protocol.messages import Certificate, EnrolAnswer, EnrolRequest
from sync.protocol.records import GENESIS, unb64

MOST_PER_ADDRESS = 300  # a whole training class enrols behind one address
MOST_WRONG_PER_ADDRESS = 60
"""The class mistypes too, and all of it waits when there were more; nobody guesses one of 31^8 codes so."""
MOST_PER_COUNTY = 2000
MOST_TRIES = 5
ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('device:' || :device, 0))")


async def enrol(office: Office, request: EnrolRequest, address: str) -> EnrolAnswer:
    """Raises RefusedError: enrol_code_invalid, enrol_proof_invalid, rate_limited, validation_failed."""
    await limit(office.engine, NOWHERE, {f"enrol:{address}": MOST_PER_ADDRESS})
    wrong = f"enrol-wrong:{address}"
    await require_few(office.engine, NOWHERE, wrong, MOST_WRONG_PER_ADDRESS)
    try:
        principal, certificate = await _enrol(office, request, _public_key(request))
    except RefusedError as refused:
        if refused.code.startswith("enrol_"):
            await blame(office.engine, NOWHERE, wrong)
        raise
    return EnrolAnswer(
        me=principal.me(),
        certificate=certificate,
        registry_key=office.keys.ring.first,
        time=office.keys.signed_time(request.device_id),
        key_steps=list(office.keys.ring.steps),
    )


async def _enrol(office: Office, request: EnrolRequest, public: bytes) -> tuple[Principal, Certificate]:
    hashed, proved = hash_code(office.keys, request.code), _proved(request, public)
    async with office.engine.connect() as connection:
        code = _usable(await _find_code(connection, hashed), request.device_id)
    await limit(office.engine, code.county, {"enrol": MOST_PER_COUNTY})
    async with office.engine.begin() as connection:
        code = _usable(await _find_code(connection, hashed, lock=True), request.device_id)
        proved = proved and await _device_free(connection, code, request.device_id, public)
        if proved:
            certificate = await _certify(office, connection, code, request, public)
            await _use_code(
                connection, code, {"used_at": code.used_at or now(), "device_id": request.device_id}
            )
            return await load_principal(connection, code.county, request.device_id), certificate
        await _use_code(connection, code, {"tries": code.tries + 1})
    raise RefusedError("enrol_proof_invalid")


def _public_key(request: EnrolRequest) -> bytes:
    try:
        public = unb64(request.public_key)
    except InputError:
        public = b""
    if len(public) != 32:
        raise RefusedError("validation_failed", field="public_key")
    if not is_id(request.device_id):
        raise RefusedError("validation_failed", field="device_id")
    return public


def _proved(request: EnrolRequest, public: bytes) -> bool:
    try:
        proof = unb64(request.proof)
    except InputError:
        return False
    return verify(public, proof, f"nuanfang-enrol:{request.code}:{request.device_id}".encode())


async def _find_code(connection: AsyncConnection, hashed: str, *, lock: bool = False) -> Row[Any] | None:
    """The only query without a county: nobody knows it before the code is found."""
    wanted = select(enrol_codes).where(enrol_codes.c.code_hash == hashed)
    return (await connection.execute(wanted.with_for_update() if lock else wanted)).first()


def _usable(code: Row[Any] | None, device_id: str) -> Row[Any]:
    if code is None or code.expires_at <= now() or code.tries >= MOST_TRIES:
        raise RefusedError("enrol_code_invalid")
    if code.used_at is not None and code.device_id != device_id:
        raise RefusedError("enrol_code_invalid")
    return code


async def _device_free(connection: AsyncConnection, code: Row[Any], device_id: str, public: bytes) -> bool:
    """A device id belongs to one county, one key and one user for ever; the same device may enrol again.

    A revoked one too, with a code made after the revocation: the office wants it back, and its unsent work.
    The key (county, id) does not keep counties apart, so those who enrol the same id take turns here.
    """
    await connection.execute(ONE_AT_A_TIME, {"device": device_id})
    known = select(devices).where(devices.c.id == device_id).order_by(devices.c.enrolled_at).limit(1)
    row = (await connection.execute(known)).first()
    if row is None:
        return True
    wanted_back = row.revoked_at is None or code.created_at > row.revoked_at
    same = row.county == code.county and row.public_key == public and row.user_id == code.user_id
    return bool(same and wanted_back)


async def _use_code(connection: AsyncConnection, code: Row[Any], values: dict[str, Any]) -> None:
    where = enrol_codes.c.county == code.county, enrol_codes.c.id == code.id
    await connection.execute(update(enrol_codes).where(*where).values(values))


async def _take_back(connection: AsyncConnection, code: Row[Any], device: str) -> None:
    where = devices.c.county == code.county, devices.c.id == device
    await connection.execute(
        update(devices).where(*where).values(revoked_at=None, wipe_asked_at=None, wiped_at=None)
    )
    await note(
        connection, code.county, "device.restore", user=code.user_id, device=device, entity=("device", device)
    )


async def _certify(
    office: Office, connection: AsyncConnection, code: Row[Any], request: EnrolRequest, public: bytes
) -> Certificate:
    where = devices.c.county == code.county, devices.c.id == request.device_id
    kept = (await connection.execute(select(devices).where(*where))).first()
    if kept is not None:
        if kept.revoked_at is not None:
            await _take_back(connection, code, request.device_id)
        return msgspec.convert(kept.certificate, Certificate)
    moment = now()
    certificate = office.keys.certify(
        Certificate(
            device_id=request.device_id,
            user_id=code.user_id,
            county=code.county,
            public_key=request.public_key,
            issued_at=wire(moment),
            sig="",
        )
    )
    row = {
        "county": code.county,
        "id": request.device_id,
        "user_id": code.user_id,
        "public_key": public,
        "certificate": msgspec.to_builtins(certificate),
        "name": request.device_name[:100],
        "app_version": request.app_version[:40],
        "enrolled_at": moment,
        "head_hash": GENESIS,
    }
    await connection.execute(insert(devices).values(row))
    device = request.device_id
    await note(
        connection, code.county, "device.enrol", user=code.user_id, device=device, entity=("device", device)
    )
    return certificate
