"""One aid line as a person fills it in: what is missing, what the amount is, how it reads in capitals."""

from __future__ import annotations

from decimal import Decimal

from app.actions.visit_draft import AidDraft
from domain.capitals import capitals
from domain.codes import AidForm
from domain.errors import InputError
from domain.money import parse_yuan, total

LARGEST_QUANTITY = 9999


def amount(line: AidDraft) -> Decimal | None:
    """Yuan, or None while nothing usable is typed."""
    try:
        return parse_yuan(line.amount)
    except InputError:
        return None


def amount_error(line: AidDraft) -> InputError | None:
    """Why the typed amount cannot be used; None while the field is still empty."""
    if not line.amount.strip():
        return None
    try:
        parse_yuan(line.amount)
    except InputError as error:
        return error
    return None


def in_capitals(line: AidDraft) -> str:
    """人民币…元整, or empty while there is no amount."""
    value = amount(line)
    return capitals(value) if value is not None else ""


def quantity(line: AidDraft) -> int | None:
    """A whole number of pieces from 1 to 9,999; None otherwise."""
    text = line.quantity.strip()
    if not (text.isascii() and text.isdigit()):
        return None
    number = int(text[:6])
    return number if 1 <= number <= LARGEST_QUANTITY else None


def line_gaps(line: AidDraft) -> list[str]:
    """Fields still missing or wrong, in the order of the form; empty when the line is whole."""
    missing = [name for name in ("form", "type", "source") if not getattr(line, name)]
    if line.form in (AidForm.IN_KIND, AidForm.SERVICE) and not line.item.strip():
        missing.append("item")
    if line.form == AidForm.IN_KIND and quantity(line) is None:
        missing.append("quantity")
    if amount(line) is None:
        missing.append("amount")
    return missing


def sum_of(lines: list[AidDraft]) -> Decimal:
    """What is typed so far, counted together."""
    return total(value for value in map(amount, lines) if value is not None)
