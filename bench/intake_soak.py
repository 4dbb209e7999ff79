"""Does the registry's memory stay flat? Records and photos at a steady rate for minutes, and how large the
processes are all the while.

Sealing is the client's own work here, so the rate is a modest one; the households are visited again and
again, which is also the harder case for the rules.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any

from bench.intake import PHOTO, batch_of, batch_send, photo_send
from bench.intake_world import PHONES, World, world
from bench.phone import Phone, picture
from bench.wire import Line

HOMES = 6000
BATCH, PHOTOS = 25, 5
EVERY_S = 2.0
"""Each phone: so many records and photos, so often."""
SAMPLES = 20


def soak(minutes: float) -> Iterator[dict[str, Any]]:
    """JSON lines: one per sample, and the growth from the second quarter of the time to the last."""
    return iter(asyncio.run(_soak(minutes * 60)))


async def _soak(seconds: float) -> list[dict[str, Any]]:
    async with world(HOMES) as found:
        until = time.monotonic() + seconds
        counts = {"records": 0, "photos": 0}
        phones = [_one_phone(found, number, until, counts) for number in range(PHONES)]
        sending = asyncio.gather(*phones)
        samples = []
        while not sending.done():
            await asyncio.wait([sending], timeout=seconds / SAMPLES)
            samples.append({"name": "intake_soak", "value": round(until - time.monotonic()), **counts})
            samples[-1] |= found.memory()
        await sending
    return [*samples, _growth(samples, "api_mb"), _growth(samples, "postgres_mb")]


async def _one_phone(found: World, number: int, until: float, counts: dict[str, int]) -> None:
    phone, homes = found.phones[number], found.homes[number::PHONES]
    line, turn, login = await found.line(), 0, time.monotonic()
    while time.monotonic() < until:
        begun = time.monotonic()
        if begun - login > 1800:
            await phone.login()
            login = begun
        some = [homes[(turn * BATCH + n) % len(homes)] for n in range(BATCH)]
        await batch_send(phone, batch_of(found, phone, some)[0])(line)
        counts["records"] += BATCH
        await _photos(phone, line, f"{number}:{turn}")
        counts["photos"] += PHOTOS
        turn += 1
        await asyncio.sleep(max(0.0, EVERY_S - (time.monotonic() - begun)))
    line.close()


async def _photos(phone: Phone, line: Line, name: str) -> None:
    for n in range(PHOTOS):
        await photo_send(phone, picture(f"{name}:{n}", PHOTO))(line)


def _growth(samples: list[dict[str, Any]], what: str) -> dict[str, Any]:
    """The middle of the last quarter against the middle of the second: the first is warming up."""
    quarter = max(1, len(samples) // 4)
    early = sorted(one[what] for one in samples[quarter : 2 * quarter]) or [samples[0][what]]
    late = sorted(one[what] for one in samples[-quarter:])
    before, after = early[len(early) // 2], late[len(late) // 2]
    line = {"name": f"intake_soak_{what}_growth", "value": round(after - before, 1)}
    return line | {"before": before, "after": after, "times": round(after / before, 3)}
