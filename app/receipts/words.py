"""The receipt in words: what the recipient reads, or hears read, before signing (R10, S6, S10).

The words follow from what ``domain.receipt.signed_hash`` covers, so the same record always reads the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.lang import t
from domain.codes import AidForm, label_key
from domain.models import AidLine
from domain.money import format_yuan


@dataclass(frozen=True, slots=True)
class ReceiptWords:
    """``lines`` are the things received; ``total`` and ``capitals`` say the same amount twice."""

    title: str
    opening: str
    lines: tuple[str, ...]
    total: str
    capitals: str
    closing: str
    code: str

    def text(self) -> list[str]:
        """All of it, a line each."""
        amounts = [t("visit.receipt.total", total=self.total), self.capitals]
        return [self.title, self.opening, *self.lines, *amounts, self.closing, self.code]


def words_of(
    lines: Sequence[AidLine],
    amount: Decimal,
    capitals: str,
    signed_hash: str,
    *,
    recipient: str,
    household_number: str,
    payer: str,
    day: date,
) -> ReceiptWords:
    """``payer`` is the organisation, with 代表 … when somebody's greetings are brought (S12)."""
    return ReceiptWords(
        title=t("visit.receipt.title"),
        opening=t("visit.receipt.opening", recipient=recipient, number=household_number, payer=payer),
        lines=tuple(_line(number, line) for number, line in enumerate(lines, start=1)),
        total=format_yuan(amount),
        capitals=capitals,
        closing=t("visit.receipt.closing", year=day.year, month=day.month, day=day.day),
        code=t("visit.receipt.code", code=check_code(signed_hash)),
    )


def check_code(signed_hash: str) -> str:
    """Twelve digits of the hash in threes, for a person to compare by eye."""
    head = signed_hash[:12].upper()
    return " ".join(head[i : i + 4] for i in range(0, 12, 4))


def _line(number: int, line: AidLine) -> str:
    values: dict[str, object] = {
        "number": number,
        "name": line.beneficiary.name,
        "type": t(label_key(line.type)),
        "form": t(label_key(line.form)),
        "source": t(label_key(line.source)),
        "amount": format_yuan(line.amount),
        "item": line.item,
        "quantity": line.quantity,
        "unit": line.unit or t("visit.aid.unit_default"),
    }
    if line.form is AidForm.IN_KIND:
        return t("visit.receipt.line_goods", **values)
    if line.form is AidForm.SERVICE:
        return t("visit.receipt.line_service", **values)
    return t("visit.receipt.line_money", **values)
