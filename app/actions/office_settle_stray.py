"""Settle what arrived and could not be decoded: have it read once more, or take it off the list."""

from __future__ import annotations

from app.actions.office_desk import desk
from app.actions.office_reveal_field import SHORTEST_REASON
from app.actions.services import Services
from domain.errors import InputError
from sync.protocol.supervision import Settled


async def retry_stray(services: Services, item_id: str) -> Settled:
    """Still ``open``: ``problem`` says why. Raises WireError; not_found when it was settled before."""
    return await desk(services).wire.retry(item_id)


async def dismiss_stray(services: Services, item_id: str, reason: str) -> Settled:
    """The reason goes into the audit trail. Raises InputError("reason_missing") or WireError."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise InputError("reason_missing", field="reason")
    return await desk(services).wire.dismiss(item_id, reason.strip())
