"""Locking, signing, voiding (R9, R10, R11)."""

import pytest
from visit_steps import NAME, SIZE, signed, with_aid
from visit_world import World, id_number, make_world

from app.actions.drafts import need_draft
from app.actions.hand_over_aid import set_line
from app.actions.lock_receipt import lock_receipt
from app.actions.sign_receipt import keep_strokes, set_proxy, set_proxy_field, sign_receipt
from app.actions.sign_second_visitor import sign_second_visitor
from app.actions.visit_body import body_of, event_time
from app.actions.void_receipt import void_receipt
from domain.errors import InputError
from domain.receipt import still_as_signed


@pytest.fixture
def world(tmp_path) -> World:
    return make_world(tmp_path / "store")


def refused(error) -> str:
    return error.value.code


async def test_the_amount_is_locked_before_anybody_signs(world):
    """R10: after locking no field of the aid changes, and locking again changes nothing."""
    visit_id = await with_aid(world)
    draft = lock_receipt(world.services, visit_id)
    assert draft.receipt is not None
    assert (draft.receipt.amount, draft.receipt.capitals) == ("1000.00", "人民币壹仟元整")
    with pytest.raises(InputError) as error:
        set_line(world.services, visit_id, draft.aids[0].id, "amount", "2000")
    assert refused(error) == "receipt_locked"
    assert lock_receipt(world.services, visit_id).receipt == draft.receipt


async def test_what_breaks_a_rule_cannot_be_locked(world):
    """R3: cash from a cadre never reaches the pad."""
    visit_id = await with_aid(world, form="cash")
    with pytest.raises(InputError) as error:
        lock_receipt(world.services, visit_id)
    assert refused(error) == "rules_block"


async def test_an_unreadable_amount_cannot_be_locked(world):
    """R10."""
    visit_id = await with_aid(world, amount="1,000元")
    with pytest.raises(InputError) as error:
        lock_receipt(world.services, visit_id)
    assert refused(error) == "aid_unfinished"


async def test_nobody_signs_an_unlocked_amount(world):
    """R10: no blank receipts."""
    visit_id = await with_aid(world)
    with pytest.raises(InputError) as error:
        await sign_receipt(world.services, visit_id, NAME, SIZE)
    assert refused(error) == "receipt_not_locked"


async def test_we_sign_after_them(world):
    """R9: staff certify what has happened, not what will."""
    visit_id = await with_aid(world)
    lock_receipt(world.services, visit_id)
    with pytest.raises(InputError) as error:
        await sign_second_visitor(world.services, visit_id, 0, NAME, SIZE)
    assert refused(error) == "recipient_first"


async def test_a_change_voids_every_signature(world):
    """R10: going back to change the amount makes the receipt void; the new one names it."""
    visit_id = await signed(world)
    old = need_draft(world.services, visit_id)
    assert old.receipt is not None
    draft = await void_receipt(world.services, visit_id)
    assert (draft.receipt, draft.recipient, draft.handlers) == (None, None, [])
    assert all("signature" not in name for name in world.blobs.files)
    set_line(world.services, visit_id, draft.aids[0].id, "amount", "800")
    again = lock_receipt(world.services, visit_id)
    assert again.receipt is not None
    assert again.receipt.replaces == old.receipt.id
    assert again.receipt.hash != old.receipt.hash
    assert old.recipient is not None
    assert not await world.services.blobs.has(old.recipient.image_sha256)


async def test_signatures_cover_what_was_locked(world):
    """R10: the record's hash matches lines, amount and capitals."""
    visit_id = await signed(world)
    draft = need_draft(world.services, visit_id)
    assert still_as_signed(body_of(draft, world.household, event_time(draft.started)))
    assert draft.receipt is not None
    assert {one.receipt_hash for one in [draft.recipient, *draft.handlers] if one} == {draft.receipt.hash}


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", "", "proxy_name"),
        ("name", "张 敏", "proxy_staff"),
        ("relation", "", "proxy_relation"),
        ("relation", "self", "proxy_relation"),
        ("id_number", "990101196803120045", "id_checksum"),
        ("reason", " ", "proxy_reason"),
    ],
)
async def test_a_proxy_says_who_and_why(world, field, value, code):
    """R11: without name, relation, ID and reason nobody signs for another, and staff never do."""
    visit_id = await with_aid(world)
    lock_receipt(world.services, visit_id)
    set_proxy(world.services, visit_id, True)
    right = {
        "name": "王大海",
        "relation": "sibling",
        "id_number": id_number("19700101", "012"),
        "reason": "本人住院，弟弟代收",
    }
    for name, text in {**right, field: value}.items():
        set_proxy_field(world.services, visit_id, name, text)
    with pytest.raises(InputError) as error:
        await sign_receipt(world.services, visit_id, NAME, SIZE)
    assert refused(error) == code
    set_proxy_field(world.services, visit_id, field, right[field])
    draft = await sign_receipt(world.services, visit_id, NAME, SIZE)
    assert draft.recipient is not None
    assert draft.recipient.name == "王大海"


async def test_a_finger_mark_counts(world):
    """R11: somebody who does not write presses a finger; it is kept as such."""
    visit_id = await with_aid(world)
    lock_receipt(world.services, visit_id)
    draft = await sign_receipt(world.services, visit_id, [[[100, 100]]], SIZE, "fingerprint")
    assert draft.recipient is not None
    assert draft.recipient.method == "fingerprint"
    assert (await world.services.blobs.get(draft.recipient.image_sha256)).startswith(b"\x89PNG")


async def test_an_empty_pad_is_no_signature(world):
    """R9."""
    visit_id = await with_aid(world)
    lock_receipt(world.services, visit_id)
    with pytest.raises(InputError) as error:
        await sign_receipt(world.services, visit_id, [], SIZE)
    assert refused(error) == "signature_missing"


async def test_strokes_survive_a_kill(world):
    """B: each stroke is on the disk when the finger leaves."""
    visit_id = await with_aid(world)
    lock_receipt(world.services, visit_id)
    keep_strokes(world.services, visit_id, NAME, "recipient")
    world.reopen()
    draft = need_draft(world.services, visit_id)
    assert (draft.pad, draft.pad_of, draft.field) == (NAME, "recipient", "pad.recipient")
