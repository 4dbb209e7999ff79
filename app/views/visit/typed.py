"""A text field that saves itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import flet as ft

from app.views.components import text_field, typed_in
from app.views.theme import Type
from app.views.visit.hooks import use_made
from app.views.visit.widgets import marked

SAVE_AFTER_S = 0.2
"""A pause in typing this long saves; leaving the field saves at once."""


_waiting: set[Typing] = set()


def flush_typed() -> None:
    """Save now what any field still waits to save: before something is sealed that it belongs to."""
    for one in tuple(_waiting):
        one.flush()


class Typing:
    """What was typed but not saved yet, and the timer that will save it."""

    def __init__(self) -> None:
        self.text: str | None = None
        self.save: Callable[[str], Any] = lambda _: None
        self._task: asyncio.Task[None] | None = None

    def typed(self, text: str) -> None:
        """Save in a moment, unless more is typed."""
        self.text = text
        _waiting.add(self)
        if self._task is not None:
            self._task.cancel()
        self._task = asyncio.create_task(self._later())

    async def _later(self) -> None:
        await asyncio.sleep(SAVE_AFTER_S)
        self._task = None
        self.flush()

    def flush(self) -> None:
        """Save now what is waiting."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        _waiting.discard(self)
        if self.text is not None:
            text, self.text = self.text, None
            self.save(text)


@ft.component
def Typed(
    label: str,
    value: str,
    save: Callable[[str], Any],
    identifier: str,
    error: str | None = None,
    helper: str | None = None,
    **more: Any,
) -> ft.Control:
    """A text field that saves itself: after a short pause, when left, and when the screen goes."""
    text, set_text = ft.use_state(value)
    typing = use_made(Typing)
    typing.save = save

    def now(_: Any = None) -> None:
        typing.flush()

    def changed(event: Any) -> None:
        words = typed_in(event)
        set_text(words)
        typing.typed(words)

    ft.use_effect(lambda: None, [], now)
    more.setdefault("counter", _counter(text, more.get("max_length")))
    below = ft.Text(helper, theme_style=Type.DETAIL) if helper else None
    field = text_field(label, text, changed, error=error, on_blur=now, helper=below, **more)
    return marked(identifier, field)


def _counter(text: str, most: int | None) -> str | None:
    """Only when room runs out: a counter beside each field is noise."""
    return None if most is not None and len(text) > most * 0.8 else ""
