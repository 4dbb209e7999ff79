"""What could not be decoded: why, how much, from whom. Nothing of it is lost; a person has to look. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.lang import has_text, t
from app.views.office import words
from sync.protocol.supervision import QuarantinePage, QuarantineRow


@dataclass(frozen=True, slots=True)
class Stray:
    """One piece: ``reason`` in words, ``detail`` for whoever repairs it, ``size`` in bytes as words."""

    id: str
    reason: str
    code: str
    detail: str
    size: str
    received: str
    sender: str
    claims: str


def stray(row: QuarantineRow, now: datetime) -> Stray:
    """The texts of a row."""
    msgid = f"error.{row.reason}"
    return Stray(
        id=row.id,
        reason=t(msgid) if has_text(msgid) else row.reason,
        code=row.reason,
        detail=row.detail,
        size=words.size(row.size),
        received=words.when(words.moment(row.received_at), now),
        sender=t("office.quarantine.sender", name=row.author_name, device=row.device_id),
        claims=row.claimed_id,
    )


@dataclass(frozen=True, slots=True)
class Kept:
    """What came: ``rows`` None while nothing has, ``error`` the code when it failed."""

    rows: tuple[Stray, ...] | None = None
    total: int = 0
    error: str = ""


def strays(page: QuarantinePage, now: datetime) -> tuple[Stray, ...]:
    """All rows of an answer."""
    return tuple(stray(row, now) for row in page.rows)
