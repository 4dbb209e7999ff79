"""See the visits that are waiting for a supervisor, fifty at a time."""

from __future__ import annotations

from dataclasses import dataclass

from app.actions.office_desk import desk
from app.actions.services import Services
from sync.protocol.messages import VisitPage

PAGE = 50
"""Rows per page."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What to see. ``town`` and ``author`` are names; ``text`` is looked for in household, number and cadre.

    ``flagged`` only those with a flag; ``unreviewed`` only those nobody has judged.
    """

    flagged: bool = False
    unreviewed: bool = True
    town: str = ""
    author: str = ""
    text: str = ""


async def list_visits(
    services: Services, filters: Filters, *, after: str | None = None, limit: int = PAGE
) -> VisitPage:
    """One page, flagged first. Raises WireError."""
    return await desk(services).wire.visits(
        after=after,
        limit=limit,
        flagged=filters.flagged,
        unreviewed=filters.unreviewed,
        town=filters.town,
        author=filters.author,
        text=filters.text,
    )
