"""Hearing a sound: a recording that was kept, or a question read aloud."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import flet as ft
import flet_audio as fa

from app.lang import t
from app.views.components import secondary
from app.views.visit.hooks import use_made

LOADED_S = 5.0
"""How long a player may take to get ready."""


class Sound:
    """Flet's player, made when it is first asked to play: the bytes travel to it only then."""

    def __init__(self) -> None:
        self.playing = False
        self.failed = False
        self.redraw: Callable[[], None] = lambda: None
        self._player: Any = None
        self._loaded = asyncio.Event()

    async def toggle(self, data: bytes) -> None:
        """Play from the beginning, or stop."""
        try:
            if self._player is None:
                heard = {"on_loaded": lambda _: self._loaded.set(), "on_state_change": self._changed}
                self._player = fa.Audio(src=data, **heard)
                with suppress(TimeoutError):  # what is not loaded yet does not play, and does not say so
                    async with asyncio.timeout(LOADED_S):
                        await self._loaded.wait()
            if self.playing:
                await self._player.pause()
                await self._player.seek(0)
            else:
                await self._player.play()
        except Exception:  # the plugin raises whatever the platform said
            self.failed = True
        self.redraw()

    def _changed(self, event: Any) -> None:
        self.playing = event.state == fa.AudioState.PLAYING
        self.redraw()

    async def leave(self) -> None:
        """The page was turned: silence."""
        if self._player is not None:
            with suppress(Exception):
                await self._player.release()


def use_sound() -> Sound:
    """A hook: one player, silent once its place has left the screen."""
    sound = use_made(Sound)
    _, count = ft.use_state(0)
    sound.redraw = lambda: count(lambda drawn: drawn + 1)
    ft.use_effect(lambda: None, [], sound.leave)
    return sound


def play_button(sound: Sound, data: bytes | str | None, words: str) -> ft.Control:
    """Play and stop; cannot be pressed while there is nothing to play."""

    async def toggle() -> None:
        assert isinstance(data, bytes)
        await sound.toggle(data)

    icon = ft.Icons.STOP if sound.playing else ft.Icons.PLAY_ARROW
    label = t("form_controls.voice.stop_playing") if sound.playing else words
    return secondary(label, toggle if isinstance(data, bytes) else None, icon=icon)
