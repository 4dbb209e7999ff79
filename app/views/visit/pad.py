"""A pad to sign on with a finger: its own view that never scrolls, or vertical strokes would be lost."""

from __future__ import annotations

from typing import Any

import flet as ft
import flet.canvas as canvas

from app.actions.draft_receipt import draft_receipt, recipient_name
from app.actions.sign_receipt import keep_strokes, sign_receipt
from app.actions.sign_second_visitor import sign_second_visitor
from app.actions.visit_context import household_of
from app.actions.visit_draft import Draft
from app.lang import t
from app.receipts.ink import ink_strokes
from app.views.components import Tone, banner, column, detail, failed, primary, row, screen, section
from app.views.context import go
from app.views.theme import PAGE, RADIUS_CARD, S2, S3
from app.views.visit.hooks import Desk, part, sentence, use_desk, use_made
from app.views.visit.pad_state import Pad
from app.views.visit.widgets import tool

PEN = 3.5
"""dp: a felt pen, readable when the picture is small."""


@ft.component
def PadView() -> Any:
    """``/visit/:id/sign/:who``; who is "recipient" or the place of a visitor."""
    desk = use_desk()
    who = ft.use_route_params().get("who", "")
    if desk.draft is None or desk.draft.receipt is None:
        text = failed(t("visit.sign.no_receipt"))
        return screen([text], title=t("visit.sign.title"), back=lambda: go(f"/visit/{desk.visit_id}"))
    return SigningPad(desk, who)


@ft.component
def SigningPad(desk: Desk, who: str) -> Any:
    """The pad with what is signed above it."""
    draft = desk.draft
    assert draft is not None
    pad = use_made(lambda: _pad_of(draft, who))
    drawn, set_drawn = ft.use_state(0)
    mark, set_mark = ft.use_state(False)
    busy, set_busy = ft.use_state(False)

    def redraw() -> None:
        set_drawn(lambda count: count + 1)

    def keep() -> None:
        desk.act(keep_strokes, pad.strokes, who)
        redraw()

    async def done() -> None:
        set_busy(True)
        went_well = await desk.act_later(*_signing(pad, who, mark))
        set_busy(False)
        if went_well:
            go(f"/visit/{desk.visit_id}")

    def switch() -> None:
        pad.clear()
        set_mark(not mark)
        keep()

    ready = not pad.empty if mark else pad.signed
    return screen(
        [part(Surface, "surface", pad, mark, drawn, keep, redraw)],
        title=t("visit.sign.title"),
        scroll=False,
        top=_head(desk, draft, who, mark),
        bottom=_buttons(pad, keep, switch, mark, who, _done_button(done, ready, busy)),
        back=lambda: go(f"/visit/{desk.visit_id}"),
    )


def _pad_of(draft: Draft, who: str) -> Pad:
    """What was drawn before a kill is still there."""
    return Pad(strokes=list(draft.pad) if draft.pad_of == who else [])


def _signing(pad: Pad, who: str, mark: bool) -> tuple[Any, ...]:
    if who == "recipient":
        return sign_receipt, pad.strokes, pad.size, "fingerprint" if mark else "pen"
    return sign_second_visitor, int(who) if who.isdigit() else -1, pad.strokes, pad.size


def _head(desk: Desk, draft: Draft, who: str, mark: bool) -> list[ft.Control]:
    words = draft_receipt(desk.services, draft)
    asked = t("visit.sign.press" if mark else "visit.sign.please", name=_name(desk, draft, who))
    lines = column([section(asked), detail(f"{words.total}  {words.capitals}")], spacing=0)
    head: list[ft.Control] = [ft.Container(lines, padding=ft.Padding.symmetric(horizontal=PAGE, vertical=S2))]
    if desk.trouble is not None:
        head.append(banner(ft.Icons.ERROR_OUTLINE, sentence(desk.trouble), Tone.PROBLEM))
    return head


def _name(desk: Desk, draft: Draft, who: str) -> str:
    if who.isdigit() and int(who) < len(draft.visitors):
        return draft.visitors[int(who)].name
    if draft.proxy.on:
        return draft.proxy.name.strip()
    return recipient_name(draft, household_of(desk.services, draft.household))


def _done_button(done: Any, ready: bool, busy: bool) -> ft.Control:
    button = primary(t("visit.sign.finish"), done if ready else None, icon=ft.Icons.CHECK, busy=busy)
    return ft.Semantics(content=button, identifier="pad-done")


def _buttons(pad: Pad, keep: Any, switch: Any, mark: bool, who: str, done: ft.Control) -> list[ft.Control]:
    def undo() -> None:
        pad.undo()
        keep()

    def clear() -> None:
        pad.clear()
        keep()

    tools = [
        tool(t("visit.sign.undo"), ft.Icons.UNDO, undo if not pad.empty else None, "pad-undo"),
        tool(t("visit.sign.clear"), ft.Icons.REFRESH, clear if not pad.empty else None, "pad-clear"),
    ]
    if who == "recipient":
        label = t("visit.sign.use_pen") if mark else t("visit.sign.use_mark")
        icon = ft.Icons.DRAW if mark else ft.Icons.FINGERPRINT
        tools.append(tool(label, icon, switch, "pad-mark"))
    return [row(tools, spacing=S2), done]


@ft.component
def Surface(pad: Pad, mark: bool, drawn: int, keep: Any, redraw: Any) -> ft.Control:
    """The white sheet. Strokes are drawn as they come and kept when the finger leaves."""

    def down(event: Any) -> None:
        if mark:
            pad.clear()
        pad.down(event.local_position.x, event.local_position.y)
        redraw()

    def move(event: Any) -> None:
        if not mark and pad.move(event.local_position.x, event.local_position.y):
            redraw()

    def up(_: Any = None) -> None:
        if pad.up():
            keep()

    def resized(event: canvas.CanvasResizeEvent) -> None:
        pad.resize(event.width, event.height)

    sheet = canvas.Canvas(
        shapes=_shapes(pad, mark),
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
    paper = ft.Container(
        ft.Stack([_line_to_sign(mark), sheet], expand=True),
        bgcolor="#FFFFFF",
        border=ft.Border.all(2, ft.Colors.OUTLINE),
        border_radius=RADIUS_CARD,
        expand=True,
    )
    return ft.Semantics(
        content=paper, identifier="signature-pad", label=t("visit.sign.pad"), container=True, expand=True
    )


def _line_to_sign(mark: bool) -> ft.Control:
    """Where to write: a thin line at two thirds, as on paper. Paper stays white in the dark."""
    hint = t("visit.sign.press_here" if mark else "visit.sign.sign_here")
    words = ft.Text(hint, color="#8A9494", theme_style=ft.TextThemeStyle.BODY_MEDIUM)
    return ft.Container(
        ft.Column([ft.Divider(color="#C9CFCF"), words], tight=True, spacing=S2),
        left=S3,
        right=S3,
        bottom=S3,
    )


def _shapes(pad: Pad, mark: bool) -> list[canvas.Shape]:
    pen = ft.Paint(
        stroke_width=PEN,
        color="#101719",
        style=ft.PaintingStyle.STROKE,
        stroke_cap=ft.StrokeCap.ROUND,
        stroke_join=ft.StrokeJoin.ROUND,
    )
    method = "fingerprint" if mark else "pen"
    return [_path(stroke, pen) for stroke in ink_strokes(pad.all_strokes, method)]


def _path(stroke: list[tuple[float, float]], pen: ft.Paint) -> canvas.Shape:
    first, *rest = stroke
    if not rest:
        return canvas.Circle(first[0], first[1], PEN / 2, paint=ft.Paint(color="#101719"))
    steps = [canvas.Path.MoveTo(*first), *(canvas.Path.LineTo(x, y) for x, y in rest)]
    return canvas.Path(steps, paint=pen)
