"""Which questionnaires this person is offered here, and one of them ready to be filled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.actions.form_datasets import datasets_of
from app.actions.form_shelf import LoadedForm, file_bytes
from domain.models.survey import SurveySubject

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.actions.services import Services
    from sync.protocol.forms import FormDoc


@dataclass(frozen=True, slots=True)
class FormCard:
    """One questionnaire in a list. ``refusal``: why this app cannot use it, the last part of the msgid
    ``forms.refusal.<code>`` (with ``reason``, and the question as ``name``); "" when it can, or when nobody
    tried yet."""

    form_key: str
    form_id: str
    version: str
    title: str
    subject: SurveySubject
    questions: int
    languages: tuple[str, ...]
    published_at: str
    refusal: str = ""
    reason: str = ""
    question: str = ""


def offered(services: Services, subject: SurveySubject, *, in_visit: bool = False) -> list[FormCard]:
    """What may be filled in about a household, an organisation or nobody, by title; ``in_visit``: only what
    the office wants filled in during a visit (S18). One version of each form: the newest."""
    role = services.me.role if services.me else ""
    newest: dict[str, tuple[str, FormDoc]] = {}
    for key, doc in services.forms.docs().items():
        meant = doc.subject == subject and (doc.in_visit or not in_visit)
        if not doc.current or not meant or (doc.roles and role not in doc.roles):
            continue
        known = newest.get(doc.form_id)
        if known is None or (known[1].published_at, known[0]) < (doc.published_at, key):
            newest[doc.form_id] = (key, doc)
    return _cards(services, newest.values())


def _cards(services: Services, found: Iterable[tuple[str, FormDoc]]) -> list[FormCard]:
    return sorted(
        (_card(services, key, doc) for key, doc in found), key=lambda card: (card.title, card.form_id)
    )


def _card(services: Services, key: str, doc: FormDoc) -> FormCard:
    refused = services.forms.refusal(doc)
    return FormCard(
        form_key=key,
        form_id=doc.form_id,
        version=doc.version,
        title=doc.title,
        subject=doc.subject,
        questions=doc.questions,
        languages=tuple(doc.languages),
        published_at=doc.published_at,
        refusal=refused.code if refused else "",
        reason=refused.reason if refused else "",
        question=refused.question if refused else "",
    )


def definition_of(services: Services, form_key: str) -> LoadedForm:
    """A form version with its data sets; the last few stay in memory.

    Raises InputError("form_missing"); FormError when this app cannot use the form: from then on its card
    says so (``refusal``), the others go on."""
    refused = services.forms.try_out(form_key)
    if refused is not None:
        raise refused
    definition, doc = services.forms.definition(form_key), services.forms.doc(form_key)
    return LoadedForm(form_key, doc, definition, datasets_of(services, doc, definition))


def picture_of(services: Services, form_key: str, name: str) -> bytes | None:
    """A picture that a label or a choice names; None when the form did not bring it."""
    doc = services.forms.docs().get(form_key)
    files = doc.files if doc is not None else []
    return next((file_bytes(file) for file in files if file.name == name), None)
