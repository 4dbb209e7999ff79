"""See one visit with everything it is checked against."""

from __future__ import annotations

from app.actions.office_desk import desk
from app.actions.services import Services
from sync.protocol.messages import VisitDetail


async def open_visit(services: Services, visit_id: str) -> VisitDetail:
    """The registry verifies the chain while it answers. Raises WireError."""
    return await desk(services).wire.visit(visit_id)
