"""The words burnt into a photo: when, where, which household, who took it, and a short code (R12).

Never the identity number, never an address beyond the household's number: a leaked photo must not name
anybody. Time is local (Asia/Shanghai), as a reader of the picture expects.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.lang import t

LOCAL = ZoneInfo("Asia/Shanghai")
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the lines say; ``latitude`` and ``longitude`` are decimal texts, empty while unknown."""

    taken_at: datetime
    household_number: str
    operator: str
    code: str
    latitude: str = ""
    longitude: str = ""
    accuracy_m: int = 0


def short_code(visit_id: str, original_sha256: str) -> str:
    """Six characters (no 0/O, 1/I) that tie a printed picture to its record; a person can compare them."""
    digest = hashlib.sha256(f"{visit_id}:{original_sha256}".encode()).digest()
    return "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in digest[:6])


def lines(stamp: Stamp) -> list[str]:
    """Three lines for the lower left corner."""
    return [
        stamp.taken_at.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M:%S"),
        _place(stamp),
        t("visit.stamp.who", number=stamp.household_number, operator=stamp.operator, code=stamp.code),
    ]


def _place(stamp: Stamp) -> str:
    if not stamp.latitude:
        return t("visit.stamp.no_place")
    return t(
        "visit.stamp.place",
        latitude=stamp.latitude,
        longitude=stamp.longitude,
        accuracy=stamp.accuracy_m,
    )
