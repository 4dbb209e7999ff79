"""What both picture codecs agree on: limits, sizes, the band of text, the pen.

``measure`` looks at a file's structure without decoding it: a bomb is refused before it takes memory, and
a file that was cut off is refused although browsers would show its upper half.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

from app.platform.errors import PlatformError

MOST_PIXELS = 64_000_000
MOST_BYTES = 40 * 1024 * 1024

_PNG = b"\x89PNG\r\n\x1a\n"
_SOF = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})

Measure = Callable[[str, int], float]
"""Width in pixels of a text at a font size."""


def check(data: bytes) -> None:
    """Raises PlatformError("not_a_picture" | "picture_too_large")."""
    if len(data) > MOST_BYTES:
        raise PlatformError("picture_too_large", size=len(data), limit=MOST_BYTES)
    try:
        found = measure(data)
    except (struct.error, IndexError) as error:
        raise PlatformError("not_a_picture", reason="cut off") from error
    if found is not None:
        check_pixels(*found)


def check_pixels(width: int, height: int) -> None:
    """Raises PlatformError("not_a_picture" | "picture_too_large")."""
    if width < 1 or height < 1:
        raise PlatformError("not_a_picture", reason="no pixels")
    if width * height > MOST_PIXELS:
        raise PlatformError("picture_too_large", pixels=width * height, limit=MOST_PIXELS)


def measure(data: bytes) -> tuple[int, int] | None:
    """Width and height as stored; None for a format that only the decoder knows.

    Raises PlatformError("not_a_picture") for a JPEG or PNG that is not whole; struct.error or IndexError
    when it ends inside its headers.
    """
    if data.startswith(b"\xff\xd8"):
        return _jpeg(data)
    if data.startswith(_PNG):
        if b"IEND" not in data[-64:] and b"IEND\xaeB`\x82" not in data:
            raise PlatformError("not_a_picture", reason="cut off")
        width, height = struct.unpack_from(">II", data, 16)
        return width, height
    if not data or not data.strip(b"\0"):
        raise PlatformError("not_a_picture", reason="empty")
    return None


def _jpeg(data: bytes) -> tuple[int, int]:
    size, at = None, 2
    while True:
        while data[at] == 0xFF and data[at + 1] == 0xFF:
            at += 1
        mark, kind = data[at], data[at + 1]
        if mark != 0xFF or kind == 0xD9:
            raise PlatformError("not_a_picture", reason="damaged")
        if kind in _ALONE:
            at += 2
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        if kind in _SOF:
            height, width = struct.unpack_from(">HH", data, at + 5)
            size = width, height
        at += 2 + length
        if kind == 0xDA:
            break
    # In the picture data a real FF is followed by 00, so this can only be the end. What phones append
    # after it (moving pictures) does not matter.
    if size is None or data.find(b"\xff\xd9", at) < 0:
        raise PlatformError("not_a_picture", reason="cut off")
    return size


def fit(width: int, height: int, longest: int) -> tuple[int, int]:
    """The size with its longer side at most ``longest``; never enlarged, never 0."""
    scale = min(1.0, longest / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def pen_width(width: int, height: int) -> float:
    """Pixels: like a felt pen on a pad, still to be seen when the picture is small; thinner on a very small
    one."""
    return max(1.5, min(7.0, min(width, height) / 30))


MARKER = "#D32F2F"
"""The colour of the pen on a photo, where black would be lost."""


def marker_width(width: int, height: int) -> float:
    """Pixels of the pen that draws over a photo: to be seen when the photo is as small as a phone."""
    return max(3.0, max(width, height) / 160)


def lay_out(lines: list[str], width: int, height: int, wide: Measure) -> tuple[int, list[str]]:
    """Font size in pixels and the lines broken to fit: nothing of the text is lost.

    The band takes at most half of the height; more text is set smaller.
    """
    size = max(12, round(min(width, height) / 32))
    while True:
        room = width - 2 * margin(size)
        broken = [piece for line in lines for piece in _break(line, room, size, wide)]
        if size <= 8 or band_height(len(broken), size) <= height / 2:
            return size, broken
        size = max(8, size * 9 // 10)


def margin(size: int) -> int:
    """Pixels around the text of that font size."""
    return round(size * 0.6)


def line_height(size: int) -> int:
    """Pixels from one line to the next."""
    return round(size * 1.4)


def band_height(lines: int, size: int) -> int:
    """Pixels of the dark band."""
    return lines * line_height(size) + 2 * margin(size) if lines else 0


def _break(line: str, room: float, size: int, wide: Measure) -> list[str]:
    pieces, current = [], ""
    for letter in line:
        if current and wide(current + letter, size) > room:
            pieces.append(current)
            current = ""
        current += letter
    return [*pieces, current]
