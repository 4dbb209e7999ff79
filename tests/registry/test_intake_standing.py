"""A phone that is revoked while its batch is still arriving does not pass for one in good standing (S9)."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest
from phone import on_for_a_day
from sqlalchemy import select, update

from domain.event_time import SealedTime
from registry.db.tables import quarantine, records, users
from registry.service.devices import By, revoke

HOUR_NS = 3600 * 10**9


@pytest.fixture
def close(cadre, office):
    """Revoke the phone, or disable its user."""

    async def closed(how):
        if how == "device_revoked":
            await revoke(office, cadre.me.county, cadre.device_id, By(), reason="lost")
            return
        async with office.engine.begin() as connection:
            await connection.execute(update(users).where(users.c.id == cadre.me.user_id).values(active=False))

    return closed


def note(phone, **other):
    return phone.seal({"any": "thing"}, type="follow_up", **other)


def sealed_now(office, phone):
    """What only the registry can say: it signed this time a moment ago."""
    signed, clock = office.keys.signed_time(phone.device_id), on_for_a_day()
    event = SealedTime(
        device_time=datetime.now(UTC),
        monotonic_ns=clock,
        boot_id=phone.boot,
        server_time=datetime.fromisoformat(signed.server_time),
        server_monotonic_ns=clock - HOUR_NS,
        server_boot_id=phone.boot,
        server_sig=signed.sig,
    )
    return note(phone, event_time=msgspec.to_builtins(event))


async def slowly(phone, before, after):
    """A batch whose first bytes are there, and whose rest comes when ``after`` has happened; the results."""

    async def body():
        yield b'{"records": ['
        yield msgspec.json.encode(before)
        rest = await after()
        yield b"".join(b"," + msgspec.json.encode(one) for one in rest) + b"]}"

    headers = phone.auth | {"Content-Type": "application/json"}
    answer = await phone.client.post("/v1/records", content=body(), headers=headers)
    assert answer.status_code == 200, answer.text
    return [(one["state"], one["problem"]) for one in answer.json()["results"]]


@pytest.mark.parametrize("how", ["device_revoked", "user_disabled"])
async def test_work_that_arrives_meanwhile_is_flagged(cadre, office, close, how):
    """S9: revoked between the first byte and the last: the records are kept, and say so."""
    one, two = note(cadre), note(cadre)

    async def after():
        await close(how)
        return [two]

    assert await slowly(cadre, one, after) == [("accepted", None)] * 2
    async with office.engine.connect() as connection:
        flags = list((await connection.execute(select(records.c.flags))).scalars())
    assert flags == [[how], [how]]


async def test_what_was_sealed_after_the_revocation_waits_for_a_person(cadre, office, close):
    """S9: a thief who keeps a request open seals nothing that is accepted; the owner's work before it is."""
    before = note(cadre)

    async def after():
        await close("device_revoked")
        return [sealed_now(office, cadre)]

    assert await slowly(cadre, before, after) == [("accepted", None), ("quarantined", "device_revoked")]
    async with office.engine.connect() as connection:
        assert (await connection.execute(select(quarantine.c.reason))).scalar_one() == "device_revoked"


async def test_a_phone_in_good_standing_is_asked_once(cadre, office, monkeypatch):
    """Nothing of this costs the others a second look."""
    from registry.service import intake

    async def again(*_):
        raise AssertionError("looked up twice")

    monkeypatch.setattr(intake, "load_principal", again)

    async def after():
        return [note(cadre)]

    assert await slowly(cadre, note(cadre), after) == [("accepted", None)] * 2
