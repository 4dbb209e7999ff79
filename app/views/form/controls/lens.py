"""A camera that is not taken away in the middle of an order: Flet fails on an answer to nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import flet_camera as fc

from app.views.visit.camera import open_back_camera

PATIENCE_S = 5.0
"""A camera that does not answer by then is left alone."""


class Lens:
    """``state``: starting, ready, busy, failed, left. ``redraw`` is called when it changes."""

    def __init__(self, supported: bool) -> None:
        self.camera = fc.Camera(expand=True) if supported else None
        self.state = "starting" if supported else "failed"
        self.redraw: Callable[[], None] = lambda: None
        self._work: asyncio.Future[Any] | None = None

    async def open(self) -> None:
        """Ready, or failed when there is no camera or it may not be used."""
        if self.camera is not None:
            found = await self._order(open_back_camera(self.camera))
            self._turn(found or "failed")

    async def shoot(self) -> bytes | None:
        """A JPEG; None when the camera failed or the person went back."""
        if self.camera is None or self.state != "ready":
            return None
        self._turn("busy")
        data = await self._order(self.camera.take_picture())
        self._turn("ready" if data else "failed")
        return bytes(data) if data and self.state != "left" else None

    def gone(self) -> None:
        """The screen went by itself (the phone's back button): look no more."""
        self.state = "left"

    async def leave(self) -> None:
        """Wait for what was ordered; then the camera may go."""
        self._turn("left")
        if self._work is not None:
            with suppress(Exception):
                await asyncio.wait({self._work}, timeout=PATIENCE_S)

    async def _order(self, work: Any) -> Any:
        self._work = asyncio.ensure_future(work)
        try:
            return await self._work
        except Exception:  # the plugin raises whatever the platform said
            return None
        finally:
            self._work = None

    def _turn(self, state: str) -> None:
        if self.state != "left":
            self.state = state
            self.redraw()
