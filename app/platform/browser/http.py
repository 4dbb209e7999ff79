"""httpx over the browser's fetch. httpx's own transport needs sockets and threads, which Pyodide lacks."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import js
from pyodide.ffi import JsException, to_js

#: fetch sets these itself or forbids them; a user agent of our own would only provoke a preflight.
_NOT_OURS = {"host", "content-length", "connection", "accept-encoding", "user-agent", "transfer-encoding"}
#: fetch hands the body out decoded, so these no longer describe it.
_UNTRUE = {"content-encoding", "content-length", "transfer-encoding"}


class FetchTransport(httpx.AsyncBaseTransport):
    """Whole requests, whole answers (no streaming).

    Raises httpx.ConnectError for whatever fetch refuses (no network, no server, CORS, a redirect: httpx
    would have to be asked), ReadTimeout when the answer does not come in time: the registry may or may not
    have acted. A cancelled request is aborted.
    """

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        limits = request.extensions.get("timeout") or {}
        abort = js.AbortController.new()
        try:
            # fetch does not say how far it got, so the times for connecting, sending and waiting add up.
            async with asyncio.timeout(_sum(limits, "connect", "write", "read")):
                answer = await js.fetch(str(request.url), _init(request, body, abort.signal))
            async with asyncio.timeout(limits.get("read")):
                data = (await answer.arrayBuffer()).to_bytes()
        except TimeoutError:
            abort.abort()
            raise httpx.ReadTimeout("no answer in time", request=request) from None
        except asyncio.CancelledError:
            abort.abort()
            raise
        except JsException as error:
            raise httpx.ConnectError(f"{error.name}: {error.message}", request=request) from error
        return httpx.Response(answer.status, headers=_headers(answer), content=data, request=request)


def _init(request: httpx.Request, body: bytes, signal: Any) -> Any:
    headers = [[name, value] for name, value in request.headers.items() if name.lower() not in _NOT_OURS]
    init = to_js(
        {
            "method": request.method,
            "headers": headers,
            "credentials": "omit",  # we sign in with a token
            "cache": "no-store",
            "redirect": "error",
        },
        dict_converter=js.Object.fromEntries,
    )
    init.signal = signal
    if body and request.method not in ("GET", "HEAD"):
        init.body = to_js(body)
    return init


def _headers(answer: Any) -> list[tuple[str, str]]:
    found = [(str(pair[0]), str(pair[1])) for pair in answer.headers.entries()]
    return [(name, value) for name, value in found if name.lower() not in _UNTRUE]


def _sum(limits: dict[str, float | None], *names: str) -> float | None:
    """None (no limit) when one of them has none."""
    values = [limits.get(name) for name in names]
    return None if None in values else sum(value for value in values if value is not None)
