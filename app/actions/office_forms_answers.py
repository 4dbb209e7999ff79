"""Reading filled questionnaires: list, one, charts, spreadsheet (S54). Nothing is stored on this device."""

from __future__ import annotations

from dataclasses import dataclass

from app.actions.office_forms import line
from app.actions.office_reveal_field import SHORTEST_REASON
from app.actions.services import Services
from domain.errors import InputError
from sync.protocol.forms import QuestionInfo, QuestionSummary, SurveyDetail, SurveyPage

LABELS, CODES = "labels", "codes"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which fillings. ``question`` is a path, ``value`` the answer it must hold; ``org`` an id."""

    form_id: str
    org: str = ""
    question: str = ""
    value: str = ""


async def list_answers(services: Services, wanted: Wanted, after: str | None = None) -> SurveyPage:
    """One page, newest first. A question without a value, or the other way round, filters nothing."""
    both = bool(wanted.question and wanted.value)
    asked = {
        "form_id": wanted.form_id,
        "org": wanted.org,
        "question": wanted.question if both else "",
        "value": wanted.value if both else "",
    }
    return await line(services).surveys(asked, after)


async def open_answer(services: Services, survey_id: str, language: str = "") -> SurveyDetail:
    return await line(services).survey(survey_id, language)


async def list_questions(services: Services, form_id: str) -> list[QuestionInfo]:
    """What can be filtered and charted, in the form's order."""
    return (await line(services).questions(form_id)).questions


async def summarise(services: Services, form_id: str, question: str, org: str = "") -> QuestionSummary:
    return await line(services).summary(form_id, question, org)


async def export_answers(services: Services, wanted: Wanted, values: str, reason: str | None = None) -> bytes:
    """The bytes of an .xlsx of the form and organisation wanted, whatever question is filtered by.

    Personal answers are masked unless there is a reason, which the registry writes down; who may have them
    whole it decides. Raises InputError("reason_missing") or WireError.
    """
    if reason is not None and len(reason.strip()) < SHORTEST_REASON:
        raise InputError("reason_missing", field="reason")
    why = (reason or "").strip()
    return await line(services).answers(wanted.form_id, values, reason=why, org=wanted.org)
