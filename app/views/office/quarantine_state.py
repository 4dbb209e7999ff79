"""What could not be decoded: why, how much, from whom. Nothing of it is lost; a person has to look.

Plain Python, no Flet. A ``Kept`` never changes; each event makes the next one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime

from app.actions.office_list_quarantine import list_quarantine
from app.actions.office_settle_stray import dismiss_stray, retry_stray
from app.actions.services import Services
from app.lang import has_text, t
from app.views.office import words
from app.views.office.board_state import Board
from domain.errors import NuanFangError
from sync.protocol.supervision import QuarantinePage, QuarantineRow, Settled


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
    return Stray(
        id=row.id,
        reason=_why(row.reason),
        code=row.reason,
        detail=row.detail,
        size=words.size(row.size),
        received=words.when(words.moment(row.received_at), now),
        sender=t("office.quarantine.sender", name=row.author_name, device=row.device_id),
        claims=row.claimed_id,
    )


def _why(code: str) -> str:
    msgid = f"office.quarantine.why.{code}"
    return t(msgid) if has_text(msgid) else words.problem(code)


def strays(page: QuarantinePage, now: datetime) -> tuple[Stray, ...]:
    """All rows of an answer."""
    return tuple(stray(row, now) for row in page.rows)


@dataclass(frozen=True, slots=True)
class Kept(Board[Stray]):
    """What came, and what became of it."""

    def came(self, page: QuarantinePage, now: datetime) -> Kept:
        """The list as it is now."""
        return replace(self, rows=strays(page, now), total=page.total, error="")

    def settled(self, answer: Settled) -> Kept:
        """The registry's word: it has left the list, or it is still unreadable."""
        if answer.state != "open":
            return self.without(answer.id, t(f"office.quarantine.{answer.state}"))
        why = _why(answer.problem or "unreadable")
        more = t("office.quarantine.still_detail", detail=answer.detail) if answer.detail else ""
        return self.stays(answer.id, t("office.quarantine.still", why=why) + more)


@dataclass(frozen=True, slots=True)
class Acts:
    """What can be done here. ``change`` takes a step from one list to the next."""

    services: Services
    change: Callable[[Callable[[Kept], Kept]], None]
    now: Callable[[], datetime]

    async def load(self) -> None:
        """Ask for the list."""
        try:
            page = await list_quarantine(self.services)
        except NuanFangError as error:
            code = error.code
            self.change(lambda kept: kept.broke(code))
        else:
            at = self.now()
            self.change(lambda kept: kept.came(page, at))

    async def retry(self, item_id: str) -> None:
        """Have it read once more."""
        await self._settle(item_id, lambda: retry_stray(self.services, item_id))

    async def dismiss(self, item_id: str, reason: str) -> None:
        """Take it off the list."""
        await self._settle(item_id, lambda: dismiss_stray(self.services, item_id, reason))

    async def _settle(self, item_id: str, act: Callable[[], Awaitable[Settled]]) -> None:
        self.change(lambda kept: kept.asking(item_id))
        try:
            answer = await act()
        except NuanFangError as error:
            code = error.code
            self.change(lambda kept: kept.refused(item_id, code, t("office.quarantine.gone")))
        else:
            self.change(lambda kept: kept.settled(answer))
