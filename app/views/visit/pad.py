"""A pad to sign on with a finger: its own view that never scrolls, or vertical strokes would be lost."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.actions.draft_receipt import draft_receipt, recipient_name
from app.actions.sign_receipt import keep_strokes, sign_receipt
from app.actions.sign_second_visitor import sign_second_visitor
from app.actions.visit_context import household_of
from app.actions.visit_draft import Draft
from app.lang import t
from app.views.components import Tone, banner, body, failed, primary, row, screen
from app.views.context import go
from app.views.pad.pad_state import Pad
from app.views.pad.sheet import Paper, Sheet
from app.views.theme import PAGE, S2, Type
from app.views.visit.hooks import Desk, part, sentence, use_desk, use_made
from app.views.visit.no_file import has_file, no_file
from app.views.visit.widgets import tool

SHORT = 700
"""dp: on a lower screen the amount stands above the paper in digits only."""


@ft.component
def PadView() -> Any:
    """``/visit/:id/sign/:who``; who is "recipient" or the place of a visitor."""
    desk = use_desk()
    who = ft.use_route_params().get("who", "")
    if desk.draft is None or desk.draft.receipt is None or not has_file(desk):
        lost = desk.draft is not None and not has_file(desk)
        text = no_file() if lost else failed(t("visit.sign.no_receipt"))
        return screen([text], title=t("visit.sign.title"), back=lambda: go(f"/visit/{desk.visit_id}"))
    return SigningPad(desk, who)


@ft.component
def SigningPad(desk: Desk, who: str) -> Any:
    """The pad with what is signed above it."""
    draft = desk.draft
    assert draft is not None
    pad = use_made(lambda: _pad_of(draft, who))
    drawn, set_drawn = ft.use_state(0)
    busy, set_busy = ft.use_state(False)

    def keep() -> None:
        desk.act(keep_strokes, pad.strokes, who)
        set_drawn(lambda count: count + 1)

    async def done() -> None:
        set_busy(True)
        went_well = await desk.act_later(*_signing(pad, who))
        set_busy(False)
        if went_well:
            go(f"/visit/{desk.visit_id}")

    def switch() -> None:
        pad.clear()
        pad.mark = not pad.mark
        keep()

    ready = not pad.empty if pad.mark else pad.signed
    return screen(
        [part(Sheet, "surface", _paper(pad.mark), pad, drawn, keep)],
        title=_asked(t("visit.sign.press" if pad.mark else "visit.sign.ask", name=_name(desk, draft, who))),
        scroll=False,
        top=_head(desk, draft),
        bottom=_buttons(pad, keep, switch, who, _done_button(done, ready, busy)),
        back=lambda: go(f"/visit/{desk.visit_id}"),
    )


def _paper(mark: bool) -> Paper:
    hint = t("visit.sign.press_here" if mark else "visit.sign.sign_here")
    return Paper("signature-pad", t("visit.sign.pad"), hint)


def _pad_of(draft: Draft, who: str) -> Pad:
    """What was drawn before a kill is still there."""
    return Pad(strokes=list(draft.pad) if draft.pad_of == who else [])


def _signing(pad: Pad, who: str) -> tuple[Any, ...]:
    if who == "recipient":
        return sign_receipt, pad.strokes, pad.size, "fingerprint" if pad.mark else "pen"
    return sign_second_visitor, int(who) if who.isdigit() else -1, pad.strokes, pad.size


def _asked(words: str) -> ft.Control:
    """In the bar, so that the paper gets the height; a long name takes two lines."""
    return ft.Text(
        words,
        theme_style=Type.SECTION,
        style=ft.TextStyle(height=1.2),
        max_lines=2,
        overflow=ft.TextOverflow.ELLIPSIS,
    )


def _head(desk: Desk, draft: Draft) -> list[ft.Control]:
    """What is signed, in digits; in capitals too where the paper stays large enough: they were just read."""
    words = draft_receipt(desk.services, draft)
    low = (ft.context.page.height or SHORT) < SHORT
    amount = words.total if low else f"{words.total}  {words.capitals}"
    head: list[ft.Control] = [
        ft.Container(body(amount), padding=ft.Padding(PAGE, 0, PAGE, S2), alignment=ft.Alignment.CENTER_LEFT)
    ]
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


def _buttons(pad: Pad, keep: Any, switch: Any, who: str, done: ft.Control) -> list[ft.Control]:
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
        label = t("visit.sign.use_pen") if pad.mark else t("visit.sign.use_mark")
        icon = ft.Icons.DRAW if pad.mark else ft.Icons.FINGERPRINT
        tools.append(tool(label, icon, switch, "pad-mark"))
    return [row(tools, spacing=S2), done]
