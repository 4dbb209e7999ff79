"""The native transport: httpx's own, without its retries (the runner decides when to try again)."""

from __future__ import annotations

import socket

import httpx

ASK_AFTER_S, ASK_EVERY_S, ASK_TIMES = 10, 5, 4


def transport() -> httpx.AsyncHTTPTransport:
    """A fresh transport; the client that gets it closes it."""
    return httpx.AsyncHTTPTransport(retries=0, socket_options=list(alive()))


def alive() -> list[tuple[int, int, int]]:
    """An answer that was lost with the line never comes, and the kernel, having nothing to send, would not
    find out: it asks after ten silent seconds (tcp(7)). Names differ between Android and Apple's systems."""
    tcp = socket.IPPROTO_TCP
    idle = getattr(socket, "TCP_KEEPIDLE", None) or getattr(socket, "TCP_KEEPALIVE", None)
    every, times = getattr(socket, "TCP_KEEPINTVL", None), getattr(socket, "TCP_KEEPCNT", None)
    wanted = ((idle, ASK_AFTER_S), (every, ASK_EVERY_S), (times, ASK_TIMES))
    found = [(tcp, option, value) for option, value in wanted if option is not None]
    return [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1), *found]
