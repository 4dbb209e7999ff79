"""Pen strokes from the pad, and the finger mark of somebody who does not write (R11)."""

from __future__ import annotations

import math

from app.platform.ports import PictureCodec

Strokes = list[list[list[int]]]
FloatStrokes = list[list[tuple[float, float]]]

PNG_SCALE = 2
"""A phone's logical pixels are coarse: the picture has twice as many."""
MARK_RADIUS = 34
"""Units: a thumb is about 70 logical pixels wide."""
_RIDGES = (0.25, 0.45, 0.65, 0.85, 1.0)


def ink_strokes(strokes: Strokes, method: str) -> FloatStrokes:
    """The lines to draw. A finger mark is kept as the point that was pressed, drawn as ridges round it."""
    if method != "fingerprint":
        return [[(float(x), float(y)) for x, y in stroke] for stroke in strokes if stroke]
    if not strokes or not strokes[0]:
        return []
    x, y = strokes[0][0]
    return [_ridge(x, y, MARK_RADIUS * part) for part in _RIDGES]


def _ridge(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    """An upright oval, open at the lower left as a loop pattern is."""
    return [
        (x + radius * 0.8 * math.cos(angle), y + radius * 1.15 * math.sin(angle))
        for angle in (math.radians(degree) for degree in range(-215, 100, 9))
    ]


async def signature_png(codec: PictureCodec, strokes: FloatStrokes, size: tuple[int, int]) -> bytes:
    """Black on white, the whole pad at twice its size."""
    width, height = (max(side, 1) * PNG_SCALE for side in size)
    scaled = [[(x * PNG_SCALE, y * PNG_SCALE) for x, y in stroke] for stroke in strokes]
    return await codec.draw_strokes(scaled, width, height)
