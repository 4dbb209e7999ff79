"""Codes by ZBar. Phones get its library with the package; a desktop may lack it."""

from __future__ import annotations

import asyncio
import io
from typing import Any

from PIL import Image, ImageOps

from app.platform.errors import PlatformError
from app.platform.picture_rules import check, check_pixels

_LONGEST = 1600
"""Pixels: more slows the search and finds no more."""


class ZbarCodes:
    """Implements app.platform.ports.CodeReader."""

    def __init__(self) -> None:
        self._decode: Any = None

    async def ready(self) -> bool:
        if self._decode is None:
            self._decode = await asyncio.to_thread(_load)
        return self._decode is not False

    async def read(self, picture: bytes) -> str | None:
        check(picture)
        grey = await asyncio.to_thread(_grey, picture)
        if not await self.ready():
            return None
        found = await asyncio.to_thread(self._decode, grey)
        return found[0].data.decode("utf-8", "replace") if found else None


def _load() -> Any:
    try:
        from pyzbar.pyzbar import decode
    except (ImportError, OSError):
        return False
    return decode


def _grey(picture: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(picture)) as image:
            check_pixels(*image.size)
            grey = ImageOps.exif_transpose(image).convert("L")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise PlatformError("not_a_picture", reason=str(error)) from error
    grey.thumbnail((_LONGEST, _LONGEST))
    return grey
