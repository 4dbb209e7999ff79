"""One visit on screen: loading, judged, revealed; and what a supervisor does there. Plain Python, no Flet.

A ``Sheet`` never changes; each event makes the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import msgspec

from app.actions.office_desk import desk
from app.actions.office_open_visit import open_visit
from app.actions.office_reveal_field import Hidden, reveal_field
from app.actions.office_review_visit import review_visit
from app.actions.services import Services
from app.views.office import queue_load
from app.views.office.story_state import utc_now
from domain.errors import NuanFangError
from sync.protocol.messages import VisitDetail
from sync.protocol.supervision import Review, Verdict

REVIEWED = "reviewed"
"""Somebody has judged it; how, an older registry does not tell."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """``detail`` None while loading or after ``error``. ``judged``: the verdict given here, if any.

    ``saving`` while a verdict is on its way; ``refused`` is the code when it was not taken. ``revealed``
    maps what was hidden to its value, against a logged reason.
    """

    id: str
    detail: VisitDetail | None = None
    error: str = ""
    judged: str = ""
    saving: str = ""
    refused: str = ""
    revealed: Mapping[Hidden, str] = field(default_factory=dict)

    def arrived(self, detail: VisitDetail) -> Sheet:
        """The visit; what was revealed of it stays."""
        return replace(self, detail=detail, error="") if detail.row.id == self.id else self

    def broke(self, code: str) -> Sheet:
        """It did not come; one that came before stays."""
        return replace(self, error=code)

    def judging(self, verdict: str) -> Sheet:
        """A verdict is on its way."""
        return replace(self, saving=verdict, refused="")

    def taken(self, given: Review) -> Sheet:
        """The registry wrote the verdict down; it stands after those before it."""
        found = self.detail
        if found is not None:
            found = msgspec.structs.replace(found, reviews=[*found.reviews, given])
        return replace(self, detail=found, judged=given.verdict, saving="", refused="")

    def not_taken(self, code: str) -> Sheet:
        """The registry did not; nothing was judged."""
        return replace(self, saving="", refused=code)

    def saw(self, hidden: Hidden, value: str) -> Sheet:
        """Something was revealed."""
        return replace(self, refused="", revealed={**self.revealed, hidden: value})

    @property
    def verdict(self) -> str:
        """Given here or before; empty when nobody has judged it."""
        if self.judged:
            return self.judged
        if self.detail is not None and self.detail.reviews:
            return self.detail.reviews[-1].verdict
        return REVIEWED if self.detail is not None and self.detail.row.reviewed else ""


@dataclass(frozen=True, slots=True)
class Acts:
    """What can be done with one visit. ``change`` takes a step from one sheet to the next."""

    services: Services
    visit_id: str
    change: Callable[[Callable[[Sheet], Sheet]], None]

    async def load(self) -> None:
        """Ask for the visit."""
        self._step(lambda now: replace(now, error=""))
        try:
            found = await open_visit(self.services, self.visit_id)
        except NuanFangError as error:
            code = error.code
            self._step(lambda now: now.broke(code))
        else:
            self._step(lambda now: now.arrived(found))

    async def judge(self, verdict: Verdict, note: str = "") -> None:
        """Give a verdict; the queue's row says so at once."""
        self._step(lambda now: now.judging(verdict))
        try:
            await review_visit(self.services, self.visit_id, verdict, note)
        except NuanFangError as error:
            code = error.code
            self._step(lambda now: now.not_taken(code))
        else:
            given = self._review(verdict, note)
            self._step(lambda now: now.taken(given))
            queue_load.judged(desk(self.services), self.visit_id, verdict)

    async def reveal(self, hidden: Hidden, reason: str) -> None:
        """See something hidden, for a reason."""
        try:
            value = await reveal_field(self.services, hidden, reason)
        except NuanFangError as error:
            code = error.code
            self._step(lambda now: now.not_taken(code))
        else:
            self._step(lambda now: now.saw(hidden, value))

    def _review(self, verdict: Verdict, note: str) -> Review:
        """As the registry will tell it from now on."""
        me = self.services.me
        name, at = me.name if me else "", utc_now().isoformat()
        return Review(verdict=verdict, note=note.strip(), name=name, at=at)

    def _step(self, event: Callable[[Sheet], Sheet]) -> None:
        # An answer for a visit that has left the screen changes nothing.
        self.change(lambda now: event(now) if now.id == self.visit_id else now)
