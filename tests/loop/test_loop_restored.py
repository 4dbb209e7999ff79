"""The registry is put back to a copy from before its last words: what it lost comes from the phones (S25)."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import select
from test_loop_devices import RestartedError, services_of

from app.actions import wipe as wiping
from app.store.tables import get_meta
from registry.db.tables import media, records
from registry.service.devices import By, revoke
from registry.service.log.append import append_all
from sync.protocol.canonical import sha256_hex

DAY = 25 * 3600
PHOTO = b"\xff\xd8\xff\xe0photo"
SHA = sha256_hex(PHOTO)


async def held(office, column):
    async with office.engine.connect() as connection:
        return set((await connection.execute(select(column))).scalars())


@pytest.fixture
async def copied_without_photos(cadre, campaign, office, backup):
    """A visit's record arrives, the database is copied, its files arrive; gives the visit and a way back."""
    rid = await cadre.visit(cadre.homes()[0], campaign, [PHOTO])
    cadre.line.cut("POST", "/v1/media", 5, times=50)
    await cadre.sync()
    cadre.line.faults.clear()
    put_back = await backup()
    await cadre.sync_later(6)
    assert cadre.state(rid) == "complete"
    assert SHA in await held(office, media.c.sha256)
    return rid, put_back


async def lose_photos(office, put_back):
    await put_back()
    assert SHA not in await held(office, media.c.sha256)


async def test_photos_confirmed_after_the_copy_are_sent_again(cadre, office, copied_without_photos):
    """S25: the registry still has the record, so no checkpoint goes back; its word on the files tells."""
    rid, put_back = copied_without_photos
    await lose_photos(office, put_back)
    await cadre.sync()
    await cadre.sync_later()
    assert SHA in await held(office, media.c.sha256)
    assert cadre.state(rid) == "complete"


async def test_a_lost_visit_brings_all_photos_into_doubt(cadre, campaign, office, copied_without_photos):
    """S25: also those of a record that it still holds; what it has is not sent twice."""
    rid, put_back = copied_without_photos
    later = await cadre.visit(cadre.homes()[1], campaign, [PHOTO + b"2"])
    await cadre.sync()
    await lose_photos(office, put_back)
    cadre.line.seen.clear()

    async def deaf(request, send):  # the feed tells nothing: only the chain does
        if request.url.path == "/v1/changes":
            raise httpx.ReadTimeout("late", request=request)

    cadre.line.faults.append(deaf)
    await cadre.visit(cadre.homes()[2], campaign)
    await cadre.sync()
    await cadre.sync_later()
    assert {SHA, sha256_hex(PHOTO + b"2")} <= await held(office, media.c.sha256)
    assert [cadre.state(one) for one in (rid, later)] == ["complete", "complete"]


async def test_a_gap_in_the_chain_does_not_hide_what_was_lost(cadre, campaign, office, backup):
    """S9, S25: one record never counts, so the checkpoint stands still before and after; the ledger tells."""
    first = await cadre.visit(cadre.homes()[0], campaign)
    gap = cadre.seal({"body": "of another"}, author="somebody else")
    await cadre.sync()
    assert cadre.state(gap) == "quarantined"
    await append_all(office)
    await cadre.sync_later()
    put_back = await backup()
    lost = [await cadre.visit(home, campaign, [PHOTO]) for home in cadre.homes()[1:3]]
    await cadre.sync()
    await append_all(office)
    await cadre.sync_later()
    assert get_meta(cadre.db, "checkpoint")["seq"] == 1
    await put_back()
    await cadre.sync_later(1, DAY)
    await cadre.sync_later()
    assert {first, *lost} <= await held(office, records.c.id)
    assert SHA in await held(office, media.c.sha256)
    assert [cadre.state(one) for one in lost] == ["complete", "complete"]


@pytest.mark.parametrize("how", ["by hand", "by the office"])
async def test_nothing_is_wiped_that_only_this_phone_has(cadre, office, copied_without_photos, how):
    """S25: the photos were confirmed and are lost since; a phone that was shut out hears of it by no feed,
    and one that is emptied by hand at once has not heard either."""
    _, put_back = copied_without_photos
    await lose_photos(office, put_back)
    services = services_of(cadre)
    assert wiping.proof_of(services).safe, "as far as it has heard"
    if how == "by hand":
        with pytest.raises(wiping.UnsafeWipeError):
            await wiping.wipe(services)
    else:
        await revoke(office, None, cadre.identity.device_id, By(), wipe=True, reason="lost")
        cadre.runner.client.drop_token()
        await cadre.sync()
        assert cadre.runner.status.reading.wipe
        assert not await wiping.obey_wipe(services)
    assert not wiping.proof_of(services).safe
    await cadre.sync_later()
    assert SHA in await held(office, media.c.sha256)
    with pytest.raises(RestartedError):
        await (wiping.wipe if how == "by hand" else wiping.obey_wipe)(services)


async def test_a_shut_out_phone_sends_the_visits_that_were_lost_before_it_obeys(
    cadre, campaign, office, backup
):
    """S25: the office's own last word on the chain is older than its loss: it is asked once more."""
    put_back = await backup()
    rid = await cadre.visit(cadre.homes()[0], campaign, [PHOTO])
    await cadre.sync()
    assert cadre.state(rid) == "complete"
    await put_back()
    await revoke(office, None, cadre.identity.device_id, By(), wipe=True, reason="lost")
    cadre.runner.client.drop_token()
    await cadre.sync()
    assert cadre.runner.status.reading.wipe
    assert not await wiping.obey_wipe(services_of(cadre))
    assert not await held(office, records.c.id)
    await cadre.sync_later()
    assert rid in await held(office, records.c.id)
    assert SHA in await held(office, media.c.sha256)
    with pytest.raises(RestartedError):
        await wiping.obey_wipe(services_of(cadre))
