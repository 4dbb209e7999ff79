"""Find out where the visit is. It takes a while and may fail; the visit never waits for it (R12)."""

from __future__ import annotations

from app.actions.drafts import change_draft, find_draft
from app.actions.services import Services
from app.actions.visit_draft import Draft, PlaceDraft, PlaceState
from app.platform.errors import PlatformError
from app.platform.ports import Fix
from domain.places import degrees

_STATES: dict[str, PlaceState] = {"location_denied": "denied", "location_off": "off"}


async def locate_visit(services: Services, visit_id: str, timeout_s: float = 20.0) -> PlaceDraft:
    """Ask the device and note the answer; a refusal or a timeout is an answer too, never an error."""
    _note(services, visit_id, PlaceDraft(state="waiting"))
    found = await where_now(services, timeout_s)
    _note(services, visit_id, found)
    return found


async def where_now(services: Services, timeout_s: float = 20.0) -> PlaceDraft:
    """Where the phone is, or why it does not know; never raises."""
    try:
        return _found(await services.platform.location.current(timeout_s))
    except PlatformError as error:
        return PlaceDraft(state=_STATES.get(error.code, "timeout"))


def _found(fix: Fix) -> PlaceDraft:
    return PlaceDraft(
        state="found",
        latitude=degrees(fix.latitude),
        longitude=degrees(fix.longitude),
        accuracy_m=max(0, round(fix.accuracy_m)),
        mocked=fix.mocked,
    )


def _note(services: Services, visit_id: str, found: PlaceDraft) -> None:
    """Into the draft, unless it was finished or discarded meanwhile; the touched field stays what it was."""
    draft = find_draft(services, visit_id)
    if draft is None or draft.place == found:
        return

    def change(current: Draft) -> None:
        current.place = found

    change_draft(services, visit_id, draft.field, change)
