"""A date, a time or both while they are being given. Plain Python."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time

from app.views.form.controls.dates_state import date_answer, date_of, stamp_answer, time_answer, time_of


@dataclass
class Moment:
    """A date, a time or both under way; both are an answer only together. ``…_begun``: parts of it stand in
    the fields. ``sent``: answers of ours that may still come back. ``turns``: somebody else answered."""

    kind: str
    day: date | None = None
    clock: time | None = None
    day_begun: bool = False
    clock_begun: bool = False
    known: str | None = None
    sent: list[str] = field(default_factory=list)
    turns: int = 0

    def meet(self, answer: str) -> None:
        """The form's answer replaces what is under way unless it is what we gave."""
        if answer == self.known:
            return
        if answer == self.answer:
            self.sent = []
        elif answer not in self.sent:
            self.day, self.clock, self.turns = date_of(answer), time_of(answer), self.turns + 1
            self.day_begun = self.clock_begun = False
        self.known = answer

    @property
    def half(self) -> bool:
        """Something stands there that is no answer yet."""
        begun = self.day or self.clock is not None or self.day_begun or self.clock_begun
        return bool(begun) and not self.answer

    @property
    def answer(self) -> str:
        if self.kind == "date":
            return date_answer(self.day) if self.day else ""
        if self.kind == "time":
            return time_answer(self.clock) if self.clock is not None else ""
        return stamp_answer(self.day, self.clock) if self.day and self.clock is not None else ""
