"""Starting a visit, where it is, who came, and that each touch is kept (S25, R9, R12)."""

import pytest
from visit_steps import met, signed
from visit_world import World, make_world

from app.actions.drafts import all_drafts, need_draft
from app.actions.event_now import event_now
from app.actions.locate_visit import locate_visit
from app.actions.meet_household import add_visitor, remove_visitor, set_text
from app.actions.note_needs import set_severity, set_wish
from app.actions.start_visit import start_visit
from app.actions.visit_draft import decode, encode
from app.store.tables import campaign
from domain.codes import NeedKind, NeedSeverity
from domain.errors import InputError
from domain.ids import is_id, new_id
from sync.ports import TimeAnchor
from sync.protocol.messages import SignedTime


@pytest.fixture
def world(tmp_path) -> World:
    return make_world(tmp_path / "store")


def test_a_visit_starts_with_time_household_and_author(world):
    """S25: who, where, when stand there before the first tap."""
    draft = start_visit(world.services, world.household.id)
    assert is_id(draft.id)
    assert (draft.household_number, draft.campaign) == ("QS-0001", world.campaign.id)
    assert [visitor.name for visitor in draft.visitors] == ["李建国"]
    assert draft.place.state == "waiting"


def test_starting_twice_goes_on_with_the_first(world):
    """One household, one visit under way; another household has its own."""
    first = start_visit(world.services, world.household.id)
    assert start_visit(world.services, world.household.id).id == first.id
    assert start_visit(world.services, world.other.id).id != first.id
    assert len(all_drafts(world.services)) == 2


def test_a_household_out_of_scope_has_a_clear_error(world):
    """Bad input: an address typed by hand."""
    with pytest.raises(InputError) as error:
        start_visit(world.services, new_id())
    assert error.value.code == "household_missing"


def test_without_a_campaign_it_is_said(world):
    """S11: the rules come with the campaign; before the first sync there are none."""
    campaign(world.db).delete(world.campaign.id)
    with pytest.raises(InputError) as error:
        start_visit(world.services, world.household.id)
    assert error.value.code == "campaign_missing"


async def test_the_place_is_noted_when_it_comes(world):
    """R12: WGS-84 with six decimals and its accuracy; the last touched field stays what it was."""
    visit_id = met(world)
    touched = need_draft(world.services, visit_id).field
    await locate_visit(world.services, visit_id)
    draft = need_draft(world.services, visit_id)
    assert (draft.place.latitude, draft.place.longitude) == ("29.500123", "103.700000")
    assert draft.place.accuracy_m == 12
    assert draft.field == touched


@pytest.mark.parametrize(
    ("code", "state"),
    [("location_denied", "denied"), ("location_off", "off"), ("location_timeout", "timeout")],
)
async def test_no_place_is_an_answer_too(world, code, state):
    """R12: denied, off, timeout: each has its own word and none is an error."""
    visit_id = met(world)
    world.location.code = code
    assert (await locate_visit(world.services, visit_id)).state == state
    assert need_draft(world.services, visit_id).place.state == state


def test_visitors_are_real_and_different(world):
    """R9: no empty name, nobody twice, and the author stays."""
    visit_id = met(world)
    for name, code in ((" ", "visitor_missing"), ("张敏", "visitor_twice")):
        with pytest.raises(InputError) as error:
            add_visitor(world.services, visit_id, name, world.colleague.id if name == "张敏" else None)
        assert error.value.code == code
    with pytest.raises(InputError):
        remove_visitor(world.services, visit_id, 0)
    assert [v.name for v in remove_visitor(world.services, visit_id, 1).visitors] == ["李建国"]


async def test_a_visitor_who_leaves_takes_the_signature_along(world):
    """R9: nobody's signature stands without its name."""
    visit_id = await signed(world)
    draft = remove_visitor(world.services, visit_id, 1)
    assert [one.name for one in draft.handlers] == ["李建国"]


def test_each_touch_is_on_the_disk(world):
    """B: after a kill the draft is exactly what was touched last."""
    visit_id = met(world)
    set_severity(world.services, visit_id, NeedKind.HOUSING, NeedSeverity.URGENT)
    set_wish(world.services, visit_id, NeedKind.HOUSING, "屋顶漏雨")
    set_text(world.services, visit_id, "next_step", "报县住建局")
    before = need_draft(world.services, visit_id)
    world.reopen()
    after = need_draft(world.services, visit_id)
    assert encode(after) == encode(before)
    assert after.field == "next_step"


def test_an_older_draft_still_opens(world):
    """ADR 0007: fields that a newer app added have defaults, fields it does not know are ignored."""
    visit_id = met(world)
    document = encode(need_draft(world.services, visit_id))
    for name in ("thoughts", "voided", "pad_of", "photo_consent"):
        document.pop(name)
    assert decode({**document, "from_the_future": 1}).thoughts == ""


def test_an_event_carries_the_last_server_time(world):
    """DESIGN §4: bounds come from the last signed time, counted from its arrival on this phone."""
    assert event_now(world.services).server_time is None
    anchor = TimeAnchor(SignedTime(server_time="2027-01-20T11:00:00Z", sig="x"), "boot-1", 5, 9)
    world.services.store.apply_changes([], "cursor-1", anchor)
    event = event_now(world.services)
    assert event.server_monotonic_ns == 9
    assert event.server_boot_id == "boot-1"
    assert str(event.server_time) == "2027-01-20 11:00:00+00:00"
