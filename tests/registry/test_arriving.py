"""What a dead connection brought of a file is kept as soon as its phone asks for it (S25)."""

from __future__ import annotations

import asyncio

from phone import picture, sha256
from sqlalchemy import select

from registry.db.tables import uploads
from registry.service import arriving

CHUNK = {"Content-Type": "application/offset+octet-stream"}


class Dying:
    """A body that brings ``data`` and then nothing more, for ever."""

    def __init__(self, data: bytes) -> None:
        self._data, self.waits = data, asyncio.Event()

    async def __aiter__(self):
        yield self._data
        self.waits.set()
        await asyncio.Event().wait()


async def dying(method, phone, place, data, most, **headers):
    """(a request that has brought ``data`` and hangs, its task)."""
    body = Dying(data)
    sent = headers | CHUNK | {"Content-Length": str(most)}
    task = asyncio.create_task(phone.client.request(method, place, content=body, headers=sent))
    async with asyncio.timeout(10):
        await body.waits.wait()
    return task


async def missing(phone, data):
    asked = {"sha256": [sha256(data)]}
    return (await phone.client.post("/v1/media/missing", json=asked, headers=phone.auth)).json()


async def kept(office, data, size):
    """Wait until the database knows of so many bytes, which any process would tell of."""
    received = select(uploads.c.received).where(uploads.c.sha256 == sha256(data))
    async with asyncio.timeout(10), office.reader.connect() as connection:
        while await connection.scalar(received) != size:
            pass


async def test_who_asks_for_a_file_hears_of_what_a_dead_connection_brought(cadre, office):
    """S25: the phone goes on from there, and its place is free again, long before the registry hears that
    the line died."""
    data = picture(1, 3000)
    task = await dying("POST", cadre, "/v1/media", data[:1000], 3000, **cadre.announce(data))
    assert office.uploads.bytes_in > 0
    begun = (await missing(cadre, data))["begun"][sha256(data)]
    assert begun["offset"] == 1000
    assert office.uploads.bytes_in == 0
    async with asyncio.timeout(10):
        answer = await task
    assert (answer.status_code, answer.headers["connection"]) == (201, "close")
    rest = cadre.tus(**{"Upload-Offset": "1000"}) | CHUNK
    done = await cadre.client.patch(begun["location"], content=data[1000:], headers=rest)
    assert (done.status_code, done.headers["upload-offset"]) == (204, "3000")
    assert await missing(cadre, data) == {"missing": [], "begun": {}}


async def test_who_asks_where_an_upload_stands_hears_of_a_later_piece_too(cadre):
    """S25, tus 1.0.0: HEAD counts what came of a piece whose connection died."""
    data = picture(2, 5000)
    place = (await cadre.client.post("/v1/media", headers=cadre.announce(data))).headers["location"]
    sent = cadre.tus(**{"Upload-Offset": "0"})
    task = await dying("PATCH", cadre, place, data[:3000], 5000, **sent)
    stands = await cadre.client.head(place, headers=cadre.tus())
    assert stands.headers["upload-offset"] == "3000"
    assert (await task).headers["upload-offset"] == "3000"


async def test_nobody_ends_the_upload_of_another_device(cadre, delegate):
    """S25: two phones hold the same photo; one asks, the other's goes on."""
    data = picture(3, 3000)
    task = await dying("POST", cadre, "/v1/media", data[:1000], 3000, **cadre.announce(data))
    assert await missing(delegate, data) == {"missing": [sha256(data)], "begun": {}}
    assert not task.done()
    assert sha256(data) in (await missing(cadre, data))["begun"]
    await task


async def test_what_no_byte_comes_of_ends_by_itself(cadre, office, monkeypatch):
    """S25: also when the phone now speaks with another process, its place here is free after a while."""
    monkeypatch.setattr(arriving, "STALL_S", 0.2)
    data = picture(4, 3000)
    task = await dying("POST", cadre, "/v1/media", data[:1000], 3000, **cadre.announce(data))
    async with asyncio.timeout(10):
        answer = await task
    assert answer.headers["upload-offset"] == "1000"
    assert office.uploads.bytes_in == 0
    assert (await missing(cadre, data))["begun"][sha256(data)]["offset"] == 1000


async def test_what_came_is_kept_at_every_pause(cadre, office, monkeypatch):
    """S25: the phone asks another process, or this one is killed: what came before the pause is there; who
    goes on after a pause goes on."""
    monkeypatch.setattr(arriving, "PAUSE_S", 0.1)
    data, go_on = picture(5, 3000), asyncio.Event()

    async def halting():
        yield data[:1000]
        await go_on.wait()
        yield data[1000:]

    sent = cadre.announce(data) | CHUNK | {"Content-Length": "3000"}
    task = asyncio.create_task(cadre.client.post("/v1/media", content=halting(), headers=sent))
    await kept(office, data, 1000)
    assert not task.done()
    go_on.set()
    answer = await task
    assert (answer.status_code, answer.headers["upload-offset"]) == (201, "3000")
    assert await missing(cadre, data) == {"missing": [], "begun": {}}


async def test_who_was_overtaken_in_a_pause_spoils_nothing(cadre, office, monkeypatch):
    """S25: meanwhile the phone sent the rest through another process; the old bytes come late."""
    monkeypatch.setattr(arriving, "PAUSE_S", 0.1)
    data, go_on = picture(6, 3000), asyncio.Event()

    async def late():
        yield data[:1000]
        await go_on.wait()
        yield b"x" * 2000

    place = (await cadre.client.post("/v1/media", headers=cadre.announce(data))).headers["location"]
    sent = cadre.tus(**{"Upload-Offset": "0", "Content-Length": "3000"}) | CHUNK
    task = asyncio.create_task(cadre.client.patch(place, content=late(), headers=sent))
    await kept(office, data, 1000)
    rest = cadre.tus(**{"Upload-Offset": "1000"}) | CHUNK
    assert (await cadre.client.patch(place, content=data[1000:], headers=rest)).status_code == 204
    go_on.set()
    answer = await task
    assert (answer.status_code, answer.json()["code"]) == (409, "media_offset_mismatch")
    assert await missing(cadre, data) == {"missing": [], "begun": {}}


async def test_a_question_does_not_wait_for_ever_for_a_slow_store(monkeypatch):
    """S25: when keeping the part takes too long, the question is answered without it."""
    monkeypatch.setattr(arriving, "KEPT_S", 0.05)
    way = arriving.Arriving()
    with way.begin("device", "hash") as arrival:
        assert await way.settle("device", ["hash", "other"])
        coming = asyncio.get_running_loop().create_future()
        assert await arrival.wait(coming, unkept=True) is arriving.Wait.OVER
    assert not await way.settle("device", ["hash"])
