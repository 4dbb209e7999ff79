"""Photos and signatures reach the registry whole, over any line, and only then is a record complete."""

from __future__ import annotations

import asyncio
import os

import pytest
from loop_phone import LoopPhone
from sqlalchemy import select, text

from app.store.tables import media
from registry.db.tables import media as held_media
from sync.protocol.canonical import sha256_hex

pytestmark = pytest.mark.postgres
JPEG = b"\xff\xd8\xff\xe0"


def photo(size: int = 500_000) -> bytes:
    return JPEG + os.urandom(size)


async def held(office, sha256: str) -> bytes | None:
    """The registry's bytes of this file, None when it has none."""
    async with office.engine.connect() as connection:
        path = await connection.scalar(select(held_media.c.object_path).where(held_media.c.sha256 == sha256))
    return None if path is None else await office.files.get(path)


async def all_in(phone: LoopPhone, office) -> bool:
    """Every file of the phone is in the registry, byte for byte."""
    for doc in media(phone.db).all():
        if await held(office, doc["sha256"]) != await phone.shelf.get(doc["blob"]):
            return False
    return True


async def test_a_visit_with_photos_becomes_complete(cadre, campaign, office):
    """S25: text, thumbnails, signatures, photos; the phone says complete, and so does the feed."""
    rid = await cadre.visit(cadre.homes()[0], campaign, [photo(), photo(1_500_000)])
    await cadre.sync()
    assert cadre.state(rid) == "complete"
    assert await all_in(cadre, office)
    await cadre.sync()
    assert cadre.rows("feedback")[rid]["state"] == "complete"
    reading = cadre.runner.status.reading
    assert (reading.phase, reading.pending_media, reading.bytes_left) == ("idle", 0, 0)


@pytest.mark.parametrize("size", [0, 1, 70_000])
async def test_a_piece_cut_in_the_middle_is_sent_again(cadre, campaign, office, size):
    """S25: what a broken line left behind does not end up in the photo."""
    cadre.line.cut("PATCH", "/v1/media", size, times=3)
    rid = await cadre.visit(cadre.homes()[0], campaign, [photo()])
    await cadre.sync()
    await cadre.sync_later(6)
    assert cadre.state(rid) == "complete"
    assert await all_in(cadre, office)


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/v1/media/missing"), ("POST", "/v1/media"), ("PATCH", "/v1/media")]
)
async def test_lost_answers_cost_no_photo(cadre, campaign, office, method, path):
    """S25: the registry has it, the phone did not hear: asking again is enough."""
    cadre.line.lose_answers(method, path, times=3)
    rid = await cadre.visit(cadre.homes()[0], campaign, [photo()])
    await cadre.sync()
    await cadre.sync_later(8)
    assert cadre.state(rid) == "complete"
    assert await all_in(cadre, office)


@pytest.mark.parametrize("how", ["double", "both_at_once"])
async def test_pieces_that_arrive_twice_count_once(cadre, campaign, office, how):
    """S25: a proxy that repeats everything does not damage a photo."""
    getattr(cadre.line, how)("POST", "/v1/media")
    getattr(cadre.line, how)("PATCH", "/v1/media")
    rid = await cadre.visit(cadre.homes()[0], campaign, [photo()])
    await cadre.sync()
    await cadre.sync_later(8)
    assert cadre.state(rid) == "complete"
    assert await all_in(cadre, office)


async def test_a_kill_in_the_middle_of_a_photo_goes_on_where_it_was(cadre, campaign, office):
    """S25: the app dies in the fourth piece; after the restart the first three are not sent again."""
    data = photo(2_500_000)
    rid = await cadre.visit(cadre.homes()[0], campaign, [data])
    pieces = []
    reached = asyncio.Event()

    async def hang_at_third(request, send):
        if request.method == "PATCH":
            pieces.append(len(request.content))
            if len(pieces) == 3:
                reached.set()
                await asyncio.sleep(3600)
        return

    cadre.line.faults.append(hang_at_third)
    running = asyncio.create_task(cadre.runner.run_forever())
    await asyncio.wait_for(reached.wait(), 20)
    cadre.kill()
    running.cancel()
    kept = next(entry.offset for entry in cadre.store.media() if entry.sha256 == sha256_hex(data))
    assert kept > sum(pieces[:2])
    cadre.line.faults, cadre.line.seen = [], []
    await cadre.sync()
    assert cadre.state(rid) == "complete"
    assert await held(office, sha256_hex(data)) == data
    again = sum(size for method, path, size in cadre.line.seen if path.startswith("/v1/media/uploads"))
    assert again == len(data) - kept


async def test_one_photo_that_always_fails_delays_no_other(cadre, campaign, office):
    """S25: the registry's disk refuses one file; everything else of that and of other visits arrives."""
    bad = photo()
    homes = cadre.homes()
    first = await cadre.visit(homes[0], campaign, [bad, photo()])
    second = await cadre.visit(homes[1], campaign, [photo()])
    real = office.files.put

    async def refuse(path, data):
        if bad[:4000] in data or data in bad:
            raise OSError("no space")
        await real(path, data)

    object.__setattr__(office.files, "put", refuse)
    cadre.line.inner.raise_app_exceptions = False
    await cadre.sync()
    await cadre.sync_later(2)
    assert (cadre.state(first), cadre.state(second)) == ("received", "complete")
    assert {entry.sha256 for entry in cadre.store.media()} == {sha256_hex(bad)}
    assert cadre.runner.status.phase == "waiting"
    object.__setattr__(office.files, "put", real)
    await cadre.sync_later(2)
    assert cadre.state(first) == "complete"


async def test_a_photo_that_the_registry_has_is_not_sent_again(cadre, phones, campaign, office):
    """S25: the same bytes from another phone cost one question."""
    data = photo()
    await cadre.visit(cadre.homes()[0], campaign, [data])
    await cadre.sync()
    other = await phones("delegate")
    rid = await other.visit(other.homes()[0], campaign, [data])
    other.line.seen = []
    await other.sync()
    assert other.state(rid) == "complete"
    assert sum(size for method, _, size in other.line.seen if method == "PATCH") == 0


async def test_an_upload_that_expired_starts_again(cadre, campaign, office):
    """S25: a phone that was in a drawer for a month sends the whole photo."""
    data = photo()
    rid = await cadre.visit(cadre.homes()[0], campaign, [data])
    cadre.line.cut("PATCH", "/v1/media", 10, times=10**6)
    await cadre.sync()
    assert cadre.store.media()[0].upload_url
    cadre.line.faults.clear()
    async with office.engine.begin() as connection:
        await connection.execute(text("UPDATE uploads SET expires_at = now() - interval '1 day'"))
    await cadre.sync_later()
    assert cadre.state(rid) == "complete"
    assert await held(office, sha256_hex(data)) == data


async def test_a_photo_of_a_quarantined_record_still_arrives(cadre, campaign, office):
    """S25: evidence is kept even when the record that names it cannot be read."""
    data = photo(1000)
    rid = cadre.seal({"broken": True}, [await cadre.keep("photo", data)])
    await cadre.sync()
    assert cadre.state(rid) == "quarantined"
    assert await held(office, sha256_hex(data)) == data
