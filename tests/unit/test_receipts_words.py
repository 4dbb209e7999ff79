"""The receipt in words and as a picture (R10, S6, S12)."""

import io

import pytest
from PIL import Image
from visit_steps import NAME, with_aid
from visit_world import World, make_world

from app.actions.draft_receipt import draft_receipt
from app.actions.drafts import need_draft
from app.actions.lock_receipt import lock_receipt
from app.actions.meet_household import set_text
from app.receipts.ink import ink_box, ink_strokes
from app.receipts.picture import Signed, receipt_picture
from app.receipts.words import check_code


@pytest.fixture
def world(tmp_path) -> World:
    return make_world(tmp_path / "store")


async def test_the_receipt_reads_like_one(world):
    """R10, S6, S12: who, from whom, what, source, digits and capitals, day, and a code to compare."""
    visit_id = await with_aid(world, amount="1680.32")
    set_text(world.services, visit_id, "aid_on_behalf_of", "县委县政府")
    words = draft_receipt(world.services, lock_receipt(world.services, visit_id))
    text = "\n".join(words.text())
    for part in (
        "王秀英",
        "QS-0001",
        "青山县总工会（代表县委县政府）",
        "银行转账",
        "工会配套资金",
        "¥1,680.32",
        "人民币壹仟陆佰捌拾元零叁角贰分",
        "2027 年 1 月 20 日",
    ):
        assert part in text
    draft = need_draft(world.services, visit_id)
    assert draft.receipt is not None
    assert check_code(draft.receipt.hash) in text
    assert world.household.worker.id_number not in text


async def test_the_day_is_the_local_one(world):
    """Dates are local: 23:30 UTC is already the next day in Shanghai."""
    visit_id = await with_aid(world)
    world.clock.wait(12 * 3600)
    assert (
        "2027 年 1 月 21 日" in draft_receipt(world.services, lock_receipt(world.services, visit_id)).closing
    )


async def test_the_picture_holds_every_signature_and_the_words(world):
    """R9: one picture for the office: ink in each box, words below."""
    codec = world.services.platform.pictures
    signed = [Signed(NAME, "pen"), Signed([[[50, 50]]], "fingerprint")]
    one = await receipt_picture(codec, ["慰问款物签收单", "人民币壹仟元整"], signed)
    none = await receipt_picture(codec, ["慰问款物签收单", "人民币壹仟元整"], [Signed([], "pen")] * 2)
    picture, empty = (Image.open(io.BytesIO(data)).convert("L") for data in (one, none))
    assert picture.size == empty.size

    def dark(image, top):
        return sum(value < 100 for value in image.crop((60, top + 20, 1140, top + 340)).tobytes())

    for top in (40, 440):
        assert dark(picture, top) > dark(empty, top) + 200


def test_a_finger_mark_is_drawn_round_the_point():
    """R11: kept as one point, drawn as ridges."""
    ridges = ink_strokes([[[100, 80]]], "fingerprint")
    assert len(ridges) == 5
    box = ink_box(ridges)
    assert box.left < 100 < box.left + box.width
    assert box.top < 80 < box.top + box.height


def test_a_signature_is_cut_to_its_ink():
    """A small name in a corner fills the picture; nothing is distorted."""
    box = ink_box(ink_strokes([[[300, 500], [360, 520]]], "pen"))
    assert (box.left, box.top) == (284, 464)
    assert (box.width, box.height) == (92, 92)
