"""From the camera's bytes to what is kept: shrink → fingerprint → watermark → thumbnail → hashes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.photos.errors import PhotoError
from app.platform.ports import PictureCodec
from domain.dhash import dhash
from sync.protocol.canonical import sha256_hex

LONGEST = 1600
"""Pixels of the longer side of a kept photo: readable on a screen, about 300 KB."""
THUMBNAIL = 320
MAX_INPUT_BYTES = 40 * 1024 * 1024
"""A 108-megapixel phone photo is about 30 MB; more is no photo of a visit."""
_MB = 1024 * 1024
_TOO_LARGE = re.compile(rb"nuanfang:too-large:(\d{1,15})")
"""What the browser's page hands over instead of a file too large to carry (assets/web/boot.js)."""


@dataclass(frozen=True, slots=True)
class Processed:
    """A photo ready for the shelf. ``sha256`` names ``data``, ``original_sha256`` the camera's own bytes."""

    data: bytes
    sha256: str
    width: int
    height: int
    original_sha256: str
    dhash: str
    thumbnail: bytes
    thumbnail_sha256: str


async def process(
    original: bytes, lines: list[str], codec: PictureCodec, longest: int = LONGEST
) -> Processed:
    """Shrink to ``longest`` pixels, fingerprint, burn ``lines`` in and make a thumbnail. All metadata are
    dropped.

    Raises PhotoError("photo_empty" | "photo_too_large") and PlatformError("not_a_picture" |
    "picture_too_large"). The fingerprint is taken before the watermark: the text differs each time (R12).
    """
    _check_size(original)
    small = await codec.shrink(original, longest)
    grey = await codec.luminance_9x8(small.data)
    marked = await codec.watermark(small.data, lines)
    thumb = await codec.shrink(marked.data, THUMBNAIL, quality=70)
    return Processed(
        data=marked.data,
        sha256=sha256_hex(marked.data),
        width=marked.width,
        height=marked.height,
        original_sha256=sha256_hex(original),
        dhash=dhash(grey),
        thumbnail=thumb.data,
        thumbnail_sha256=sha256_hex(thumb.data),
    )


def _check_size(original: bytes) -> None:
    if not original:
        raise PhotoError("photo_empty")
    note = _TOO_LARGE.fullmatch(original) if len(original) < 100 else None
    size = int(note[1]) if note else len(original)
    if size > MAX_INPUT_BYTES:
        raise PhotoError("photo_too_large", size=size // _MB, limit=MAX_INPUT_BYTES // _MB)
