"""Changing the registry's signing key, and bringing back keys that a restored database lacks (ADR 0022)."""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag

from domain.errors import InputError
from registry.db.tables import NOWHERE
from registry.files.folder import flush_folder, write_new
from registry.service.audit import note
from registry.service.key_rows import look_again, next_row, open_row, put_row, rows
from registry.service.keys import Keys
from registry.service.office import Office

FORMAT = "nuanfang-keys-1"


class KeptRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of ``registry_keys``; the private key stays sealed by the master key."""

    id: str
    public: bytes
    sealed_private: bytes
    created_at: datetime
    since: datetime | None = None
    sig: str | None = None
    proof: str | None = None


class KeptKeys(msgspec.Struct, frozen=True, kw_only=True):
    """The file: every key of the registry, oldest first."""

    format: str
    keys: list[KeptRow]


async def change_key(office: Office, after: timedelta, keep: Path, reason: str) -> str:
    """A new key that signs ``after`` so long; returns it (base64url). It is in ``keep`` before anybody can
    hear of it: phones that have learned it believe no registry that lost it.

    Raises InputError("key_change_under_way" | "key_change_too_soon" | "file_exists" | "another_key").
    """
    master = office.settings.master_key
    await look_again(office.engine, master, office.keys)
    async with office.engine.begin() as connection:
        row = next_row(office.keys, master, after)
        await put_row(connection, row)
        keys = [msgspec.convert(one, KeptRow, from_attributes=True) for one in await rows(connection)]
        _keep(keep, KeptKeys(format=FORMAT, keys=keys))
        await _note(connection, "key.change", row["id"], reason)
    await look_again(office.engine, master, office.keys)
    return office.keys.ring.newest


async def restore_keys(office: Office, kept: Path, reason: str, *, instead: bool = False) -> int:
    """Bring back what the database lacks; returns how many. ``instead``: also where it has other keys.

    Raises InputError("not_a_key_file" | "other_master_key" | "another_key" | "bad_key_step").
    """
    found, added = _read(kept), 0
    _check(found, office.settings.master_key)
    async with office.engine.begin() as connection:
        for row in found.keys:
            fields = msgspec.structs.asdict(row) | {"county": NOWHERE}
            if await put_row(connection, fields, instead=instead):
                added += 1
                await _note(connection, "key.restore", row.id, reason)
    await look_again(office.engine, office.settings.master_key, office.keys)
    return added


def _keep(path: Path, kept: KeptKeys) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        write_new(path, msgspec.json.format(msgspec.json.encode(kept)) + b"\n", 0o600)
        flush_folder(path.parent)
    except FileExistsError as error:
        raise InputError("file_exists", file=str(path)) from error
    except OSError:
        path.unlink(missing_ok=True)
        raise


def _read(path: Path) -> KeptKeys:
    with contextlib.suppress(OSError, msgspec.MsgspecError, UnicodeDecodeError):
        found = msgspec.json.decode(path.read_bytes(), type=KeptKeys)
        if found.format == FORMAT and found.keys:
            return found
    raise InputError("not_a_key_file", file=str(path))


def _check(kept: KeptKeys, master: bytes) -> None:
    """Each opens, and each is named by the one before."""
    try:
        Keys([open_row(row, master) for row in kept.keys], b"")
    except msgspec.ValidationError as error:
        raise InputError("not_a_key_file", file="") from error
    except (InvalidTag, ValueError) as error:
        raise InputError("other_master_key") from error


async def _note(connection: Any, action: str, key: str, reason: str) -> None:
    await note(connection, NOWHERE, action, entity=("registry_key", key), reason=reason)
