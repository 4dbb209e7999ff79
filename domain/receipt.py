"""What a recipient signs: the lines, the amount in digits and capitals, and one hash over them all (R10)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from hashlib import sha256

import msgspec
from msgspec import Struct

from domain.capitals import capitals
from domain.models import AidLine, VisitBody
from domain.money import total


class Lock(Struct, frozen=True, kw_only=True):
    """The amount as it is shown and locked before the first signature."""

    amount: Decimal
    capitals: str
    signed_hash: str


def lock(household_id: str | None, campaign_id: str, lines: Sequence[AidLine]) -> Lock:
    """Fix what will be signed; the amount is the sum of all lines, goods by their value."""
    amount = total(line.amount for line in lines)
    words = capitals(amount)
    return Lock(
        amount=amount,
        capitals=words,
        signed_hash=signed_hash(household_id, campaign_id, lines, amount, words),
    )


def signed_hash(
    household_id: str | None, campaign_id: str, lines: Sequence[AidLine], amount: Decimal, words: str
) -> str:
    """SHA-256 (hex) over sorted-key JSON of all the signature stands for; any later edit changes it."""
    content = {
        "household_id": household_id,
        "campaign_id": campaign_id,
        "lines": list(lines),
        "amount": f"{amount:.2f}",
        "capitals": words,
    }
    return sha256(msgspec.json.encode(content, order="sorted")).hexdigest()


def still_as_signed(visit: VisitBody) -> bool:
    """Whether the receipt's hash still covers the visit's lines, amount and capitals."""
    receipt = visit.receipt
    if receipt is None:
        return False
    now = signed_hash(visit.household_id, visit.campaign_id, visit.aid, receipt.amount, receipt.capitals)
    return now == receipt.signed_hash
