"""A household is assigned away while a visit and a questionnaire about it are under way (S25)."""

from __future__ import annotations

from typing import Any

import pytest
from loop_phone import LoopPhone

from app.actions.add_photo import add_photo
from app.actions.finish_survey import finish_survey
from app.actions.finish_visit import finish_visit
from app.actions.hand_over_aid import choose
from app.actions.meet_household import set_result, set_text
from app.actions.note_needs import none_for_the_rest
from app.actions.start_visit import start_visit
from app.actions.visit_gaps import FIVE
from app.store.tables import left
from domain.codes import PhotoKind, VisitResult
from registry.service.roster import unassign
from tests.loop.test_loop_surveys import app_on, fill, held, picture

pytestmark = pytest.mark.postgres


async def begun(phone: LoopPhone, household: str) -> str:
    """A visit with a photo, at its last step, with no network."""
    services = app_on(phone)
    visit = start_visit(services, household).id
    set_result(services, visit, VisitResult.MET)
    set_text(services, visit, "solo_reason", "只有我有空")
    await add_photo(services, visit, picture(), PhotoKind.DOORPLATE)
    none_for_the_rest(services, visit, FIVE)
    choose(services, visit, "none")
    return visit


async def test_a_visit_under_way_is_accepted_after_its_household_was_assigned_away(
    cadre: LoopPhone, county: Any, people: Any, office: Any
) -> None:
    """Issue 4: begun, assigned away, synced, killed, finished: in the registry with its photo, with the flag
    that tells the office; the phone then keeps nothing of the household."""
    home = cadre.homes()[0]
    filling = await fill(cadre)
    assert filling.draft.household == home.id
    visit = await begun(cadre, home.id)
    mine = [
        one
        for one in county.assignments
        if one.user_id == people.cadre.user_id and one.household_id == home.id
    ]
    async with office.engine.begin() as connection:
        await unassign(connection, county.county_id, mine)
    await cadre.sync()
    assert home.id not in cadre.rows("households")
    cadre.kill()
    services = app_on(cadre)
    survey = await finish_survey(services, filling.draft.id)
    assert left(cadre.db).count() == 1
    assert await finish_visit(services, visit) == visit
    assert left(cadre.db).count() == 0
    await cadre.sync()
    for rid in (visit, survey):
        assert cadre.state(rid) == "complete"
        (row,) = await held(office, rid)
        assert (row.state, row.flags) == ("accepted", ["out_of_scope"])
