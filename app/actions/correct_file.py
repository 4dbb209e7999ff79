"""Correct a fact of the household's file from the visit (S14): kept at each touch, sealed with the record."""

from __future__ import annotations

from app.actions.drafts import change_draft, need_draft
from app.actions.file_edits import FIELDS, LONGEST, kept, value_in
from app.actions.services import Services
from app.actions.visit_context import household_of
from app.actions.visit_draft import Draft, EditDraft
from domain.errors import InputError


def correct_file(services: Services, visit_id: str, field: str, text: str) -> Draft:
    """Note a new value. Nothing typed, or what the file says anyway, is no correction.

    Raises InputError("draft_missing" | "household_missing" | "edit_unknown"), StoreError.
    """
    seen = value_in(household_of(services, need_draft(services, visit_id).household), field)
    if field not in FIELDS or seen is None:
        raise InputError("edit_unknown", field=field)

    def change(draft: Draft) -> None:
        before = draft.edits[field].before if field in draft.edits else seen
        rest = {name: one for name, one in draft.edits.items() if name != field}
        if text.strip() and kept(field, text) != before:
            rest[field] = EditDraft(before=before, after=text[:LONGEST])
        draft.edits = rest

    return change_draft(services, visit_id, f"edit-{field}", change)
