"""How much one API process takes on at once: more is answered 429 with Retry-After before it is read.

A phone that is refused keeps its work and comes again; a process that runs out of memory loses the answers of
everybody. What has been let in waits for its turn, and a device has one turn at a time, so that a phone with
two thousand records, or a broken one that sends everything at once, holds nobody up. Nor does one that
announces much and sends little: all of a device's together get an eighth of the room.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from weakref import WeakValueDictionary

from registry.service.errors import RefusedError

MEGABYTE = 1024 * 1024
SHARE = 8
"""A device may fill one such part of the room; a single request always fits when it has no other here."""
AGAIN_SECONDS = (2, 6)
"""Between these, by chance: those who were refused together shall not come again together."""


class Gate:
    """One for each kind of work in a process. ``bytes_in`` and ``running`` are there to be looked at."""

    def __init__(self, most_bytes: int, per_device: int, turns: int) -> None:
        self.most_bytes, self.per_device = most_bytes, per_device
        self.bytes_in = 0
        self.refused = 0
        self.running = 0
        self._devices: Counter[str] = Counter()
        self._theirs: Counter[str] = Counter()
        self._turns = asyncio.Semaphore(turns)
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @contextmanager
    def admit(self, device_id: str, size: int) -> Iterator[None]:
        """Before a body of at most ``size`` bytes is read, until its answer is made. Raises
        RefusedError("rate_limited") when the process holds enough already, or this device does."""
        full = self.bytes_in > 0 and self.bytes_in + size > self.most_bytes
        theirs = self._theirs[device_id]
        greedy = theirs > 0 and theirs + size > self.most_bytes // SHARE
        if full or greedy or self._devices[device_id] >= self.per_device:
            self.refused += 1
            again = random.randint(*AGAIN_SECONDS)  # noqa: S311
            raise RefusedError("rate_limited", retry_after=again)
        self.bytes_in += size
        self._devices[device_id] += 1
        self._theirs[device_id] += size
        try:
            yield
        finally:
            self.bytes_in -= size
            self._devices[device_id] -= 1
            self._theirs[device_id] -= size
            if not self._devices[device_id]:
                del self._devices[device_id], self._theirs[device_id]

    @asynccontextmanager
    async def turn(self, device_id: str) -> AsyncIterator[None]:
        """A device's pieces come one after the other, and devices by turns: none of them holds more than one
        of the places, which are fewer than the connections to the database."""
        lock = self._locks.get(device_id)
        if lock is None:
            lock = self._locks[device_id] = asyncio.Lock()
        async with lock, self._turns:
            self.running += 1
            try:
                yield
            finally:
                self.running -= 1


def for_records(pool_size: int) -> Gate:
    """Batches: 2 MB each at most when unpacked, and several times that while they are worked on."""
    return Gate(64 * MEGABYTE, per_device=8, turns=max(1, pool_size - 1))


def for_files() -> Gate:
    """Photos and chunks, and whole files while they are put together."""
    return Gate(192 * MEGABYTE, per_device=16, turns=64)
