"""Sealed answers, nested as a phone sent them, as paths and texts; whatever they hold, with an end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from domain.models.survey import Answers
from forms.definition import Definition, ElementDef
from forms.engine.lexical import clean
from forms.engine.tree import MAX_ROWS

MOST_NODES = 20_000
"""Of one filling's tree; a repeat of 50 rows with 20 questions has 1,000."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What does not fit the form. ``code``: one of forms.engine.check.Problem, or irrelevant,
    unknown_question, unreadable."""

    path: str
    code: str


@dataclass(slots=True)
class Flat:
    """``given``: instance path → answer; ``rows``: path of a repeat → rows."""

    given: dict[str, str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    nodes: int = 0

    def draft(self) -> dict[str, str]:
        """As forms.Session takes it."""
        return {f"{path}[#]": str(count) for path, count in self.rows.items()} | self.given


class _TooManyError(Exception):
    """More than MOST_NODES."""


def flatten(definition: Definition, answers: Answers) -> Flat:
    """Never raises; what the form does not know is a fault and left out. The form bounds the depth."""
    flat = Flat()
    try:
        _group(definition.root, answers, definition.root.path, flat)
    except _TooManyError:
        flat.given, flat.rows = {}, {}
        flat.faults = [Fault(definition.root.path, "unreadable")]
    return flat


def _group(defn: ElementDef, answers: Any, path: str, flat: Flat) -> None:
    flat.nodes += 1 + len(defn.kids)
    if flat.nodes > MOST_NODES:
        raise _TooManyError
    if not isinstance(answers, dict):
        flat.faults.append(Fault(path, "unknown_question"))
        return
    for name, answer in answers.items():
        kid = defn.kids.get(name)
        if kid is None:
            flat.faults.append(Fault(f"{path}/{clean(str(name))[:100]}", "unknown_question"))
        elif kid.is_repeat:
            _rows(kid, answer, f"{path}/{name}", flat)
        elif kid.kids:
            _group(kid, answer, f"{path}/{name}", flat)
        else:
            _answer(answer, f"{path}/{name}", flat)


def _rows(defn: ElementDef, answers: Any, path: str, flat: Flat) -> None:
    if not isinstance(answers, list) or len(answers) > MAX_ROWS:
        flat.faults.append(Fault(path, "too_many_rows" if isinstance(answers, list) else "unknown_question"))
        return
    flat.rows[path] = len(answers)
    for number, row in enumerate(answers, 1):
        _group(defn, row, f"{path}[{number}]", flat)


def _answer(answer: Any, path: str, flat: Flat) -> None:
    if not isinstance(answer, str):
        flat.faults.append(Fault(path, "wrong_type"))
        return
    text = clean(answer)
    if text != answer:
        flat.faults.append(Fault(path, "wrong_type"))
    if text:
        flat.given[path] = text
