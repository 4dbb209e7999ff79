"""Lock what will be signed: the amount in digits and capitals, and one hash over it all (R10)."""

from __future__ import annotations

from app.actions.drafts import change_draft, need_draft
from app.actions.event_now import event_builtins, event_now
from app.actions.services import Services
from app.actions.visit_body import aid_lines
from app.actions.visit_context import check, household_of
from app.actions.visit_draft import Draft, ReceiptDraft
from domain.errors import InputError
from domain.ids import new_id
from domain.receipt import lock
from domain.rules import Phase, blocks


def lock_receipt(services: Services, visit_id: str) -> Draft:
    """From here on nothing that is signed may change without voiding it. Locking twice changes nothing.

    Raises InputError("aid_unfinished" | "rules_block").
    """
    draft = need_draft(services, visit_id)
    if draft.receipt is not None:
        return draft
    household = household_of(services, draft.household)
    given = aid_lines(draft, household)
    if not given or len(given) < len(draft.aids) or any(line.amount == 0 for line in given):
        raise InputError("aid_unfinished")
    if blocks(check(services, draft, Phase.BEFORE_SIGNING)):
        raise InputError("rules_block")
    fixed = lock(draft.household, draft.campaign, given)
    receipt = ReceiptDraft(
        id=new_id(),
        hash=fixed.signed_hash,
        amount=f"{fixed.amount:.2f}",
        capitals=fixed.capitals,
        locked=event_builtins(event_now(services)),
        replaces=draft.voided,
    )

    def change(current: Draft) -> None:
        current.receipt = receipt

    return change_draft(services, visit_id, "receipt", change)
