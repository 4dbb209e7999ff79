"""Our icon, drawn by this script: a house with a lit door and a heart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

# The theme's primary, its paper and its amber (app/views/theme.py).
GROUND = "#0B5159"
WALL = "#FFF8EC"
LIGHT = "#FFBF6E"
_FINE = 4  # drawn larger and reduced: smooth edges


def draw_icons(folder: Path) -> None:
    """PNG files for the manifest, the home screen and the browser's tab."""
    folder.mkdir(parents=True)
    for size in (192, 512):
        _icon(size, rounded=True).save(folder / f"icon-{size}.png", optimize=True)
        _icon(size, rounded=False, scale=0.8).save(folder / f"icon-maskable-{size}.png", optimize=True)
    _icon(180, rounded=False, scale=0.9).save(folder / "apple-touch-icon.png", optimize=True)
    _icon(48, rounded=True).save(folder / "favicon.png", optimize=True)


def _icon(size: int, *, rounded: bool, scale: float = 1.0) -> Any:
    from PIL import Image, ImageDraw

    whole = size * _FINE
    image = Image.new("RGBA", (whole, whole), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((0, 0, whole - 1, whole - 1), whole * 0.22 if rounded else 0, fill=GROUND)

    def at(*points: tuple[float, float]) -> list[tuple[float, float]]:
        """Unit square around the middle → pixels."""
        return [(whole * (0.5 + (x - 0.5) * scale), whole * (0.5 + (y - 0.5) * scale)) for x, y in points]

    pen.polygon(at((0.5, 0.16), (0.87, 0.49), (0.13, 0.49)), fill=WALL)
    pen.rounded_rectangle(_box(at((0.23, 0.44), (0.77, 0.83))), whole * 0.03 * scale, fill=WALL)
    pen.rounded_rectangle(_box(at((0.40, 0.52), (0.60, 0.83))), whole * 0.02 * scale, fill=LIGHT)
    _heart(pen, at, 0.5, 0.385, 0.062)
    return image.resize((size, size), Image.Resampling.LANCZOS)


def _heart(pen: Any, at: Any, x: float, y: float, radius: float) -> None:
    for side in (-1, 1):
        centre = x + side * radius * 0.92
        pen.ellipse(_box(at((centre - radius, y - radius), (centre + radius, y + radius))), fill=GROUND)
    pen.polygon(
        at(
            (x - radius * 1.84, y + radius * 0.34),
            (x + radius * 1.84, y + radius * 0.34),
            (x, y + radius * 2.1),
        ),
        fill=GROUND,
    )


def _box(corners: list[tuple[float, float]]) -> tuple[float, float, float, float]:
    (left, top), (right, bottom) = corners
    return left, top, right, bottom
