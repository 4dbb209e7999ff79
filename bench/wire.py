"""The leanest HTTP/1.1 client that a bench can use: its processor time is part of what is measured.

One request at a time on one kept connection, bodies of a known length, no redirects. httpx takes 2–4 ms of
processor time for a photo; this takes what the socket takes.
"""

from __future__ import annotations

import asyncio
from typing import Any, NamedTuple


class Reply(NamedTuple):
    """A whole answer; header names in lower case."""

    status: int
    headers: dict[bytes, bytes]
    body: bytes


class Line(asyncio.Protocol):
    """One kept connection. ``ask`` raises ConnectionError when the other end hangs up before it answered.

    A registry hangs up after an answer for which it left a body unread (429), and on whoever is idle for
    seconds: then there is a new connection."""

    def __init__(self, host: str, port: int) -> None:
        self._address = host, port
        self._transport: Any = None
        self._buffer = bytearray()
        self._waiting: asyncio.Future[Reply] | None = None

    async def ask(self, head: bytes, body: bytes = b"") -> Reply:
        """``head``: request line and headers without the empty line; Content-Length is added."""
        if self._transport is None:
            await self.connect()
        self._waiting = asyncio.get_running_loop().create_future()
        self._buffer.clear()
        self._transport.writelines([head, b"Content-Length: %d\r\n\r\n" % len(body), body])
        return await self._waiting

    async def connect(self) -> None:
        await asyncio.get_running_loop().create_connection(lambda: self, *self._address)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(ConnectionResetError("closed before the answer"))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0 or self._waiting is None or self._waiting.done():
            return
        status, headers = _head(bytes(self._buffer[:end]))
        size = int(headers.get(b"content-length", b"0"))
        if len(self._buffer) - end - 4 >= size:
            self._waiting.set_result(Reply(status, headers, bytes(self._buffer[end + 4 : end + 4 + size])))


async def connect(host: str, port: int) -> Line:
    """A new connection."""
    line = Line(host, port)
    await line.connect()
    return line


def head(method: str, path: str, headers: dict[str, str]) -> bytes:
    """What ``Line.ask`` takes."""
    lines = [f"{method} {path} HTTP/1.1", "Host: registry", *[f"{k}: {v}" for k, v in headers.items()]]
    return "\r\n".join(lines).encode() + b"\r\n"


def _head(raw: bytes) -> tuple[int, dict[bytes, bytes]]:
    first, *rest = raw.split(b"\r\n")
    pairs = (line.partition(b":") for line in rest)
    return int(first.split(b" ", 2)[1]), {name.lower(): value.strip() for name, _, value in pairs}
