"""The words of a draft's locked receipt, for the screen, the person signing and the picture."""

from __future__ import annotations

from decimal import Decimal

from app.actions.local_time import LOCAL, today
from app.actions.services import Services
from app.actions.visit_body import aid_lines, event_time
from app.actions.visit_context import household_of
from app.actions.visit_draft import Draft
from app.lang import t
from app.receipts import ReceiptWords, words_of
from domain.codes import Relation
from domain.errors import InputError
from domain.models import HouseholdFile
from domain.receipt import lock


def draft_receipt(services: Services, draft: Draft) -> ReceiptWords:
    """Raises InputError("receipt_not_locked")."""
    if draft.receipt is None:
        raise InputError("receipt_not_locked")
    household = household_of(services, draft.household)
    locked = event_time(draft.receipt.locked)
    return words_of(
        aid_lines(draft, household),
        Decimal(draft.receipt.amount),
        draft.receipt.capitals,
        draft.receipt.hash,
        recipient=recipient_name(draft, household),
        household_number=draft.household_number,
        payer=_payer(services, draft),
        day=locked.device_time.astimezone(LOCAL).date(),
    )


def receipt_to_be(services: Services, draft: Draft) -> ReceiptWords:
    """The words that locking would fix now, to be read aloud before. Every line has its amount."""
    household = household_of(services, draft.household)
    lines = aid_lines(draft, household)
    fixed = lock(draft.household, draft.campaign, lines)
    return words_of(
        lines,
        fixed.amount,
        fixed.capitals,
        fixed.signed_hash,
        recipient=recipient_name(draft, household),
        household_number=draft.household_number,
        payer=_payer(services, draft),
        day=today(services),
    )


def recipient_name(draft: Draft, household: HouseholdFile) -> str:
    """The one person all lines are for, else the worker; for a dead worker the first family member named."""
    people = {line.beneficiary.name: line.beneficiary.relation for line in aid_lines(draft, household)}
    if len(people) == 1:
        return next(iter(people))
    if draft.result == "deceased":
        return next(
            (n for n, relation in people.items() if relation is not Relation.SELF), household.worker.name
        )
    return household.worker.name


def _payer(services: Services, draft: Draft) -> str:
    org = services.me.org_name if services.me else ""
    behalf = draft.aid_on_behalf_of.strip()
    return t("visit.receipt.on_behalf", org=org, behalf=behalf) if behalf else org
