"""Begin a questionnaire, or go on with the one already begun."""

from __future__ import annotations

import msgspec

from app.actions.event_now import event_builtins, event_now
from app.actions.fill_survey import Filling, open_survey, opened
from app.actions.form_shelf import LoadedForm
from app.actions.forms_here import definition_of
from app.actions.services import Services
from app.actions.survey_draft import ANSWER, PLACE, TOUCH, SurveyDraft
from app.actions.survey_drafts import all_surveys, insert_survey
from app.actions.survey_hooks import first_language, hooks_of
from app.actions.survey_prefill import prefill
from app.actions.survey_subject import Subject, subject_of
from app.store.sync_port import utc_text
from domain.errors import InputError
from domain.ids import new_id
from forms import Session


def start_survey(
    services: Services,
    form_key: str,
    *,
    household: str | None = None,
    org: str | None = None,
    visit: str | None = None,
) -> str:
    """The id of the draft: a new one, or the one under way. Give ``household`` or ``org`` as the form's
    subject asks; ``visit``: the visit under way during which it is filled in (it knows the household).

    There is one filling of a form under way per household or organisation; it goes on with the version it
    was begun with. A questionnaire about nobody can be under way several times, but one that was never
    touched is used again. Raises InputError("not_enrolled" | "form_missing" | "form_not_offered" |
    "survey_subject_missing" | "household_missing" | "org_missing" | "draft_missing"), FormError (this app
    cannot use the form), StoreError.
    """
    if services.me is None:
        raise InputError("not_enrolled")
    doc = services.forms.doc(form_key)
    subject = subject_of(services, doc.subject, household=household, org=org, visit=visit)
    under_way = _under_way(services, doc.form_id, subject)
    if under_way is not None:
        if visit is not None and under_way.visit_id != visit:
            open_survey(services, under_way.id).join_visit(visit)
        return under_way.id
    if not doc.current:
        raise InputError("form_not_offered", title=doc.title)
    return _begin(services, definition_of(services, form_key), subject)


def _under_way(services: Services, form_id: str, subject: Subject) -> SurveyDraft | None:
    for draft in all_surveys(services):
        if draft.form_id != form_id or (draft.household, draft.org) != (subject.household, subject.org):
            continue
        if subject.known or not draft.touched:
            return draft
    return None


def _begin(services: Services, form: LoadedForm, subject: Subject) -> str:
    me, doc = services.me, form.doc
    assert me is not None
    speaks = first_language(form.definition)
    session = Session(form.definition, hooks=hooks_of(services), datasets=form.datasets, language=speaks)
    prefill(session, subject)
    started = event_now(services)
    draft = SurveyDraft(
        id=new_id(),
        form_key=form.key,
        form_id=doc.form_id,
        version=doc.version,
        title=doc.title,
        subject=doc.subject,
        author=me.user_id,
        author_name=me.name,
        started=event_builtins(started),
        changed_at=utc_text(started.device_time),
        language=session.language,
        answers=session.answers(),
        **msgspec.structs.asdict(subject),
    )
    answers = {(ANSWER, path): text for path, text in draft.answers.items()}
    insert_survey(services, draft, {(TOUCH, ""): draft.touch(), (PLACE, ""): draft.place, **answers})
    opened(Filling(services, draft, form, session), services)
    services.bell.ring()
    return draft.id
