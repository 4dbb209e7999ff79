"""The registry's keys where they rest: sealed in the database by a master key that lives outside of it.

``signing`` is the first one; each later one (``signing-2`` …) was named by the one before (ADR 0022).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from domain.errors import InputError
from registry.db.tables import NOWHERE, registry_keys
from registry.service.keys import Held, Keys
from registry.service.times import now, wire
from sync.protocol.keys import KeyStep, step_bytes
from sync.protocol.records import b64

SIGNING = "signing"
SOONEST = timedelta(minutes=3)
"""Every process has looked by then, and knows the new key before it signs."""


async def open_keys(engine: AsyncEngine, master: bytes) -> Keys:
    """Open the registry's keys; the first caller makes the first one."""
    async with engine.begin() as connection:
        fresh = insert(registry_keys).values(_row(SIGNING, Ed25519PrivateKey.generate(), master))
        await connection.execute(fresh.on_conflict_do_nothing())
        held = await _held(connection, master)
    return Keys(held, hmac.new(master, b"nuanfang-pepper", hashlib.sha256).digest())


async def look_again(engine: AsyncEngine, master: bytes, keys: Keys) -> bool:
    """Take in what another process has made; whether there was anything. Raises as the database does.

    Raises InputError("keys_lost") when the database no longer knows the last of ours: phones have learned it,
    and until somebody brings it back (``keys restore``) at least this process goes on with it.
    """
    async with engine.connect() as connection:
        held = await _held(connection, master)
    found, known = [one.public for one in held], keys.ring.keys
    if found == known:
        return False
    if found == known[: len(found)]:
        raise InputError("keys_lost", key=keys.ring.newest)
    keys.take(held)
    return True


def next_row(keys: Keys, master: bytes, after: timedelta) -> dict[str, Any]:
    """A new key, named by the newest one, that signs ``after`` so long; not yet kept anywhere.

    Raises InputError("key_change_under_way" | "key_change_too_soon").
    """
    last, moment = keys.newest, now()
    if last.since > moment:
        raise InputError("key_change_under_way", since=wire(last.since))
    if after < SOONEST:
        raise InputError("key_change_too_soon", minutes=SOONEST // timedelta(minutes=1))
    signer, said = Ed25519PrivateKey.generate(), wire(moment + after)
    data = step_bytes(b64(last.public), b64(signer.public_key().public_bytes_raw()), said)
    row = _row(f"{SIGNING}-{len(keys.ring.keys) + 1}", signer, master)
    return row | {
        "since": datetime.fromisoformat(said),
        "sig": b64(last.signer.sign(data)),
        "proof": b64(signer.sign(data)),
    }


async def put_row(connection: AsyncConnection, row: dict[str, Any], *, instead: bool = False) -> bool:
    """False where it stands already. Raises InputError("another_key") for another key of the same number,
    unless it is to go there ``instead``; the first one is never replaced."""
    if instead and row["since"] is not None:
        other = registry_keys.c.id == row["id"], registry_keys.c.public != row["public"]
        await connection.execute(delete(registry_keys).where(registry_keys.c.county == NOWHERE, *other))
    fresh = insert(registry_keys).values(row).on_conflict_do_nothing().returning(registry_keys.c.id)
    if await connection.scalar(fresh) is not None:
        return True
    same = registry_keys.c.county == NOWHERE, registry_keys.c.id == row["id"]
    if await connection.scalar(select(registry_keys.c.public).where(*same)) != row["public"]:
        raise InputError("another_key", id=row["id"])
    return False


async def rows(connection: AsyncConnection) -> Sequence[Any]:
    """All of them, oldest first."""
    wanted = select(registry_keys).where(registry_keys.c.county == NOWHERE)
    return (
        await connection.execute(wanted.order_by(registry_keys.c.since.nulls_first(), registry_keys.c.id))
    ).all()


def _row(name: str, signer: Ed25519PrivateKey, master: bytes) -> dict[str, Any]:
    nonce = secrets.token_bytes(12)
    return {
        "county": NOWHERE,
        "id": name,
        "public": signer.public_key().public_bytes_raw(),
        "sealed_private": nonce + AESGCM(master).encrypt(nonce, signer.private_bytes_raw(), name.encode()),
        "created_at": now(),
    }


async def _held(connection: AsyncConnection, master: bytes) -> list[Held]:
    return [open_row(row, master) for row in await rows(connection)]


def open_row(row: Any, master: bytes) -> Held:
    """Raises cryptography's InvalidTag when the master key is another one, msgspec's ValidationError."""
    sealed = bytes(row.sealed_private)
    private = AESGCM(master).decrypt(sealed[:12], sealed[12:], row.id.encode())
    signer = Ed25519PrivateKey.from_private_bytes(private)
    if row.since is None:
        return Held(signer, row.created_at)
    step = {"key": b64(bytes(row.public)), "since": wire(row.since), "sig": row.sig, "proof": row.proof}
    return Held(signer, row.since, msgspec.convert(step, KeyStep))
