"""What a dead connection brought of a file is kept as soon as its phone asks for it (S25)."""

from __future__ import annotations

import asyncio

import pytest
from phone import picture, sha256

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


async def test_a_question_does_not_wait_for_ever_for_a_slow_store(monkeypatch):
    """S25: when keeping the part takes too long, the question is answered without it."""
    monkeypatch.setattr(arriving, "KEPT_S", 0.05)
    way = arriving.Arriving()
    with way.begin("device", "hash") as arrival:
        assert await way.settle("device", ["hash", "other"])
        with pytest.raises(TimeoutError):
            async with arrival.next_part():
                await asyncio.Event().wait()
    assert not await way.settle("device", ["hash"])
