"""How many questions are asked and how many answered, without going through a large form at each touch."""

from __future__ import annotations

from dataclasses import dataclass, replace

from forms import Session
from forms.engine.questions import is_readonly
from forms.engine.tree import find


@dataclass(frozen=True, slots=True)
class Tally:
    """Questions that a person is to answer now, and those that have an answer."""

    asked: int
    answered: int

    @property
    def open(self) -> int:
        return self.asked - self.answered


def count(session: Session) -> Tally:
    """Questions that are asked now, without notes and what the form fills in itself."""
    asked = answered = 0
    for node, control in session.walker.questions():
        if control.type == "note" or is_readonly(control, node, session.env):
            continue
        asked += 1
        answered += bool(node.value)
    return Tally(asked, answered)


class Counter:
    """Counts when the form has changed its shape, else only adds up."""

    def __init__(self) -> None:
        self._tally: Tally | None = None
        self._session: Session | None = None
        self._shape = -1

    def now(self, session: Session) -> Tally:
        """As ``count``."""
        if self._tally is None or not self._fits(session):
            self._tally, self._session, self._shape = count(session), session, session.recalc.shape
        return self._tally

    def forget(self) -> None:
        """Count again: more than one answer may have changed."""
        self._tally = None

    def answered(self, session: Session, path: str, before: str) -> None:
        """The answer at ``path`` was ``before`` and is another one now."""
        if self._tally is None or not self._fits(session):
            return
        if _moves_others(session, path):
            self.forget()
            return
        more = bool(session.value(path)) - bool(before)
        self._tally = replace(self._tally, answered=self._tally.answered + more)

    def _fits(self, session: Session) -> bool:
        return session is self._session and session.recalc.shape == self._shape


def _moves_others(session: Session, path: str) -> bool:
    """An answer that sets others, or any in a form where answers lock questions."""
    definition = session.definition
    element = find(session.root, path).defn
    if element is None or element.path in definition.on_change:
        return True
    binds = (control.element.bind for control in definition.controls())
    return any(bind.readonly is not None and bind.readonly.refs for bind in binds)
