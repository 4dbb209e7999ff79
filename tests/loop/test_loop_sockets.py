"""Real sockets, a real server process, and a line that is cut in the middle of a photo."""

from __future__ import annotations

import asyncio
import base64
import os
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from loop_phone import LoopPhone
from scissors import Scissors
from sqlalchemy import func, select

from bench.link_registry import BenchRegistry
from registry.db.tables import media as held_media
from registry.db.tables import uploads
from registry.service.settings import ENV_KEY
from sync.protocol.canonical import sha256_hex

pytestmark = pytest.mark.postgres
JPEG = b"\xff\xd8\xff\xe0"
STUCK = b"-this is where the line always dies-"


@pytest_asyncio.fixture
async def scissors(database, settings, tmp_path: Path, monkeypatch) -> AsyncIterator[Scissors]:
    """In front of a server process on this test's database."""
    monkeypatch.setenv(ENV_KEY, base64.urlsafe_b64encode(settings.master_key).decode())
    with BenchRegistry(database, tmp_path).serving() as port:
        between = Scissors(port)
        await between.start()
        yield between
        await between.stop()


@pytest_asyncio.fixture
async def phone(scissors: Scissors, codes, tmp_path: Path) -> AsyncIterator[LoopPhone]:
    """The cadre's phone, whose every byte goes over those sockets."""
    made = LoopPhone(tmp_path / "phone", httpx.AsyncHTTPTransport(), codes["cadre"])  # type: ignore[arg-type]
    await made.runner.enrol(f"http://127.0.0.1:{scissors.port}", codes["cadre"], "sockets")
    await made.sync()
    yield made
    await made.runner.stop()
    await made.close()


async def held(office, data: bytes) -> bytes | None:
    async with office.engine.connect() as connection:
        wanted = select(held_media.c.object_path).where(held_media.c.sha256 == sha256_hex(data))
        path = await connection.scalar(wanted)
    return None if path is None else await office.files.get(path)


async def arrived(office, least: int) -> None:
    """Wait until the registry has noted so much of the one upload under way."""
    async with asyncio.timeout(60), office.engine.connect() as connection:
        while (await connection.scalar(select(func.max(uploads.c.received))) or 0) < least:
            await connection.commit()


@pytest.mark.parametrize("after", [100_000, 900_000])
async def test_only_the_rest_of_a_broken_piece_is_sent_again(phone, scissors, campaign, office, after):
    """S25: the line dies in the middle of a photo's first piece, or of a later one; what arrived stays."""

    def once(piece: bytes) -> int | None:
        reached = not scissors.cuts and scissors.up + len(piece) > after
        return after - scissors.up if reached else None

    scissors.cut, scissors.up = once, 0
    data = JPEG + os.urandom(2_000_000)
    phone.seal({"note": "no visit, but its photo goes"}, [await phone.keep("photo", data)])
    await phone.sync()
    assert scissors.cuts == 1
    await arrived(office, after - 20_000)
    await phone.sync_later()
    assert await held(office, data) == data
    assert scissors.up < len(data) + 40_000, "headers and the record, but no piece twice"


async def test_what_a_dead_connection_brought_is_not_sent_again(phone, scissors, campaign, office):
    """S25: the registry never hears that the connections died; the phone asks, and goes on from what came."""
    photos = [JPEG + os.urandom(150_000) for _ in range(4)]
    begun: set[bytes] = set()

    def once_each(piece: bytes) -> int | None:
        if JPEG not in piece or piece in begun:
            return None
        begun.add(piece)
        return len(piece) if len(begun) <= len(photos) else None

    scissors.cut, scissors.untold = once_each, True
    phone.seal({"note": "no visit, but its photos go"}, [await phone.keep("photo", one) for one in photos])
    scissors.up = 0
    await phone.sync()
    assert scissors.cuts == len(photos)
    await phone.sync_later()
    assert [await held(office, one) for one in photos] == photos
    assert scissors.up < sum(map(len, photos)) + 25_000, "headers and the record, but no piece twice"


async def test_a_photo_that_is_always_killed_at_99_percent_delays_nothing(phone, scissors, campaign, office):
    """S25: its connection dies at the same place for ever; all other photos, and later visits, arrive."""
    bad = JPEG + os.urandom(297_000) + STUCK + os.urandom(3_000)

    def always(piece: bytes) -> int | None:
        found = piece.find(STUCK[:12])
        return found if found >= 0 else None

    scissors.cut = always
    homes = phone.homes()
    first = await phone.visit(homes[0], campaign, [bad, JPEG + os.urandom(100_000)])
    second = await phone.visit(homes[1], campaign, [JPEG + os.urandom(400_000)])
    await phone.sync()
    await phone.sync_later(4, 100)
    assert (phone.state(first), phone.state(second)) == ("received", "complete")
    third = await phone.visit(homes[2], campaign, [JPEG + os.urandom(50_000)])
    await phone.sync()
    assert phone.state(third) == "complete"
    (left,) = phone.store.media()
    assert left.sha256 == sha256_hex(bad)
    assert left.last_error == "network_broken"
    assert left.attempts >= 3, "it waits longer each time"
    scissors.cut = lambda data: None
    await phone.sync_later(2, 2000)
    assert phone.state(first) == "complete"
    assert await held(office, bad) == bad


@pytest.mark.slow
async def test_a_registry_killed_in_the_middle_loses_nothing(
    phone, scissors, campaign, office, database, tmp_path
):
    """S25: the server process dies by SIGKILL while photos arrive; another takes its place, four times."""
    made = []
    for _ in range(4):
        with BenchRegistry(database, tmp_path).serving(kill=True) as port:
            scissors.target = port
            made.append(await phone.visit(phone.homes()[0], campaign, [JPEG + os.urandom(1_500_000)]))
            running = asyncio.create_task(phone.sync())
            await scissors.passed(700_000, running)
        await asyncio.gather(running, return_exceptions=True)
    with BenchRegistry(database, tmp_path).serving() as port:
        scissors.target = port
        await phone.sync_later(6, 20_000)
    assert {phone.state(rid) for rid in made} == {"complete"}
