"""A place: asked of the phone, with how exact it is; typed when the phone cannot say."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.lang import t
from app.platform.errors import PlatformError
from app.platform.ports import Fix
from app.views.components import (
    Tone,
    body,
    callout,
    column,
    detail,
    primary,
    quiet,
    secondary,
    status,
    typed_in,
)
from app.views.form.asked import Asked
from app.views.form.controls.pieces import field, gap_row, ident, named, plain_box, trouble
from app.views.form.controls.place_state import Typed, answer_of, read
from app.views.theme import S1, S2, S3
from app.views.visit.hooks import part, use_made, use_value

ROUGH_M = 50
"""A radius beyond this is said to be rough: another try by the window is worth it."""


@ft.component
def PlaceAnswer(asked: Asked) -> ft.Control:
    """``latitude longitude altitude accuracy``; refusals and timeouts are told in words."""
    waiting, set_waiting = ft.use_state(False)
    code, set_code = use_value("")
    typing, set_typing = ft.use_state(False)
    gone = use_made(list[bool])
    ft.use_effect(lambda: None, [], lambda: gone.append(True))

    async def locate() -> None:
        set_waiting(True)
        set_code("")
        try:
            fix: Fix | None = await asked.platform.location.current()
        except PlatformError as error:
            fix = None
            if not gone:
                set_code(error.code)
        if gone:
            return  # the person went on; a late answer belongs to nobody
        set_waiting(False)
        if fix is not None:
            asked.answer(answer_of(fix.latitude, fix.longitude, fix.accuracy_m))

    parts: list[ft.Control] = [*_found(asked.question.value), _button(asked, waiting, locate)]
    if code:
        parts.insert(-1, callout(ft.Icons.LOCATION_OFF, _why(code)))
    parts.append(_tools(asked, typing, set_typing))
    if typing:
        parts.append(part(Coordinates, "typed", asked))
    return column(parts, spacing=S3)


def _why(code: str) -> str:
    known = {"location_denied": "denied", "location_off": "off"}
    return t(f"form_controls.place.{known.get(code, 'timeout')}")


def _found(answer: str) -> list[ft.Control]:
    point = read(answer)
    if point is None:
        return []
    latitude, longitude, accuracy = point
    lines: list[ft.Control] = [body(f"{latitude}, {longitude}")]
    if accuracy is not None:
        rough = accuracy > ROUGH_M
        words = t(
            "form_controls.place.rough" if rough else "form_controls.place.accuracy", metres=round(accuracy)
        )
        icon = ft.Icons.GPS_NOT_FIXED if rough else ft.Icons.GPS_FIXED
        lines.append(status(icon, words, Tone.WAIT if rough else Tone.DONE))
    return [plain_box(column(lines, spacing=S1))]


def _button(asked: Asked, waiting: bool, locate: Any) -> ft.Control:
    if waiting:
        made = primary(t("form_controls.place.waiting"), None, busy=True)
    elif asked.question.value:
        made = secondary(t("form_controls.place.again"), locate, icon=ft.Icons.REFRESH)
    else:
        made = primary(t("form_controls.place.get"), locate, icon=ft.Icons.MY_LOCATION)
    return ft.Semantics(content=made, identifier=ident(asked, "locate"))


def _tools(asked: Asked, typing: bool, set_typing: Any) -> ft.Control:
    by_hand = quiet(t("form_controls.place.by_hand"), lambda: set_typing(not typing), icon=ft.Icons.EDIT)
    tools: list[ft.Control] = [ft.Semantics(content=by_hand, identifier=ident(asked, "by-hand"))]
    if asked.question.value and not asked.question.required:
        clear = quiet(t("form_controls.clear"), lambda: asked.answer(""), icon=ft.Icons.CLOSE)
        tools.append(ft.Semantics(content=clear, identifier=ident(asked, "clear")))
    return gap_row(tools)


@ft.component
def Coordinates(asked: Asked) -> ft.Control:
    """Latitude and longitude in degrees, for a place somebody else measured."""
    state = use_made(lambda: Typed.of(asked.question.value))
    _, redraw = ft.use_state(0)
    left, set_left = ft.use_state(False)

    def typed(name: str, text: str) -> None:
        was = state.answer
        setattr(state, name, text)
        if state.answer != was:
            asked.answer(state.answer)
        asked.unread(not state.answer and bool((state.latitude + state.longitude).strip()))
        set_left(False)
        redraw(lambda count: count + 1)

    rows: list[ft.Control] = []
    for name in ("latitude", "longitude"):
        entry = field(
            getattr(state, name),
            lambda event, name=name: typed(name, typed_in(event)),
            on_blur=lambda _: set_left(True),
            keyboard_type=ft.KeyboardType.DATETIME,
            max_length=20,
            counter="",
        )
        words = t(f"form_controls.place.{name}")
        rows += [detail(words), named(asked, entry, name, words)]
    full = state.latitude.strip() and state.longitude.strip()
    if left and full and not state.answer and not asked.error:
        rows.append(trouble(t("form_controls.not_geopoint")))
    return column(rows, spacing=S2)
