"""A bar code: read by the camera where the phone can, typed always."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import flet as ft
import flet_camera as fc

from app.lang import t
from app.platform.errors import PlatformError
from app.views.components import column, detail, primary, status
from app.views.form.asked import Asked
from app.views.form.controls.overlay import framed, whole_screen
from app.views.form.controls.pieces import ident
from app.views.form.controls.typed import TypedAnswer
from app.views.theme import S3
from app.views.visit.camera import camera_preview, camera_supported, open_back_camera
from app.views.visit.hooks import part, use_made, use_value
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
    state, set_state = ft.use_state("starting")
    camera = use_made(lambda: fc.Camera(expand=True))
    over: list[bool] = use_made(list)

    async def look() -> None:
        try:
            set_state(await open_back_camera(camera))
            while not over:
                text = await _code(asked, bytes(await camera.take_picture()))
                if over:
                    return
                if text:
                    found(text)
                    return
                await asyncio.sleep(PAUSE_S)
        except Exception:  # the plugin raises whatever the platform said
            if not over:
                set_state("failed")

    ft.use_effect(look, [], lambda: over.append(True))
    words = detail(t("form_controls.code.hold"))
    words.text_align = ft.TextAlign.CENTER
    button = primary(t("form_controls.code.type"), lambda: close(), icon=ft.Icons.KEYBOARD)
    bottom = [words, ft.Semantics(content=button, identifier="q-type")]
    return framed(asked.question.label, close, camera_preview(camera, state), bottom)


async def _code(asked: Asked, picture: bytes) -> str | None:
    try:
        return await asked.platform.codes.read(picture)
    except PlatformError:
        return None  # a half picture; the next one comes
