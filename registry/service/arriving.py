"""Files that are on their way into this process, and the end of those that nobody sends any more.

A registry does not hear that a phone's connection died: the phone went down a stairwell, its network gave it
another address, and what it had sent until then would wait here for a rest that never comes, while the phone
asks how much has arrived, hears "nothing", and sends it all again. So whoever asks where a file stands ends
what this device was sending of it: that part is kept first, and counted in the answer (tusd's locks are given
up on request for the same reason). What no byte comes of ends by itself.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager

STALL_S = 15.0
"""Longer than TCP needs to repeat a lost packet twice on a bad line; who is cut goes on from what came."""
KEPT_S = 5.0
"""How long a question waits for what came of a file to be kept; then it is answered without."""


class Arrival:
    """One request with bytes of a file."""

    def __init__(self) -> None:
        self._limit: asyncio.Timeout | None = None
        self._over = False
        self.ended = asyncio.Event()

    @asynccontextmanager
    async def next_part(self) -> AsyncIterator[None]:
        """Around the wait for it; raises TimeoutError after STALL_S, or as soon as this one is given up."""
        try:
            async with asyncio.timeout(0 if self._over else STALL_S) as self._limit:
                yield
        finally:
            self._limit = None

    def give_up(self) -> None:
        """No more of it is waited for."""
        self._over = True
        if self._limit is not None:
            self._limit.reschedule(0)


class Arriving:
    """By device and SHA-256, for one process."""

    def __init__(self) -> None:
        self._under_way: defaultdict[tuple[str, str], set[Arrival]] = defaultdict(set)

    @contextmanager
    def begin(self, device_id: str, sha256: str) -> Iterator[Arrival]:
        """Until what came of it is kept."""
        key, arrival = (device_id, sha256), Arrival()
        self._under_way[key].add(arrival)
        try:
            yield arrival
        finally:
            self._under_way[key].discard(arrival)
            if not self._under_way[key]:
                del self._under_way[key]
            arrival.ended.set()

    async def settle(self, device_id: str, sha256s: Iterable[str]) -> bool:
        """End what this device is sending of these files and wait until it is kept; whether there was any."""
        found = [one for sha256 in sha256s for one in self._under_way.get((device_id, sha256), ())]
        for arrival in found:
            arrival.give_up()
        if found:
            await asyncio.wait([asyncio.create_task(one.ended.wait()) for one in found], timeout=KEPT_S)
        return bool(found)
