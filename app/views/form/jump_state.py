"""The list of all questions with their answers: read once, put into words only where it is looked at.

A form may hold a thousand questions, so labels, answers and faults are worked out for the lines shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.views.form.faults_state import problem_words
from app.views.form.sheet_state import Sheet
from app.views.form.trail_state import Around, row_words, trail_of
from app.views.form.words_state import answer_words
from forms import Session
from forms.definition import Control, Repeat
from forms.engine.check import check_node
from forms.engine.pages import Spot, spots
from forms.engine.questions import is_readonly

LINES = 40
"""Shown at first, and added above or below by a button."""
ABOVE = 4
"""Lines before the one the person comes from."""

Show = Literal["all", "open", "faults"]
"""Everything; what has no answer yet; what is wrong."""
Mark = Literal["", "done", "open", "missing", "fault"]
"""``open``: no answer, none needed; ``missing``: an answer is needed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. ``kind``: group, row, question, repeat (add or remove rows). ``depth``: from 0.

    ``fault``: what is wrong, in words. ``trail``: what it belongs to, where the lines around it are left out.
    """

    kind: str
    path: str
    depth: int
    label: str
    answer: str = ""
    mark: Mark = ""
    fault: str = ""
    trail: str = ""
    here: bool = False


class JumpList:
    """As the form was when the list was opened; ``here``: the questions of the page one comes from."""

    def __init__(self, sheet: Sheet, around: Around) -> None:
        self.session = sheet.session
        self.around = around
        page = sheet.page
        self.here = frozenset((*page.questions, page.path)) if page else frozenset()
        self._spots: dict[Show, list[Spot]] = {}

    def spots(self, show: Show) -> list[Spot]:
        """The lines' bare places, in the form's order."""
        if show not in self._spots:
            session = self.session
            every = [] if show == "all" else self.spots("all")
            if show == "all":
                every = list(spots(session.definition.body, session.root, session.env))
            elif show == "open":
                every = [one for one in every if self._is_open(one)]
            else:
                every = [one for one in every if self._has_fault(one)]
            self._spots[show] = every
        return self._spots[show]

    def count(self, show: Show) -> int:
        return len(self.spots(show))

    def start(self) -> int:
        """Where the window of all lines begins so that the person's own page stands near its top."""
        for number, spot in enumerate(self.spots("all")):
            if spot.kind in ("question", "repeat") and path_of(spot) in self.here:
                return number - ABOVE if number > LINES // 2 else 0
        return 0

    def window(self, show: Show, start: int, end: int) -> list[Entry]:
        """Lines ``start`` to ``end``, in words."""
        return [self._entry(spot, show) for spot in self.spots(show)[start:end]]

    def _entry(self, spot: Spot, show: Show) -> Entry:
        session, path = self.session, path_of(spot)
        if not isinstance(spot.block, Control):
            return Entry(spot.kind, path, spot.depth, _heading(session, spot))
        trail = ""
        if show != "all":
            trail = " · ".join(one.words for one in trail_of(session, self.around, spot.node))
        problem = check_node(spot.block, spot.node, session.texts, session.env)
        return Entry(
            kind="question",
            path=path,
            depth=spot.depth if show == "all" else 0,
            label=session.texts.label(spot.block.label, spot.node),
            answer=answer_words(session, spot.node, spot.block),
            mark=self._mark(spot, problem.code if problem else ""),
            fault=problem_words(problem),
            trail=trail,
            here=path in self.here,
        )

    def _mark(self, spot: Spot, code: str) -> Mark:
        if code:
            return "missing" if code == "required" else "fault"
        if spot.node.value:
            return "done"
        return "open" if self._is_open(spot) else ""

    def _is_open(self, spot: Spot) -> bool:
        if not isinstance(spot.block, Control) or spot.block.type == "note" or spot.node.value:
            return False
        return not is_readonly(spot.block, spot.node, self.session.env)

    def _has_fault(self, spot: Spot) -> bool:
        if not isinstance(spot.block, Control):
            return False
        return check_node(spot.block, spot.node, self.session.texts, self.session.env) is not None


def path_of(spot: Spot) -> str:
    """The path that ``walker.jump`` takes."""
    if spot.kind == "repeat" and spot.block.element is not None:
        return f"{spot.node.path()}/{spot.block.element.name}"
    return spot.node.path()


def _heading(session: Session, spot: Spot) -> str:
    label = session.texts.label(spot.block.label, spot.node) if spot.kind != "repeat" else ""
    if spot.kind == "row":
        return row_words(label, spot.node.place())
    if isinstance(spot.block, Repeat) and not label:
        return repeat_label(session, spot)
    return label


def repeat_label(session: Session, spot: Spot) -> str:
    """The name of a repeat, asked of its first row or of the form when it has none."""
    assert isinstance(spot.block, Repeat)
    rows = spot.node.kids[spot.block.element.name]
    return session.texts.label(spot.block.label, rows[0] if rows else spot.node)
