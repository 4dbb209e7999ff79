"""An answer in pieces can be read piece by piece, packed as the client allows."""

from __future__ import annotations

import gzip
import zlib
from typing import Any

import pytest
import zstandard

from registry.api.packing import packer_for

PIECES = [b"first line\n" * 50, b"second line\n" * 50, b"third line\n" * 50]


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip;q=1.0, deflate", "gzip"),
        ("ZSTD", "zstd"),
        ("br", None),
        ("", None),
        ("notzstd", None),
    ],
)
def test_the_best_that_the_client_knows_is_chosen(accepted: str, chosen: str | None) -> None:
    """S25: zstd before gzip, and nothing for a client that names neither."""
    assert packer_for(accepted).headers.get("Content-Encoding") == chosen


@pytest.mark.parametrize("name", ["zstd", "gzip"])
def test_each_piece_can_be_read_when_it_has_arrived(name: str) -> None:
    """S25: a page of the feed is applied before the next one comes, and what arrived before a cut counts."""
    packer = packer_for(name)
    reader: Any = zstandard.ZstdDecompressor().decompressobj()
    if name == "gzip":
        reader = zlib.decompressobj(wbits=31)
    for piece in PIECES:
        assert reader.decompress(packer.piece(piece)) == piece


def test_the_whole_is_a_valid_file_of_its_kind() -> None:
    """S25: a client that does not stream reads it too."""
    packer = packer_for("gzip")
    packed = b"".join([packer.piece(piece) for piece in PIECES]) + packer.end()
    assert gzip.decompress(packed) == b"".join(PIECES)
