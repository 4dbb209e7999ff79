"""Drafts of visits in the store: find, change, save (ADR 0007).

Every change is one read, one write of that draft: when it returns, the touch survives a kill. Screens hold no
copy; they read again when ``services.draft_bell`` rings.
"""

from __future__ import annotations

from collections.abc import Callable

from app.actions.services import Services
from app.actions.visit_draft import Draft, decode, encode
from app.store.left import drop_left
from app.store.tables import drafts
from domain.errors import InputError


def all_drafts(services: Services) -> list[Draft]:
    """Visits under way, the one touched last first."""
    known = [decode(document) for document in drafts(services.db).all()]
    return sorted(known, key=lambda draft: draft.changed_at, reverse=True)


def find_draft(services: Services, visit_id: str) -> Draft | None:
    """The draft with this id, or None (finished or discarded)."""
    document = drafts(services.db).get(visit_id)
    return decode(document) if document is not None else None


def draft_of_household(services: Services, household_id: str) -> Draft | None:
    """The visit under way at this household, if there is one."""
    return next((d for d in all_drafts(services) if d.household == household_id), None)


def need_draft(services: Services, visit_id: str) -> Draft:
    """As find_draft; raises InputError("draft_missing")."""
    draft = find_draft(services, visit_id)
    if draft is None:
        raise InputError("draft_missing", id=visit_id)
    return draft


def insert_draft(services: Services, draft: Draft) -> None:
    """Keep a new one; raises StoreError("disk_full")."""
    drafts(services.db).put(encode(draft))
    services.draft_bell.ring()


def change_draft(services: Services, visit_id: str, field: str, change: Callable[[Draft], None]) -> Draft:
    """Read, change, save, ring. ``field`` is what the person touched: there the draft stands after a kill.

    Raises InputError("draft_missing") and StoreError (``disk_full`` …): then nothing was changed.
    """
    draft = need_draft(services, visit_id)
    change(draft)
    draft.field = field
    draft.changed_at = services.platform.clock.now().isoformat()
    drafts(services.db).put(encode(draft))
    services.draft_bell.ring()
    return draft


def drop_draft(services: Services, visit_id: str) -> None:
    """Forget it and what was kept for it alone, in one write; inside a batch, in that one."""
    with services.db.batch():
        drafts(services.db).delete(visit_id)
        drop_left(services.db)


def delete_draft(services: Services, visit_id: str) -> None:
    """The person threw it away."""
    drop_draft(services, visit_id)
    services.draft_bell.ring()
