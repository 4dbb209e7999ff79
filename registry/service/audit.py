"""The append-only trail. A row says who did what to which id and why; never a name or an ID number."""

from __future__ import annotations

from contextvars import ContextVar

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.db.tables import audit
from registry.service.principal import Principal
from registry.service.times import now

request_id: ContextVar[str] = ContextVar("request_id", default="")


async def note(
    connection: AsyncConnection,
    county: str,
    action: str,
    *,
    user: str | None = None,
    device: str | None = None,
    entity: tuple[str, str] = ("", ""),
    reason: str = "",
    details: dict[str, object] | None = None,
) -> None:
    """Write one row in the transaction of what it tells about."""
    row = {
        "county": county,
        "at": now(),
        "user_id": user,
        "device_id": device,
        "action": action,
        "entity": entity[0],
        "entity_id": entity[1],
        "reason": reason,
        "details": details,
        "request_id": request_id.get(),
    }
    await connection.execute(insert(audit).values(row))


async def note_by(
    connection: AsyncConnection,
    who: Principal,
    action: str,
    entity: tuple[str, str],
    reason: str = "",
    details: dict[str, object] | None = None,
) -> None:
    """The same for somebody who is asking: the person and the device, in their county."""
    await note(
        connection,
        who.county,
        action,
        user=who.user_id,
        device=who.device_id,
        entity=entity,
        reason=reason,
        details=details,
    )
