"""A whole screen over the page that does not scroll: for the camera and for drawing with a finger."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import flet as ft

from app.lang import t
from app.views.components import icon_button, section
from app.views.theme import PAGE, S2, S3


def whole_screen(content: ft.Control, close: Callable[[], Any]) -> ft.BottomSheet:
    """For ``ft.use_dialog``. It cannot be dragged away: every vertical stroke belongs to the pad."""
    return ft.BottomSheet(
        content=content,
        on_dismiss=close,
        fullscreen=True,
        scrollable=True,
        draggable=False,
        dismissible=False,
        use_safe_area=True,
        bgcolor=ft.Colors.SURFACE,
    )


def framed(
    title: str, close: Callable[[], Any], body: ft.Control, bottom: Sequence[ft.Control]
) -> ft.Control:
    """A title with a way back, what it is about, and the buttons within reach of a thumb."""
    height = ft.context.page.height
    words = section(title)
    words.expand, words.max_lines, words.overflow = True, 2, ft.TextOverflow.ELLIPSIS
    head = ft.Row([icon_button(ft.Icons.ARROW_BACK, t("form_controls.back"), close), words], spacing=S2)
    return ft.Container(
        ft.Column(
            [head, ft.Container(body, expand=True), *bottom],
            spacing=S3,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
        padding=ft.Padding(PAGE, S2, PAGE, S3),
        height=height,
    )
