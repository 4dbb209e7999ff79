"""Finishing a visit seals it and queues it in one write (R9, R10, S25)."""

from datetime import UTC, datetime

import msgspec
import pytest
from visit_steps import signed, with_photo_and_needs
from visit_world import World, make_world

from app.actions.drafts import find_draft
from app.actions.finish_visit import finish_visit
from app.actions.hand_over_aid import choose
from app.actions.meet_household import set_result, set_text
from app.actions.start_visit import start_visit
from app.store.outbox import chain_head
from app.store.tables import drafts, media, outbox, records
from domain.codes import Outcome, SignerKind, VisitResult
from domain.errors import InputError
from domain.event_time import SealedTime
from domain.models import VisitBody
from domain.receipt import still_as_signed
from domain.rules import blocks
from registry.service.times import wire
from sync.ports import TimeAnchor
from sync.protocol.messages import SignedTime
from sync.protocol.records import GENESIS, RecordHead, Sealed, unseal


@pytest.fixture
def world(tmp_path) -> World:
    return make_world(tmp_path / "store")


def sealed_body(world: World, visit_id: str) -> VisitBody:
    return msgspec.convert(sealed_head(world, visit_id).body, VisitBody)


def sealed_head(world: World, visit_id: str) -> RecordHead:
    document = records(world.db).get(visit_id)
    assert document is not None
    sealed = Sealed(id=document["id"], hash=document["hash"], sig=document["sig"], record=document["text"])
    return unseal(
        sealed, lambda sig, raw: world.identity.crypto.ed25519_verify(world.identity.public, sig, raw)
    )


async def test_a_finished_visit_is_a_signed_record_in_the_outbox(world):
    """S25: after 完成 the record is sealed with the device key, queued, and the draft is gone."""
    visit_id = await signed(world)
    assert await finish_visit(world.services, visit_id) == visit_id
    body = sealed_body(world, visit_id)
    assert body.household_id == world.household.id
    assert body.receipt is not None
    assert body.receipt.capitals == "人民币壹仟元整"
    assert still_as_signed(body)
    assert find_draft(world.services, visit_id) is None
    assert outbox(world.db).get(visit_id) is not None
    assert chain_head(world.db).seq == 1
    assert world.runner.kicks == 1


async def test_the_registrys_signature_on_its_time_is_sealed_once(world):
    """S25: with the wall clock as it stood then, in the head alone: a body's dozen times need no copy."""
    signed_time = SignedTime(server_time="2027-01-20T11:00:00.123Z", sig="from-the-registry")
    wrong = datetime(2028, 1, 20, 11, 0, tzinfo=UTC)
    world.services.store.apply_changes([], "c", TimeAnchor(signed_time, "boot-1", 5, 9, wrong))
    visit_id = await signed(world)
    await finish_visit(world.services, visit_id)
    head = sealed_head(world, visit_id)
    sealed = msgspec.convert(head.event_time, SealedTime)
    assert (sealed.server_sig, sealed.server_device_time) == (signed_time.sig, wrong)
    assert wire(sealed.server_time) == signed_time.server_time, "what was signed can be written again"
    assert sealed.plain() == sealed_body(world, visit_id).ended
    document = records(world.db).get(visit_id)
    assert document["text"].count("from-the-registry") == 1
    assert document["text"].count("server_sig") == 1


async def test_everything_the_registry_will_ask_for_is_on_the_shelf(world):
    """R12: each photo, thumbnail, signature and the receipt's picture is queued once, and readable."""
    visit_id = await signed(world)
    await finish_visit(world.services, visit_id)
    body = sealed_body(world, visit_id)
    assert body.receipt is not None
    queued = {doc["sha256"]: doc for doc in media(world.db).find("record_id", visit_id)}
    named = {photo.sha256 for photo in body.photos} | {photo.thumb_sha256 for photo in body.photos}
    named |= {one.image_sha256 for one in body.receipt.signatures} | {body.receipt.image_sha256}
    assert named == set(queued)
    for name, document in queued.items():
        assert len(await world.services.blobs.get(name)) == document["size"]


async def test_both_sides_have_signed_what_was_locked(world):
    """R9, R10: recipient and two of ours, each after the lock, and no rule blocks."""
    visit_id = await signed(world)
    await finish_visit(world.services, visit_id)
    body = sealed_body(world, visit_id)
    assert body.receipt is not None
    assert [one.signer for one in body.receipt.signatures] == [
        SignerKind.RECIPIENT,
        SignerKind.HANDLER,
        SignerKind.HANDLER,
    ]
    assert not blocks(body.rule_results)
    assert {one.code for one in body.rule_results if one.outcome is Outcome.PASS} >= {"R4", "R8", "R9", "R10"}


async def test_the_second_record_continues_the_chain(world):
    """DESIGN §4: prev of a record is the hash of the one before."""
    first = await signed(world)
    await finish_visit(world.services, first)
    second = start_visit(world.services, world.other.id).id
    set_result(world.services, second, VisitResult.ABSENT)
    set_text(world.services, second, "solo_reason", "同事临时有任务")
    await finish_visit(world.services, second)
    one, two = records(world.db).get(first), records(world.db).get(second)
    assert one is not None
    assert two is not None
    assert f'"prev":"{GENESIS}"' in one["text"]
    assert f'"prev":"{one["hash"]}"' in two["text"]


async def test_nobody_at_home_finishes_without_needs_and_aid(world):
    """S25: 家里没人 has a short path and is a record too."""
    visit_id = start_visit(world.services, world.household.id).id
    set_result(world.services, visit_id, VisitResult.ABSENT)
    set_text(world.services, visit_id, "solo_reason", "一个人顺路")
    set_text(world.services, visit_id, "result_note", "邻居说晚上才回来")
    await finish_visit(world.services, visit_id)
    body = sealed_body(world, visit_id)
    assert (body.result, body.aid, body.receipt) == (VisitResult.ABSENT, (), None)
    assert body.note == "邻居说晚上才回来"


async def test_a_visit_without_aid_needs_no_receipt(world):
    """这次不发 is a clear choice."""
    visit_id = await with_photo_and_needs(world)
    choose(world.services, visit_id, "none")
    await finish_visit(world.services, visit_id)
    assert sealed_body(world, visit_id).receipt is None


async def test_an_unfinished_visit_cannot_be_sealed(world):
    """R9: without the second signature it stays a draft."""
    visit_id = await with_photo_and_needs(world)
    with pytest.raises(InputError) as error:
        await finish_visit(world.services, visit_id)
    assert error.value.code == "visit_unfinished"
    assert drafts(world.db).get(visit_id) is not None
    assert outbox(world.db).count() == 0


async def test_a_kill_after_finishing_loses_nothing(world):
    """The record is there when the app starts again."""
    visit_id = await signed(world)
    await finish_visit(world.services, visit_id)
    world.reopen()
    assert sealed_body(world, visit_id).household_id == world.household.id
    assert drafts(world.db).count() == 0
