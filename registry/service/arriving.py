"""Files that are on their way into this process, and the end of those that nobody sends any more.

A registry does not hear that a phone's connection died: the phone went down a stairwell, its network gave it
another address, and what it had sent until then would wait here for a rest that never comes, while the phone
asks how much has arrived, hears "nothing", and sends it all again. So what came is kept at every pause, where
any process finds it; whoever asks where a file stands ends what this device was sending of it here (tusd's
locks are given up on request for the same reason); and what no byte comes of ends by itself.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import Enum
from typing import Any

PAUSE_S = 2.0
"""Shorter than a phone needs to find its line dead and to ask; a lost packet is repeated sooner."""
STALL_S = 15.0
"""After a pause. Longer than TCP needs to repeat a lost packet twice on a bad line; who is cut goes on from
what came."""
KEPT_S = 5.0
"""How long a question waits for what came of a file to be kept; then it is answered without."""


class Wait(Enum):
    """How the wait for the next bytes ended."""

    CAME = "came"
    PAUSE = "pause"
    OVER = "over"


class Arrival:
    """One request with bytes of a file."""

    def __init__(self) -> None:
        self._coming: asyncio.Future[Any] | None = None
        self._over = False
        self.ended = asyncio.Event()

    async def wait(self, coming: asyncio.Future[Any], unkept: bool) -> Wait:
        """For ``coming``, the next bytes; ``unkept``: there are some that a pause should be used to keep."""
        if self._over:
            return Wait.OVER
        self._coming = coming
        await asyncio.wait({coming}, timeout=PAUSE_S if unkept else STALL_S)
        self._coming = None
        if coming.done() and not coming.cancelled():
            return Wait.CAME
        return Wait.PAUSE if unkept and not self._over else Wait.OVER

    def give_up(self) -> None:
        """No more of it is waited for."""
        self._over = True
        if self._coming is not None:
            self._coming.cancel()


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
