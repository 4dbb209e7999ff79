"""Whoever holds a connection to a real server and does nothing with it is hung up on (S25)."""

from __future__ import annotations

import asyncio
import base64
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fresh import MASTER
from test_serving import free_port, wait_for

pytestmark = pytest.mark.postgres

SERVE = """
import sys
from registry.api import silent
from registry.cli import serve
serve.HEADERS_MS = silent.UNREAD_MS = 1500  # nobody waits for the real quarter of a minute here
serve.run_server("127.0.0.1", int(sys.argv[1]), 1)
"""
GIVEN_UP_S = 60
"""Far beyond what the server allows: a connection that is still open then would be open for ever."""


@pytest.fixture
def port(database: str, tmp_path: Path) -> Iterator[int]:
    """Of a server process with all of our settings, only less patient."""
    found = free_port()
    plain = {name: value for name, value in os.environ.items() if not name.startswith("NUANFANG_")}
    plain |= {"NUANFANG_MASTER_KEY": base64.urlsafe_b64encode(MASTER).decode()}
    plain |= {"NUANFANG_DATABASE_URL": database, "NUANFANG_DATA": str(tmp_path)}
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(found)],
        cwd=Path(__file__).parents[2],
        env=plain,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert wait_for(f"http://127.0.0.1:{found}/v1/health", process).status_code == 200
        yield found
    finally:
        process.terminate()
        process.wait(30)


async def hung_up(port: int, first: bytes, then: bytes = b"") -> bytes:
    """Send ``first`` at once and ``then`` byte by byte; all that the server said until it closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    async def dribble() -> None:
        writer.write(first)
        for byte in then:
            await asyncio.sleep(0.2)
            writer.write(bytes([byte]))

    sending = asyncio.create_task(dribble())
    try:
        async with asyncio.timeout(GIVEN_UP_S):
            return await reader.read()
    except ConnectionError:
        return b""
    finally:
        sending.cancel()
        writer.close()


HEADERS = b"Host: x\r\n" + b"X-Slow: " + b"s" * 10_000
BEGUN = {
    "byte by byte": (b"", b"GET /v1/health HTTP/1.1\r\n" + HEADERS),
    "a post, byte by byte": (b"", b"POST /v1/token HTTP/1.1\r\n" + HEADERS),
    "half of the headers, then silence": (b"GET /v1/health HTTP/1.1\r\nHost: x\r\n", b""),
    "one letter, then silence": (b"P", b""),
    "nothing at all": (b"", b""),
    "another protocol's greeting": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b""),
    "after a whole request": (b"GET /v1/health HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /v1/health" + HEADERS),
}


async def test_headers_that_never_end_are_hung_up_on(port):
    """S25: a slow-loris holds no connection, however it begins; honest phones are served meanwhile."""
    found = await asyncio.gather(*[hung_up(port, *sent) for sent in BEGUN.values()], return_exceptions=True)
    still_open = [how for how, said in zip(BEGUN, found, strict=True) if isinstance(said, TimeoutError)]
    assert still_open == []
    assert b" 200 " in found[-1].splitlines()[0], "the whole request was answered before"


MANY = b"GET /v1/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 2000


async def test_whoever_reads_no_answer_is_hung_up_on(port):
    """S25: a client that asks for far more than the kernel's buffers hold and reads nothing loses its
    connection, and with it what the server kept for it."""
    loop = asyncio.get_running_loop()
    with socket.socket() as asker:
        asker.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        asker.setblocking(False)
        await loop.sock_connect(asker, ("127.0.0.1", port))
        with pytest.raises(ConnectionError):
            await asyncio.wait_for(_ask_and_never_read(asker), GIVEN_UP_S)


async def _ask_and_never_read(asker: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(asker, MANY)
    while True:  # nobody hears that a connection is gone until they say something into it
        await asyncio.sleep(0.3)
        await loop.sock_sendall(asker, b"G")
