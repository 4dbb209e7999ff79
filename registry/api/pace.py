"""A body that trickles in byte by byte holds a connection and a handler for ever: it is cut instead.

For what reads it the line has broken, which uploads forgive (what came is kept) and all else answers with an
error; the edge then says ``too_slow``.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

from litestar.types import Receive

GRACE_S = 30.0
LEAST_BYTES_S = 512
LONGEST_S = 600.0
"""A body of n bytes must be here GRACE_S + n / LEAST_BYTES_S seconds after it was first asked for, and at the
latest LONGEST_S after the grace: a phone at the edge of a village has a hundred times that, and sends what is
large in small pieces."""


class Pace:
    """``receive`` around the server's: gives up when the body has fallen behind."""

    def __init__(self, receive: Receive, grace_s: float = GRACE_S) -> None:
        self._inner, self._grace = receive, grace_s
        self._started: float | None = None
        self._done = False
        self.size = 0
        self.cut = False

    @property
    def unread(self) -> bool:
        """Whether somebody began to read the body and left it before its end: what still comes of it stands
        before any further request on this connection."""
        return self._started is not None and not self._done

    async def receive(self) -> Any:
        """The next part, or ``http.disconnect`` when it does not come in time."""
        if self._done or self.cut:
            return await self._inner() if self._done else {"type": "http.disconnect"}
        clock = time.monotonic()
        self._started = clock if self._started is None else self._started
        allowed = self._grace + min(self.size / LEAST_BYTES_S, LONGEST_S)
        left = self._started + allowed - clock
        try:
            async with asyncio.timeout(max(left, 0)):
                message = await self._inner()
        except TimeoutError:
            self.cut = True
            return {"type": "http.disconnect"}
        if message["type"] == "http.request":
            self.size += len(message.get("body", b""))
            self._done = not message.get("more_body", False)
        else:
            self._done = True
        return message
