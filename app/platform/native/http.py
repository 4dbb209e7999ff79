"""The native transport: httpx's own, without its retries (the runner decides when to try again)."""

from __future__ import annotations

import httpx


def transport() -> httpx.AsyncHTTPTransport:
    """A fresh transport; the client that gets it closes it."""
    return httpx.AsyncHTTPTransport(retries=0)
