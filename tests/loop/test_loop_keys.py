"""The registry changes its signing key: phones learn it, and nobody is asked (S9, S25, ADR 0022)."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import httpx
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from loop_phone import BASE, CRYPTO

from app.actions.ledger_place import ledger_place
from domain.errors import InputError
from registry.service import key_rows
from registry.service.key_change import change_key, restore_keys
from registry.service.keys import Keys
from registry.service.log.append import append_all
from registry.service.times import now, wire
from sync.errors import AnswerError
from sync.protocol import keys as wire_keys
from sync.protocol.canonical import canonical
from sync.protocol.keys import KeyStep, step_bytes
from sync.protocol.messages import EnrolAnswer, SignedTime, time_bytes
from sync.protocol.records import b64

STRANGER = Ed25519PrivateKey.generate()


@pytest.fixture
def change(office, tmp_path, monkeypatch):
    """``await change()``: the registry signs with a new key from now on, and the old one is believed only
    about the time before."""
    monkeypatch.setattr(key_rows, "SOONEST", timedelta(0))
    monkeypatch.setattr(wire_keys, "SLACK", timedelta(0))
    monkeypatch.setattr(wire_keys.KeyRing.keys_at, "__defaults__", (timedelta(0),))

    async def make():
        file = tmp_path / f"keys-{len(office.keys.ring.keys) + 1}.json"
        await change_key(office, timedelta(milliseconds=20), file, "试换")
        await asyncio.sleep(0.05)
        return file

    return make


async def started_again(office):
    """The registry knows what its database knows, and no more."""
    again = await key_rows.open_keys(office.engine, office.settings.master_key)
    office.keys.take(list(reversed(again._held)))
    assert len(office.keys.ring.keys) == 1


async def visits(phone, campaign, first, last):
    return [await phone.visit(home, campaign) for home in phone.homes()[first:last]]


async def test_a_phone_at_work_learns_the_new_key_by_itself(cadre, campaign, office, change):
    """Its token is still good, so it hears nothing of the key until an answer carries a signature it cannot
    verify: that answer is none, the token is renewed, and everything arrives once."""
    before = await visits(cadre, campaign, 0, 2)
    await cadre.sync()
    await append_all(office)
    await cadre.sync_later()
    await change()
    after = await visits(cadre, campaign, 2, 4)
    asked = cadre.line.count("POST", "/v1/token")
    await cadre.sync()
    await cadre.sync_later(2, 60)
    assert cadre.line.count("POST", "/v1/token") == asked + 1, (
        "its token would have been good for much longer"
    )
    assert {cadre.state(one) for one in before + after} == {"complete"}
    assert [one.key for one in cadre.store.session().key_steps] == [office.keys.ring.newest]
    await append_all(office)
    await cadre.sync_later()
    cadre.kill()
    places = [ledger_place(cadre.db, CRYPTO, one) for one in before + after]
    assert all(place.verified for place in places), "proofs by the old key and by the new one"
    assert cadre.store.ledger().doubt is None


async def test_a_phone_that_was_away_for_two_changes_comes_back(cadre, campaign, office, change):
    """S25: a season in a drawer; it knows the first key only, and needs no new code."""
    made = await visits(cadre, campaign, 0, 2)
    await change()
    await change()
    cadre.kill()
    await cadre.sync()
    await cadre.sync_later()
    assert {cadre.state(one) for one in made} == {"complete"}
    assert len(cadre.store.session().key_steps) == 2


async def test_what_it_learned_outlives_the_app(cadre, campaign, office, change):
    """Restarted without a network it still knows the key: the first answer is believed."""
    await change()
    await cadre.sync_later()
    await cadre.sync_later()
    cadre.kill()
    assert cadre.runner.client.registry.ring.newest == office.keys.ring.newest


@pytest.mark.parametrize("dated", ["today", "in its own days"])
async def test_whoever_stole_the_old_key_convinces_nobody(cadre, campaign, office, change, dated):
    """S9: a checkpoint by the key that was given up lets no record go, whatever time it gives itself; nor
    after the app was started again."""
    thief, its_days = Keys([office.keys.newest], b""), wire(now())
    await change()
    await cadre.sync_later()
    await cadre.sync_later()

    async def forge(request, send):
        if request.url.path != "/v1/records":
            return None
        answer = msgspec.json.decode((await send(request)).content)
        body = {name: value for name, value in answer["checkpoint"].items() if name != "sig"}
        if dated != "today":
            body["server_time"] = its_days
        answer["checkpoint"] = dict(body)
        answer["checkpoint"]["sig"] = thief.sign(canonical(body).encode())
        return httpx.Response(200, content=msgspec.json.encode(answer))

    cadre.kill()
    cadre.line.faults.append(forge)
    (made,) = await visits(cadre, campaign, 0, 1)
    await cadre.sync()
    assert cadre.state(made) == "kept"
    assert cadre.runner.status.last_error == "registry_signature_invalid"
    cadre.line.faults.clear()
    await cadre.sync_later()
    assert cadre.state(made) == "complete"


async def test_a_registry_put_back_to_before_the_change(cadre, campaign, office, change, backup):
    """S9, S25: the restored database lacks the key that the phone has learned. The phone keeps its work and
    believes nothing until the kept file has brought the key back; then all of it is sent."""
    put_back = await backup()
    file = await change()
    before = await visits(cadre, campaign, 0, 2)
    await cadre.sync()
    await cadre.sync_later()
    assert {cadre.state(one) for one in before} == {"complete"}
    await put_back()
    await started_again(office)
    after = await visits(cadre, campaign, 2, 3)
    cadre.kill()
    await cadre.sync()
    await cadre.sync_later(2)
    assert {cadre.state(one) for one in after} == {"kept"}
    assert cadre.runner.status.last_error == "registry_signature_invalid"
    assert await restore_keys(office, file, "数据库退回去过") == 1
    await cadre.sync_later(3)
    assert {cadre.state(one) for one in before + after} == {"complete"}


async def test_a_new_key_instead_of_the_lost_one(cadre, campaign, office, change, backup):
    """S9: after a restore somebody makes another key where phones know one. They believe nothing, keep their
    work, and go on when the right one is put in its place."""
    put_back = await backup()
    file = await change()
    await visits(cadre, campaign, 0, 1)
    await cadre.sync_later()
    await put_back()
    await started_again(office)
    file = file.rename(file.with_name("learned.json"))
    await change()
    (made,) = await visits(cadre, campaign, 1, 2)
    await cadre.sync_later()
    assert cadre.state(made) == "kept"
    with pytest.raises(InputError, match="another_key"):
        await restore_keys(office, file, "放回去")
    assert await restore_keys(office, file, "放回去", instead=True) == 1
    await cadre.sync_later()
    assert cadre.state(made) == "complete"


@pytest.mark.parametrize("steps", ["none", "of the thief"])
async def test_a_code_of_whoever_stole_the_old_key(cadre, campaign, office, change, steps):
    """S9: enrolling again forgets no key: a phone with work is not led to another registry by one that was
    given up, whatever time it gives itself."""
    thief, its_days = office.keys.newest.signer, wire(now())
    await change()
    await cadre.sync_later()
    await visits(cadre, campaign, 0, 1)
    await cadre.sync_later()
    session = cadre.session
    assert len(session.key_steps) == 1
    stranger = b64(STRANGER.public_key().public_bytes_raw())
    data = step_bytes(session.registry_key, stranger, its_days)
    step = KeyStep(key=stranger, since=its_days, sig=b64(thief.sign(data)), proof=b64(STRANGER.sign(data)))

    async def invite(request, send):
        if request.url.path != "/v1/enrol":
            return None
        sig = b64(thief.sign(time_bytes(session.device_id, its_days)))
        answer = EnrolAnswer(
            me=session.me,
            certificate=session.certificate,
            registry_key=session.registry_key,
            time=SignedTime(server_time=its_days, sig=sig),
            key_steps=[] if steps == "none" else [step],
        )
        return httpx.Response(200, content=msgspec.json.encode(answer))

    cadre.line.faults.append(invite)
    with pytest.raises(AnswerError):
        await cadre.runner.enrol("http://evil.test", "ABCD-EFGH", "手机")
    assert cadre.session == session
    cadre.line.faults.clear()
    await cadre.runner.enrol(BASE, cadre.code, "手机")
    assert cadre.session.key_steps == session.key_steps
