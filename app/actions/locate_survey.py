"""Find out where a questionnaire is filled in. It takes a while and may fail; nobody waits for it (R12)."""

from __future__ import annotations

from app.actions.fill_survey import open_survey
from app.actions.locate_visit import where_now
from app.actions.services import Services
from app.actions.survey_drafts import find_survey
from app.actions.visit_draft import PlaceDraft


async def locate_survey(services: Services, survey_id: str, timeout_s: float = 20.0) -> PlaceDraft:
    """Ask the device and note the answer; a refusal or a timeout is an answer too, never an error."""
    found = await where_now(services, timeout_s)
    if find_survey(services, survey_id) is not None:  # it may have been sealed or discarded meanwhile
        open_survey(services, survey_id).found(found)
    return found
