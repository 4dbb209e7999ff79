"""Reading request bodies without trusting their size."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncGenerator
from typing import Any

import zstandard

from registry.api.access import AnyRequest
from registry.service.arriving import Arrival, Wait
from registry.service.errors import RefusedError

IDENTITY = "identity"


def announced(request: AnyRequest, most: int) -> int:
    """How many bytes of body to make room for: what Content-Length says, or as many as there may be."""
    length = request.headers.get("content-length", "")
    return min(int(length), most) if length.isdecimal() and len(length) < 12 else most


def unpacked(request: AnyRequest, most: int) -> int:
    """The same for a body that may be packed: nobody knows how large it is before it is unpacked."""
    return announced(request, most) if _encoding(request) == IDENTITY else most


def _encoding(request: AnyRequest) -> str:
    return request.headers.get("content-encoding", IDENTITY).strip().lower()


async def read_chunk(request: AnyRequest, most: int, arrival: Arrival | None = None) -> tuple[bytes, bool]:
    """(what arrived, whether that is all): a client that is cut off leaves a part worth keeping.

    Raises RefusedError("too_large") before reading when the length is announced, else as soon as it shows.
    """
    parts = [part async for part in read_in_parts(request, most, arrival)]
    return b"".join(data for data, _ in parts), parts[-1][1]


async def read_in_parts(
    request: AnyRequest, most: int, arrival: Arrival | None = None
) -> AsyncGenerator[tuple[bytes, bool]]:
    """(what arrived, whether that is the end of the whole body): one part, and with an ``arrival`` one more
    for each pause in between. The last may be empty. Raises as ``read_chunk``."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > most:
        raise RefusedError("too_large", most=most)
    pieces: list[bytes] = []
    size, more = 0, True
    coming = asyncio.ensure_future(request.receive())
    try:
        while more:
            how = await arrival.wait(coming, bool(pieces)) if arrival else Wait.CAME
            if how is Wait.PAUSE:
                yield b"".join(pieces), False
                pieces.clear()
                continue
            event: Any = await coming if how is Wait.CAME else {}
            if event.get("type") != "http.request":
                break
            pieces.append(event.get("body", b""))
            size, more = size + len(pieces[-1]), event.get("more_body", False)
            if size > most:
                raise RefusedError("too_large", most=most)
            if more:
                coming = asyncio.ensure_future(request.receive())
    finally:
        coming.cancel()
    yield b"".join(pieces), not more and (not announced.isdecimal() or size == int(announced))


async def read_packed(request: AnyRequest, most: int) -> bytes:
    """A whole body, unpacked by its Content-Encoding; never more than ``most`` bytes either way."""
    data, complete = await read_chunk(request, most)
    if not complete:
        raise RefusedError("bad_request", "the body ended early")
    return unpack(data, _encoding(request), most)


def unpack(data: bytes, encoding: str, most: int) -> bytes:
    """Decompress at most ``most`` bytes: a bomb is refused when it passes the limit, not when it is full.

    Raises RefusedError("unsupported_media_type" | "too_large" | "bad_request").
    """
    try:
        if encoding == IDENTITY:
            return data
        if encoding == "gzip":
            plain, ended = _gunzip(data, most)
        elif encoding == "zstd":
            plain, ended = _unzstd(data, most), True
        else:
            raise RefusedError("unsupported_media_type", encoding=encoding[:20])
    except (zlib.error, zstandard.ZstdError) as error:
        raise RefusedError("bad_request", "the body does not decompress") from error
    if len(plain) > most:
        raise RefusedError("too_large", most=most)
    if not ended:
        raise RefusedError("bad_request", "the compressed body ended early")
    return plain


def _gunzip(data: bytes, most: int) -> tuple[bytes, bool]:
    packer = zlib.decompressobj(wbits=31)
    plain = packer.decompress(data, most + 1)
    return plain, packer.eof or len(plain) > most


def _unzstd(data: bytes, most: int) -> bytes:
    window = 8 * 1024 * 1024
    with zstandard.ZstdDecompressor(max_window_size=window).stream_reader(data) as reader:
        return bytes(reader.read(most + 1))
