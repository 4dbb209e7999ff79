"""A line that is too slow for much at once still carries everything, piece by piece (issue 4)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from sync_fakes import FakeRegistry, Phone, body_of

from sync.errors import UnreachableError
from sync.http import LEAST, TOTAL_SECONDS, Patience, lines_of


@pytest.fixture
def registry() -> FakeRegistry:
    return FakeRegistry()


@pytest.fixture
async def phone(tmp_path: Path, registry: FakeRegistry) -> AsyncIterator[Phone]:
    made = Phone(tmp_path, registry)
    await made.enrol()
    yield made
    made.db.close()


def sizes(registry: FakeRegistry, most: int) -> list[int]:
    """Batches of more than ``most`` run out of time; the list fills with the size of every batch."""
    seen: list[int] = []

    def fault(request: httpx.Request) -> Exception | None:
        if request.url.path != "/v1/records":
            return None
        seen.append(len(body_of(request)["records"]))
        return httpx.WriteTimeout("slow", request=request) if seen[-1] > most else None

    registry.faults.append(fault)
    return seen


async def test_a_batch_that_never_fits_the_time_becomes_smaller_until_it_does(
    phone: Phone, registry: FakeRegistry
) -> None:
    """S25: a hundred visits over a line that bears thirty at once arrive, and in few requests."""
    seen = sizes(registry, most=30)
    for number in range(100):
        phone.visit(body={"n": number})
    for _ in range(60):
        await phone.runner.run_until_idle()
        phone.clock.pass_time(30)
    assert len(registry.texts) == 100
    assert seen[:3] == [100, 50, 25]
    assert len(seen) <= 16


async def test_a_batch_that_failed_stays_together(phone: Phone, registry: FakeRegistry) -> None:
    """S25: retries of different phones are spread, not those of one phone's records: they would go one by
    one."""
    draws = iter(range(10**6))
    phone.runner._link.jitter = lambda: (next(draws) * 0.37) % 1
    seen = sizes(registry, most=30)
    for number in range(40):
        phone.visit(body={"n": number})
    for _ in range(100):
        await phone.runner.run_until_idle()
        phone.clock.pass_time(0.1)
    assert seen == [40, 20, 20]


async def test_a_line_that_became_good_carries_full_batches_again(
    phone: Phone, registry: FakeRegistry
) -> None:
    """S25: after a day of timeouts, twice as many go each time as arrived before."""
    seen = sizes(registry, most=0)
    for number in range(100):
        phone.visit(body={"n": number})
    for _ in range(40):
        await phone.runner.run_until_idle()
        phone.clock.pass_time(1000)
    assert registry.texts == []
    assert seen[-1] == 1, "halved down to a single one"
    registry.faults.clear()
    good = sizes(registry, most=200)
    phone.runner.kick()
    await phone.runner.run_until_idle()
    await phone.runner.run_until_idle()
    assert len(registry.texts) == 100
    assert len(good) <= 8


async def test_a_large_batch_is_given_the_time_the_line_needs(phone: Phone, registry: FakeRegistry) -> None:
    """S25: at one kilobyte per second 40 kilobytes need more than the half minute a small request gets."""
    waits: list[float] = []

    def watch(request: httpx.Request) -> None:
        if request.url.path == "/v1/records":
            waits.append(request.extensions["timeout"]["read"])

    registry.faults.append(watch)
    pace, clock = phone.runner._pace, phone.clock
    pace.began(clock.monotonic_ns())
    clock.pass_time(40)
    pace.ended(40_000, clock.monotonic_ns())
    note = "".join(chr(0x4E00 + (7919 * n) % 20_000) for n in range(20_000))  # does not pack well
    phone.visit(body={"note": note})
    await phone.runner.run_until_idle()
    phone.visit()
    await phone.runner.run_until_idle()
    large, small = waits
    assert large > TOTAL_SECONDS > small


class Drip(httpx.AsyncByteStream):
    """A byte at a time, and no line."""

    def __init__(self) -> None:
        self.sent, self.closed = 0, False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for _ in range(LEAST - 1):
            await asyncio.sleep(0.001)
            self.sent += 1
            yield b"x"

    async def aclose(self) -> None:
        self.closed = True


async def test_a_feed_that_only_drips_is_given_up() -> None:
    """S25: a byte now and then does not hold the feed for ever."""
    drip = Drip()
    with pytest.raises(UnreachableError) as caught:
        _ = [line async for line in lines_of(httpx.Response(200, stream=drip), seconds=0.02)]
    assert caught.value.code == "network_timeout"
    assert drip.sent < LEAST - 1
    assert drip.closed


def test_a_slow_line_may_take_as_long_as_it_gets_on() -> None:
    """S25: a first sync of ten thousand households over a line of a hundred bytes a second is no drip."""
    patience = Patience()
    for _ in range(1000):
        patience.came(1000, 10.0)
        assert patience.left > 0
    for _ in range(9):
        patience.came(1, 10.0)
    assert patience.left <= TOTAL_SECONDS - 90
    patience.renew()
    assert patience.left == TOTAL_SECONDS


async def test_what_came_is_handed_on_line_by_line() -> None:
    """S25: pages of any length, the last one with or without an end."""

    async def pieces() -> AsyncIterator[bytes]:
        for piece in (b"a", b"b\ncd\n", b"", b"\ne"):
            yield piece

    found = [line async for line in lines_of(httpx.Response(200, content=pieces()))]
    assert found == [b"ab", b"cd", b"", b"e"]
