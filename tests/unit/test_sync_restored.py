"""The registry was put back to an older copy: what it confirmed once, it may have lost (S25)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from sync_fakes import FakeRegistry, Phone, body_of

from app.actions.wipe import prove
from app.store.sync_port import read_anchor
from sync.ledger import ask_checkpoint
from sync.ports import MediaEntry
from sync.protocol.canonical import sha256_hex
from sync.protocol.messages import Change


@pytest.fixture
def registry() -> FakeRegistry:
    return FakeRegistry()


@pytest.fixture
async def phone(tmp_path: Path, registry: FakeRegistry) -> AsyncIterator[Phone]:
    made = Phone(tmp_path, registry)
    await made.enrol()
    yield made
    made.db.close()


def told(rid: str, missing: int) -> list[Change]:
    """A page of the feed: what the office holds of this record."""
    state = "received" if missing else "complete"
    doc = {"id": rid, "record_id": rid, "state": state, "missing": missing, "flags": []}
    return [Change(kind="feedback", id=rid, doc=doc)]


def hear(phone: Phone, page: list[Change]) -> list[MediaEntry]:
    """The page arrives; gives what waits then."""
    anchor = read_anchor(phone.db)
    assert anchor is not None
    phone.store.apply_changes(page, "9", anchor)
    return phone.store.media()


async def test_photos_that_the_office_lost_are_sent_again(phone: Phone, registry: FakeRegistry) -> None:
    """S25: it still holds the record and lost its files; its word on that brings them back, and until then
    nothing says complete, or safe to wipe."""
    rid = phone.visit(("thumb", b"small"), ("photo", b"large"))
    await phone.runner.run_until_idle()
    assert prove(phone.store.chain(), 0).safe
    before, registry.media, registry.uploads = registry.media, {}, {}
    assert len(hear(phone, told(rid, 2))) == 2
    assert (phone.state(rid), prove(phone.store.chain(), 0).safe) == ("received", False)
    await phone.runner.run_until_idle()
    assert registry.media == before
    assert (phone.state(rid), prove(phone.store.chain(), 0).safe) == ("complete", True)


async def test_a_word_that_came_late_costs_one_question_and_no_upload(
    phone: Phone, registry: FakeRegistry
) -> None:
    """S25: the page was written before the last photo arrived."""
    rid = phone.visit(("thumb", b"small"), ("photo", b"large"))
    await phone.runner.run_until_idle()
    asked, sent = registry.count("POST", "/v1/media/missing"), len(registry.uploads)
    hear(phone, told(rid, 1))
    await phone.runner.run_until_idle()
    assert registry.count("POST", "/v1/media/missing") == asked + 1
    assert (len(registry.uploads), phone.state(rid)) == (sent, "complete")


async def test_what_is_on_its_way_explains_what_is_missing_there(phone: Phone) -> None:
    """S25: while photos are being sent the office's word on them is no news; one more missing is."""
    rid = phone.visit(("thumb", b"small"), ("photo", b"large"))
    sealed = phone.store.begin_records([rid])
    answer = await phone.runner.client.send_records(sealed)
    phone.store.finish_records(answer.results, answer.checkpoint)
    phone.store.media_received([sha256_hex(b"small")])
    assert [entry.kind for entry in hear(phone, told(rid, 1))] == ["photo"]
    assert [entry.kind for entry in hear(phone, told(rid, 2))] == ["thumb", "photo"]


async def test_the_word_on_a_doubled_id_is_about_another_record(phone: Phone, registry: FakeRegistry) -> None:
    """S25: what the office lacks of the other record does not send this one's files again for ever."""
    rid = phone.visit(("photo", b"large"))
    registry.verdicts[rid] = ("conflict", "id_reused")
    await phone.runner.run_until_idle()
    assert hear(phone, told(rid, 1)) == []


async def test_a_file_of_two_records_makes_both_incomplete(phone: Phone, registry: FakeRegistry) -> None:
    """S25: the same photo was sealed twice; the office lost it for both."""
    ids = [phone.visit(("photo", b"large")) for _ in range(2)]
    await phone.runner.run_until_idle()
    assert hear(phone, told(ids[0], 0)) == []
    assert len(hear(phone, told(ids[0], 1))) == 1
    assert [phone.state(rid) for rid in ids] == ["received", "received"]
    await phone.runner.run_until_idle()
    assert [phone.state(rid) for rid in ids] == ["complete", "complete"]


async def test_a_doubted_registry_gets_everything_in_spite_of_a_gap(
    phone: Phone, registry: FakeRegistry
) -> None:
    """S25: record 2 never counts, so the checkpoint stands at 1 before and after; only the doubt tells."""
    ids = [phone.visit(("photo", bytes([n]))) for n in range(5)]
    registry.verdicts[ids[1]] = ("quarantined", "bad_record")
    await phone.runner.run_until_idle()
    del registry.texts[1:]
    registry.records, registry.media = {ids[0]: registry.records[ids[0]]}, {}
    await ask_checkpoint(phone.runner.client, phone.store)
    assert phone.store.outbox() == [], "the checkpoint shows nothing"
    await ask_checkpoint(phone.runner.client, phone.store, doubted=True)
    assert [entry.id for entry in phone.store.outbox()] == ids[1:]
    await phone.runner.run_until_idle()
    assert set(registry.records) == {*ids} - {ids[1]}
    assert len(registry.media) == 5
    states = ["complete", "quarantined", "complete", "complete", "complete"]
    assert [phone.state(rid) for rid in ids] == states


class LateQuestion(httpx.AsyncBaseTransport):
    """The answer to a batch of nothing is ready at once and arrives when ``let_go`` is set."""

    def __init__(self, registry: FakeRegistry) -> None:
        self.registry, self.ready, self.let_go = registry, asyncio.Event(), asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        answer = self.registry(request)
        if request.url.path == "/v1/records" and not body_of(request)["records"]:
            self.ready.set()
            await self.let_go.wait()
        return answer


async def test_an_older_answer_never_overtakes_a_newer_one(phone: Phone, registry: FakeRegistry) -> None:
    """S25: the ledger is looked at while a visit is sent; what the registry said before that visit arrived
    does not make it unsent again."""
    await phone.runner.run_until_idle()
    client = phone.runner.client
    client.http._client._transport = line = LateQuestion(registry)
    question = asyncio.ensure_future(ask_checkpoint(client, phone.store))
    await line.ready.wait()
    rid = phone.visit(("photo", b"large"))
    sending = asyncio.ensure_future(phone.runner.run_until_idle())
    for _ in range(500):
        await asyncio.sleep(0)
    line.let_go.set()
    await question
    assert not (phone.state(rid) == "kept" and registry.records), "arrived and unsent"
    await sending
    assert phone.state(rid) == "complete"
    assert (phone.store.outbox(), phone.store.media()) == ([], [])
    assert registry.count("POST", "/v1/records") == 2
