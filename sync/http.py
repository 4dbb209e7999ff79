"""One request over httpx: times, compression, and every failure as a WireError. The transport is injected."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

import httpx
import msgspec

from sync.errors import AnswerError, LoginError, RefusedError, UnreachableError
from sync.protocol import versions
from sync.protocol.messages import Problem
from sync.protocol.problems import PROBLEMS

TOTAL_SECONDS = 90.0
"""Longest time one request may take altogether, so that a trickle cannot hold a lane for ever."""
LEAST = 4096
"""Bytes of a streamed answer that must come within that time."""
CONNECT_S = 10.0
GZIP_FROM = 1024
"""Smaller bodies are sent as they are."""
LOGIN_CODES = frozenset({"token_missing", "token_invalid", "assertion_invalid", "device_revoked"})
_BARE = {502: "busy", 503: "busy", 504: "busy", 413: "too_large", 429: "rate_limited"}
_BARE_HEAD = {401: "token_invalid", 403: "forbidden", 404: "not_found", 410: "media_gone"}
"""An answer to HEAD has no body, so its status alone must speak."""

T = TypeVar("T")


class Http:
    """A thin httpx.AsyncClient for one registry. ``base_url`` without a trailing slash."""

    def __init__(
        self, base_url: str, transport: httpx.AsyncBaseTransport | None = None, total_s: float = TOTAL_SECONDS
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self._total_s = total_s
        self._client = httpx.AsyncClient(
            transport=transport,
            timeout=httpx.Timeout(30.0, connect=CONNECT_S),
            follow_redirects=False,
            trust_env=False,
            headers={versions.HEADER: str(versions.MAX)},
        )
        for name in ("Accept", "Connection", "User-Agent"):  # every byte travels with every photo
            self._client.headers.pop(name, None)

    async def send(
        self,
        method: str,
        url: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str | int] | None = None,
        wait_s: float | None = None,
        stream: bool = False,
    ) -> httpx.Response:
        """Any answer below 300; raises UnreachableError, AnswerError, RefusedError or LoginError. ``stream``:
        its body is still to come; read it with ``lines_of``, which closes it."""
        times = self._client.timeout if wait_s is None else httpx.Timeout(wait_s, connect=CONNECT_S)
        request = self._client.build_request(
            method,
            url if url.startswith(("http://", "https://")) else self.base_url + url,
            content=body,
            headers=dict(headers or {}),
            params=params,
            timeout=times,
        )
        if "Tus-Resumable" in request.headers:  # answered without a body
            request.headers.pop("Accept-Encoding", None)
        with told():
            async with asyncio.timeout(self._total_s if wait_s is None else wait_s):
                response = await self._client.send(request, stream=stream)
                if response.is_success:
                    return response
                await response.aread()
        raise problem_of(response)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()


@contextmanager
def told() -> Iterator[None]:
    """Whatever goes wrong on the line becomes an UnreachableError."""
    try:
        yield
    except (TimeoutError, httpx.TimeoutException) as error:
        raise UnreachableError("network_timeout") from error
    except (httpx.ReadError, httpx.WriteError) as error:
        raise UnreachableError("network_broken") from error
    except httpx.RemoteProtocolError as error:
        cut = "disconnected" in str(error) or "closed" in str(error)
        raise UnreachableError("network_broken" if cut else "answer_unreadable") from error
    except httpx.DecodingError as error:
        raise UnreachableError("answer_unreadable") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        refused = "CERTIFICATE_VERIFY_FAILED" in str(error)
        raise UnreachableError("network_certificate" if refused else "network_unreachable") from error


class Patience:
    """With an answer whose length nobody knows: ``seconds`` of waiting must bring ``least`` bytes, however
    long the whole of it takes."""

    def __init__(self, seconds: float = TOTAL_SECONDS, least: int = LEAST) -> None:
        self.left = self._seconds = seconds
        self._bytes, self._least = 0, least

    def came(self, size: int, waited_s: float) -> None:
        """So many bytes, after waiting so long for them."""
        self.left -= waited_s
        self._bytes += size
        if self._bytes >= self._least:
            self.renew()

    def renew(self) -> None:
        """It gets on."""
        self.left, self._bytes = self._seconds, 0


async def lines_of(response: httpx.Response, seconds: float = TOTAL_SECONDS) -> AsyncGenerator[bytes]:
    """The lines of a streamed answer as they arrive, without their ends; raises UnreachableError, also when
    in ``seconds`` of waiting comes neither a line nor LEAST bytes."""
    rest, patience, time = b"", Patience(seconds), asyncio.get_running_loop().time
    pieces = aiter(response.aiter_bytes())
    try:
        while True:
            began = time()
            with told():
                async with asyncio.timeout(patience.left):
                    piece = await anext(pieces, None)
            if piece is None:
                break
            patience.came(len(piece), time() - began)
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                patience.renew()
                yield line
        if rest:
            yield rest
    finally:
        await response.aclose()


def json_body(message: object, *, pack: bool = False) -> tuple[bytes, dict[str, str]]:
    """The bytes of a request and their headers; with ``pack`` gzipped when that pays (records only)."""
    body = msgspec.json.encode(message)
    headers = {"Content-Type": "application/json"}
    if pack and len(body) >= GZIP_FROM:
        body = gzip.compress(body, compresslevel=6, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return body, headers


def decode(response: httpx.Response, shape: type[T]) -> T:
    """The answer as ``shape``; raises AnswerError("answer_unreadable"): a captive portal says 200 too."""
    return decode_line(response.content, shape)


def decode_line(data: bytes, shape: type[T]) -> T:
    """As ``decode``, of a part of an answer."""
    try:
        return msgspec.json.decode(data, type=shape)
    except msgspec.DecodeError as error:
        raise AnswerError("answer_unreadable") from error


def problem_of(response: httpx.Response) -> RefusedError | UnreachableError:
    """The error behind a status of 300 or more."""
    status, after = response.status_code, _retry_after(response)
    try:
        problem = msgspec.json.decode(response.content, type=Problem)
    except msgspec.DecodeError:
        if status < 400 or status == 511:  # a redirect or "network authentication required": a captive portal
            return UnreachableError("answer_unreadable", status=status)
        codes = _BARE_HEAD | _BARE if response.request.method == "HEAD" else _BARE
        code = codes.get(status, "http_error")
        kind = LoginError if code in LOGIN_CODES else RefusedError
        return kind(code, retry=_retry(code, status), status=status, after_s=after)
    kind = LoginError if problem.code in LOGIN_CODES else RefusedError
    retry = _retry(problem.code, status)
    return kind(problem.code, retry=retry, status=status, after_s=after, **_details(problem))


def _retry(code: str, status: int) -> bool:
    known = PROBLEMS.get(code)
    if code == "http_error":
        return True  # said by something before the registry, which may be mended
    return known.retry if known else status >= 500 or status in {408, 425, 429}


def _details(problem: Problem) -> dict[str, object]:
    taken = {"code", "retry", "status", "after_s", "self"}
    details: dict[str, object] = {k: v for k, v in problem.params.items() if k not in taken}
    return details if problem.detail is None else {**details, "detail": problem.detail}


def _retry_after(response: httpx.Response) -> float | None:
    value = response.headers.get("Retry-After", "")
    return float(value) if value.isascii() and value.isdigit() else None
