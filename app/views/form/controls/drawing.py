"""A pad over the page: sign, draw, draw over a photo. It never scrolls, or vertical strokes would be lost."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import flet as ft
import flet.canvas as canvas

from app.lang import t
from app.platform.ports import Picture
from app.views.components import loading, primary, row
from app.views.form.asked import Asked
from app.views.form.controls.overlay import framed
from app.views.form.controls.pieces import trouble
from app.views.format import problem
from app.views.theme import RADIUS_CARD, S2
from app.views.visit.hooks import part, use_made, use_value
from app.views.visit.pad_state import Pad
from app.views.visit.widgets import tool
from domain.errors import NuanFangError

PEN = 3.5
INK, RED = "#101719", "#D32F2F"
"""On paper, and over a photo, where black would be lost."""
MARGIN = 16
"""dp around a signature."""
LONGEST = 1600
"""Pixels of a photo that is drawn over; as the app's photos."""

Drawn = Callable[[bytes, str], Awaitable[None]]


@ft.component
def Drawing(asked: Asked, photo: bytes | str | None, drawn: Drawn, close: Callable[[], Any]) -> ft.Control:
    """``drawn(picture, content type)``: a PNG of ink on white, or the JPEG with red ink over it."""
    pad = use_made(lambda: _begun(asked))
    _, redraw = ft.use_state(0)
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
        surface = part(Surface, "surface", asked, pad, under, len(pad.strokes), keep)
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
    strokes = [[(float(x), float(y)) for x, y in stroke] for stroke in pad.strokes]
    if under is not None:
        scale = under.width / max(1, pad.width)
        scaled = [[(x * scale, y * scale) for x, y in stroke] for stroke in strokes]
        return (await pictures.draw_over(under.data, scaled)).data, "image/jpeg"
    width, height = pad.size
    if "signature" in asked.question.appearance:
        strokes, width, height = _cut(strokes)
    return await pictures.draw_strokes(strokes, width, height), "image/png"


def _cut(strokes: list[list[tuple[float, float]]]) -> tuple[list[list[tuple[float, float]]], int, int]:
    """The paper cut to the name: nobody needs the empty rest, and the name is large wherever it is shown."""
    xs, ys = [x for stroke in strokes for x, _ in stroke], [y for stroke in strokes for _, y in stroke]
    left, top = min(xs) - MARGIN, min(ys) - MARGIN
    moved = [[(x - left, y - top) for x, y in stroke] for stroke in strokes]
    return moved, round(max(xs) - left) + MARGIN, round(max(ys) - top) + MARGIN


@ft.component
def Surface(
    asked: Asked, pad: Pad, under: Picture | None, count: int, changed: Callable[[], None]
) -> ft.Control:
    """The sheet. Strokes are drawn as they come; only this part is drawn again while a finger moves."""
    _, redraw = ft.use_state(count)

    def down(event: Any) -> None:
        pad.down(event.local_position.x, event.local_position.y)
        redraw(lambda drawn: drawn + 1)

    def move(event: Any) -> None:
        if pad.move(event.local_position.x, event.local_position.y):
            redraw(lambda drawn: drawn + 1)

    def up(_: Any = None) -> None:
        if pad.up():
            changed()

    def resized(event: canvas.CanvasResizeEvent) -> None:
        was = pad.width
        pad.resize(event.width, event.height)
        if under is not None and was and was != pad.width:  # strokes stay where they are on the photo
            share = pad.width / was
            pad.strokes = [[[round(x * share), round(y * share)] for x, y in one] for one in pad.strokes]
            redraw(lambda drawn: drawn + 1)

    sheet = canvas.Canvas(
        shapes=_shapes(pad, INK if under is None else RED),
        content=ft.GestureDetector(
            on_pan_down=down,
            on_pan_update=move,
            on_pan_end=up,
            on_pan_cancel=up,
            on_tap_up=up,
            drag_interval=12,
            content=ft.Container(expand=True),
            expand=True,
        ),
        on_resize=resized,
        expand=True,
    )
    layers: list[ft.Control] = [sheet]
    if under is not None:
        layers.insert(0, ft.Image(src=under.data, fit=ft.BoxFit.FILL, left=0, right=0, top=0, bottom=0))
    paper = ft.Container(
        ft.Stack(layers, expand=True),
        bgcolor="#FFFFFF",
        border=ft.Border.all(2, ft.Colors.OUTLINE) if under is None else None,
        border_radius=RADIUS_CARD if under is None else 0,
        aspect_ratio=None if under is None else under.width / under.height,
        expand=True if under is None else None,
    )
    marked = ft.Semantics(
        content=paper, identifier="q-pad", label=asked.question.label, container=True, expand=under is None
    )
    return marked if under is None else ft.Container(marked, alignment=ft.Alignment.CENTER)


def _shapes(pad: Pad, color: str) -> list[canvas.Shape]:
    pen = ft.Paint(
        stroke_width=PEN,
        color=color,
        style=ft.PaintingStyle.STROKE,
        stroke_cap=ft.StrokeCap.ROUND,
        stroke_join=ft.StrokeJoin.ROUND,
    )
    return [_shape(stroke, pen, color) for stroke in pad.all_strokes]


def _shape(stroke: list[list[int]], pen: ft.Paint, color: str) -> canvas.Shape:
    first, *rest = stroke
    if not rest:
        return canvas.Circle(first[0], first[1], PEN / 2, paint=ft.Paint(color=color))
    steps = [canvas.Path.MoveTo(*first), *(canvas.Path.LineTo(x, y) for x, y in rest)]
    return canvas.Path(steps, paint=pen)
