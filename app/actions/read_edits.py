"""What became of corrections of a household's file: this phone's own, and that others' are open (S14)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.actions.services import Services
from app.store.tables import feedback, households

Fate = Literal["kept", "sent", "waiting", "conflict", "applied", "declined", "withdrawn"]
"""kept: still on this phone; sent: the office has it; the rest is what the office says."""
OPEN: tuple[Fate, ...] = ("kept", "sent", "waiting", "conflict")


@dataclass(frozen=True, slots=True)
class Correction:
    """One field; ``after`` is empty for a colleague's, whose words are not on this phone."""

    field: str
    state: Fate
    after: str = ""
    mine: bool = True


def open_corrections(services: Services, household_id: str) -> list[Correction]:
    """Those that still wait for something; and what was declined at the newest visit that corrected
    something, so that its author hears it. Newest first; one for each field of one's own."""
    own: dict[str, Correction] = {}
    newest = True
    for visit in services.visits.of_household(household_id):
        told = _told(services, visit.id)
        for field, after in visit.changes:
            state = told.get(field) or ("kept" if visit.state in ("kept", "sending") else "sent")
            if state in OPEN or (state == "declined" and newest):
                own.setdefault(field, Correction(field, state, after))
        newest = newest and not visit.changes
    return [*own.values(), *_others(services, household_id)]


def _told(services: Services, record_id: str) -> dict[str, Fate]:
    doc = feedback(services.db).get(record_id) or {}
    return {one["field"]: one["state"] for one in doc.get("edits") or ()}


def _others(services: Services, household_id: str) -> list[Correction]:
    me, doc = services.me, households(services.db).get(household_id) or {}
    mine = me.user_id if me else ""
    return [
        Correction(one["field"], one["state"], mine=False)
        for one in doc.get("edits") or ()
        if one.get("author_id") != mine
    ]
