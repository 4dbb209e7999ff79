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
class Said:
    """What came of the last act, in words; ``at``: the row it is shown on, empty when that has gone."""

    text: str
    good: bool = False
    at: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """What came: ``rows`` None while nothing has, ``error`` the code when asking failed.

    ``busy`` is the row that is being settled: one at a time.
    """

    rows: tuple[Stray, ...] | None = None
    total: int = 0
    error: str = ""
    busy: str = ""
    said: Said | None = None

    def came(self, page: QuarantinePage, now: datetime) -> Kept:
        """The list as it is now."""
        return replace(self, rows=strays(page, now), total=page.total, error="")

    def broke(self, code: str) -> Kept:
        """It did not come; a list that came before stays."""
        return replace(self, error=code)

    def asking(self, item_id: str) -> Kept:
        """A row is being settled."""
        return replace(self, busy=item_id, said=None)

    def settled(self, answer: Settled) -> Kept:
        """The registry's word: it has left the list, or it is still unreadable."""
        if answer.state != "open":
            return self._without(answer.id, Said(t(f"office.quarantine.{answer.state}"), good=True))
        why = _why(answer.problem or "unreadable")
        more = t("office.quarantine.still_detail", detail=answer.detail) if answer.detail else ""
        return replace(self, busy="", said=Said(t("office.quarantine.still", why=why) + more, at=answer.id))

    def refused(self, item_id: str, code: str) -> Kept:
        """Nothing was settled; one that somebody else has settled leaves the list."""
        if code == "not_found":
            return self._without(item_id, Said(t("office.quarantine.gone"), good=True))
        return replace(self, busy="", said=Said(words.not_done(code), at=item_id))

    def _without(self, item_id: str, said: Said) -> Kept:
        rows = self.rows or ()
        left = tuple(one for one in rows if one.id != item_id)
        return replace(self, rows=left, total=self.total - (len(rows) - len(left)), busy="", said=said)


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
            self.change(lambda kept: kept.refused(item_id, code))
        else:
            self.change(lambda kept: kept.settled(answer))
