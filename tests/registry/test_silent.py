"""The kernel's limit for answers nobody takes reaches every connection of the server's port (S25)."""

from __future__ import annotations

import socket

import pytest

from registry.api import silent

pytestmark = pytest.mark.skipif(not silent.OPEN.is_dir(), reason="needs /proc")


def limit(one: socket.socket) -> int:
    return one.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_who_came_before_the_listening_socket_was_found_is_limited_too(host):
    """S25: a server listens a moment before the limit is set; who connects then inherits nothing."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family) as server:
        port = server.getsockname()[1]
        with socket.create_connection((host, port)) as asker:
            early, _ = server.accept()
            assert limit(early) == 0, "or this proves nothing"
            assert silent.limit_unread() >= 2
            assert limit(server) == limit(early) == silent.UNREAD_MS
            assert limit(asker) == 0, "what the process itself connects to keeps its own limits"
            early.close()
        with socket.create_connection((host, port)):
            late, _ = server.accept()
            assert limit(late) == silent.UNREAD_MS
            late.close()
