"""How fast the registry takes records and photos in: over HTTP on loopback, against real server processes and
a real PostgreSQL, with client, server and database on the same machine.

Every record is a sealed visit to its own household, with aid, receipt and one photo, prepared beforehand and
packed as a phone packs it; the registry verifies, evaluates the rules, stores and publishes it before it
answers. Rates of a shared machine wander by half; processor time per item less, and the ratio to the baseline
of the same run least: what PostgreSQL and the disk do alone when somebody only inserts one row, or writes one
file, at a time.
"""

from __future__ import annotations

import asyncio
import gzip
import math
import os
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial
from typing import Any

import msgspec
import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.intake_world import PHONES, WORKERS, World, world
from bench.phone import Phone, picture
from bench.wire import Line, Reply, head
from domain.models import HouseholdFile

BATCH = 200
PHOTO = 150_000
STREAMS = 2
"""Connections per phone."""
TYPES = "county text, id text, hash text, raw bytea, PRIMARY KEY (county, id, hash)"
HALF_RECORDS, HALF_PHOTOS = 750.0, 150.0
"""A second: half of what the registry shall take in on two cores. Where the machine has not enough to give
for that (others are using it), half of what was just measured."""
SPARE = 1.25
Send = Callable[[Line], Awaitable[None]]
Lines = list[dict[str, Any]]


def run(quick: bool = False) -> Iterator[dict[str, Any]]:
    """JSON lines: ``name``, ``value`` and what belongs to it; milliseconds for p50 and p99."""
    return iter(asyncio.run(_measure(*((3, 3, 480) if quick else (6, 6, 1200)))))


async def _measure(full: int, half: int, photos: int) -> Lines:
    """``full``, ``half``: batches per phone, after one to warm up, at full and at half load."""
    batches = 1 + full + half
    async with world(PHONES * batches * BATCH) as found:
        prepared = [_prepare(found, n, batches) for n in range(PHONES)]
        bodies = [sends for sends, _ in prepared]
        files = [one for _, mine in prepared for one in mine][: 2 * photos]
        lines = [_signature(), *await _records(found, bodies, full)]
        lines += await _photos(found, files, photos)
        return lines + _baseline(found, lines, bodies[0][0][1], files[0])


async def _records(found: World, bodies: list[list[tuple[Send, bytes]]], full: int) -> Lines:
    sends = [[send for send, _ in mine] for mine in bodies]
    await _closed(found, [mine[:1] for mine in sends])
    _settle(found)
    before = found.shares()
    took, seconds = await _closed(found, [mine[1 : 1 + full] for mine in sends])
    count = len(took) * BATCH
    facts: dict[str, Any] = {"records": count, "batch": BATCH, "phones": PHONES, "workers": WORKERS}
    facts |= found.shares().since(before).each(count)
    lines = [_line("intake_records_per_s", count / seconds, facts), *_spread("intake_batch", took)]
    later = [send for turn in zip(*[mine[1 + full :] for mine in sends], strict=True) for send in turn]
    return lines + await _at_half(found, "intake_batch", later, _half(HALF_RECORDS, count / seconds), BATCH)


async def _photos(found: World, files: list[tuple[Phone, bytes]], count: int) -> Lines:
    sends = [photo_send(phone, data) for phone, data in files]
    streams = PHONES * STREAMS
    _settle(found)
    before = found.shares()
    took, seconds = await _closed(found, [sends[:count][n::streams] for n in range(streams)])
    facts: dict[str, Any] = {"photos": count, "bytes": PHOTO, "streams": streams, "workers": WORKERS}
    facts |= found.shares().since(before).each(count)
    lines = [_line("intake_photos_per_s", count / seconds, facts), *_spread("intake_photo", took)]
    return lines + await _at_half(
        found, "intake_photo", sends[count:], _half(HALF_PHOTOS, count / seconds), 1
    )


def _half(target: float, measured: float) -> float:
    return target if measured > target * SPARE else measured / 2


def _settle(found: World) -> None:
    """What PostgreSQL does by itself within minutes of the first records, so that it does not fall into the
    seconds that are measured, as the cost of whatever runs then."""
    with psycopg.connect(found.url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
        connection.execute("CHECKPOINT")


async def _closed(found: World, work: Sequence[Sequence[Send]]) -> tuple[list[float], float]:
    """Each list one after the other, the lists side by side: (milliseconds of each, seconds of all)."""
    took: list[float] = []

    async def one_after_the_other(line: Line, mine: Sequence[Send]) -> None:
        for send in mine:
            started = time.perf_counter()
            await send(line)
            took.append((time.perf_counter() - started) * 1000)
        line.close()

    lines = [await found.line() for _ in work]
    begun = time.perf_counter()
    await asyncio.gather(*map(one_after_the_other, lines, work))
    return took, time.perf_counter() - begun


async def _at_half(found: World, name: str, sends: Sequence[Send], rate: float, each: int) -> Lines:
    """Open loop: ``rate`` items a second, ``each`` of them in a request, come whether or not the last one was
    answered, and a wait for a free connection counts too."""
    free: list[Line] = []
    took: list[float] = []

    async def one(send: Send, due: float) -> None:
        line = free.pop() if free else await found.line()
        await send(line)
        took.append((time.perf_counter() - due) * 1000)
        free.append(line)

    begun, gap, running = time.perf_counter(), each / rate, []
    for number, send in enumerate(sends):
        due = begun + number * gap
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        running.append(asyncio.create_task(one(send, due)))
    await asyncio.gather(*running)
    for line in free:
        line.close()
    return _spread(f"{name}_half_load", took, {"per_s": round(rate, 1), "requests": len(took)})


def _prepare(
    found: World, number: int, batches: int
) -> tuple[list[tuple[Send, bytes]], list[tuple[Phone, bytes]]]:
    """(the batches of a phone with the plain body of each, the photos that their visits name)."""
    phone, homes = found.phones[number], found.homes[number::PHONES]
    sends, photos = [], []
    for start in range(0, batches * BATCH, BATCH):
        body, some = batch_of(found, phone, homes[start : start + BATCH])
        sends.append((batch_send(phone, body), body))
        photos += [(phone, data) for data in some]
    return sends, photos


def batch_of(found: World, phone: Phone, homes: Sequence[HouseholdFile]) -> tuple[bytes, list[bytes]]:
    photos = [picture(home.id, PHOTO) for home in homes]
    campaign = found.county.campaign.id
    visits = [phone.visit(h, campaign, photos=[p]) for h, p in zip(homes, photos, strict=True)]
    body = msgspec.json.encode({"records": [phone.seal(visit) for visit in visits]})
    assert len(body) < 2 * 1024 * 1024
    return body, photos


def batch_send(phone: Phone, body: bytes) -> Send:
    sent = {**phone.auth, "Content-Type": "application/json", "Content-Encoding": "gzip"}
    first, packed = head("POST", "/v1/records", sent), gzip.compress(body, 6)

    async def send(line: Line) -> None:
        answer = await _asked(line, first, packed)
        assert answer.status == 200, answer
        plain = answer.body
        if answer.headers.get(b"content-encoding") == b"gzip":
            plain = gzip.decompress(plain)
        states = {one["state"] for one in msgspec.json.decode(plain)["results"]}
        assert states == {"accepted"}, states

    return send


def photo_send(phone: Phone, data: bytes) -> Send:
    sent = phone.announce(data) | {"Content-Type": "application/offset+octet-stream"}
    first = head("POST", "/v1/media", sent)

    async def send(line: Line) -> None:
        answer = await _asked(line, first, data)
        assert answer.status == 201, answer

    return send


async def _asked(line: Line, first: bytes, body: bytes) -> Reply:
    """A registry that has enough says when to come again, and a phone does; its wait is part of the time."""
    while (answer := await line.ask(first, body)).status == 429:  # noqa: ASYNC110 - nobody else can tell
        await asyncio.sleep(float(answer.headers[b"retry-after"]))
    return answer


def _baseline(found: World, lines: Lines, body: bytes, photo: tuple[Phone, bytes]) -> Lines:
    """The same rows by the plainest means: one INSERT and one commit for each record, and one file, flushed,
    with one INSERT and one commit for each photo; nothing verified, nothing judged, nobody told."""
    raws = [bytes(one) for one in msgspec.json.decode(body, type=dict[str, list[msgspec.Raw]])["records"]]
    values = {line["name"]: line["value"] for line in lines}
    with psycopg.connect(found.url, autocommit=True) as connection:
        connection.execute(f"CREATE TABLE plain ({TYPES})")
        records = _rate([partial(_insert, connection, n, raw) for n, raw in enumerate(raws)])
        folder = found.folder / "plain"
        folder.mkdir()

        def keep(number: int) -> None:
            with (folder / str(number)).open("wb") as file:
                file.write(photo[1])
                file.flush()
                os.fsync(file.fileno())
            _insert(connection, number, b"")

        photos = _rate([partial(keep, BATCH + n) for n in range(100)])
    return [
        _line("intake_records_plain_insert_per_s", records, _ratio(values["intake_records_per_s"], records)),
        _line("intake_photos_plain_files_per_s", photos, _ratio(values["intake_photos_per_s"], photos)),
    ]


def _signature() -> dict[str, Any]:
    """What one signature check of a record's size costs now: on a shared machine the same work takes two or
    three times the processor time. A yardstick for the other figures."""
    key, data = Ed25519PrivateKey.generate(), b"x" * 4700
    public, signature = key.public_key(), key.sign(data)
    begun = time.process_time()
    for _ in range(500):
        public.verify(signature, data)
    return _line("intake_openssl_signature_us", (time.process_time() - begun) / 500 * 1e6)


def _insert(connection: psycopg.Connection[Any], number: int, raw: bytes) -> None:
    connection.execute("INSERT INTO plain VALUES ('c', %s, %s, %s)", (str(number), str(number), raw))


def _rate(work: Sequence[Callable[[], None]]) -> float:
    begun = time.perf_counter()
    for one in work:
        one()
    return len(work) / (time.perf_counter() - begun)


def _ratio(ours: float, theirs: float) -> dict[str, float]:
    return {"intake_is_times_that": round(ours / theirs, 2)}


def _line(name: str, value: float, facts: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"name": name, "value": round(value, 1), **(facts or {})}


def _spread(name: str, took: list[float], facts: dict[str, Any] | None = None) -> Lines:
    ordered = sorted(took)
    worst = {part: ordered[math.ceil(part / 100 * len(ordered)) - 1] for part in (95, 99)}
    median = _line(f"{name}_p50_ms", statistics.median(ordered), facts)
    return [median, *[_line(f"{name}_p{part}_ms", value) for part, value in worst.items()]]
