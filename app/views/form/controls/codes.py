"""A bar code: read by the camera where the phone can, typed always."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import flet as ft

from app.lang import t
from app.platform.errors import PlatformError
from app.views.components import column, detail, primary, status
from app.views.form.asked import Asked
from app.views.form.controls.overlay import framed, whole_screen
from app.views.form.controls.pieces import ident
from app.views.form.controls.shooting import use_lens
from app.views.form.controls.typed import TypedAnswer
from app.views.theme import S3
from app.views.visit.camera import camera_preview, camera_supported
from app.views.visit.hooks import part, use_value
from app.views.visit.widgets import big_icon_button

PAUSE_S = 0.4
"""Between two looks: a picture takes a cheap phone about as long."""


@ft.component
def CodeAnswer(asked: Asked) -> ft.Control:
    """barcode. Where codes cannot be read, only the field, with a word why."""
    able, set_able = use_value(None)
    scanning, set_scanning = ft.use_state(False)

    async def ask() -> None:
        set_able(camera_supported(ft.context.page) and await asked.platform.codes.ready())

    def found(text: str) -> None:
        set_scanning(False)
        asked.answer(text)

    ft.use_effect(ask, [])
    close = lambda: set_scanning(False)  # noqa: E731
    ft.use_dialog(whole_screen(part(Scanning, "scan", asked, found, close), close) if scanning else None)
    parts: list[ft.Control] = []
    if able:
        button = big_icon_button(
            t("form_controls.code.scan"),
            ft.Icons.QR_CODE_SCANNER,
            lambda: set_scanning(True),
            identifier=ident(asked, "scan"),
        )
        parts.append(ft.Row([button]))
        parts.append(detail(t("form_controls.code.or_type")))
    elif able is not None:
        parts.append(status(ft.Icons.KEYBOARD, t("form_controls.code.type_only")))
    return column([*parts, part(TypedAnswer, "typed", asked)], spacing=S3)


@ft.component
def Scanning(asked: Asked, found: Callable[[str], None], close: Callable[[], Any]) -> ft.Control:
    """Looks again and again until a code is seen or the person goes back."""
    lens = use_lens()

    async def look() -> None:
        while lens.state != "left":
            picture = await lens.shoot()
            text = await _code(asked, picture) if picture is not None else None
            if text and lens.state != "left":
                found(text)
                return
            if lens.state == "failed":
                return
            await asyncio.sleep(PAUSE_S)

    async def back() -> None:
        await lens.leave()
        close()

    ft.use_effect(look, [])
    words = detail(t("form_controls.code.hold"))
    words.text_align = ft.TextAlign.CENTER
    button = primary(t("form_controls.code.type"), back, icon=ft.Icons.KEYBOARD)
    bottom = [words, ft.Semantics(content=button, identifier="q-type")]
    # Between two looks nothing flickers: busy looks like ready.
    state = "ready" if lens.state in ("busy", "left") else lens.state
    return framed(asked.question.label, back, camera_preview(lens.camera, state), bottom)


async def _code(asked: Asked, picture: bytes) -> str | None:
    try:
        return await asked.platform.codes.read(picture)
    except PlatformError:
        return None  # a half picture; the next one comes
