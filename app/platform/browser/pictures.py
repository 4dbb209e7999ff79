"""Pictures by the browser's own decoder and canvas, inside the worker (Pillow has no wheel for Pyodide)."""

from __future__ import annotations

from typing import Any

import js
from pyodide.code import run_js
from pyodide.ffi import JsException, create_proxy, to_js

from app.platform.browser.canvas import CANVAS
from app.platform.errors import PlatformError
from app.platform.picture_rules import (
    MARKER,
    band_height,
    check,
    check_pixels,
    lay_out,
    line_height,
    margin,
    marker_width,
    pen_width,
)
from app.platform.ports import Picture


class BrowserPictureCodec:
    """Implements app.platform.ports.PictureCodec. ``font_url`` is the site's font, for the watermark."""

    def __init__(self, font_url: str) -> None:
        self._canvas: Any = run_js(CANVAS)(font_url)

    async def shrink(self, data: bytes, longest: int, quality: int = 80) -> Picture:
        check(data)
        return _picture(await self._do("shrink", to_js(data), longest, quality / 100))

    async def watermark(self, data: bytes, lines: list[str], quality: int = 80) -> Picture:
        check(data)
        layout = create_proxy(lambda width, height, wide: _layout(lines, width, height, wide))
        try:
            return _picture(await self._do("watermark", to_js(data), layout, quality / 100))
        finally:
            layout.destroy()

    async def luminance_9x8(self, data: bytes) -> bytes:
        check(data)
        grey: bytes = (await self._do("luminance", to_js(data))).to_bytes()
        return grey

    async def draw_strokes(self, strokes: list[list[tuple[float, float]]], width: int, height: int) -> bytes:
        check_pixels(width, height)
        flat = [[number for point in stroke for number in point] for stroke in strokes]
        drawn = await self._do("draw", to_js(flat), width, height, pen_width(width, height))
        png: bytes = drawn.to_bytes()
        return png

    async def draw_over(
        self, data: bytes, strokes: list[list[tuple[float, float]]], quality: int = 90
    ) -> Picture:
        check(data)
        flat = [[number for point in stroke for number in point] for stroke in strokes]
        width = create_proxy(marker_width)
        try:
            return _picture(await self._do("over", to_js(data), to_js(flat), width, MARKER, quality / 100))
        finally:
            width.destroy()

    async def _do(self, name: str, *arguments: object) -> Any:
        try:
            return await getattr(self._canvas, name)(*arguments)
        except JsException as error:
            if error.name == "RangeError":  # a bitmap that does not fit into memory
                raise PlatformError("picture_too_large", reason=error.message) from error
            raise PlatformError("not_a_picture", reason=f"{error.name}: {error.message}") from error


def _layout(lines: list[str], width: int, height: int, wide: Any) -> Any:
    check_pixels(width, height)
    size, broken = lay_out(lines, width, height, lambda text, px: float(wide(text, px)))
    plan = {
        "size": size,
        "lines": broken,
        "margin": margin(size),
        "step": line_height(size),
        "height": band_height(len(broken), size),
    }
    return to_js(plan, dict_converter=js.Object.fromEntries)


def _picture(made: Any) -> Picture:
    return Picture(made.data.to_bytes(), int(made.width), int(made.height))
