"""Numbers put into words for a chart: round classes, plain decimals."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal
from typing import Any

from sync.protocol.forms import Numbers

MOST_CLASSES = 10
_STEPS = tuple(Decimal(step) for step in ("1", "2", "5", "10", "20"))


def statistics(row: Any) -> Numbers:
    """``row``: answers, sum, min, max, and the two in the middle (the same when the count is odd)."""
    return Numbers(
        count=row.answers,
        sum=plain(row.sum),
        mean=plain(row.sum / row.answers),
        median=plain((row.low + row.high) / 2),
        min=plain(row.min),
        max=plain(row.max),
    )


def plain(number: Decimal) -> str:
    """At most four places, no exponent, no zeros at the end."""
    text = f"{round(number, 4):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def classes(low: Decimal, high: Decimal, whole: bool) -> tuple[Decimal, Decimal]:
    """(start, width): at most MOST_CLASSES classes of a round width that hold ``low`` to ``high``.

    ``whole``: all are integers, so no class is narrower than 1.
    """
    raw = max((high - low) / MOST_CLASSES, Decimal(1 if whole or low == high else 0))
    power = Decimal(10) ** raw.adjusted()
    for step in _STEPS:
        width = step * power
        start = (low / width).to_integral_value(ROUND_FLOOR) * width
        if start + width * MOST_CLASSES > high:
            break
    return start, width


def class_name(start: Decimal, width: Decimal, place: int) -> str:
    """``low..high``: from low up to, not including, high."""
    return f"{plain(start + width * place)}..{plain(start + width * (place + 1))}"


def class_order(value: str) -> tuple[Decimal, str]:
    """Sorts classes and numbers ascending, anything else by its text."""
    low = value.partition("..")[0]
    return (Decimal(low) if low.removeprefix("-").replace(".", "", 1).isdecimal() else Decimal(0)), value
