"""Reading request bodies without trusting their size."""

from __future__ import annotations

import zlib
from typing import Any

import zstandard

from registry.api.access import AnyRequest
from registry.service.arriving import Arrival
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
    """(what arrived, whether that is all): a client that is cut off leaves a part worth keeping, and so does
    one that is given up on.

    Raises RefusedError("too_large") before reading when the length is announced, else as soon as it shows.
    """
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > most:
        raise RefusedError("too_large", most=most)
    parts: list[bytes] = []
    size = 0
    while True:
        event = await _next(request, arrival)
        if event["type"] != "http.request":
            return b"".join(parts), False
        parts.append(event.get("body", b""))
        size += len(parts[-1])
        if size > most:
            raise RefusedError("too_large", most=most)
        if not event.get("more_body", False):
            data = b"".join(parts)
            return data, not announced.isdecimal() or len(data) == int(announced)


async def _next(request: AnyRequest, arrival: Arrival | None) -> Any:
    if arrival is None:
        return await request.receive()
    try:
        async with arrival.next_part():
            return await request.receive()
    except TimeoutError:
        return {"type": "http.disconnect"}


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
