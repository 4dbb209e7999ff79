"""人民币大写: the amount in words that a recipient signs (R10), and its inverse.

《正确填写票据和结算凭证的基本规定》: 整 after 元, optional after 角, never after 分; zeros in a row are
written as one 零; where 元 or 万 stands at a zero and the next digit does not, the 零 may be left out. We
write 零 after 元 and none after 万, as in the rule's own example 壹拾万柒仟元零伍角叁分, and read both.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from itertools import product

from domain.errors import InputError
from domain.money import yuan

PREFIX = "人民币"
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_UNIT_VALUE = {"拾": 10, "佰": 100, "仟": 1000}


@lru_cache(maxsize=512)  # a campaign's aid comes in few amounts
def capitals(amount: Decimal) -> str:
    """``1680.32`` → ``人民币壹仟陆佰捌拾元零叁角贰分``; raises InputError as ``money.yuan`` does."""
    return PREFIX + _write(yuan(amount))


def from_capitals(text: str) -> Decimal:
    """The yuan that capitals say; raises InputError("capitals_unreadable") unless written by the rule.

    The prefix 人民币 may be missing; 圆 is read as 元 and 正 as 整, as the rule allows.
    """
    plain = text.strip().removeprefix(PREFIX).strip().replace("圆", "元").replace("正", "整")
    amount = _read(plain)
    if amount is None or plain not in _spellings(amount):
        raise InputError("capitals_unreadable", field="capitals")
    return amount


def capitals_match(text: str, amount: Decimal) -> bool:
    """Whether capitals and digits say the same (R10); unreadable capitals do not."""
    try:
        if text == capitals(amount):  # as our own receipts spell it
            return True
        return from_capitals(text) == yuan(amount)
    except InputError:
        return False


def _write(
    amount: Decimal, *, zero_after_wan: bool = False, zero_after_yuan: bool = True, whole: bool = False
) -> str:
    """One lawful spelling; ``whole`` writes 整 after 角 too."""
    integer, cents = divmod(int(amount.scaleb(2)), 100)
    jiao, fen = divmod(cents, 10)
    text = f"{_integer(integer, zero_after_wan)}元" if integer else ""
    if not cents:
        return (text or "零元") + "整"
    if integer and (not jiao or (integer % 10 == 0 and zero_after_yuan)):
        text += "零"
    if jiao:
        text += f"{_DIGITS[jiao]}角"
    if fen:
        return text + f"{_DIGITS[fen]}分"
    return text + ("整" if whole else "")


def _spellings(amount: Decimal) -> set[str]:
    switches = product((False, True), repeat=3)
    return {_write(amount, zero_after_wan=a, zero_after_yuan=b, whole=c) for a, b, c in switches}


def _integer(number: int, zero_after_wan: bool) -> str:
    return _join(number, 10**8, "亿", zero_after_wan) if number >= 10**8 else _eight(number, zero_after_wan)


def _eight(number: int, zero_after_wan: bool) -> str:
    return _join(number, 10**4, "万", zero_after_wan) if number >= 10**4 else _four(number)


def _join(number: int, size: int, unit: str, zero_after_wan: bool) -> str:
    """High part, unit, low part, with 零 between where digits are skipped."""
    high, low = divmod(number, size)
    text = _part(high, size, zero_after_wan) + unit
    if not low:
        return text
    skipped = low < size // 10 or (zero_after_wan and high % 10 == 0)
    return text + ("零" if skipped else "") + _part(low, size, zero_after_wan)


def _part(number: int, size: int, zero_after_wan: bool) -> str:
    return _eight(number, zero_after_wan) if size == 10**8 else _four(number)


def _four(number: int) -> str:
    text = ""
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            text += _DIGITS[digit] + _PLACES[place]
        elif text and number % 10**place and not text.endswith("零"):
            text += "零"
    return text


_SHAPE = re.compile(
    "(?:(?P<yuan>[零壹贰叁肆伍陆柒捌玖拾佰仟万亿]+)元)?零?"
    "(?:(?P<jiao>[壹贰叁肆伍陆柒捌玖])角)?(?:(?P<fen>[壹贰叁肆伍陆柒捌玖])分)?整?$"
)


def _read(text: str) -> Decimal | None:
    """What the words say, however the zeros are spelled; None when they are no amount."""
    shape = _SHAPE.match(text)
    if not shape or not text:
        return None
    integer = _read_integer(shape["yuan"] or "")
    if integer >= 10**16:
        return None
    cents = 10 * _digit(shape["jiao"]) + _digit(shape["fen"])
    return Decimal(integer * 100 + cents).scaleb(-2)


def _digit(sign: str | None) -> int:
    return _DIGITS.index(sign) if sign else 0


def _read_integer(text: str) -> int:
    if "亿" in text:
        high, _, low = text.rpartition("亿")
        return _read_integer(high) * 10**8 + _read_integer(low)
    if "万" in text:
        high, _, low = text.rpartition("万")
        return _read_integer(high) * 10**4 + _read_integer(low)
    result = digit = 0
    for sign in text:
        if sign in _DIGITS:
            digit = _DIGITS.index(sign)
        else:
            result, digit = result + digit * _UNIT_VALUE[sign], 0
    return result + digit
