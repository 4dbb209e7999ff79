"""A line of real sockets that can be cut in the middle of anything."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable


class Scissors:
    """Forwards connections to ``target``; ``cut(data)`` says how many bytes of ``data`` still pass before the
    connection ends, None: all. ``up``: bytes that passed. ``untold``: the target does not hear of the end, as
    when a phone walks out of its network."""

    def __init__(self, target: int) -> None:
        self.target, self.port = target, 0
        self.cut: Callable[[bytes], int | None] = lambda data: None
        self.up = self.cuts = 0
        self.untold = False
        self._left_open: list[asyncio.StreamWriter] = []
        self._moved = asyncio.Event()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        self._server.close()
        for writer in self._left_open:
            writer.transport.abort()

    async def passed(self, size: int, running: asyncio.Task[None]) -> None:
        """Wait until ``size`` more bytes have passed, or ``running`` has ended."""
        wanted = self.up + size
        while self.up < wanted and not running.done():
            self._moved.clear()
            moved = asyncio.ensure_future(self._moved.wait())
            await asyncio.wait({moved, running}, return_when=asyncio.FIRST_COMPLETED)
            moved.cancel()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        back = asyncio.ensure_future(self._back(far_reader, writer))
        with contextlib.suppress(OSError):
            while data := await reader.read(16_384):
                most = self.cut(data)
                self.up += len(data if most is None else data[:most])
                self._moved.set()
                far_writer.write(data if most is None else data[:most])
                await far_writer.drain()
                if most is not None:
                    self.cuts += 1
                    break
        if self.untold:
            self._left_open.append(far_writer)
        else:
            far_writer.close()
            with contextlib.suppress(OSError):
                await far_writer.wait_closed()
        back.cancel()
        writer.transport.abort()

    @staticmethod
    async def _back(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(16_384):
                writer.write(data)
                await writer.drain()
            writer.close()
