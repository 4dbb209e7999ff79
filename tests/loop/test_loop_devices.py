"""Revoked, disabled, wiped, expired: in every state of the queue the work stays and arrives (S25)."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select, update

from app.actions import wipe as wiping
from app.store.tables import get_meta
from registry.db.tables import devices, quarantine, records, users
from registry.service.codes import create_code
from registry.service.devices import By, list_devices, revoke
from registry.service.times import now
from sync.protocol.canonical import sha256_hex

PHOTO = b"\xff\xd8\xff\xe0photo"


async def held(office):
    async with office.engine.connect() as connection:
        rows = await connection.execute(select(records.c.id, records.c.state, records.c.flags))
        return {row.id: (row.state, row.flags) for row in rows}


async def shut_out(office, phone, how):
    """Take the device or the user away, as an office would."""
    if how == "revoked":
        await revoke(office, None, phone.identity.device_id, By(), reason="lost")
        return
    async with office.engine.begin() as connection:
        mine = users.c.id == phone.session.me.user_id
        await connection.execute(update(users).where(mine).values(active=False))


FLAG = {"revoked": "device_revoked", "disabled": "user_disabled"}


@pytest.mark.parametrize("how", ["revoked", "disabled"])
@pytest.mark.parametrize("state", ["kept", "sending", "photos", "expired"])
async def test_work_of_a_phone_that_was_shut_out_is_handed_over(cadre, campaign, office, how, state):
    """S25: whatever the queue's state, sealed work still arrives, flagged; the person is told to log in."""
    rid = await cadre.visit(cadre.homes()[0], campaign, [PHOTO])
    if state == "sending":
        cadre.line.lose_answers("POST", "/v1/records")
        await cadre.sync()
        cadre.kill()
    elif state == "photos":
        cadre.line.cut("POST", "/v1/media", 5, times=50)
        await cadre.sync()
        cadre.line.faults.clear()
    elif state == "expired":
        cadre.clock.pass_time(2 * 3600)
    await shut_out(office, cadre, how)
    await cadre.sync_later(6)
    assert cadre.state(rid) == "complete"
    assert (len(cadre.store.outbox()), len(cadre.store.media())) == (0, 0)
    kept, flags = (await held(office))[rid]
    assert kept == "accepted"
    assert (FLAG[how] in flags) == (state in {"kept", "expired"}), "flagged when it came after"
    assert cadre.runner.status.phase == "needs_login"
    assert cadre.rows("records")[rid]["text"], "and it can still be read on the phone"


@pytest.mark.parametrize("how", ["revoked", "disabled"])
async def test_a_phone_that_was_shut_out_hears_nothing_more(cadre, campaign, office, how):
    """S25: it may give, not take: no feed, no pictures, no lists."""
    await cadre.visit(cadre.homes()[0], campaign, [PHOTO])
    await cadre.sync()
    await shut_out(office, cadre, how)
    cursor = get_meta(cadre.db, "cursor")
    await cadre.visit(cadre.homes()[1], campaign)
    await cadre.sync_later()
    assert get_meta(cadre.db, "cursor") == cursor
    sha = sha256_hex(PHOTO)
    client = cadre.runner.client
    for path in ("/v1/changes", "/v1/visits", "/v1/log/head", f"/v1/media/{sha}", "/v1/devices"):
        with pytest.raises(Exception, match=r"device_revoked|token_invalid"):
            await client.call("GET", path)


async def test_what_was_sealed_after_the_revocation_waits_for_a_person(cadre, campaign, office, phones):
    """S25: the phone's own signed time proves it; kept with its bytes, its place in the chain stays."""
    await cadre.sync()
    first = await cadre.visit(cadre.homes()[0], campaign)
    await revoke(office, None, cadre.identity.device_id, By(), reason="lost")
    async with office.engine.begin() as connection:  # and the phone's last signed time is later than that
        where = devices.c.id == cadre.identity.device_id
        earlier = now() - timedelta(minutes=5)
        await connection.execute(update(devices).where(where).values(revoked_at=earlier))
    await cadre.sync_later()
    assert (await held(office))[first][0] == "quarantined"
    assert (cadre.state(first), cadre.problem(first)) == ("quarantined", "device_revoked")
    async with office.engine.connect() as connection:
        (row,) = await connection.execute(select(quarantine.c.reason, quarantine.c.claimed_id))
    assert tuple(row) == ("device_revoked", first)


async def test_what_a_person_released_is_no_longer_in_trouble_on_the_phone(
    cadre, campaign, office, supervisor, county, people
):
    """S25: quarantined after a revocation, let in again, released by the office: the phone says so too."""
    await cadre.sync()
    await revoke(office, None, cadre.identity.device_id, By(), reason="lost")
    async with office.engine.begin() as connection:
        earlier = now() - timedelta(minutes=5)
        await connection.execute(
            update(devices).values(revoked_at=earlier).where(devices.c.revoked_at.is_not(None))
        )
    rid = await cadre.visit(cadre.homes()[0], campaign)
    await cadre.sync_later()
    assert cadre.state(rid) == "quarantined"
    cadre.code = await create_code(office, county.county_id, people.cadre.user_id)
    await cadre.enrol()
    async with office.engine.connect() as connection:
        item = await connection.scalar(select(quarantine.c.id))
    answer = await supervisor.runner.client.call(
        "POST", f"/v1/quarantine/{item}/retry", body=b"{}", headers={"Content-Type": "application/json"}
    )
    assert answer.json()["state"] == "released"
    await cadre.sync_later()
    assert (cadre.state(rid), cadre.problem(rid)) == ("complete", None)


async def test_a_newer_code_lets_a_revoked_phone_in_again(cadre, campaign, office, county, people):
    """S25: after it everything goes on, also what lay on the phone."""
    await revoke(office, None, cadre.identity.device_id, By(), wipe=True, reason="lost")
    rid = await cadre.visit(cadre.homes()[0], campaign, [PHOTO])
    cadre.code = await create_code(office, county.county_id, people.cadre.user_id)
    await cadre.enrol()
    await cadre.sync_later()
    assert cadre.runner.status.phase == "idle"
    assert not cadre.runner.status.reading.wipe, "the order to wipe is lifted"
    assert (await held(office))[rid] == ("accepted", [])


async def test_a_user_who_is_enabled_again_goes_on(cadre, campaign, office):
    """S25: the feed comes again, without a new code."""
    await shut_out(office, cadre, "disabled")
    await cadre.sync_later()
    assert cadre.runner.status.phase == "needs_login"
    async with office.engine.begin() as connection:
        await connection.execute(update(users).values(active=True))
    rid = await cadre.visit(cadre.homes()[0], campaign)
    await cadre.sync_later()
    assert cadre.runner.status.phase == "idle"
    state, flags = (await held(office))[rid]
    assert state == "accepted"
    assert "user_disabled" not in flags


async def test_a_changed_role_changes_what_the_phone_may_see(cadre, campaign, office):
    """S25: with the next token; work on the phone is not touched."""
    rid = await cadre.visit(cadre.homes()[0], campaign)
    async with office.engine.begin() as connection:
        mine = users.c.id == cadre.session.me.user_id
        await connection.execute(update(users).where(mine).values(roles=["supervisor"]))
    cadre.clock.pass_time(2 * 3600)
    await cadre.sync_later()
    assert cadre.session.me.role == "supervisor"
    assert (await held(office))[rid][0] == "accepted"


class KilledError(Exception):
    """The app is gone in this very moment."""


class RestartedError(Exception):
    """The app composes itself anew."""


def services_of(phone):
    """As much of the app as a wipe needs."""

    async def restart() -> None:
        raise RestartedError

    return SimpleNamespace(db=phone.db, runner=phone.runner, store=phone.store, restart=restart)


class Secrets:
    """The device's key, or what is left of it."""

    def __init__(self) -> None:
        self.deleted: list[str] = []

    async def delete(self, name: str) -> None:
        self.deleted.append(name)


async def test_a_lost_phone_is_wiped_only_after_its_work_is_in(cadre, campaign, office):
    """S25: ordered, handed over, proven, forgotten, told: in this order, and never before."""
    rid = await cadre.visit(cadre.homes()[0], campaign, [PHOTO])
    await revoke(office, None, cadre.identity.device_id, By(), wipe=True, reason="lost")
    assert not await wiping.obey_wipe(services_of(cadre)), "it has not heard of it"
    cadre.line.cut("POST", "/v1/media", 5, times=50)
    await cadre.sync()
    assert cadre.runner.status.reading.wipe
    assert not await wiping.obey_wipe(services_of(cadre)), "a picture is still only here"
    cadre.line.faults.clear()
    await cadre.sync_later(6)
    assert cadre.state(rid) == "complete"
    with pytest.raises(RestartedError):
        await wiping.obey_wipe(services_of(cadre))
    (row,) = [one for one in await list_devices(office) if one.id == cadre.identity.device_id]
    assert row.wiped_at is not None
    secrets = Secrets()
    await wiping.finish_wipe(cadre.db, cadre.shelf, secrets)
    assert not cadre.rows("records")
    assert not cadre.rows("households")
    assert secrets.deleted
    assert get_meta(cadre.db, wiping.WIPED, False), "the next person with this phone is told"


async def test_a_wipe_that_was_decided_is_carried_out_without_a_network(cadre, campaign, office):
    """S25: heard of is not decided: offline nobody knows what the office holds at this moment. Once it was
    asked, a phone that is killed or offline finishes it, and the office is not told."""
    await cadre.visit(cadre.homes()[0], campaign, [PHOTO])
    await cadre.sync()
    await revoke(office, None, cadre.identity.device_id, By(), wipe=True, reason="lost")
    await cadre.sync_later()
    assert cadre.runner.status.reading.wipe
    cadre.line.up = False
    assert not await wiping.obey_wipe(services_of(cadre)), "it was only heard of"
    assert not get_meta(cadre.db, wiping.ORDERED, "")
    cadre.line.up = True

    async def killed(request, send):
        if request.url.path.endswith("/wiped"):
            raise KilledError

    cadre.line.faults.append(killed)
    with pytest.raises(KilledError):
        await wiping.obey_wipe(services_of(cadre))
    cadre.kill()
    cadre.line.up = False
    with pytest.raises(RestartedError):
        await wiping.obey_wipe(services_of(cadre))
    cadre.kill()
    await wiping.finish_wipe(cadre.db, cadre.shelf, Secrets())
    assert not cadre.rows("households")
    (row,) = [one for one in await list_devices(office) if one.id == cadre.identity.device_id]
    assert (row.wipe_asked_at is not None, row.wiped_at) == (True, None)
