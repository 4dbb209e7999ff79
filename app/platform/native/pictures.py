"""Pictures by Pillow, in a thread: decoding 12 megapixels takes a quarter of a second."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from PIL import Image, ImageDraw, ImageFont, ImageOps

from app.platform.errors import PlatformError
from app.platform.native.fonts import chinese_font
from app.platform.picture_rules import (
    MARKER,
    band_height,
    check,
    check_pixels,
    fit,
    lay_out,
    line_height,
    margin,
    marker_width,
    pen_width,
)
from app.platform.ports import Picture

_BROKEN = (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError)
_LANCZOS = Image.Resampling.LANCZOS
_FINE = 2  # strokes are drawn larger and reduced: smooth edges


class PillowPictureCodec:
    """Implements app.platform.ports.PictureCodec."""

    async def shrink(self, data: bytes, longest: int, quality: int = 80) -> Picture:
        return await asyncio.to_thread(_shrink, data, longest, quality)

    async def watermark(self, data: bytes, lines: list[str], quality: int = 80) -> Picture:
        return await asyncio.to_thread(_watermark, data, lines, quality)

    async def luminance_9x8(self, data: bytes) -> bytes:
        return await asyncio.to_thread(_luminance, data)

    async def draw_strokes(self, strokes: list[list[tuple[float, float]]], width: int, height: int) -> bytes:
        check_pixels(width, height)
        return await asyncio.to_thread(_draw, strokes, width, height)

    async def draw_over(
        self, data: bytes, strokes: list[list[tuple[float, float]]], quality: int = 90
    ) -> Picture:
        return await asyncio.to_thread(_draw_over, data, strokes, quality)


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    """The picture, not yet decoded; whatever is wrong with it becomes PlatformError."""
    check(data)
    try:
        with Image.open(io.BytesIO(data)) as image:
            check_pixels(*image.size)
            yield image
    except _BROKEN as error:
        raise PlatformError("not_a_picture", reason=str(error)) from error


def _shrink(data: bytes, longest: int, quality: int) -> Picture:
    with _opened(data) as image:
        turned = image.getexif().get(0x0112, 1)
        size = fit(*image.size, longest)
        # The decoder itself can halve a JPEG on the way: a third of the memory, twice as fast. It takes
        # the smaller ratio, so it must be asked for the true shape.
        image.draft("RGB", size)
        small = _flat(image).resize(size, _LANCZOS, reducing_gap=2.0)
        small.getexif()[0x0112] = turned
        return _encode(ImageOps.exif_transpose(small), quality)


def _watermark(data: bytes, lines: list[str], quality: int) -> Picture:
    with _opened(data) as image:
        return _encode(_with_band(_flat(ImageOps.exif_transpose(image)), lines), quality)


def _with_band(image: Image.Image, lines: list[str]) -> Image.Image:
    size, broken = lay_out(lines, *image.size, lambda text, px: _font(px).getlength(text))
    if not broken:
        return image
    top = image.height - band_height(len(broken), size)
    widest = max(_font(size).getlength(text) for text in broken)
    box = (0, max(0, top), min(image.width, round(widest) + 2 * margin(size)), image.height)
    band = image.crop(box)
    image.paste(Image.blend(band, Image.new("RGB", band.size, "black"), 0.55), box)
    pen = ImageDraw.Draw(image)
    for number, text in enumerate(broken):
        middle = top + margin(size) + (number + 0.5) * line_height(size)
        pen.text((margin(size), middle), text, fill="white", font=_font(size), anchor="lm")
    return image


def _luminance(data: bytes) -> bytes:
    with _opened(data) as image:
        image.draft("L", fit(*image.size, 256))
        grey = ImageOps.exif_transpose(image).convert("L")
        return grey.resize((9, 8), _LANCZOS).tobytes()


def _draw(strokes: list[list[tuple[float, float]]], width: int, height: int) -> bytes:
    paper = Image.new("L", (width * _FINE, height * _FINE), 255)
    pen = ImageDraw.Draw(paper)
    fine = [[(x * _FINE, y * _FINE) for x, y in stroke] for stroke in strokes]
    _ink(pen, fine, pen_width(width, height) * _FINE, 0)
    done = io.BytesIO()
    paper.resize((width, height), Image.Resampling.BOX).save(done, "PNG", optimize=True)
    return done.getvalue()


def _ink(pen: ImageDraw.ImageDraw, strokes: list[list[tuple[float, float]]], wide: float, fill: Any) -> None:
    for points in filter(None, strokes):
        pen.line(points, fill=fill, width=max(1, round(wide)), joint="curve")
        for x, y in (*points[:1], *points[-1:]):  # round ends, and a dot is a dot
            pen.ellipse((x - wide / 2, y - wide / 2, x + wide / 2, y + wide / 2), fill=fill)


def _draw_over(data: bytes, strokes: list[list[tuple[float, float]]], quality: int) -> Picture:
    with _opened(data) as image:
        paper = _flat(ImageOps.exif_transpose(image))
        _ink(ImageDraw.Draw(paper), strokes, marker_width(*paper.size), MARKER)
        return _encode(paper, quality)


def _flat(image: Image.Image) -> Image.Image:
    """RGB, on white where it was transparent."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        over = image.convert("RGBA")
        paper = Image.new("RGBA", over.size, "white")
        return Image.alpha_composite(paper, over).convert("RGB")
    return image.convert("RGB")


def _encode(image: Image.Image, quality: int) -> Picture:
    """JPEG without any metadata: a new image carries none, and none is passed on."""
    bare = Image.new("RGB", image.size)
    bare.paste(image)
    done = io.BytesIO()
    bare.save(done, "JPEG", quality=quality, optimize=True)
    return Picture(done.getvalue(), *bare.size)


@lru_cache(maxsize=8)
def _font(size: int) -> ImageFont.FreeTypeFont:
    # Number 2 of Noto's and the first of most other collections is simplified Chinese.
    path = chinese_font()
    return ImageFont.truetype(str(path), size, index=2 if path.name.startswith("NotoSansCJK") else 0)
