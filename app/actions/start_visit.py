"""Start a visit at a household, or go on with the one already begun there."""

from __future__ import annotations

from app.actions.drafts import draft_of_household, insert_draft
from app.actions.event_now import event_builtins, event_now
from app.actions.services import Services
from app.actions.visit_context import campaign_now, delegation_of, household_of, standing_of
from app.actions.visit_draft import Draft, VisitorDraft
from domain.errors import InputError
from domain.ids import new_id


def start_visit(services: Services, household_id: str) -> Draft:
    """The household's draft: a new one with time and author, or the one under way (never two).

    The place is asked afterwards (locate_visit), so that nobody waits at the door. Raises
    InputError("not_enrolled" | "household_missing" | "campaign_missing") and StoreError.
    """
    under_way = draft_of_household(services, household_id)
    if under_way is not None:
        return under_way
    draft = _fresh(services, household_id)
    insert_draft(services, draft)
    services.bell.ring()
    return draft


def _fresh(services: Services, household_id: str) -> Draft:
    me = services.me
    if me is None:
        raise InputError("not_enrolled")
    if standing_of(services, household_id) != "listed":  # one that left the list is no place to begin
        raise InputError("household_missing", id=household_id)
    household = household_of(services, household_id)
    now = event_now(services)
    delegation = delegation_of(services)
    return Draft(
        id=new_id(),
        household=household_id,
        household_number=household.number,
        household_name=household.worker.name,
        campaign=campaign_now(services).id,
        author=me.user_id,
        author_name=me.name,
        started=event_builtins(now),
        changed_at=now.device_time.isoformat(),
        visitors=[VisitorDraft(name=me.name, user_id=me.user_id)],
        aid_on_behalf_of=delegation.on_behalf_of if delegation else "",
    )
