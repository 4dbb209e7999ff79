"""Compressing an answer piece by piece: zstd where the client knows it, else gzip."""

from __future__ import annotations

import zlib
from typing import Any

import zstandard

ZSTD_LEVEL, GZIP_LEVEL = 9, 6


class Packer:
    """Passes bytes on as they are. Each piece can be read as soon as it has arrived."""

    def __init__(self) -> None:
        self.headers: dict[str, str] = {}

    def piece(self, data: bytes) -> bytes:
        """``data``, packed and complete."""
        return data

    def end(self) -> bytes:
        """What closes the stream."""
        return b""


class _Zstd(Packer):
    def __init__(self) -> None:
        self.headers = {"Content-Encoding": "zstd"}
        self._packer: Any = zstandard.ZstdCompressor(level=ZSTD_LEVEL).compressobj()

    def piece(self, data: bytes) -> bytes:
        packed: bytes = self._packer.compress(data)
        rest: bytes = self._packer.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
        return packed + rest

    def end(self) -> bytes:
        closed: bytes = self._packer.flush()
        return closed


class _Gzip(Packer):
    def __init__(self) -> None:
        self.headers = {"Content-Encoding": "gzip"}
        self._packer = zlib.compressobj(GZIP_LEVEL, wbits=31)

    def piece(self, data: bytes) -> bytes:
        return self._packer.compress(data) + self._packer.flush(zlib.Z_SYNC_FLUSH)

    def end(self) -> bytes:
        return self._packer.flush()


IDENTITY = Packer()


def packer_for(accepted: str) -> Packer:
    """The best that an Accept-Encoding header allows."""
    names = {part.split(";")[0].strip() for part in accepted.lower().split(",")}
    if "zstd" in names:
        return _Zstd()
    return _Gzip() if "gzip" in names else IDENTITY
