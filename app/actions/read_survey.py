"""One sealed questionnaire as a person reads it, with the version it was filled in with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from app.actions.forms_here import definition_of
from app.actions.read_surveys import SurveyCard
from app.actions.services import Services
from app.store.tables import media, records
from domain.errors import InputError
from domain.models.survey import SurveyBody, SurveyFile
from forms.reading import Read, read
from sync.protocol.forms import AnswerLine
from sync.protocol.records import decode_head


@dataclass(frozen=True, slots=True)
class SurveyReading:
    """``lines`` in the form's order, in ``language``, one of ``languages``. ``trouble``: a stable code when
    the form cannot be read here any more; then the lines are the bare names and values."""

    card: SurveyCard
    body: SurveyBody
    lines: list[AnswerLine]
    language: str
    languages: tuple[str, ...]
    trouble: str = ""


def read_survey(services: Services, record_id: str, language: str = "") -> SurveyReading | None:
    """None when no such questionnaire was sealed here. ``language``: as in ``languages``; "" means the one
    it was filled in with."""
    card, document = services.surveys.get(record_id), records(services.db).get(record_id)
    if card is None or document is None:
        return None
    body = msgspec.convert(decode_head(document["text"]).body, SurveyBody)
    trouble = ""
    languages: tuple[str, ...] = ()
    try:
        form = definition_of(services, card.form_key)
    except InputError as error:
        trouble, found = error.code, list(_bare(body.answers, ""))
    else:
        languages = form.definition.languages
        language = language if language in languages else body.language
        found = read(form.definition, body.answers, form.datasets, language)
    return SurveyReading(card, body, _with_files(services, body, found), language, languages, trouble)


def _with_files(services: Services, body: SurveyBody, found: list[Read]) -> list[AnswerLine]:
    by_path = {file.path: file for file in body.files}
    return [_line(services, one, by_path.get(one.path)) for one in found]


def _line(services: Services, one: Read, file: SurveyFile | None) -> AnswerLine:
    sent = media(services.db).find("sha256", file.sha256) if file is not None else []
    return AnswerLine(
        kind=one.kind,
        depth=one.depth,
        path=one.path,
        label=one.label,
        type=one.type,
        value=one.value,
        text=one.text,
        sha256=file.sha256 if file is not None else None,
        received=any(entry["state"] == "received" for entry in sent),
    )


def _bare(answers: Mapping[str, Any], above: str) -> Iterator[Read]:
    for name, value in answers.items():
        for number, one in enumerate(value if isinstance(value, list) else [value], 1):
            path = f"{above}/{name}[{number}]" if isinstance(value, list) else f"{above}/{name}"
            if isinstance(one, Mapping):
                yield Read("group", path.count("/") - 1, path, name)
                yield from _bare(one, path)
            else:
                yield Read("question", path.count("/") - 1, path, name, value=str(one), text=str(one))
