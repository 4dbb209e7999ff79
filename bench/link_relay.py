"""The poor line without root: carries the bytes of TCP connections between two ports of this machine.

The kernel's TCP ends at each port, so a lost packet cannot be sent again by it. It is modelled: a piece that
is lost is charged to the bandwidth twice and holds its connection for one more round trip, as fast
retransmission does.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bench.link_net import Counted, Line

PIECE = 1448
"""Bytes of a full TCP segment on Ethernet."""
HEADERS = 52
"""IP and TCP headers of a segment with timestamps."""


class Bucket:
    """Bandwidth of one direction, shared by all its connections."""

    def __init__(self, bits: int) -> None:
        self._rate = bits / 8
        self._free_at = 0.0

    async def take(self, size: int) -> None:
        """Wait until ``size`` bytes may pass."""
        now = time.monotonic()
        self._free_at = max(self._free_at, now) + size / self._rate
        if self._free_at > now:
            await asyncio.sleep(self._free_at - now)


class ByteRelay:
    """Listens on ``port`` of 127.0.0.1 (chosen when it starts) and forwards to ``target``."""

    def __init__(self, line: Line, target: int, seed: int = 1) -> None:
        self.line, self.counted, self.port = line, Counted(), 0
        self._target = target
        self._random = random.Random(seed)
        self._up, self._down = Bucket(line.bits), Bucket(line.bits)
        self._open: set[asyncio.StreamWriter] = set()
        self._started = 0.0
        self._loop = asyncio.new_event_loop()

    @contextmanager
    def running(self) -> Iterator[int]:
        """In a thread of its own; gives the port."""
        ready = threading.Event()
        thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        thread.start()
        ready.wait()
        try:
            yield self.port
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join()

    def _run(self, ready: threading.Event) -> None:
        self._started = time.monotonic()
        server = self._loop.run_until_complete(asyncio.start_server(self._carry, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._loop.call_later(self.line.cut_every_s or 10**6, self._cut)
        ready.set()
        self._loop.run_forever()

    def _cut(self) -> None:
        """Break what is open; ``_carry`` refuses while the cut lasts."""
        self.counted.cuts.add(len(self.counted.cuts) + 1)
        for writer in tuple(self._open):
            writer.transport.abort()
        self._loop.call_later(self.line.cut_every_s, self._cut)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.line.cut(time.monotonic() - self._started) is not None:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        ends = {writer, far_writer}
        self._open |= ends
        ways = (
            self._pump(reader, far_writer, self._up, up=True),
            self._pump(far_reader, writer, self._down, up=False),
        )
        try:
            await asyncio.sleep(self.line.delay_s * 2)  # the handshake
            await asyncio.gather(*ways)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self._open -= ends
            for end in ends:
                end.transport.abort()

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, bucket: Bucket, *, up: bool
    ) -> None:
        """One direction: bandwidth, then delay, in order."""
        held = 0.0
        pending: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(maxsize=256)
        sender = asyncio.ensure_future(_deliver(pending, writer))
        try:
            while piece := await reader.read(PIECE):
                size = len(piece) + HEADERS
                await bucket.take(size)
                self._count(size, up)
                if self._random.random() < self.line.loss:
                    self.counted.lost += 1
                    held = time.monotonic() + 2 * self.line.delay_s
                    await bucket.take(size)
                    self._count(size, up)
                await pending.put((max(held, time.monotonic()) + self.line.delay_s, piece))
            await pending.put((0.0, b""))
            await sender
        finally:
            sender.cancel()

    def _count(self, size: int, up: bool) -> None:
        self.counted.packets += 1
        if up:
            self.counted.up_bytes += size
        else:
            self.counted.down_bytes += size


async def _deliver(pending: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while True:
            due, piece = await pending.get()
            if not piece:
                writer.write_eof()
                return
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            writer.write(piece)
            await writer.drain()
