"""Say what is handed over, line by line, or that nothing is (step 慰问).

While a receipt is locked nothing here may change: InputError("receipt_locked"); void it first (R10).
"""

from __future__ import annotations

from collections.abc import Callable

from app.actions.drafts import change_draft
from app.actions.services import Services
from app.actions.visit_draft import AidChoice, AidDraft, Draft
from domain.codes import AidForm, AidType
from domain.errors import InputError
from domain.ids import new_id

FIELDS = ("form", "source", "type", "amount", "item", "quantity", "unit", "beneficiary")
MOST_LINES = 10


def choose(services: Services, visit_id: str, choice: AidChoice) -> Draft:
    """Aid or none this time; "give" starts with one empty line. What was typed stays until the visit ends."""

    def change(draft: Draft) -> None:
        draft.aid_choice = choice
        if choice == "give" and not draft.aids:
            draft.aids = [AidDraft(id=new_id())]

    return _change(services, visit_id, "aid_choice", change)


def add_line(services: Services, visit_id: str) -> Draft:
    """One more line. Raises InputError("aid_lines_too_many")."""

    def change(draft: Draft) -> None:
        if len(draft.aids) >= MOST_LINES:
            raise InputError("aid_lines_too_many", most=MOST_LINES)
        draft.aids = [*draft.aids, AidDraft(id=new_id())]

    return _change(services, visit_id, "aids", change)


def remove_line(services: Services, visit_id: str, line_id: str) -> Draft:
    """Take a line out."""

    def change(draft: Draft) -> None:
        draft.aids = [line for line in draft.aids if line.id != line_id]

    return _change(services, visit_id, "aids", change)


def set_line(services: Services, visit_id: str, line_id: str, field: str, value: str) -> Draft:
    """One field of one line, as typed or chosen; see FIELDS."""
    if field not in FIELDS:
        raise InputError("bad_input", field=field)

    def change(draft: Draft) -> None:
        line = _line(draft, line_id)
        setattr(line, field, value)
        if field == "form" and value == AidForm.SERVICE:
            line.type = AidType.SERVICE.value

    return _change(services, visit_id, f"aids.{line_id}.{field}", change)


def set_reason(services: Services, visit_id: str, line_id: str, rule: str, reason: str) -> Draft:
    """Why a warning (``rule`` is its code) is all right here; ``line_id`` "" for the whole visit."""

    def change(draft: Draft) -> None:
        target = _line(draft, line_id).reasons if line_id else draft.reasons
        target[rule] = reason

    return change_draft(services, visit_id, f"reasons.{line_id}.{rule}", change)


def _line(draft: Draft, line_id: str) -> AidDraft:
    for line in draft.aids:
        if line.id == line_id:
            return line
    raise InputError("aid_line_missing", id=line_id)


def _change(services: Services, visit_id: str, field: str, change: Callable[[Draft], None]) -> Draft:
    def unless_locked(draft: Draft) -> None:
        if draft.receipt is not None:
            raise InputError("receipt_locked")
        change(draft)

    return change_draft(services, visit_id, field, unless_locked)
