"""Questionnaires on this phone, under way and sealed, for a household, an organisation or a visit."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from app.actions.read_surveys import SurveyCard
from app.actions.survey_drafts import all_surveys, surveys_about
from app.store.left import is_left

if TYPE_CHECKING:
    from app.actions.services import Services
    from app.actions.survey_draft import SurveyDraft


def surveys_of(
    services: Services, *, household: str | None = None, org: str | None = None, visit: str | None = None
) -> list[SurveyCard]:
    """Under way first, then sealed, the newest first each; all of them, or those about a household or an
    organisation or filled in during a visit."""
    wanted = {"household_id": household, "org_id": org, "visit_id": visit}
    wanted = {name: value for name, value in wanted.items() if value is not None}
    sealed = services.surveys.of_household(household) if household is not None else services.surveys.all()
    found = [*surveys_under_way(services), *sealed]
    return [card for card in found if all(getattr(card, name) == value for name, value in wanted.items())]


def surveys_under_way(services: Services, household: str | None = None) -> list[SurveyCard]:
    """What was begun and not handed in, the one touched last first; of one household, or all. A few small
    documents, so a screen may ask at every ring."""
    drafts = all_surveys(services) if household is None else surveys_about(services, "household", household)
    return [_draft_card(one) for one in drafts]


def has_left(services: Services, card: SurveyCard) -> bool:
    """Whether the office gave whom it is about to somebody else meanwhile."""
    about = ("households", card.household_id), ("orgs", card.org_id)
    return any(one is not None and is_left(services.db, table, one) for table, one in about)


def _draft_card(draft: SurveyDraft) -> SurveyCard:
    return SurveyCard(
        id=draft.id,
        form_key=draft.form_key,
        form_id=draft.form_id,
        version=draft.version,
        title=draft.title,
        subject=draft.subject,
        household_id=draft.household,
        org_id=draft.org,
        subject_name=draft.subject_name,
        visit_id=draft.visit_id,
        at=datetime.fromisoformat(draft.changed_at),
        state="draft",
        answered=sum(not path.endswith("[#]") for path in draft.answers),
        photos=len(draft.files),
    )
