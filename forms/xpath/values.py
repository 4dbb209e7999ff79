"""Conversions between the four XPath types, and comparison.

ODK's additions (#fn:number, the note under #xpath-functions): dates are numbers of days; a node counts by the
text in it, so an empty or irrelevant answer is the empty string, is false, and is not a number.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import UTC, tzinfo

from forms.xpath.dates import days_of_date, days_of_date_time, read_date, read_date_time
from forms.xpath.nodes import Node

Value = str | float | bool | list[Node]

NAN = math.nan
_NUMBER = re.compile(r"-?(\d+(\.\d*)?|\.\d+)")


def to_string(value: Value) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return value[0].text() if value else ""
    return number_text(value)


def number_text(number: float) -> str:
    """XPath 1.0 §4.2: no exponent, no trailing ``.0``; NaN and Infinity by name."""
    if number != number:
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    if number == int(number):
        return str(int(number))
    text = repr(number)
    return f"{number:.20f}".rstrip("0") if "e" in text else text


def to_number(value: Value, zone: tzinfo = UTC) -> float:
    if isinstance(value, bool):
        return 1.0 if value else 0.0
    if isinstance(value, float):
        return value
    return text_number(value if isinstance(value, str) else to_string(value), zone)


def text_number(text: str, zone: tzinfo = UTC) -> float:
    """A decimal number, or the days since 1970 of a date or dateTime, or NaN."""
    text = text.strip()
    if _NUMBER.fullmatch(text):
        return float(text)
    if len(text) < 10 or text[4] != "-":
        return NAN
    if "T" not in text:
        day = read_date(text)
        return NAN if day is None else days_of_date(day)
    stamp = read_date_time(text, zone)
    return NAN if stamp is None else days_of_date_time(stamp)


def to_boolean(value: Value) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value != ""
    if isinstance(value, list):
        return bool(value) and (bool(value[0].kids) or value[0].value != "" or len(value) > 1)
    return value == value and value != 0


def texts(value: Value) -> list[str]:
    """Every node's text, or the one value as text."""
    return [node.text() for node in value] if isinstance(value, list) else [to_string(value)]


_ORDER: dict[str, Callable[[float, float], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def compare(operator: str, left: Value, right: Value, zone: tzinfo) -> bool:
    """XPath 1.0 §3.4; sets of nodes compare true when any pair does. No node is one empty text."""
    if operator in _ORDER:
        test = _ORDER[operator]
        return any(test(a, b) for a in _numbers(left, zone) for b in _numbers(right, zone))
    equal = operator == "="
    if isinstance(left, bool) or isinstance(right, bool):
        return (to_boolean(left) == to_boolean(right)) is equal
    if isinstance(left, float) or isinstance(right, float):
        return any((a == b) is equal for a in _numbers(left, zone) for b in _numbers(right, zone))
    return any((a == b) is equal for a in texts(left) or [""] for b in texts(right) or [""])


def _numbers(value: Value, zone: tzinfo) -> list[float]:
    if isinstance(value, list):
        return [text_number(node.text(), zone) for node in value] or [NAN]
    return [to_number(value, zone)]
