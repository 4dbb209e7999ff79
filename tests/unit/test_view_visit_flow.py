"""The whole visit through its screens, from the door to the sealed record (S18, R9, R10, R11)."""

import flet as ft
import pytest
from visit_screen import by_id, draw, has_id, press, screen, write
from visit_steps import jpeg, met, with_aid
from visit_world import World, make_world

from app.actions.add_photo import add_photo
from app.actions.draft_receipt import draft_receipt, receipt_to_be
from app.actions.drafts import all_drafts, need_draft
from app.actions.meet_household import go_to_step
from app.store.tables import records
from domain.codes import PhotoKind

NAME = [(20.0, 60.0), (60.0, 20.0), (120.0, 90.0), (200.0, 40.0)]


@pytest.fixture
def world(tmp_path) -> World:
    return make_world(tmp_path / "store")


async def test_from_the_door_to_the_sealed_record(world):
    """S18, R9, R10: a cadre taps through all six steps and the record is sealed."""
    async with screen(world, f"/household/{world.household.id}/start") as app:
        visit_id = all_drafts(world.services)[0].id
        assert app.page.route == f"/visit/{visit_id}"
        await press(app, "result-met")
        await press(app, "visitor-add")
        await press(app, "colleague-0")
        assert [v.name for v in need_draft(world.services, visit_id).visitors] == ["李建国", "张敏"]
        await press(app, "visit-next")
        await add_photo(world.services, visit_id, jpeg(), PhotoKind.DOORPLATE)
        await app.settle()
        await press(app, "visit-next")
        await press(app, "need-medical-2")
        await write(app, "wish-medical", "老伴的药太贵")
        await press(app, "needs-rest")
        await press(app, "visit-next")
        await press(app, "aid-give")
        await press(app, "form-bank")
        await choose(app, "aid-type", "生活救助")
        await choose(app, "aid-source", "工会配套资金")
        await write(app, "aid-amount", "1000")
        assert app.says("人民币壹仟元整")
        await press(app, "visit-next")
        await press(app, "receipt-lock")
        await press(app, "sign-recipient")
        await draw(app, NAME)
        await press(app, "pad-done")
        await press(app, "sign-0")
        await draw(app, NAME)
        await press(app, "pad-done")
        await press(app, "sign-1")
        await draw(app, NAME)
        await press(app, "pad-done")
        await press(app, "visit-next")
        await press(app, "visit-finish")
        await app.settle(60)
        assert app.page.route == f"/visit/{visit_id}/done"
        assert app.says("已存好")
        assert records(world.db).get(visit_id) is not None


async def choose(app, identifier, label):
    """Open the list and tap a row."""
    await press(app, identifier)
    row = next(
        one
        for one in app.walk(app.page._dialogs)
        if isinstance(one, ft.Container)
        and one.on_click is not None
        and any(isinstance(text, ft.Text) and text.value == label for text in app.walk(one))
    )
    await app.tap(row)


async def test_photos_come_from_the_album_too(world):
    """R12: a picked photo is kept and marked as picked; a file that is no photo is refused in words."""
    visit_id = met(world)
    go_to_step(world.services, visit_id, "photos")
    async with screen(world, f"/visit/{visit_id}") as app:
        picker = app.page._services._services[-1]
        assert isinstance(picker, ft.FilePicker)
        for data, count in ((jpeg(), 1), (b"%PDF", 1)):
            files = [{"id": 1, "name": "a.jpg", "size": len(data), "bytes": data}]
            await app.fire(picker, "result", {"files": files})
            await app.settle(60)
            assert len(need_draft(world.services, visit_id).photos) == count
        assert has_id(app, "trouble")
        assert need_draft(world.services, visit_id).photos[0].source == "album"


async def test_after_a_kill_the_visit_stands_at_the_last_touch(world):
    """B: killed in the middle, the draft opens at the same step with all that was typed."""
    visit_id = met(world)
    async with screen(world, f"/visit/{visit_id}") as app:
        await press(app, "step-needs")
        await press(app, "need-housing-3")
        await write(app, "wish-housing", "屋顶漏雨")
    world.reopen()
    async with screen(world, f"/visit/{visit_id}") as app:
        draft = need_draft(world.services, visit_id)
        assert (draft.step, draft.field) == ("needs", "needs.housing.wish")
        assert (
            next(one.value for one in app.walk(by_id(app, "wish-housing")) if isinstance(one, ft.TextField))
            == "屋顶漏雨"
        )


async def test_a_stroke_survives_a_kill(world):
    """B: what was on the pad is on the pad again."""
    visit_id = await with_aid(world)
    go_to_step(world.services, visit_id, "sign")
    async with screen(world, f"/visit/{visit_id}") as app:
        await press(app, "receipt-lock")
        await press(app, "sign-recipient")
        await draw(app, NAME)
        assert need_draft(world.services, visit_id).pad != []
    world.reopen()
    async with screen(world, f"/visit/{visit_id}/sign/recipient") as app:
        await press(app, "pad-done")
        assert need_draft(world.services, visit_id).recipient is not None


async def test_cash_from_a_cadre_is_stopped_in_words(world):
    """R3: cash without a delegation shows why, at once, and signing is not offered."""
    visit_id = await with_aid(world, form="cash")
    go_to_step(world.services, visit_id, "aid")
    async with screen(world, f"/visit/{visit_id}") as app:
        assert app.says("只有慰问团入户慰问才能发现金")
        await press(app, "visit-next")
        assert not has_id(app, "receipt-lock")
        assert app.says("这样还不能发")
        await press(app, "sign-mend")
        assert has_id(app, "form-cash")


async def test_what_is_locked_was_on_the_screen_before(world):
    """R10: what is read to the recipient before locking is what the receipt then says, word for word; until
    all have signed, going on is not the main button."""
    visit_id = await with_aid(world, amount="1280")
    go_to_step(world.services, visit_id, "sign")
    before = receipt_to_be(world.services, need_draft(world.services, visit_id))
    async with screen(world, f"/visit/{visit_id}") as app:
        for words in (*before.lines, "¥1,280.00", "人民币壹仟贰佰捌拾元整"):
            assert app.says(words), words
        assert isinstance(_button(app, "visit-next"), ft.OutlinedButton)
        await press(app, "receipt-lock")
    assert draft_receipt(world.services, need_draft(world.services, visit_id)) == before


def _button(app, identifier):
    """The button itself inside what carries the identifier."""
    kinds = (ft.FilledButton, ft.OutlinedButton)
    return next(one for one in app.walk(by_id(app, identifier)) if isinstance(one, kinds))


async def test_a_wrong_amount_is_said_under_the_field(world):
    """Bad input: 1,000元 is not guessed at."""
    visit_id = await with_aid(world, amount="")
    go_to_step(world.services, visit_id, "aid")
    async with screen(world, f"/visit/{visit_id}") as app:
        for typed in ("1,000元", "-5", "1e9"):
            await write(app, "aid-amount", typed)
            field = next(one for one in app.walk(by_id(app, "aid-amount")) if isinstance(one, ft.TextField))
            assert field.error is not None


async def test_a_place_that_is_refused_holds_nobody_up(world):
    """R12: without location the visit goes on."""
    world.location.code = "location_denied"
    async with screen(world, f"/household/{world.household.id}/start") as app:
        assert app.says("没有定位权限")
        await press(app, "result-absent")
        await press(app, "visit-next")


async def test_an_open_visit_is_offered_again(world):
    """One household has one visit under way, never two."""
    visit_id = met(world)
    async with screen(world, f"/household/{world.household.id}/start") as app:
        await press(app, "visit-go-on")
        assert app.page.route == f"/visit/{visit_id}"
        assert len(all_drafts(world.services)) == 1
