"""Phones as the office sees them: a list, revoking one, and asking one to forget everything.

Nothing here touches work. A revoked phone may still hand over what it has sealed (tokens, scope hand_over); a
phone that is asked to wipe itself does so only after that, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.codes import Role
from domain.errors import InputError
from registry.db.tables import devices, users
from registry.service.audit import note
from registry.service.errors import RefusedError
from registry.service.office import Office
from registry.service.principal import Principal
from registry.service.times import now, wire
from sync.protocol.devices import DeviceRow

ADMINS = frozenset({Role.ADMIN})


@dataclass(frozen=True, slots=True)
class By:
    """Who decided: a person at a device, or (both None) an operator at the registry's own terminal."""

    user_id: str | None = None
    device_id: str | None = None


async def list_devices(office: Office, county: str | None = None, user: str = "") -> list[DeviceRow]:
    """The newest first. ``user``: an id or a whole name."""
    wanted = _wanted()
    if county is not None:
        wanted = wanted.where(devices.c.county == county)
    if user:
        wanted = wanted.where((devices.c.user_id == user) | (users.c.name == user))
    async with office.reader.connect() as connection:
        return [_row(row) for row in await connection.execute(wanted)]


async def revoke(
    office: Office, county: str | None, device: str, by: By, *, wipe: bool = False, reason: str = ""
) -> DeviceRow:
    """From now on it may only hand its work over; with ``wipe`` it also forgets everything afterwards.

    ``county`` None: wherever it is. A second time changes nothing. Raises RefusedError("not_found").
    """
    async with office.engine.begin() as connection:
        row = await _find(connection, county, device)
        mine = devices.c.county == row.county, devices.c.id == device
        fresh: dict[str, Any] = {} if row.revoked_at else {"revoked_at": now()}
        if wipe and not row.wipe_asked_at:
            fresh |= {"wipe_asked_at": now(), "wiped_at": None}
        if fresh:
            await connection.execute(update(devices).where(*mine).values(fresh))
            await note(
                connection,
                row.county,
                "device.wipe" if wipe else "device.revoke",
                user=by.user_id,
                device=by.device_id,
                entity=("device", device),
                reason=reason.strip(),
            )
        return _row((await connection.execute(_wanted().where(*mine))).one())


async def order(
    office: Office, who: Principal, device: str, *, wipe: bool = False, reason: str = ""
) -> DeviceRow:
    """The same by an administrator. Raises RefusedError("forbidden" | "not_found" | "validation_failed")."""
    who.require(ADMINS)
    if len(reason.strip()) < 2:
        raise RefusedError("validation_failed", field="reason")
    by = By(who.user_id, who.device_id)
    return await revoke(office, who.county, device, by, wipe=wipe, reason=reason)


async def devices_for(office: Office, who: Principal) -> list[DeviceRow]:
    """All of the county. Raises RefusedError("forbidden")."""
    who.require(ADMINS)
    return await list_devices(office, who.county)


async def wiped(office: Office, who: Principal) -> None:
    """The phone says that it has forgotten everything; only one that was asked to is believed."""
    async with office.engine.begin() as connection:
        mine = (
            devices.c.county == who.county,
            devices.c.id == who.device_id,
            devices.c.wipe_asked_at.is_not(None),
            devices.c.wiped_at.is_(None),
        )
        done = await connection.execute(update(devices).where(*mine).values(wiped_at=now()))
        if done.rowcount:
            device = who.device_id
            await note(connection, who.county, "device.wiped", device=device, entity=("device", device))


def device_error(error: RefusedError) -> InputError:
    """For the command line."""
    return InputError("unknown_device" if error.code == "not_found" else error.code)


def _wanted() -> Select[Any]:
    person = and_(users.c.county == devices.c.county, users.c.id == devices.c.user_id)
    columns = [one for one in devices.c if one.name not in {"public_key", "certificate"}]
    name = func.coalesce(users.c.name, "").label("user_name")
    joined = devices.outerjoin(users, person)
    return select(*columns, name).select_from(joined).order_by(devices.c.enrolled_at.desc(), devices.c.id)


async def _find(connection: AsyncConnection, county: str | None, device: str) -> Any:
    wanted = select(devices).where(devices.c.id == device).with_for_update()
    if county is not None:
        wanted = wanted.where(devices.c.county == county)
    row = (await connection.execute(wanted)).first()
    if row is None:
        raise RefusedError("not_found")
    return row


def _row(row: Any) -> DeviceRow:
    return DeviceRow(
        id=row.id,
        user_id=row.user_id,
        user_name=row.user_name,
        name=row.name,
        app_version=row.app_version,
        enrolled_at=wire(row.enrolled_at),
        revoked_at=_time(row.revoked_at),
        wipe_asked_at=_time(row.wipe_asked_at),
        wiped_at=_time(row.wiped_at),
        records=row.head_seq,
    )


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else wire(moment)
