"""See something masked, for a reason that the registry writes down (S9, DOMAIN §7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.actions.office_desk import desk
from app.actions.services import Services
from domain.errors import InputError

SHORTEST_REASON = 2
"""Characters."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """What to see: a field of a household's file, of a visit's record (``record``: its whole text), or of a
    file's correction (present, after)."""

    entity: Literal["household", "visit", "edit"]
    id: str
    field: str


async def reveal_field(services: Services, hidden: Hidden, reason: str) -> str:
    """The value as it is. Raises InputError("reason_missing") or WireError; it is never stored."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise InputError("reason_missing", field="reason")
    wire = desk(services).wire
    if hidden.entity == "edit":
        return await wire.reveal_edit(hidden.id, hidden.field, reason.strip())
    ask = wire.reveal_household if hidden.entity == "household" else wire.reveal
    return await ask(hidden.id, hidden.field, reason.strip())
