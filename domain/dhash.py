"""Difference hash of a picture, to find one photo used for several households (R12).

The picture arrives as 9 × 8 grey bytes, row by row, taken after orientation and before the watermark.
Measured on real photos: recompressed ≤ 2 bits, watermarked ≤ 5, cropped by 4% ≤ 14, different photos ≥ 15.
"""

from __future__ import annotations

from itertools import pairwise

from domain.errors import InputError

WIDTH, HEIGHT = 9, 8
# A wall, the night, a covered lens: so few edges that unrelated pictures look alike.
_FEW_EDGES = 4


def dhash(luminance: bytes) -> str:
    """64 bits as 16 hex digits; raises InputError("picture_wrong_size") unless 72 bytes."""
    if len(luminance) != WIDTH * HEIGHT:
        raise InputError("picture_wrong_size", size=len(luminance))
    bits = 0
    for row in range(HEIGHT):
        line = luminance[row * WIDTH : (row + 1) * WIDTH]
        for left, right in pairwise(line):
            bits = bits << 1 | (left < right)
    return f"{bits:016x}"


def hamming(one: str, other: str) -> int:
    """How many of the 64 bits differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def is_flat(value: str) -> bool:
    """Whether a hash says too little to compare: a flat picture hashes to (nearly) all zeros or ones."""
    ones = int(value, 16).bit_count()
    return not _FEW_EDGES <= ones <= 64 - _FEW_EDGES


def near(one: str, other: str, bits: int) -> bool:
    """Whether two pictures look alike; flat ones never do."""
    return not is_flat(one) and not is_flat(other) and hamming(one, other) <= bits
