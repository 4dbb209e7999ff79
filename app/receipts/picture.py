"""The receipt as one picture: the words below, who signed above, as they signed."""

from __future__ import annotations

from dataclasses import dataclass

from app.platform.ports import PictureCodec
from app.receipts.ink import FloatStrokes, Strokes, ink_box, ink_strokes

WIDTH = 1200
BOX_HEIGHT = 360
MARGIN = 40
TEXT_LINE = 62
"""Room for one line of words, in pixels."""
QUALITY = 88


@dataclass(frozen=True, slots=True)
class Signed:
    """One signature: its strokes in the pad's units, and "pen" or "fingerprint"."""

    strokes: Strokes
    method: str


async def receipt_picture(codec: PictureCodec, words: list[str], signatures: list[Signed]) -> bytes:
    """A JPEG: one framed box per signature from top to bottom, the words underneath."""
    height = MARGIN + len(signatures) * (BOX_HEIGHT + MARGIN) + len(words) * TEXT_LINE + 2 * MARGIN
    strokes: FloatStrokes = []
    for place, one in enumerate(signatures):
        top = MARGIN + place * (BOX_HEIGHT + MARGIN)
        strokes += [_frame(top), *_fit(one, top)]
    page = await codec.draw_strokes(strokes, WIDTH, height)
    return (await codec.watermark(page, words, quality=QUALITY)).data


def _frame(top: float) -> list[tuple[float, float]]:
    left, right, bottom = MARGIN, WIDTH - MARGIN, top + BOX_HEIGHT
    return [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]


def _fit(one: Signed, top: float) -> FloatStrokes:
    """Scaled to the box, never distorted, in its middle."""
    strokes = ink_strokes(one.strokes, one.method)
    box = ink_box(strokes)
    scale = min((WIDTH - 4 * MARGIN) / box.width, (BOX_HEIGHT - MARGIN) / box.height)
    left = (WIDTH - box.width * scale) / 2
    upper = top + (BOX_HEIGHT - box.height * scale) / 2
    return [
        [(left + (x - box.left) * scale, upper + (y - box.top) * scale) for x, y in stroke]
        for stroke in strokes
    ]
