"""Whoever asks and then never reads the answer would hold a connection, and the answer, for ever.

The kernel ends a connection whose other side has taken nothing of what was sent to it for a while, be it gone
or its window shut (TCP_USER_TIMEOUT, tcp(7)). Accepted sockets inherit that from the listening one, which
Granian makes by itself in each process, without a setting for it; so it is looked up among the process's own.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from litestar import Litestar

UNREAD_MS = 120_000
"""Longer than a lift, a cellar or a stairwell without network; a phone asks again anyway."""
OPEN = Path("/proc/self/fd")
WAIT_S, TRIES = 0.1, 300


def hang_up_on_the_silent(app: Litestar) -> None:
    """When a server process starts; it listens a moment later."""
    if OPEN.is_dir() and hasattr(socket, "TCP_USER_TIMEOUT"):
        app.state.silent = asyncio.create_task(_set_when_listening())


async def _set_when_listening() -> None:
    for _ in range(TRIES):
        found = list(_listening())
        for one in found:
            with one:
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_MS)
        if found:
            return
        await asyncio.sleep(WAIT_S)


def _listening() -> Iterator[socket.socket]:
    """Copies of this process's listening TCP sockets."""
    for entry in OPEN.iterdir():
        with suppress(OSError):  # closed meanwhile
            if not entry.is_socket():
                continue
            one = socket.socket(fileno=os.dup(int(entry.name)))
            if _listens(one):
                yield one
            else:
                one.close()


def _listens(one: socket.socket) -> bool:
    with suppress(OSError):
        tcp = one.family in (socket.AF_INET, socket.AF_INET6) and one.type == socket.SOCK_STREAM
        return tcp and bool(one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
    return False
