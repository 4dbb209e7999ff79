"""What is still being worked on when 完成 is tapped belongs to the record (R9, R12, S25)."""

from __future__ import annotations

import asyncio

import flet as ft
import pytest
from survey_world import begin, publish
from test_action_finish_visit import sealed_body
from visit_screen import by_id, has_id, press, screen
from visit_steps import NAME, SIZE, jpeg, met, signed, with_aid, with_photo_and_needs
from visit_world import World, make_world

from app.actions.add_photo import MOST_PHOTOS, add_photo, add_photos
from app.actions.discard_visit import discard_visit
from app.actions.drafts import find_draft, need_draft
from app.actions.finish_survey import finish_survey
from app.actions.finish_visit import finish_visit
from app.actions.hand_over_aid import choose, set_line
from app.actions.lock_receipt import lock_receipt
from app.actions.meet_household import go_to_step, set_text
from app.actions.sign_receipt import sign_receipt
from app.actions.sign_second_visitor import sign_second_visitor
from app.actions.survey_drafts import find_survey
from app.actions.void_receipt import void_receipt
from app.photos import PhotoError
from app.platform.errors import PlatformError
from app.platform.native.pictures import PillowPictureCodec
from app.store.tables import media, outbox, records
from domain.codes import PhotoKind
from domain.errors import InputError

STROKES = [[[10, 10], [300, 200]], [[10, 200], [300, 10]]]


class HeldCodec(PillowPictureCodec):
    """Works only while the test lets it; ``held`` counts calls that wait."""

    def __init__(self) -> None:
        self.gates: dict[str, asyncio.Event] = {}
        self.reached = asyncio.Event()

    def hold(self, name: str) -> asyncio.Event:
        """From now on calls of this kind wait for the event that is returned."""
        self.reached.clear()
        self.gates[name] = asyncio.Event()
        return self.gates[name]

    async def _pass(self, name: str) -> None:
        gate = self.gates.get(name)
        if gate is not None:
            self.reached.set()
            await gate.wait()

    async def shrink(self, data, longest, quality=80):
        await self._pass("shrink")
        return await super().shrink(data, longest, quality)

    async def watermark(self, data, lines, quality=80):
        await self._pass("receipt" if lines and "收" in lines[0] else "watermark")
        return await super().watermark(data, lines, quality)

    async def draw_strokes(self, strokes, width, height):
        await self._pass("strokes")
        return await super().draw_strokes(strokes, width, height)


@pytest.fixture
def codec() -> HeldCodec:
    return HeldCodec()


@pytest.fixture
def world(tmp_path, codec) -> World:
    world = make_world(tmp_path / "store")
    world.services.platform.pictures = codec
    return world


def in_record(world: World, visit_id: str, sha256: str) -> bool:
    """Named by the sealed record, and queued."""
    named = {photo.sha256 for photo in sealed_body(world, visit_id).photos}
    return sha256 in named and bool(media(world.db).find("sha256", sha256))


async def without_aid(world: World) -> str:
    visit_id = await with_photo_and_needs(world)
    choose(world.services, visit_id, "none")
    return visit_id


async def test_finishing_waits_for_a_photo_that_is_being_worked_on(world, codec):
    """R12: taken, then 完成 at once: sealed when the photo is there, with the photo."""
    visit_id = await without_aid(world)
    gate = codec.hold("shrink")
    photo = asyncio.create_task(add_photo(world.services, visit_id, jpeg(7), PhotoKind.SCENE))
    await codec.reached.wait()
    finish = asyncio.create_task(finish_visit(world.services, visit_id))
    await asyncio.sleep(0)
    assert not finish.done()
    assert records(world.db).get(visit_id) is None
    gate.set()
    await finish
    assert in_record(world, visit_id, (await photo).sha256)


@pytest.mark.parametrize("during", ["strokes", "watermark"])
async def test_a_photo_added_while_the_receipt_is_drawn_is_sealed(world, codec, during):
    """R12: the picture of the receipt takes a moment; what comes in between is in record and queue."""
    visit_id = await signed(world)
    gate = codec.hold("strokes" if during == "strokes" else "receipt")
    finish = asyncio.create_task(finish_visit(world.services, visit_id))
    await codec.reached.wait()
    photo = await add_photo(world.services, visit_id, jpeg(7), PhotoKind.SCENE)
    gate.set()
    await finish
    assert in_record(world, visit_id, photo.sha256)


async def test_a_word_typed_while_the_receipt_is_drawn_is_sealed(world, codec):
    """Each touch is kept, also the last."""
    visit_id = await signed(world)
    gate = codec.hold("strokes")
    finish = asyncio.create_task(finish_visit(world.services, visit_id))
    await codec.reached.wait()
    set_text(world.services, visit_id, "next_step", "下周再来")
    gate.set()
    await finish
    assert sealed_body(world, visit_id).next_step == "下周再来"


async def test_a_receipt_made_void_while_its_picture_is_drawn_is_not_sealed(world, codec):
    """R10: the old receipt with the old signatures is no more; the visit lacks its signatures again."""
    visit_id = await signed(world)
    gate = codec.hold("strokes")
    finish = asyncio.create_task(finish_visit(world.services, visit_id))
    await codec.reached.wait()
    await void_receipt(world.services, visit_id)
    gate.set()
    with pytest.raises(InputError, match="visit_unfinished"):
        await finish
    assert find_draft(world.services, visit_id) is not None


async def test_two_taps_while_it_waits_make_one_record(world, codec):
    """The second is told that the visit is finished."""
    visit_id = await signed(world)
    gate = codec.hold("strokes")
    taps = [asyncio.create_task(finish_visit(world.services, visit_id)) for _ in range(2)]
    await codec.reached.wait()
    gate.set()
    results = await asyncio.gather(*taps, return_exceptions=True)
    assert sorted(isinstance(one, InputError) for one in results) == [False, True]
    assert outbox(world.db).count() == 1


async def test_a_photo_that_could_not_be_kept_stops_finishing_once(world, codec):
    """Said before the seal, not after it; the next tap goes through."""
    visit_id = await without_aid(world)
    gate = codec.hold("shrink")
    photo = asyncio.create_task(add_photo(world.services, visit_id, b"\xff\xd8\xff broken", PhotoKind.SCENE))
    await codec.reached.wait()
    finish = asyncio.create_task(finish_visit(world.services, visit_id))
    await asyncio.sleep(0)
    gate.set()
    with pytest.raises(InputError, match="photo_not_kept"):
        await finish
    with pytest.raises(PlatformError, match="not_a_picture"):
        await photo
    assert find_draft(world.services, visit_id) is not None
    await finish_visit(world.services, visit_id)


async def test_a_new_signature_replaces_the_old_one_in_the_record(world, codec):
    """R9: signed again, 完成 before it is drawn: the new one is sealed."""
    visit_id = await signed(world)
    gate = codec.hold("strokes")
    again = asyncio.create_task(sign_second_visitor(world.services, visit_id, 0, STROKES, SIZE))
    await codec.reached.wait()
    finish = asyncio.create_task(finish_visit(world.services, visit_id))
    await asyncio.sleep(0)
    gate.set()
    await finish
    drawn = next(one for one in (await again).handlers if one.name == world.me.name)
    receipt = sealed_body(world, visit_id).receipt
    assert receipt is not None
    assert drawn.image_sha256 in {one.image_sha256 for one in receipt.signatures}


@pytest.mark.parametrize("amount", ["2000", "1000"])
@pytest.mark.parametrize("who", ["recipient", "handler"])
async def test_a_signature_counts_for_the_receipt_it_was_given_on(world, codec, who, amount):
    """R10: while it is drawn the receipt is made void and locked anew, be it over the same amount: it is no
    signature on the new one."""
    visit_id = await with_aid(world)
    services = world.services
    lock_receipt(services, visit_id)
    await sign_receipt(services, visit_id, NAME, SIZE)
    gate = codec.hold("strokes")
    signing = (
        sign_receipt(services, visit_id, STROKES, SIZE)
        if who == "recipient"
        else sign_second_visitor(services, visit_id, 0, STROKES, SIZE)
    )
    task = asyncio.create_task(signing)
    await codec.reached.wait()
    await void_receipt(services, visit_id)
    line = need_draft(services, visit_id).aids[0]
    choose(services, visit_id, "give")
    set_line(services, visit_id, line.id, "amount", amount)
    lock_receipt(services, visit_id)
    gate.set()
    with pytest.raises(InputError, match="receipt_changed"):
        await task
    draft = need_draft(services, visit_id)
    assert (draft.recipient, draft.handlers) == (None, [])


async def test_the_album_brings_the_good_ones_and_names_the_bad(world):
    """R12: one file that is no picture does not cost those after it."""
    visit_id = met(world)
    with pytest.raises(PlatformError, match="not_a_picture"):
        await add_photos(
            world.services, visit_id, [jpeg(1), b"\xff\xd8\xff broken", jpeg(2)], PhotoKind.SCENE
        )
    photos = need_draft(world.services, visit_id).photos
    assert [one.source for one in photos] == ["album", "album"]
    assert world.services.coming.count(visit_id) == 0


async def test_the_whole_album_is_waited_for(world, codec):
    """Three picked, the first still being worked on: all three are sealed."""
    visit_id = await without_aid(world)
    gate = codec.hold("shrink")
    album = asyncio.create_task(
        add_photos(world.services, visit_id, [jpeg(n) for n in (5, 6, 7)], PhotoKind.SCENE)
    )
    await codec.reached.wait()
    assert world.services.coming.count(visit_id) == 3
    finish = asyncio.create_task(finish_visit(world.services, visit_id))
    await asyncio.sleep(0)
    gate.set()
    await finish
    await album
    assert len(sealed_body(world, visit_id).photos) == 4


async def test_a_visit_gone_meanwhile_leaves_no_photo_behind(world, codec):
    """Thrown away while a photo is worked on: the photo goes too, and the rest is not tried."""
    visit_id = met(world)
    gate = codec.hold("shrink")
    album = asyncio.create_task(add_photos(world.services, visit_id, [jpeg(5), jpeg(6)], PhotoKind.SCENE))
    await codec.reached.wait()
    await discard_visit(world.services, visit_id)
    gate.set()
    with pytest.raises(InputError, match="draft_missing"):
        await album
    assert world.blobs.files == {}
    assert world.services.coming.count(visit_id) == 0


async def test_two_taps_on_one_picture_are_one_photo(world, codec):
    """R12: both are worked on at the same time."""
    visit_id = met(world)
    gate = codec.hold("shrink")
    taps = [
        asyncio.create_task(add_photo(world.services, visit_id, jpeg(5), PhotoKind.SCENE)) for _ in range(2)
    ]
    await codec.reached.wait()
    gate.set()
    results = await asyncio.gather(*taps, return_exceptions=True)
    assert sorted(isinstance(one, PhotoError) for one in results) == [False, True]
    (photo,) = need_draft(world.services, visit_id).photos
    assert await world.services.blobs.has(photo.sha256)


async def test_the_limit_holds_for_those_under_way(world, codec):
    """S32: one more than the limit, all at once."""
    visit_id = met(world)
    many = [jpeg(n, (64, 48)) for n in range(1, MOST_PHOTOS + 2)]
    results = await asyncio.gather(
        *(add_photo(world.services, visit_id, one, PhotoKind.SCENE) for one in many), return_exceptions=True
    )
    assert sum(isinstance(one, PhotoError) for one in results) == 1
    assert len(need_draft(world.services, visit_id).photos) == MOST_PHOTOS


async def test_a_questionnaire_says_that_a_photo_was_not_kept(world, codec):
    """S18: the same for questionnaires: handed in only when everybody knows what is in it."""
    publish(world)
    filling = begin(world)
    for path, value in {"/data/name": "王秀英", "/data/ill": "yes", "/data/cause": "病"}.items():
        filling.answer(path, value)
    gate = codec.hold("shrink")
    photo = asyncio.create_task(filling.attach("/data/photo", b"\xff\xd8\xff broken", kind="photo"))
    await codec.reached.wait()
    finish = asyncio.create_task(finish_survey(world.services, filling.draft.id))
    await asyncio.sleep(0)
    gate.set()
    with pytest.raises(InputError, match="photo_not_kept"):
        await finish
    with pytest.raises(PlatformError):
        await photo
    assert find_survey(world.services, filling.draft.id) is not None
    await finish_survey(world.services, filling.draft.id)


async def test_leaving_the_page_of_photos_loses_none(world, codec):
    """On the screen: picked, away to the list and back to the last page, 完成: it says what it waits for, and
    seals all."""
    visit_id = await without_aid(world)
    go_to_step(world.services, visit_id, "photos")
    async with screen(world, f"/visit/{visit_id}") as app:
        gate = codec.hold("shrink")
        picker = app.page._services._services[-1]
        assert isinstance(picker, ft.FilePicker)
        files = [{"id": n, "name": "a.jpg", "size": 9, "bytes": jpeg(n)} for n in (5, 6)]
        picking = asyncio.create_task(app.fire(picker, "result", {"files": files}))
        await codec.reached.wait()
        await app.settle(20)
        assert app.says("还有 2 张")
        await app.go("/")
        assert app.says("home")
        go_to_step(world.services, visit_id, "finish")
        await app.go(f"/visit/{visit_id}")
        assert app.says("还有 2 张")
        finishing = asyncio.create_task(press(app, "visit-finish"))
        await app.settle(20)
        assert app.says("等照片存好")
        assert records(world.db).get(visit_id) is None
        gate.set()
        await picking
        await finishing
        while app.page.route == f"/visit/{visit_id}":
            await app.settle()
        assert app.page.route == f"/visit/{visit_id}/done"
    assert len(sealed_body(world, visit_id).photos) == 3


async def test_the_last_word_is_kept_when_done_is_tapped_at_once(world):
    """A pause in typing saves; 完成 does not wait for the pause."""
    visit_id = await without_aid(world)
    go_to_step(world.services, visit_id, "finish")
    async with screen(world, f"/visit/{visit_id}") as app:
        field = next(one for one in app.walk(by_id(app, "next-step")) if isinstance(one, ft.TextField))
        await app.type(field, "下周再来")
        assert has_id(app, "visit-finish")
        await press(app, "visit-finish")
        while app.page.route == f"/visit/{visit_id}":
            await app.settle()
    assert sealed_body(world, visit_id).next_step == "下周再来"
