"""See what arrived and could not be decoded."""

from __future__ import annotations

from app.actions.office_desk import desk
from app.actions.services import Services
from sync.protocol.supervision import QuarantinePage


async def list_quarantine(services: Services) -> QuarantinePage:
    """The newest first. Raises WireError."""
    return await desk(services).wire.quarantine()
