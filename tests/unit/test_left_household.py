"""A household that leaves the scope while work about it is under way here (S25): the work goes on."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import msgspec
import pytest
from forms_kit import bind, xform
from phone_world import ANCHOR, make_phone, shown
from survey_world import begin, change, form_doc, pick, publish, survey_world
from test_action_finish_visit import sealed_body
from visit_screen import has_id, press, screen
from visit_steps import signed, with_aid, with_photo_and_needs
from visit_world import World, make_household, make_world

from app.actions.correct_file import correct_file
from app.actions.discard_survey import discard_survey
from app.actions.discard_visit import discard_visit
from app.actions.draft_receipt import draft_receipt
from app.actions.drafts import find_draft
from app.actions.fill_survey import open_survey
from app.actions.finish_survey import finish_survey
from app.actions.finish_visit import finish_visit
from app.actions.lock_receipt import lock_receipt
from app.actions.meet_household import go_to_step
from app.actions.start_survey import start_survey
from app.actions.start_visit import start_visit
from app.actions.visit_context import household_of
from app.store import open_database
from app.store.feed import apply_page, forget_feed
from app.store.left import find_kept
from app.store.tables import drafts, households, left, orgs, records
from domain.errors import InputError
from domain.ids import new_id
from sync.protocol.forms import HOUSEHOLDS_CSV, ORGS_CSV
from sync.protocol.messages import Change

STORES = Path(__file__).parents[1] / "fixtures" / "stores"
FROM_LIST = xform(
    "<home/>",
    '<instance id="h" src="jr://file-csv/{}"/>' + bind("/data/home", required="true()"),
    pick("/data/home", "h"),
)
"""One question: which of the list, filled in by the app with whom the questionnaire is about."""


@pytest.fixture
def world(tmp_path) -> World:
    return make_world(tmp_path / "store")


@pytest.fixture
def phone(tmp_path):
    return make_phone(tmp_path)


def take_away(world: World, *ids: str, kind: str = "household") -> None:
    """The office assigned them to somebody else: the feed brings tombstones."""
    changes = [Change(kind=kind, id=one) for one in ids]  # type: ignore[arg-type]
    world.services.store.apply_changes(changes, new_id(), ANCHOR)


def give_back(world: World) -> None:
    doc = msgspec.to_builtins(world.household)
    world.services.store.apply_changes(
        [Change(kind="household", id=world.household.id, doc=doc)], new_id(), ANCHOR
    )


async def test_a_signed_visit_is_sealed_after_its_household_was_assigned_away(world):
    """S25: all three have signed, then the office gives the household to a colleague; 完成 still seals it."""
    visit_id = await signed(world)
    take_away(world, world.household.id, world.other.id)
    assert world.services.households == {}
    assert await finish_visit(world.services, visit_id) == visit_id
    body = sealed_body(world, visit_id)
    assert body.household_id == world.household.id
    assert body.org_id == world.household.org_id
    assert body.receipt is not None
    assert body.aid[0].account == world.household.bank


async def test_only_what_is_under_way_is_kept_and_only_so_long(world):
    """The other household is gone at once; the copy goes with the draft that needed it."""
    visit_id = await signed(world)
    take_away(world, world.household.id, world.other.id)
    assert [one["id"] for one in left(world.db).all()] == [world.household.id]
    await finish_visit(world.services, visit_id)
    assert left(world.db).count() == 0
    with pytest.raises(InputError, match="household_missing"):
        household_of(world.services, world.household.id)


async def test_a_visit_thrown_away_takes_the_copy_with_it(world):
    visit_id = await with_photo_and_needs(world)
    take_away(world, world.household.id)
    await discard_visit(world.services, visit_id)
    assert left(world.db).count() == 0


async def test_everything_in_the_visit_goes_on(world):
    """Correcting the file, locking, signing, reading the receipt: nothing asks for the list again."""
    visit_id = await with_aid(world)
    take_away(world, world.household.id)
    correct_file(world.services, visit_id, "worker.phone", "13800138000")
    locked = lock_receipt(world.services, visit_id)
    assert draft_receipt(world.services, locked).text()


async def test_after_a_kill_it_is_still_there(world):
    visit_id = await signed(world)
    take_away(world, world.household.id)
    world.reopen()
    await finish_visit(world.services, visit_id)
    assert records(world.db).get(visit_id) is not None


async def test_a_household_that_comes_back_is_read_from_the_list_again(world):
    """No second copy that grows old."""
    await signed(world)
    take_away(world, world.household.id)
    give_back(world)
    assert left(world.db).count() == 0
    assert household_of(world.services, world.household.id) == world.household


async def test_a_page_that_removes_and_returns_leaves_no_copy(world):
    await signed(world)
    doc = msgspec.to_builtins(world.household)
    gone, back = (
        Change(kind="household", id=world.household.id),
        Change(kind="household", id=world.household.id, doc=doc),
    )
    with world.db.batch():
        apply_page(world.db, [gone, back, gone])
    assert left(world.db).count() == 1
    with world.db.batch():
        apply_page(world.db, [back, gone, back])
    assert left(world.db).count() == 0
    assert households(world.db).get(world.household.id) is not None


async def test_a_feed_that_starts_over_takes_nothing_from_work_under_way(world):
    """Enrolled again: neither file nor campaign is missing before, while or after the feed comes anew."""
    visit_id = await signed(world)
    with world.db.batch():
        forget_feed(world.db)
    assert households(world.db).count() == 0
    await finish_visit(world.services, visit_id)
    assert sealed_body(world, visit_id).campaign_id == world.campaign.id
    assert left(world.db).count() == 0


@pytest.mark.parametrize("named", [True, False])
async def test_a_pass_from_the_beginning_takes_nothing_from_work_under_way(world, named):
    """The registry was put back: what the new pass does not name goes from the list, not from the visit."""
    visit_id = await signed(world)
    doc = msgspec.to_builtins(world.household)
    changes = [Change(kind="household", id=world.household.id, doc=doc)] if named else []
    world.services.store.apply_changes(changes, "new", ANCHOR, restart=True, last=True)
    assert [one["id"] for one in households(world.db).all()] == ([world.household.id] if named else [])
    kept = {one["id"] for one in left(world.db).all()}
    assert kept == ({world.campaign.id} if named else {world.campaign.id, world.household.id})
    await finish_visit(world.services, visit_id)
    assert left(world.db).count() == 0


async def test_another_visit_keeps_its_copy_when_one_is_sealed(world):
    """Two households gone at once, two visits under way: each has its own."""
    first = await signed(world)
    second = start_visit(world.services, world.other.id).id
    take_away(world, world.household.id, world.other.id)
    await finish_visit(world.services, first)
    assert [one["id"] for one in left(world.db).all()] == [world.other.id]
    await discard_visit(world.services, second)
    assert left(world.db).count() == 0


@pytest.mark.parametrize("path", sorted(STORES.glob("*/store")), ids=lambda path: path.parent.name)
def test_an_old_store_learns_to_keep_what_left(path, tmp_path):
    """A store written before there was such a table: a visit begun there keeps its household."""
    shutil.copytree(path, tmp_path / "old")
    key = json.loads((path.parent / "expected.json").read_text(encoding="utf-8"))["key"]
    with open_database(tmp_path / "old", bytes.fromhex(key)) as db:
        assert left(db).all() == []
        households(db).put({"id": "h-new", "number": "QS-9"})
        drafts(db).put({"id": "d-new", "household": "h-new"})
        with db.batch():
            apply_page(db, [Change(kind="household", id="h-new")])
        assert find_kept(db, "households", "h-new") == {"id": "h-new", "number": "QS-9"}


async def test_a_campaign_that_is_withdrawn_holds_no_visit_up(world):
    visit_id = await signed(world)
    take_away(world, world.campaign.id, kind="campaign")
    await finish_visit(world.services, visit_id)
    assert left(world.db).count() == 0


async def test_no_new_visit_begins_where_one_is_no_longer_sent(world):
    """A questionnaire under way keeps the copy; it is no way in for a new visit."""
    publish(world, form_doc())
    start_survey(world.services, "needs@1", household=world.household.id)
    take_away(world, world.household.id)
    with pytest.raises(InputError, match="household_missing"):
        start_visit(world.services, world.household.id)


async def test_a_questionnaire_about_it_can_be_handed_in(tmp_path):
    """S18: the answer chosen from the list of households stays a right answer; the copy goes afterwards."""
    world = survey_world(tmp_path / "store")
    publish(world, form_doc(FROM_LIST.replace("{}", HOUSEHOLDS_CSV), "listed"))
    survey = start_survey(world.services, "listed@1", household=world.household.id)
    filling = open_survey(world.services, survey)
    assert filling.session.value("/data/home") == world.household.id
    del filling
    take_away(world, world.household.id)
    world.reopen()
    await finish_survey(world.services, survey)
    assert records(world.db).get(survey) is not None
    assert left(world.db).count() == 0


async def test_a_questionnaire_about_an_organisation_that_left_can_be_handed_in(tmp_path):
    """S18: the same for an organisation."""
    world = survey_world(tmp_path / "store")
    orgs(world.db).put({"id": "o1", "name": "县医院", "code": "01", "type": "enterprise"})
    publish(world, form_doc(FROM_LIST.replace("{}", ORGS_CSV), "listed", subject="org"))
    survey = start_survey(world.services, "listed@1", org="o1")
    take_away(world, "o1", kind="org")
    world.reopen()
    await finish_survey(world.services, survey)
    assert left(world.db).count() == 0


async def test_the_copy_stays_for_the_last_that_needs_it(world):
    """A visit and a questionnaire during it: handing in one leaves the other its file."""
    publish(world, form_doc())
    visit_id = await signed(world)
    filling = begin(world, household=world.household.id)
    take_away(world, world.household.id)
    await finish_visit(world.services, visit_id)
    assert left(world.db).count() == 1
    await discard_survey(world.services, filling.draft.id)
    assert left(world.db).count() == 0


async def test_a_questionnaire_may_still_be_begun_inside_the_visit(world):
    """What the office wants filled in at the door is filled in at this door."""
    publish(world, form_doc())
    visit_id = await with_photo_and_needs(world)
    take_away(world, world.household.id)
    survey = start_survey(world.services, "needs@1", visit=visit_id)
    assert open_survey(world.services, survey).draft.household == world.household.id


# --- in sight -------------------------------------------------------------------------------------


def named(phone, file) -> str:
    """A visit under way, as much of it as lists read."""
    visit = phone.draft(file)
    doc = drafts(phone.services.db).get(visit)
    assert doc is not None
    drafts(phone.services.db).put(
        {**doc, "household_name": file.worker.name, "household_number": file.number}
    )
    return visit


async def test_home_shows_it_with_words_of_its_own(phone):
    """S25: not in the list, not in the coverage, but first of all in sight; one tap is back in it."""
    mine, gone = make_household("QS-1", "王秀英"), make_household("QS-2", "赵大山")
    phone.feed(mine, gone)
    visit = named(phone, gone)
    phone.services.store.apply_changes([Change(kind="household", id=gone.id)], "c9", ANCHOR)
    async with shown(phone) as app:
        assert app.says("没填完的走访")
        assert app.says("已不在您的名单里，填完照常交")
        assert app.says("没填完，接着填")
        assert app.says("走到 0 户，共 1 户")
        assert [one for one in app.texts() if one in ("王秀英", "赵大山")] == ["赵大山", "王秀英"]
        app.methods["push_route"] = lambda args: None
        await app.tap(app.handler_of("已不在您的名单里"))
        assert app.page.route == f"/visit/{visit}"


async def test_a_search_finds_it_too(phone):
    import flet as ft

    mine, gone = make_household("QS-1", "王秀英"), make_household("QS-2", "赵大山")
    phone.feed(mine, gone)
    named(phone, gone)
    phone.services.store.apply_changes([Change(kind="household", id=gone.id)], "c9", ANCHOR)
    async with shown(phone) as app:
        await app.type(app.one(ft.TextField), "赵大")
        assert app.says("已不在您的名单里")
        await app.type(app.one(ft.TextField), "王秀英")
        assert not app.says("已不在您的名单里")
        assert not app.says("没填完的走访")


async def test_the_last_household_gone_leaves_the_draft_in_sight(phone):
    """An empty list is no reason to hide work."""
    gone = make_household("QS-2", "赵大山")
    phone.feed(gone)
    named(phone, gone)
    phone.services.store.apply_changes([Change(kind="household", id=gone.id)], "c9", ANCHOR)
    async with shown(phone) as app:
        assert app.says("赵大山")
        assert app.says("还没有分给您的家庭")


async def test_before_the_feed_comes_anew_drafts_are_in_sight(phone):
    """Enrolled again: what was begun is there before the first page is."""
    one = make_household("QS-2", "赵大山")
    phone.feed(one)
    named(phone, one)
    phone.enrol_here()
    async with shown(phone) as app:
        assert app.says("赵大山")
        assert app.says("没填完，接着填")


async def test_a_draft_without_any_file_is_in_sight(phone):
    """A damaged store: the household's document is lost, the visit is not hidden."""
    gone = make_household("QS-2", "赵大山")
    named(phone, gone)
    phone.feed(make_household("QS-1", "王秀英"))
    async with shown(phone) as app:
        assert app.says("赵大山")


async def test_a_questionnaire_about_it_says_so_and_opens(phone):
    """S18: under way at a household that left: in sight on home, also when the list is empty."""
    gone = make_household("QS-2", "赵大山")
    phone.feed(gone)
    phone.services.store.apply_changes([change(form_doc())], "c8", ANCHOR)
    start_survey(phone.services, "needs@1", household=gone.id)
    phone.services.store.apply_changes([Change(kind="household", id=gone.id)], "c9", ANCHOR)
    async with shown(phone) as app:
        assert app.says("赵大山")
        assert app.says("已不在您的名单里，填完照常交")
        app.methods["push_route"] = lambda args: None
        await app.tap(app.handler_of("已不在您的名单里"))
        assert app.page.route.startswith("/form/")  # and back is home, not a household that is not there


@pytest.mark.parametrize("step", ["meet", "photos", "aid", "sign", "finish"])
async def test_each_step_says_so_and_goes_on(world, step):
    visit_id = await signed(world)
    take_away(world, world.household.id)
    go_to_step(world.services, visit_id, step)
    async with screen(world, f"/visit/{visit_id}") as app:
        assert app.says("这户已不在您的名单里")
        if step == "finish":
            await press(app, "visit-finish")
            await app.settle(60)
            assert app.page.route == f"/visit/{visit_id}/done"


async def test_from_a_lost_file_the_way_is_home(world):
    """No other step could be opened either: the large button leads to the list, and nothing is lost by it."""
    visit_id = await signed(world)
    households(world.db).delete(world.household.id)
    async with screen(world, f"/visit/{visit_id}") as app:
        await press(app, "visit-home")
        assert app.page.route == "/"
    assert find_draft(world.services, visit_id) is not None


@pytest.mark.parametrize("address", ["", "/sign/recipient", "/file"])
@pytest.mark.parametrize("step", ["meet", "aid", "sign", "finish"])
async def test_a_lost_file_is_said_instead_of_breaking_the_page(world, step, address):
    """A damaged store again: the visit opens, says what is missing, and can be thrown away."""
    visit_id = await signed(world)
    go_to_step(world.services, visit_id, step)
    households(world.db).delete(world.household.id)
    async with screen(world, f"/visit/{visit_id}{address}") as app:
        if not address:
            assert has_id(app, "no-file")
            assert not has_id(app, "visit-next")
            assert not has_id(app, "visit-finish")
