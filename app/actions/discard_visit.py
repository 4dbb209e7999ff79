"""Throw a draft away, after the person was asked twice."""

from __future__ import annotations

from app.actions.drafts import delete_draft, find_draft
from app.actions.make_room import with_room
from app.actions.remove_photo import files_of, forget_files
from app.actions.services import Services


async def discard_visit(services: Services, visit_id: str) -> None:
    """The draft first, then its files. A draft that is already gone is no error."""
    draft = find_draft(services, visit_id)
    if draft is None:
        return
    with_room(services, lambda: delete_draft(services, visit_id))
    services.bell.ring()
    await forget_files(services, files_of(draft))
