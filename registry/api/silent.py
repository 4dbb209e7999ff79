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
from contextlib import ExitStack, suppress
from pathlib import Path

from litestar import Litestar

UNREAD_MS = 120_000
"""Longer than a lift, a cellar or a stairwell without network; a phone asks again anyway."""
OPEN = Path("/proc/self/fd")
WAIT_S, TRIES = 0.1, 300
ONCE_MORE = (0.1, 1.0)
"""Seconds: who connected before the listening socket was found has inherited nothing, and those the kernel
keeps in its queue are seen only when they are taken on."""


def hang_up_on_the_silent(app: Litestar) -> None:
    """When a server process starts; it listens a moment later."""
    if OPEN.is_dir() and hasattr(socket, "TCP_USER_TIMEOUT"):
        app.state.silent = asyncio.create_task(_set_when_listening())


async def _set_when_listening() -> None:
    for _ in range(TRIES):
        if limit_unread():
            break
        await asyncio.sleep(WAIT_S)
    for later in ONCE_MORE:
        await asyncio.sleep(later)
        limit_unread()


def limit_unread() -> int:
    """Set the limit on this process's listening TCP sockets and on all that were accepted through them; how
    many there are."""
    with ExitStack() as all_closed:
        own = [all_closed.enter_context(one) for one in _own_tcp()]
        ports = {one.getsockname()[1] for one in own if _listens(one)}
        served = [one for one in own if one.getsockname()[1] in ports]
        for one in served:
            with suppress(OSError):  # ended meanwhile
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_MS)
        return len(served)


def _own_tcp() -> Iterator[socket.socket]:
    """Copies of this process's TCP sockets."""
    for entry in OPEN.iterdir():
        with suppress(OSError):  # closed meanwhile
            if not entry.is_socket():
                continue
            one = socket.socket(fileno=os.dup(int(entry.name)))
            if one.family in (socket.AF_INET, socket.AF_INET6) and one.type == socket.SOCK_STREAM:
                yield one
            else:
                one.close()


def _listens(one: socket.socket) -> bool:
    with suppress(OSError):
        return bool(one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
    return False
