"""Pictures from the encrypted shelf, loaded once each while a screen shows them."""

from __future__ import annotations

import flet as ft

from app.platform.ports import Blobs
from app.views.visit.hooks import use_made, use_value
from domain.errors import NuanFangError

DAMAGED = "damaged"
"""Stands for a picture that cannot be read: the screen shows a broken frame, not an error."""


def use_images(blobs: Blobs, names: list[str]) -> dict[str, bytes | str]:
    """Those of ``names`` that are loaded by now; draws again as they come."""
    images, set_images = use_value({})
    known: dict[str, bytes | str] = use_made(dict)

    async def load() -> None:
        for name in names:
            if name not in known:
                known[name] = await _read(blobs, name)
                set_images(dict(known))

    ft.use_effect(load, [tuple(names)])
    shown: dict[str, bytes | str] = images
    return shown


async def _read(blobs: Blobs, name: str) -> bytes | str:
    try:
        return await blobs.get(name)
    except NuanFangError:
        return DAMAGED
