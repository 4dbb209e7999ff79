"""Pen strokes from the pad, and the finger mark of somebody who does not write (R11)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from app.platform.ports import PictureCodec

Strokes = list[list[list[int]]]
FloatStrokes = list[list[tuple[float, float]]]

PNG_SCALE = 2
"""A phone's logical pixels are coarse: the picture has twice as many."""
LEAST_SIDE = 60
"""Units: a dot is not blown up to a page."""
MARGIN = 16
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


@dataclass(frozen=True, slots=True)
class Box:
    """The part of the pad that holds ink, with a margin, in units."""

    left: float
    top: float
    width: float
    height: float


def ink_box(strokes: FloatStrokes) -> Box:
    """What to show of a pad: a name in one corner of a large white sheet is hard to compare."""
    xs = [x for stroke in strokes for x, _ in stroke] or [0.0]
    ys = [y for stroke in strokes for _, y in stroke] or [0.0]
    width, height = max(max(xs) - min(xs), LEAST_SIDE), max(max(ys) - min(ys), LEAST_SIDE)
    middle_x, middle_y = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
    return Box(
        left=middle_x - width / 2 - MARGIN,
        top=middle_y - height / 2 - MARGIN,
        width=width + 2 * MARGIN,
        height=height + 2 * MARGIN,
    )


async def signature_png(codec: PictureCodec, strokes: FloatStrokes) -> bytes:
    """Black on white, cut to the ink, at twice the pad's size; never distorted."""
    box = ink_box(strokes)
    scaled = [
        [((x - box.left) * PNG_SCALE, (y - box.top) * PNG_SCALE) for x, y in stroke] for stroke in strokes
    ]
    return await codec.draw_strokes(scaled, round(box.width * PNG_SCALE), round(box.height * PNG_SCALE))
