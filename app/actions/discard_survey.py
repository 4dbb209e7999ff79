"""Throw a questionnaire's draft away, after the person was asked twice."""

from __future__ import annotations

from app.actions.make_room import with_room
from app.actions.services import Services
from app.actions.survey_draft import names_of
from app.actions.survey_drafts import delete_survey, find_survey
from app.actions.survey_files import let_go
from app.store.form_versions import drop_unused_forms


async def discard_survey(services: Services, survey_id: str) -> None:
    """The draft first, then its files, then the form's version if it was kept for this draft only. A draft
    that is already gone is no error. Raises StoreError("disk_full") when not even the ballast was enough."""
    draft = find_survey(services, survey_id)
    if draft is None:
        return
    with_room(services, lambda: delete_survey(services, survey_id))
    services.forms.forget(survey_id)
    services.draft_bell.ring()
    services.bell.ring()
    await let_go(services, names_of(draft))
    with_room(services, lambda: drop_unused_forms(services.db))
