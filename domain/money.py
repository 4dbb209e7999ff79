"""Yuan and fen: reading what a person typed, showing it, and the amount in capitals (大写).

Amounts are ``Decimal`` yuan with exactly two decimals, never floats. Capitals follow the People's Bank's
《正确填写票据和结算凭证的基本规定》.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from domain.errors import InputError
from domain.text import half_width

ZERO = Decimal("0.00")
FEN = Decimal("0.01")
# One aid above a million yuan is a typing mistake; budgets pass their own limit.
LARGEST_AID = Decimal("1000000.00")
# 万亿 is the last unit the capitals know.
LARGEST_AMOUNT = Decimal("9999999999999999.99")

_NEGATIVE = re.compile("[-\u2212\u2013\u2014]\\s*[0-9]")
_PLAIN = re.compile(r"[0-9]+(\.[0-9]*)?\Z")
_SEPARATED = re.compile(r"[0-9][0-9.]*([,'\s][0-9.]+)+\s*(元|块|圆|yuan|rmb)?\Z", re.IGNORECASE)
_WITH_UNIT = re.compile(
    r"([¥$]|rmb|人民币)\s*[0-9.]+\Z|[0-9.]+\s*(元整?|块钱?|圆|角|分|百|千|万元?|亿元?|yuan|rmb)\Z",
    re.IGNORECASE,
)


def parse_yuan(text: str, largest: Decimal = LARGEST_AID) -> Decimal:
    """What a person typed → yuan with two decimals, more than zero.

    Plain digits with at most two decimals are accepted; full-width digits and outer spaces are put right.
    Everything else is refused with a code of its own, because a guess about money is worse than a question:
    ``amount_missing``, ``amount_negative``, ``amount_has_separators``, ``amount_has_unit``,
    ``amount_not_a_number``, ``amount_too_precise``, ``amount_too_large``, ``amount_zero``.
    """
    typed = half_width(text).replace("。", ".").strip()
    if not _PLAIN.match(typed) or typed.endswith("."):
        raise InputError(_refusal(typed), field="amount")
    whole, _, fen = typed.partition(".")
    if len(fen) > 2:
        raise InputError("amount_too_precise", field="amount")
    if len(whole.lstrip("0")) > 16 or Decimal(typed) > largest:
        raise InputError("amount_too_large", field="amount", largest=format_yuan(largest))
    amount = Decimal(typed).quantize(FEN)
    if amount == 0:
        raise InputError("amount_zero", field="amount")
    return amount


def _refusal(typed: str) -> str:
    if not typed:
        return "amount_missing"
    if _NEGATIVE.match(typed):
        return "amount_negative"
    if _SEPARATED.match(typed):
        return "amount_has_separators"
    if _WITH_UNIT.match(typed):
        return "amount_has_unit"
    return "amount_not_a_number"


def yuan(value: Decimal | int | str) -> Decimal:
    """A program's amount with exactly two decimals, zero or more; for values from files and the wire.

    Raises InputError with ``amount_not_a_number``, ``amount_negative``, ``amount_too_precise`` or
    ``amount_too_large``.
    """
    try:
        amount = Decimal(value)
    except InvalidOperation:
        raise InputError("amount_not_a_number", field="amount") from None
    if not amount.is_finite():
        raise InputError("amount_not_a_number", field="amount")
    if amount < 0:
        raise InputError("amount_negative", field="amount")
    if amount > LARGEST_AMOUNT:
        raise InputError("amount_too_large", field="amount", largest=format_yuan(LARGEST_AMOUNT))
    exact = amount.quantize(FEN)
    if exact != amount:
        raise InputError("amount_too_precise", field="amount")
    return abs(exact)  # -0.00 is no amount anybody signs for


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The exact sum, with two decimals also when there is nothing to add."""
    return sum(amounts, ZERO)


def format_yuan(amount: Decimal) -> str:
    """``Decimal("1000.5")`` → ``¥1,000.50``; a shortfall → ``-¥1,000.50``."""
    return f"{'-' if amount < 0 else ''}¥{abs(amount):,.2f}"
