"""Say how the visit went and who came (step 见面)."""

from __future__ import annotations

from app.actions.drafts import change_draft
from app.actions.services import Services
from app.actions.visit_draft import Draft, Step, VisitorDraft
from domain.codes import VisitResult
from domain.errors import InputError

TEXTS = ("result_note", "solo_reason", "aid_on_behalf_of", "next_step", "thoughts", "edit_reason")
MOST_VISITORS = 8
"""轻车简从 (S32): more is a delegation's list, not a visit."""


def set_result(services: Services, visit_id: str, result: VisitResult) -> Draft:
    """Met, absent, moved, deceased or refused."""

    def change(draft: Draft) -> None:
        draft.result = result.value

    return change_draft(services, visit_id, "result", change)


def set_text(services: Services, visit_id: str, field: str, text: str) -> Draft:
    """One of the draft's own texts (TEXTS)."""
    if field not in TEXTS:
        raise InputError("bad_input", field=field)
    return change_draft(services, visit_id, field, lambda draft: setattr(draft, field, text))


def add_visitor(services: Services, visit_id: str, name: str, user_id: str | None = None) -> Draft:
    """One more of ours. Raises InputError("visitor_missing" | "visitor_twice" | "visitors_too_many")."""
    clean = " ".join(name.split())
    if not clean:
        raise InputError("visitor_missing", field="visitors")

    def change(draft: Draft) -> None:
        if any(v.name == clean and v.user_id == user_id for v in draft.visitors):
            raise InputError("visitor_twice", field="visitors", name=clean)
        if len(draft.visitors) >= MOST_VISITORS:
            raise InputError("visitors_too_many", field="visitors", most=MOST_VISITORS)
        draft.visitors = [*draft.visitors, VisitorDraft(name=clean, user_id=user_id)]

    return change_draft(services, visit_id, "visitors", change)


def remove_visitor(services: Services, visit_id: str, index: int) -> Draft:
    """Take one out again, with their signature; the author (index 0) always came."""

    def change(draft: Draft) -> None:
        if not 0 < index < len(draft.visitors):
            raise InputError("visitor_missing", field="visitors")
        gone = draft.visitors[index]
        draft.visitors = [v for place, v in enumerate(draft.visitors) if place != index]
        draft.handlers = [s for s in draft.handlers if (s.name, s.user_id) != (gone.name, gone.user_id)]

    return change_draft(services, visit_id, "visitors", change)


def go_to_step(services: Services, visit_id: str, step: Step) -> Draft:
    """Turn to another page of the visit; after a kill the draft stands there."""

    def change(draft: Draft) -> None:
        draft.step = step

    return change_draft(services, visit_id, "step", change)
