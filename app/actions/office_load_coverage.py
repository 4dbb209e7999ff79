"""See how many households of the campaign have been reached, per town (S25)."""

from __future__ import annotations

from app.actions.office_desk import desk
from app.actions.services import Services
from sync.protocol.messages import CoverageAnswer


async def load_coverage(services: Services) -> CoverageAnswer:
    """As of now. Raises WireError."""
    return await desk(services).wire.coverage()
