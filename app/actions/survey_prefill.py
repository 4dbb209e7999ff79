"""What the phone knows already is not asked again: the household or organisation the form is about."""

from __future__ import annotations

from contextlib import suppress

from app.actions.survey_subject import Subject
from forms import AnswerError, Definition, Session
from sync.protocol.forms import HOUSEHOLDS_CSV, ORGS_CSV


def prefill(session: Session, subject: Subject) -> None:
    """Answer the first question (outside repeats) that chooses from the list of households, and of
    organisations, with whom this questionnaire is about. The person may choose another."""
    for file, value in ((HOUSEHOLDS_CSV, subject.household), (ORGS_CSV, subject.org)):
        path = _first_choice(session.definition, file)
        if path and value and not session.value(path):
            with suppress(AnswerError):  # shown only: the form fills it in itself
                session.set(path, value)


def _first_choice(definition: Definition, file: str) -> str:
    instances = {name for name, source in definition.external.items() if source == file}
    for control in definition.controls():
        listed = control.itemset is not None and control.itemset.instance in instances
        if listed and control.type == "select_one" and not _repeated(control.element.path, definition):
            return control.element.path
    return ""


def _repeated(path: str, definition: Definition) -> bool:
    parts = path.split("/")
    above = ("/".join(parts[:depth]) for depth in range(2, len(parts)))
    return any(definition.elements[one].is_repeat for one in above)
