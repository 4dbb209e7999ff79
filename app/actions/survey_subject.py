"""Whom a questionnaire is about, and during which visit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from app.actions.drafts import need_draft
from app.actions.local_time import today
from app.actions.roll import campaign_on
from app.actions.visit_context import household_of
from app.actions.visit_draft import PlaceDraft
from app.store.left import find_kept
from domain.errors import InputError
from domain.models.survey import SurveySubject

if TYPE_CHECKING:
    from app.actions.services import Services


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """Fields of app.actions.survey_draft.SurveyDraft by the same names; ``place`` is the visit's."""

    household: str | None = None
    org: str | None = None
    subject_name: str = ""
    subject_number: str = ""
    visit_id: str | None = None
    campaign: str | None = None
    place: PlaceDraft = msgspec.field(default_factory=PlaceDraft)

    @property
    def known(self) -> bool:
        """About somebody."""
        return self.household is not None or self.org is not None


def subject_of(
    services: Services,
    kind: SurveySubject,
    *,
    household: str | None,
    org: str | None,
    visit: str | None,
) -> Subject:
    """Checked and named. Raises InputError("survey_subject_missing" | "household_missing" | "org_missing" |
    "draft_missing")."""
    under_way = need_draft(services, visit) if visit is not None else None
    place = under_way.place if under_way is not None else PlaceDraft()
    drive = campaign_on(services.db, today(services))
    campaign = under_way.campaign if under_way is not None else drive.id if drive is not None else None
    about = Subject(visit_id=visit, campaign=campaign, place=place)
    if kind == "household":
        about = _household(services, about, household or (under_way.household if under_way else None))
    elif kind == "org":
        about = _org(services, about, org)
    return about


def _household(services: Services, about: Subject, household: str | None) -> Subject:
    if household is None:
        raise InputError("survey_subject_missing")
    file = household_of(services, household)
    return msgspec.structs.replace(
        about, household=file.id, subject_name=file.worker.name, subject_number=file.number
    )


def _org(services: Services, about: Subject, org: str | None) -> Subject:
    if org is None:
        raise InputError("survey_subject_missing")
    document = find_kept(services.db, "orgs", org)
    if document is None:
        raise InputError("org_missing", id=org)
    return msgspec.structs.replace(
        about, org=org, subject_name=document["name"], subject_number=document.get("code", "")
    )
