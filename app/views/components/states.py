"""What a screen shows when it has nothing to show: empty, loading, failed. Each says what to do next."""

from __future__ import annotations

from collections.abc import Sequence

import flet as ft

from app.views.components.text import body, section
from app.views.theme import S3, S8, Type


def empty(icon: ft.IconData, title: str, hint: str = "", actions: Sequence[ft.Control] = ()) -> ft.Control:
    """Nothing here, and that is fine; ``hint`` says why or what to do."""
    return _middle([ft.Icon(icon, size=48, color=ft.Colors.OUTLINE)], title, hint, actions)


def loading(title: str, hint: str = "", share: float | None = None) -> ft.Control:
    """Work in progress; ``share`` 0…1 when it is known."""
    return _middle([ft.ProgressRing(value=share, width=44, height=44)], title, hint, ())


def failed(title: str, hint: str = "", actions: Sequence[ft.Control] = ()) -> ft.Control:
    """It did not work; nothing is lost; ``actions`` offer a way on."""
    return _middle([ft.Icon(ft.Icons.ERROR_OUTLINE, size=48, color=ft.Colors.ERROR)], title, hint, actions)


def _middle(head: list[ft.Control], title: str, hint: str, actions: Sequence[ft.Control]) -> ft.Control:
    words = section(title)
    words.text_align = ft.TextAlign.CENTER
    more: list[ft.Control] = []
    if hint:
        quiet_words = body(hint, color=ft.Colors.ON_SURFACE_VARIANT)
        quiet_words.text_align = ft.TextAlign.CENTER
        quiet_words.theme_style = Type.DETAIL
        more = [quiet_words]
    return ft.Container(
        ft.Column(
            [*head, words, *more, *actions],
            spacing=S3,
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        ),
        padding=ft.Padding.symmetric(horizontal=S3, vertical=S8),
        alignment=ft.Alignment.CENTER,
    )
