"""Putting the file right at the door: kept at each touch, sealed with the visit (S14)."""

from __future__ import annotations

import msgspec
import pytest
from phone_world import ANCHOR, make_phone, shown
from visit_screen import press, screen, write
from visit_steps import met
from visit_world import World, make_household, make_world

from app.actions.correct_file import correct_file
from app.actions.drafts import need_draft
from app.actions.event_now import event_now
from app.actions.file_edits import facts
from app.actions.meet_household import set_text
from app.actions.start_visit import start_visit
from app.actions.visit_body import body_of
from app.actions.visit_draft import decode, encode
from app.actions.visit_gaps import gaps
from app.store.tables import feedback, households
from domain.errors import InputError
from domain.models import FieldChange

PHONE, DETAIL = "worker.phone", "address.detail"


@pytest.fixture
def world(tmp_path) -> World:
    return make_world(tmp_path / "store")


def sealed_changes(world, draft_id):
    draft = need_draft(world.services, draft_id)
    file = world.services.households[draft.household]
    return body_of(draft, file, event_now(world.services)).changes


def office_writes(world, **address):
    """The feed brings another address while the visit goes on."""
    file = world.household
    fresh = msgspec.structs.replace(file, address=msgspec.structs.replace(file.address, **address))
    households(world.db).put(msgspec.to_builtins(fresh))
    world.services.store.apply_changes([], f"c-{address}", ANCHOR)


def test_what_was_typed_is_sealed_with_what_was_seen(world):
    """The registry can tell whether the file changed meanwhile; the reason goes along."""
    visit = start_visit(world.services, world.household.id).id
    correct_file(world.services, visit, PHONE, " 139 0000-1111 ")
    correct_file(world.services, visit, DETAIL, "3 栋 502")
    set_text(world.services, visit, "edit_reason", "本人说的")
    address, worker = world.household.address, world.household.worker
    assert sealed_changes(world, visit) == (
        FieldChange(field=DETAIL, before=address.detail, after="3 栋 502", reason="本人说的"),
        FieldChange(field=PHONE, before=worker.phone, after="13900001111", reason="本人说的"),
    )
    kept = need_draft(world.services, visit)
    assert decode(encode(kept)) == kept
    assert decode({k: v for k, v in encode(kept).items() if not k.startswith("edit")}).edits == {}


def test_taking_it_back_leaves_no_correction(world):
    """Emptied, or typed as it was: nothing to send."""
    visit = start_visit(world.services, world.household.id).id
    for text in ("3 栋 502", "", "4 栋", world.household.address.detail):
        correct_file(world.services, visit, DETAIL, text)
    assert sealed_changes(world, visit) == ()


def test_an_office_edit_during_the_visit_is_shown_and_the_base_stays(world):
    """What the cadre saw when typing is the base: so the registry sees that both changed it."""
    visit = start_visit(world.services, world.household.id).id
    seen = world.household.address.detail
    correct_file(world.services, visit, DETAIL, "3 栋 502")
    office_writes(world, detail="8 栋 101")
    correct_file(world.services, visit, DETAIL, "3 栋 503")
    file = world.services.households[world.household.id]
    fact = next(one for one in facts(need_draft(world.services, visit), file) if one.field == DETAIL)
    assert (fact.seen, fact.now, fact.typed, fact.moved) == (seen, "8 栋 101", "3 栋 503", True)
    assert sealed_changes(world, visit)[0].before == seen


def test_an_odd_number_is_kept_and_pointed_out(world):
    """Nothing typed in the field is refused; the last page asks for another look."""
    visit = start_visit(world.services, world.household.id).id
    draft = correct_file(world.services, visit, PHONE, "1390000")
    assert sealed_changes(world, visit)[0].after == "1390000"
    (odd,) = [gap for gap in gaps(draft) if gap.code == "edit_phone"]
    assert not odd.blocking
    with pytest.raises(InputError, match="edit_unknown"):
        correct_file(world.services, visit, "worker.name", "别人")


async def test_the_page_keeps_each_touch(world):
    """From the visit's first page to the fields and back; a kill in between loses nothing."""
    visit = met(world)
    async with screen(world, f"/visit/{visit}") as app:
        await press(app, "file-open")
        assert app.page.route == f"/visit/{visit}/file"
        await write(app, f"edit-{DETAIL}", "3 栋 502")
        assert need_draft(world.services, visit).edits[DETAIL].after == "3 栋 502"
        assert app.says(f"档案里原来是：{world.household.address.detail}")
        office_writes(world, detail="8 栋 101")
        world.services.draft_bell.ring()
        await app.settle()
        assert app.says("办公室刚把这一项改成了：8 栋 101。您写的也会留着，由办公室的人来定。")


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (None, "已经交给办公室"),
        ("waiting", "等办公室核对"),
        ("conflict", "办公室也改了，等人定"),
        ("declined", "办公室没有采用"),
        ("applied", None),
    ],
)
async def test_the_household_shows_what_became_of_it(tmp_path, told, words):
    """On the screen of the household it is about, the number masked."""
    phone = make_phone(tmp_path)
    file = make_household("QS-1", "王秀英")
    phone.feed(file)
    visit = phone.visit(file, changes=[{"field": PHONE, "before": "", "after": "13900001111"}])
    phone.answered(visit, "received")
    if told:
        feedback(phone.services.db).put({"id": visit, "edits": [{"field": PHONE, "state": told}]})
    async with shown(phone, f"/household/{file.id}") as app:
        assert app.says("139****1111") == (words is not None)
        assert words is None or app.says(words)


async def test_a_colleagues_open_correction_is_told(tmp_path):
    """Whoever goes there next knows that a number is being cleared up."""
    phone = make_phone(tmp_path)
    file = make_household("QS-1", "王秀英")
    phone.feed(file)
    doc = households(phone.services.db).get(file.id)
    edit = {"field": PHONE, "state": "conflict", "record_id": "r", "author_id": "somebody"}
    households(phone.services.db).put({**doc, "edits": [edit]})
    async with shown(phone, f"/household/{file.id}") as app:
        assert app.says("同事报来改动，等办公室定")
