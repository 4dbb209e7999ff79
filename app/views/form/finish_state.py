"""Before handing in: what was answered, what is missing, what is worth a second look."""

from __future__ import annotations

from dataclasses import dataclass

from app.views.form.faults_state import problem_words
from app.views.form.sheet_state import Sheet
from app.views.form.tally_state import Tally
from app.views.form.trail_state import Around, trail_of
from forms.engine.tree import find
from forms.errors import AnswerError

FAULTS = 20
"""So many are listed; the next come when these are mended."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One question that is not right yet: its name, what it belongs to, what is wrong."""

    path: str
    label: str
    trail: str
    words: str


@dataclass(frozen=True, slots=True)
class Summary:
    """``faults``: the first of them; ``wrong``: how many in all. Nothing wrong: it can be handed in."""

    tally: Tally
    faults: tuple[Fault, ...]
    wrong: int


def summary(sheet: Sheet, around: Around) -> Summary:
    """Every relevant question checked again."""
    problems = sheet.filling.problems()
    first = [_fault(sheet, around, one.path, problem_words(one)) for one in problems[:FAULTS]]
    return Summary(sheet.tally(), tuple(first), len(problems))


def _fault(sheet: Sheet, around: Around, path: str, words: str) -> Fault:
    session = sheet.session
    try:
        node = find(session.root, path)
    except AnswerError:  # too many rows: the repeat itself
        return Fault(path, "", "", words)
    control = node.defn.control if node.defn is not None else None
    label = session.texts.label(control.label, node) if control is not None else ""
    trail = " · ".join(one.words for one in trail_of(session, around, node))
    return Fault(path, label, trail, words)
