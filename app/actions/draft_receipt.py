"""The words of a draft's locked receipt, for the screen, the person signing and the picture."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
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
from domain.models import AidLine, HouseholdFile
from domain.receipt import Lock, lock


def draft_receipt(services: Services, draft: Draft) -> ReceiptWords:
    """Raises InputError("receipt_not_locked")."""
    if draft.receipt is None:
        raise InputError("receipt_not_locked")
    household = household_of(services, draft.household)
    kept = draft.receipt
    fixed = Lock(amount=Decimal(kept.amount), capitals=kept.capitals, signed_hash=kept.hash)
    day = event_time(kept.locked).device_time.astimezone(LOCAL).date()
    return _words(services, draft, household, aid_lines(draft, household), fixed, day)


def receipt_to_be(services: Services, draft: Draft) -> ReceiptWords:
    """The words that locking would fix now, to be read aloud before. Every line has its amount."""
    household = household_of(services, draft.household)
    lines = aid_lines(draft, household)
    fixed = lock(draft.household, draft.campaign, lines)
    return _words(services, draft, household, lines, fixed, today(services))


def _words(
    services: Services,
    draft: Draft,
    household: HouseholdFile,
    lines: Sequence[AidLine],
    fixed: Lock,
    day: date,
) -> ReceiptWords:
    return words_of(
        lines,
        fixed.amount,
        fixed.capitals,
        fixed.signed_hash,
        recipient=recipient_name(draft, household),
        household_number=draft.household_number,
        payer=_payer(services, draft),
        day=day,
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
