"""Sealed answers read once more with the very form they were given in: to flag, to show, to write as XML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog

from domain.models import SurveyBody
from forms import Hooks, Session
from forms.engine.check import Problem
from forms.engine.tree import find
from forms.xpath.nodes import Node
from registry.service.forms.shelf import KnownForm
from registry.service.surveys.flat import Fault, Flat, flatten
from registry.service.surveys.named import NamedRows

log = structlog.get_logger("registry")
FORM_UNKNOWN, ANSWERS_INVALID = "form_unknown", "answers_invalid"
"""Flags of a filling."""
MOST_FAULTS = 50


@dataclass(frozen=True, slots=True)
class Reading:
    """``form`` None: no such version was ever published here. ``session`` None: the answers cannot be put
    into the form; its tree holds the answers as sealed, not as calculated again."""

    form: KnownForm | None
    flat: Flat
    session: Session | None
    faults: tuple[Fault, ...] = ()

    @property
    def given(self) -> dict[str, str]:
        return self.flat.given

    @property
    def flags(self) -> list[str]:
        if self.form is None:
            return [FORM_UNKNOWN]
        return [ANSWERS_INVALID] if self.faults else []


def unfold(form: KnownForm | None, body: SurveyBody) -> Flat:
    """First step: the answers by path."""
    return Flat() if form is None else flatten(form.definition, body.answers)


def read_answers(form: KnownForm | None, body: SurveyBody, flat: Flat, named: NamedRows) -> Reading:
    """Second step: check them. Never raises: nothing from the field is refused."""
    if form is None:
        return Reading(None, flat, None)
    try:
        session = _open(form, body.ended.device_time, flat, named)
        faults = [*flat.faults, *_irrelevant(session, flat.given), *map(_fault, session.validate())]
        _restore(session.root, session.root.path(), flat.given)
    except Exception as error:  # an expression that stumbles over odd answers must not lose the record
        log.warning("survey_unreadable", form=form.form_id, version=form.version, error=type(error).__name__)
        return Reading(form, flat, None, (*flat.faults, Fault(form.definition.root.path, "unreadable")))
    return Reading(form, flat, session, tuple(faults[:MOST_FAULTS]))


def _open(form: KnownForm, moment: datetime, flat: Flat, named: NamedRows) -> Session:
    tables: Mapping[str, Node] = {**named.tables(), **form.tables}
    return Session(form.definition, flat.draft(), Hooks.fixed(moment), tables)


def _fault(problem: Problem) -> Fault:
    return Fault(problem.path, problem.code)


def _irrelevant(session: Session, given: Mapping[str, str]) -> list[Fault]:
    """Answers that a phone would have left out."""
    return [Fault(path, "irrelevant") for path in given if not find(session.root, path).relevant]


def _restore(node: Node, path: str, given: Mapping[str, str]) -> None:
    """What was sealed, instead of what is calculated today; whoever holds an answer counts as relevant."""
    if not node.kids:
        node.value = given.get(path, "")
        if node.value and not node.relevant:
            _show(node)
    for name, rows in node.kids.items():
        repeats = node.defn is not None and node.defn.kids[name].is_repeat
        for number, row in enumerate(rows, 1):
            _restore(row, f"{path}/{name}[{number}]" if repeats else f"{path}/{name}", given)


def _show(node: Node | None) -> None:
    while node is not None and not node.relevant:
        node.relevant = True
        node = node.parent
