"""Finish a questionnaire: the answers become one sealed record, queued with their files in one write."""

from __future__ import annotations

from typing import Any

from app.actions.event_now import sealed_now
from app.actions.fill_survey import Filling, open_survey
from app.actions.seal_record import Media, ToSeal, each_once, seal_record, tell_sealed
from app.actions.services import Services
from app.actions.survey_draft import FileDraft, SurveyDraft, names_of
from app.actions.survey_drafts import delete_survey
from app.actions.survey_files import let_go, place_of
from app.actions.visit_body import event_time, place
from app.store.tables import drafts, records
from domain.errors import InputError
from domain.event_time import EventTime
from domain.models.survey import SurveyBody, SurveyFile


async def finish_survey(services: Services, survey_id: str) -> str:
    """Seal and queue; returns the record's id, which is the draft's.

    A photo that is still being worked on is waited for. The draft goes in the same write, so a kill leaves
    either the draft or the record. Irrelevant answers and
    their files stay out. Raises InputError("survey_unfinished", path=…, problem=…, count=…) with the first
    question at fault, InputError("survey_missing" | "form_missing" | "not_enrolled" | "photo_not_kept": one
    that was waited for), StoreError("disk_full" …): then the draft is as before."""
    if not await services.coming.arrived(survey_id):
        raise InputError("photo_not_kept")
    filling = open_survey(services, survey_id)  # from here to the seal nothing else runs
    problems = filling.session.finish()
    if problems:
        first = problems[0]
        raise InputError("survey_unfinished", path=first.path, problem=first.code, count=len(problems))
    draft = filling.draft
    try:
        seal_record(services, _work(services, filling), lambda: delete_survey(services, draft.id))
    except BaseException:
        filling.take_back()
        raise
    services.forms.forget(survey_id)
    tell_sealed(services)
    await let_go(services, names_of(draft))
    return survey_id


def _work(services: Services, filling: Filling) -> ToSeal:
    draft, ended = filling.draft, sealed_now(services)
    files = _relevant(filling)
    body = _body(services, filling, files, ended.plain())
    return ToSeal(
        type="survey",
        id=draft.id,
        body=body,
        ended=ended,
        media=_media(files),
        campaign=draft.campaign,
        household=draft.household,
        facts={
            "form_key": draft.form_key,
            "title": draft.title,
            "subject": draft.subject,
            "subject_name": draft.subject_name,
            "org_id": draft.org,
            "visit_id": body.visit_id,
        },
    )


def _relevant(filling: Filling) -> dict[str, FileDraft]:
    session = filling.session
    return {path: file for path, file in filling.draft.files.items() if session.is_relevant(path)}


def _body(services: Services, filling: Filling, files: dict[str, FileDraft], ended: EventTime) -> SurveyBody:
    draft = filling.draft
    answers: dict[str, Any] = filling.session.to_json()["answers"]
    return SurveyBody(
        form_id=draft.form_id,
        version=draft.version,
        xform_sha256=filling.form.doc.xform_sha256,
        subject=draft.subject,
        started=event_time(draft.started),
        ended=ended,
        answers=answers,
        files=tuple(_file(path, file) for path, file in files.items()),
        household_id=draft.household,
        org_id=draft.org,
        campaign_id=draft.campaign,
        visit_id=_visit(services, draft),
        language=draft.language,
        place=place(place_of(services, draft)),
    )


def _visit(services: Services, draft: SurveyDraft) -> str | None:
    """A visit that was discarded meanwhile will never be known to anybody."""
    visit = draft.visit_id
    known = visit is not None and any(table(services.db).get(visit) for table in (drafts, records))
    return visit if known else None


def _file(path: str, file: FileDraft) -> SurveyFile:
    return SurveyFile(
        path=path,
        name=file.name,
        sha256=file.sha256,
        kind=file.kind,
        size=file.size,
        content_type=file.content_type,
        taken=event_time(file.taken),
        thumb_sha256=file.thumb_sha256 or None,
        original_sha256=file.original_sha256 or None,
        dhash=file.dhash or None,
        place=place(file.place),
        picked=file.source == "album",
    )


def _media(files: dict[str, FileDraft]) -> Media:
    """Thumbnails first, then drawings, which are small, then the rest in the order of the form."""
    every = list(files.values())
    return each_once(
        [
            *((file.thumb_sha256, "thumb", file.thumb_size) for file in every if file.thumb_sha256),
            *((file.sha256, "signature", file.size) for file in every if file.kind == "drawing"),
            *((file.sha256, file.kind, file.size) for file in every if file.kind != "drawing"),
        ]
    )
