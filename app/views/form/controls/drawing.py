"""A pad over the page: sign, draw, draw over a photo. It never scrolls, or vertical strokes would be lost."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import flet as ft

from app.lang import t
from app.platform.ports import Picture
from app.receipts import ink_strokes, signature_png
from app.views.components import loading, primary, row
from app.views.form.asked import Asked
from app.views.form.controls.overlay import framed
from app.views.form.controls.pieces import trouble
from app.views.format import problem
from app.views.pad.pad_state import Pad
from app.views.pad.sheet import Paper, Sheet
from app.views.theme import S2
from app.views.visit.hooks import part, use_made, use_value
from app.views.visit.widgets import tool
from domain.errors import NuanFangError

LONGEST = 1600
"""Pixels of a photo that is drawn over; as the app's photos."""

Drawn = Callable[[bytes, str], Awaitable[None]]


@ft.component
def Drawing(asked: Asked, photo: bytes | str | None, drawn: Drawn, close: Callable[[], Any]) -> ft.Control:
    """``drawn(picture, content type)``: a PNG of ink on white, or the JPEG with red ink over it."""
    pad = use_made(lambda: _begun(asked))
    drawn_times, redraw = ft.use_state(0)
    words, set_words = use_value("")
    under = _use_under(asked, photo, set_words)
    busy, set_busy = ft.use_state(False)
    over_photo = isinstance(photo, bytes)

    async def done() -> None:
        set_busy(True)
        try:
            picture = await _picture(asked, pad, under)
        except NuanFangError as error:
            set_words(problem(error.code, **error.details))
            set_busy(False)
            return
        await drawn(*picture)

    def keep() -> None:
        """Each stroke: a call or a dead battery must not cost a drawing."""
        try:
            asked.keep_sketch(pad.strokes, *pad.size)
        except NuanFangError as error:
            set_words(problem(error.code, **error.details))
        redraw(lambda count: count + 1)

    def change(act: Callable[[], None]) -> Callable[[], None]:
        def run() -> None:
            act()
            keep()

        return run

    if over_photo and under is None:
        surface: ft.Control = loading(t("form_controls.keeping"))
    else:
        paper = Paper("q-pad", asked.question.label, under=under)
        surface = part(Sheet, "surface", paper, pad, drawn_times, keep)
    ready = under is not None or (not over_photo and _enough(asked, pad))
    bottom = _bottom(pad, words, change, done if ready else None, busy)
    return framed(asked.question.label, close, surface, bottom)


def _bottom(
    pad: Pad, words: str, change: Callable[[Callable[[], None]], Any], done: Any, busy: bool
) -> list[ft.Control]:
    undo, wipe = (None, None) if pad.empty else (change(pad.undo), change(pad.clear))
    tools = [
        tool(t("form_controls.undo"), ft.Icons.UNDO, undo, "q-undo"),
        tool(t("form_controls.wipe"), ft.Icons.REFRESH, wipe, "q-wipe"),
    ]
    finish = primary(t("form_controls.done"), done, icon=ft.Icons.CHECK, busy=busy)
    said = [trouble(words)] if words else []
    return [*said, row(tools, spacing=S2), ft.Semantics(content=finish, identifier="q-drawn")]


def _use_under(asked: Asked, photo: bytes | str | None, tell: Callable[[str], None]) -> Picture | None:
    """The photo to draw on, small enough to work with; None without one, and until it is there."""
    under, set_under = use_value(None)

    async def load() -> None:
        if isinstance(photo, bytes):
            try:
                set_under(await asked.platform.pictures.shrink(photo, LONGEST, 90))
            except NuanFangError as error:
                tell(problem(error.code, **error.details))

    ft.use_effect(load, [])
    found: Picture | None = under
    return found


def _enough(asked: Asked, pad: Pad) -> bool:
    """A dot is a drawing, not a signature."""
    return pad.signed if "signature" in asked.question.appearance else not pad.empty


def _begun(asked: Asked) -> Pad:
    """What was drawn before is still there."""
    sketch = asked.sketch()
    if sketch is None:
        return Pad()
    # Only with strokes does the size say in which units they are: a fresh photo's is in pixels.
    width, height = (sketch.width, sketch.height) if sketch.strokes else (0, 0)
    return Pad(width, height, [[list(point) for point in stroke] for stroke in sketch.strokes])


async def _picture(asked: Asked, pad: Pad, under: Picture | None) -> tuple[bytes, str]:
    pictures = asked.platform.pictures
    strokes = ink_strokes(pad.strokes, "pen")
    if under is not None:
        scale = under.width / max(1, pad.width)
        scaled = [[(x * scale, y * scale) for x, y in stroke] for stroke in strokes]
        return (await pictures.draw_over(under.data, scaled)).data, "image/jpeg"
    if "signature" in asked.question.appearance:
        return await signature_png(pictures, strokes), "image/png"
    return await pictures.draw_strokes(strokes, *pad.size), "image/png"
