"""One-time enrolment codes: 8 characters that nobody confuses, kept only as a keyed hash."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.errors import InputError
from domain.ids import new_id
from registry.db.tables import enrol_codes, users
from registry.service.audit import note
from registry.service.keys import Keys
from registry.service.office import Office
from registry.service.times import now

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No 0 O, no 1 I L: read aloud and copied by hand."""
LENGTH = 8
SHORTEST, USUAL, LONGEST = timedelta(minutes=15), timedelta(days=1), timedelta(days=7)


def new_code() -> str:
    """``ABCD-2345``: 31^8 possibilities."""
    text = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return f"{text[:4]}-{text[4:]}"


def hash_code(keys: Keys, code: str) -> str:
    """The kept form; small letters, spaces and hyphens make no difference."""
    return keys.mac("enrol-code", "".join(ch for ch in code.upper() if ch.isalnum()))


async def create_code(office: Office, county: str, user_id: str, valid: timedelta = USUAL) -> str:
    """A fresh code for this user, shown once. Raises InputError("unknown_user" | "bad_validity")."""
    if not SHORTEST <= valid <= LONGEST:
        raise InputError("bad_validity", shortest=str(SHORTEST), longest=str(LONGEST))
    async with office.engine.begin() as connection:
        await _require_user(connection, county, user_id)
        code, moment = new_code(), now()
        row = {
            "county": county,
            "id": new_id(),
            "user_id": user_id,
            "code_hash": hash_code(office.keys, code),
            "created_at": moment,
            "expires_at": moment + valid,
        }
        await connection.execute(insert(enrol_codes).values(row))
        await note(connection, county, "enrol_code.create", entity=("user", user_id))
    return code


async def _require_user(connection: AsyncConnection, county: str, user_id: str) -> None:
    known = select(users.c.id).where(users.c.county == county, users.c.id == user_id, users.c.active)
    if await connection.scalar(known) is None:
        raise InputError("unknown_user", user=user_id)
