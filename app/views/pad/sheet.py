"""The sheet under the finger: sign a receipt, press a mark, draw, draw over a photo.

It stands in a view that never scrolls, or vertical strokes would be lost. Only the sheet is drawn again while
a finger moves; what stands around it hears of each finished stroke.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import flet as ft
import flet.canvas as canvas

from app.receipts import ink_strokes
from app.views.pad.pad_state import Pad
from app.views.theme import RADIUS_CARD, S1, S3

if TYPE_CHECKING:
    from app.platform.ports import Picture

PEN = 3.5
"""dp: a felt pen, readable when the picture is small."""
PAPER, INK, RED = "#FFFFFF", "#101719", "#D32F2F"
"""Paper stays white in the dark; over a photo black would be lost."""
RULE, HINT = "#C9CFCF", "#6B7575"


@dataclass(frozen=True, slots=True)
class Paper:
    """What lies under the finger. ``hint``: the words below a line to sign on; ``under``: the photo that
    is drawn on."""

    identifier: str
    label: str
    hint: str = ""
    under: Picture | None = None


@ft.component
def Sheet(paper: Paper, pad: Pad, count: int, changed: Callable[[], Any]) -> ft.Control:
    """``changed()`` after each stroke; ``count`` is anything that changes when others changed the pad."""
    _, redraw = ft.use_state(count)

    def again() -> None:
        redraw(lambda drawn: drawn + 1)

    def down(event: Any) -> None:
        pad.down(event.local_position.x, event.local_position.y)
        again()

    def move(event: Any) -> None:
        if pad.move(event.local_position.x, event.local_position.y):
            again()

    def up(_: Any = None) -> None:
        if pad.up():
            changed()

    def resized(event: canvas.CanvasResizeEvent) -> None:
        if paper.under is None:
            pad.resize(event.width, event.height)
        elif pad.rescale(event.width, event.height):
            again()

    drawing = canvas.Canvas(
        shapes=_shapes(pad, paper),
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
    return _framed(paper, drawing, empty=pad.empty)


def _framed(paper: Paper, drawing: ft.Control, *, empty: bool) -> ft.Control:
    """White paper as large as there is room; a photo keeps its shape, or a stroke would not lie where it was
    drawn."""
    photo = paper.under
    box = ft.Container(
        ft.Stack([*_below(paper, empty=empty), drawing], expand=True),
        bgcolor=PAPER,
        border=ft.Border.all(2, ft.Colors.OUTLINE) if photo is None else None,
        border_radius=RADIUS_CARD if photo is None else 0,
        aspect_ratio=None if photo is None else photo.width / photo.height,
        expand=True if photo is None else None,
    )
    marked = ft.Semantics(
        content=box, identifier=paper.identifier, label=paper.label, container=True, expand=photo is None
    )
    return marked if photo is None else ft.Container(marked, alignment=ft.Alignment.CENTER)


def _below(paper: Paper, *, empty: bool) -> list[ft.Control]:
    """The photo, or where to write: a thin line near the lower edge, as on a form of paper. The words go as
    soon as there is ink."""
    if paper.under is not None:
        return [ft.Image(src=paper.under.data, fit=ft.BoxFit.FILL, left=0, right=0, top=0, bottom=0)]
    if not paper.hint:
        return []
    words = ft.Text(
        paper.hint, color=HINT if empty else ft.Colors.TRANSPARENT, theme_style=ft.TextThemeStyle.BODY_SMALL
    )
    line = ft.Column([ft.Divider(color=RULE), words], tight=True, spacing=S1)
    return [ft.Container(line, left=S3, right=S3, bottom=S3)]


def _shapes(pad: Pad, paper: Paper) -> list[canvas.Shape]:
    color = INK if paper.under is None else RED
    pen = ft.Paint(
        stroke_width=PEN,
        color=color,
        style=ft.PaintingStyle.STROKE,
        stroke_cap=ft.StrokeCap.ROUND,
        stroke_join=ft.StrokeJoin.ROUND,
    )
    drawn = ink_strokes(pad.all_strokes, "fingerprint" if pad.mark else "pen")
    return [_shape(stroke, pen, color) for stroke in drawn]


def _shape(stroke: list[tuple[float, float]], pen: ft.Paint, color: str) -> canvas.Shape:
    first, *rest = stroke
    if not rest:
        return canvas.Circle(first[0], first[1], PEN / 2, paint=ft.Paint(color=color))
    steps = [canvas.Path.MoveTo(*first), *(canvas.Path.LineTo(x, y) for x, y in rest)]
    return canvas.Path(steps, paint=pen)
