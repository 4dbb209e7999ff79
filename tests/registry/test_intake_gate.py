"""Too much at once is refused before it is read, and nobody starves behind somebody else (S25)."""

from __future__ import annotations

import asyncio
import threading
from types import SimpleNamespace

import msgspec
import pytest
from phone import Phone, picture
from sqlalchemy import func, select, text

from domain.codes import FileStatus
from registry.api import pace
from registry.db.tables import records
from registry.service import uploads
from registry.service.errors import RefusedError
from registry.service.gate import AGAIN_SECONDS, Gate
from registry.service.together import Together
from sync.protocol.messages import MAX_BATCH_BYTES, MAX_MEDIA_BYTES

CHUNK = {"Content-Type": "application/offset+octet-stream"}
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def homes(county, people):
    """The demo cadre's active households."""
    mine = {one.household_id for one in county.assignments if one.user_id == people.cadre.user_id}
    return [file for file in county.households if file.id in mine and file.status is FileStatus.ACTIVE]


def refused(answer):
    after = int(answer.headers["retry-after"])
    assert AGAIN_SECONDS[0] <= after <= AGAIN_SECONDS[1]
    return answer.status_code, answer.json()["code"]


async def test_a_full_process_asks_to_come_again(cadre, county, homes, office):
    """While the process holds all it can, a batch gets 429 with Retry-After, unread; then it is accepted."""
    record = cadre.seal(cadre.visit(homes[0], county.campaign.id))
    with office.batches.admit("somebody else", office.batches.most_bytes):

        async def unread():
            yield b"{"
            raise AssertionError("the body was read")

        sent = cadre.auth | {"Content-Type": "application/json"}
        answer = await cadre.client.post("/v1/records", content=unread(), headers=sent)
        assert refused(answer) == (429, "rate_limited")
    assert office.batches.bytes_in == 0
    assert [one.state for one in (await cadre.send(record)).results] == ["accepted"]


async def test_a_full_process_refuses_photos_too(cadre, office):
    """The same for photos, whole or in pieces; what had arrived of one stays."""
    data = picture(1, 5000)
    place = (await cadre.client.post("/v1/media", headers=cadre.announce(data))).headers["location"]
    sent = cadre.tus(**{"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"})
    await cadre.client.patch(place, content=data[:3000], headers=sent)
    with office.uploads.admit("somebody else", office.uploads.most_bytes):
        assert refused(await cadre.upload(picture(2))) == (429, "rate_limited")
        rest = sent | {"Upload-Offset": "3000"}
        assert refused(await cadre.client.patch(place, content=data[3000:], headers=rest)) == (
            429,
            "rate_limited",
        )
    stands = await cadre.client.head(place, headers=cadre.tus())
    assert stands.headers["upload-offset"] == "3000"
    assert (await cadre.client.patch(place, content=data[3000:], headers=rest)).status_code == 204


async def test_a_flood_from_one_device_loses_nothing(cadre, delegate, county, homes, office):
    """Forty batches at once from one phone: some are asked to come again, another phone's visit goes through
    meanwhile, and in the end every record is there once."""
    made = [[cadre.seal(cadre.visit(home, county.campaign.id)) for home in homes[:3]] for _ in range(40)]
    waves = 0
    waiting = made
    while waiting:
        answers = await asyncio.gather(
            *[cadre.post_records(batch) for batch in waiting],
            *([delegate.post_records([])] if not waves else []),
        )
        if not waves:
            assert answers.pop().status_code == 200
            assert 429 in {one.status_code for one in answers}
        assert {one.status_code for one in answers} <= {200, 429}
        waiting = [b for b, one in zip(waiting, answers, strict=True) if one.status_code == 429]
        waves += 1
    async with office.engine.connect() as connection:
        held = await connection.scalar(select(func.count()).select_from(records))
    assert held == sum(map(len, made))
    last = (await cadre.send()).checkpoint
    assert (last.seq, last.head) == (cadre.seq, made[-1][-1].hash)


async def test_a_huge_batch_lets_others_pass(cadre, client, office, county, people, homes):
    """While a batch of 200 is being read, another device's single visit is answered before it."""
    from registry.service.codes import create_code

    other = Phone(client)
    await other.enrol(await create_code(office, county.county_id, people.cadre.user_id))
    await other.login()
    huge = [cadre.seal(cadre.visit(homes[n % 5], county.campaign.id)) for n in range(200)]
    small = other.seal(other.visit(homes[9], county.campaign.id))
    go_on = threading.Event()
    office.thinker.submit(go_on.wait)  # the huge one is read in this thread: now it stands still
    reading = asyncio.create_task(cadre.send(*huge))
    assert [one.state for one in (await other.send(small)).results] == ["accepted"]
    assert not reading.done()
    go_on.set()
    assert {one.state for one in (await reading).results} == {"accepted"}


async def test_a_device_has_one_turn_at_a_time():
    """Two pieces of one device follow each other; another device need not wait for either."""
    gate = Gate(1000, per_device=5, turns=2)
    steps = []
    inside, leave = asyncio.Event(), asyncio.Event()

    async def piece(device, name, wait):
        async with gate.turn(device):
            steps.append(name)
            if wait:
                inside.set()
                await leave.wait()

    first = asyncio.create_task(piece("a", "a1", True))
    await inside.wait()
    second = asyncio.create_task(piece("a", "a2", False))
    await piece("b", "b1", False)
    assert steps == ["a1", "b1"]
    leave.set()
    await asyncio.gather(first, second)
    assert steps == ["a1", "b1", "a2"]
    assert gate.running == 0


def test_the_gate_counts_bytes_and_devices():
    """One that is larger than everything still gets in when nobody else is there; counts return to nought."""
    gate = Gate(100, per_device=1, turns=1)
    with gate.admit("a", 500):
        for device in ("a", "b"):
            with pytest.raises(RefusedError, match="rate_limited"), gate.admit(device, 1):
                pass
    assert (gate.bytes_in, gate.refused) == (0, 2)
    with gate.admit("a", 60), gate.admit("b", 40), pytest.raises(RefusedError), gate.admit("c", 1):
        pass
    assert gate.bytes_in == 0


def test_a_device_fills_an_eighth_of_the_room_at_most():
    """Whoever announces much gets no more than its part, whatever is free; one request alone always fits."""
    gate = Gate(800, per_device=9, turns=1)
    with gate.admit("a", 700), gate.admit("b", 50), gate.admit("b", 50):
        for device in ("a", "b"):
            with pytest.raises(RefusedError, match="rate_limited"), gate.admit(device, 1):
                pass
    with gate.admit("a", 60), gate.admit("a", 40), gate.admit("b", 700):
        pass
    assert (gate.bytes_in, gate.refused) == (0, 2)


class Body:
    """A request's body of which the first bytes came and the rest is long in coming."""

    def __init__(self, first: bytes) -> None:
        self.begun, self._first, self._cut = asyncio.Event(), first, asyncio.Event()

    async def __aiter__(self):
        yield self._first
        self.begun.set()
        await self._cut.wait()
        raise ConnectionError

    def cut(self) -> None:
        self._cut.set()


async def test_a_phone_that_announces_much_and_sends_little_blocks_nobody(cadre, delegate, office):
    """Requests that would fill the whole room, one byte of each: most wait outside, others come through."""
    full, rest = divmod(office.uploads.most_bytes, MAX_MEDIA_BYTES)
    bodies, slow = [], []
    for size in [*[MAX_MEDIA_BYTES] * full, rest]:
        headers = cadre.announce(b"", digest="0" * 64) | CHUNK
        headers |= {"Upload-Length": str(size), "Content-Length": str(size)}
        bodies.append(Body(b"{"))
        slow.append(asyncio.create_task(cadre.client.post("/v1/media", content=bodies[-1], headers=headers)))
    begun = [asyncio.create_task(one.begun.wait()) for one in bodies]
    for one, start in zip(slow, begun, strict=True):
        await asyncio.wait({one, start}, return_when=asyncio.FIRST_COMPLETED)
    assert {one.result().status_code for one in slow if one.done()} == {429}
    assert not all(one.done() for one in slow)
    assert (await delegate.upload(picture(3))).status_code == 201
    for body, start in zip(bodies, begun, strict=True):
        body.cut()
        start.cancel()
    await asyncio.gather(*slow, return_exceptions=True)
    assert (await cadre.upload(picture(4))).status_code == 201


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
async def test_a_packed_batch_counts_as_large_as_it_may_become(cadre, office, encoding):
    """Two kilobytes that unpack to two megabytes take the room of two megabytes."""
    body = Body(b"x")
    headers = cadre.auth | JSON | {"Content-Length": "2000", "Content-Encoding": encoding}
    sending = asyncio.create_task(cadre.client.post("/v1/records", content=body, headers=headers))
    await body.begun.wait()
    assert office.batches.bytes_in == MAX_BATCH_BYTES
    body.cut()
    await asyncio.gather(sending, return_exceptions=True)
    assert office.batches.bytes_in == 0


@pytest.mark.parametrize("ask", ["patch", "head"])
async def test_a_file_that_is_put_together_takes_its_room(cadre, office, monkeypatch, ask):
    """The last byte, or only a question after a crash, makes the registry hold the whole file: it counts."""
    data, seen = picture(5, 50_000), []
    real = uploads.keep

    async def keep(*args):
        seen.append(office.uploads.bytes_in)
        if ask == "head" and len(seen) == 1:
            raise OSError("disk")
        await real(*args)

    monkeypatch.setattr(uploads, "keep", keep)
    place = (await cadre.client.post("/v1/media", headers=cadre.announce(data))).headers["location"]
    for start, end in ((0, len(data) - 1), (len(data) - 1, len(data))):
        sent = cadre.tus(**{"Upload-Offset": str(start)}) | CHUNK
        await cadre.client.patch(place, content=data[start:end], headers=sent)
    if ask == "head":
        assert (await cadre.client.head(place, headers=cadre.tus())).status_code == 200
    assert seen[-1] == len(data) + (ask == "patch")
    assert office.uploads.bytes_in == 0


async def test_a_large_body_has_minutes_and_not_hours(monkeypatch):
    """However steadily it trickles: twenty megabytes at the slowest pace are cut after ten minutes."""
    clock = 0.0

    async def receive():
        nonlocal clock
        await asyncio.sleep(0)
        clock += 60
        return {"type": "http.request", "body": b"x" * pace.LEAST_BYTES_S * 60, "more_body": True}

    monkeypatch.setattr(pace, "time", SimpleNamespace(monotonic=lambda: clock))
    slow = pace.Pace(receive)
    while (await slow.receive())["type"] == "http.request":
        assert clock <= pace.GRACE_S + pace.LONGEST_S + 60
    assert slow.cut
    assert slow.size >= 256 * 1024


async def test_what_comes_meanwhile_goes_together():
    """The first is served alone; all that arrive during its turn share the next one."""
    turns, go, begun = [], asyncio.Event(), asyncio.Event()

    async def work(questions):
        turns.append(list(questions))
        begun.set()
        await go.wait()
        return [one * 2 for one in questions]

    together = Together(work)
    first = asyncio.create_task(together.ask(1))
    await begun.wait()
    rest = [asyncio.create_task(together.ask(n)) for n in (2, 3, 4)]
    await asyncio.sleep(0)
    rest[1].cancel()
    go.set()
    answers = await asyncio.gather(first, *rest, return_exceptions=True)
    assert [answers[0], answers[1], answers[3]] == [2, 4, 8]
    assert isinstance(answers[2], asyncio.CancelledError)
    assert turns == [[1], [2, 3, 4]]


async def test_a_turn_that_fails_fails_for_all_of_it_and_no_other():
    """An error reaches everybody who shared the turn; the next one works again."""

    async def work(questions):
        if 0 in questions:
            raise OSError("away")
        return questions

    together = Together(work)
    with pytest.raises(OSError, match="away"):
        await together.ask(0)
    assert await together.ask(5) == 5


async def test_photos_that_share_a_commit_each_tell_their_author(cadre, county, homes):
    """Twelve files at once, of two visits: both phones' feeds say complete."""
    both = [(home, [picture(home.id)]) for home in homes[:2]]
    made = [cadre.seal(cadre.visit(home, county.campaign.id, photos=photos)) for home, photos in both]
    await cadre.send(*made)
    files = [file for home, photos in both for file in cadre.files_of(home, photos)]
    answers = await asyncio.gather(*[cadre.upload(file) for file in files])
    assert {one.status_code for one in answers} == {201}
    found, _ = await cadre.sync()
    assert {found["feedback", one.id]["state"] for one in made} == {"complete"}


async def test_names_that_no_database_can_hold_are_kept_aside(cadre, county, homes, office):
    """A zero byte in an id, or a number beyond all counting, is quarantined and never a crash."""
    odd = [
        cadre.seal(cadre.visit(homes[0], county.campaign.id), id="a\0b"),
        cadre.seal(cadre.visit(homes[0], county.campaign.id), seq=2**63),
    ]
    for one in odd:
        answer = await cadre.send(one)
        assert [(r.state, r.problem) for r in answer.results] == [("quarantined", "bad_record")]
    body = msgspec.to_builtins(cadre.visit(homes[1], county.campaign.id))
    body["aid"][0]["beneficiary"]["name"] = "张\0三"
    cadre.seq, cadre.prev = 0, "0" * 64
    answer = await cadre.send(cadre.seal(body))
    assert [one.state for one in answer.results] == ["accepted"]


async def test_a_database_that_goes_away_is_busy_and_not_a_crash(cadre, county, homes, office, monkeypatch):
    """The connection dies in the middle of a batch: 503, nothing kept, and the next try goes through."""
    from registry.service import intake

    record = cadre.seal(cadre.visit(homes[0], county.campaign.id))
    real = intake.load_facts

    async def cut(connection, *rest):
        pid = await connection.scalar(text("SELECT pg_backend_pid()"))
        async with office.reader.connect() as other:
            await other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        return await real(connection, *rest)

    monkeypatch.setattr(intake, "load_facts", cut)
    answer = await cadre.post_records([record])
    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
    assert answer.headers["retry-after"]
    monkeypatch.setattr(intake, "load_facts", real)
    assert [one.state for one in (await cadre.send(record)).results] == ["accepted"]
