"""The signing pad without a screen: touches in, whole-number strokes out.

Points closer than ``NEAR`` to the one before are dropped: a name needs 200 to 600 points, not 5,000.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise

Stroke = list[list[int]]

NEAR = 2.0
"""Units (logical pixels): nearer points add bytes, no shape."""
MOST_POINTS = 4000
"""About 36 KB of record; a person who scribbles on is stopped, not crashed."""
LEAST_INK = 60.0
"""Units of pen travel below which it is a touch, not a signature."""


@dataclass
class Pad:
    """Strokes finished and the one under way; coordinates are clamped to the pad once its size is known.

    ``mark``: a finger is pressed, not a name written: one touch is all of it, the next replaces it."""

    width: int = 0
    height: int = 0
    strokes: list[Stroke] = field(default_factory=list)
    current: Stroke = field(default_factory=list)
    mark: bool = False

    def down(self, x: float, y: float) -> None:
        """The finger touches; an unfinished stroke (a lost touch) is kept as it was."""
        self.up()
        if self.mark:
            self.clear()
        self.current = [self._point(x, y)]

    def move(self, x: float, y: float) -> bool:
        """The finger moves; True when the picture changed."""
        if self.mark:
            return False
        if not self.current:
            self.down(x, y)
            return True
        if self.full:
            return False
        point = self._point(x, y)
        if math.dist(point, self.current[-1]) < NEAR:
            return False
        self.current.append(point)
        return True

    def up(self) -> bool:
        """The finger leaves; True when a stroke was finished."""
        if not self.current:
            return False
        self.strokes = [*self.strokes, self.current]
        self.current = []
        return True

    def undo(self) -> None:
        """Take the last stroke back."""
        self.strokes = self.strokes[:-1]

    def clear(self) -> None:
        """Start again."""
        self.strokes, self.current = [], []

    def resize(self, width: float, height: float) -> None:
        """The pad's real size is known only when it is on the screen; points keep their units."""
        if width >= 1 and height >= 1 and math.isfinite(width) and math.isfinite(height):
            self.width, self.height = round(width), round(height)

    def rescale(self, width: float, height: float) -> bool:
        """As ``resize``, for a photo that is shown larger or smaller now: strokes stay where they are on it.
        True when they moved."""
        was = self.width
        self.resize(width, height)
        if not was or was == self.width:
            return False
        share = self.width / was
        self.strokes = [[[round(x * share), round(y * share)] for x, y in one] for one in self.strokes]
        return True

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) that holds every stroke, also those drawn when the phone was held otherwise."""
        width, height = extent(self.strokes)
        return max(self.width, width, 1), max(self.height, height, 1)

    @property
    def full(self) -> bool:
        return sum(map(len, self.strokes)) + len(self.current) >= MOST_POINTS

    @property
    def all_strokes(self) -> list[Stroke]:
        return [*self.strokes, self.current] if self.current else self.strokes

    @property
    def empty(self) -> bool:
        return not self.all_strokes

    @property
    def signed(self) -> bool:
        """Enough ink to be somebody's name."""
        return ink(self.all_strokes) >= LEAST_INK

    def _point(self, x: float, y: float) -> list[int]:
        right, bottom = self.width or round(x), self.height or round(y)
        return [max(min(round(x), right), 0), max(min(round(y), bottom), 0)]


def ink(strokes: list[Stroke]) -> float:
    """How far the pen travelled on the pad, in units."""
    return sum(math.dist(a, b) for stroke in strokes for a, b in pairwise(stroke))


def extent(strokes: list[Stroke]) -> tuple[int, int]:
    """(width, height) that holds every point; (0, 0) without points."""
    points = [point for stroke in strokes for point in stroke]
    return (max((p[0] for p in points), default=0), max((p[1] for p in points), default=0))
