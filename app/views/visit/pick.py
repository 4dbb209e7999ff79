"""One of many: a field that opens a list of large rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import flet as ft

from app.lang import t
from app.views.components import body, column, detail
from app.views.theme import RADIUS_CONTROL, S1, S2, S3
from app.views.visit.widgets import Choice


@ft.component
def Pick(
    label: str, items: Sequence[Choice], value: str, on_choose: Callable[[str], Any], identifier: str
) -> ft.Control:
    """A field that opens a list of large rows: for more choices than fit beside each other."""
    opened, set_open = ft.use_state(False)
    names = dict(items)

    def choose(key: str) -> None:
        set_open(False)
        on_choose(key)

    ft.use_dialog(_pick_dialog(label, items, value, choose, lambda: set_open(False)) if opened else None)
    shown = names.get(value, "")
    words = column([detail(label), body(shown or t("visit.choose"))], spacing=0)
    box = ft.Container(
        ft.Row([ft.Container(words, expand=True), ft.Icon(ft.Icons.EXPAND_MORE, color=ft.Colors.OUTLINE)]),
        padding=ft.Padding.symmetric(horizontal=S3, vertical=S2),
        bgcolor=ft.Colors.SURFACE_CONTAINER_LOWEST,
        border=ft.Border.all(1, ft.Colors.OUTLINE),
        border_radius=RADIUS_CONTROL,
        on_click=lambda: set_open(True),
        ink=True,
    )
    return ft.Semantics(
        content=box,
        identifier=identifier,
        label=f"{label} {shown}".strip(),
        button=True,
        exclude_semantics=True,
        on_tap=lambda: set_open(True),
    )


def _pick_dialog(
    label: str, items: Sequence[Choice], value: str, choose: Callable[[str], Any], close: Callable[[], Any]
) -> ft.AlertDialog:
    rows: list[ft.Control] = [
        ft.Container(
            ft.Row(
                [
                    ft.Icon(ft.Icons.RADIO_BUTTON_CHECKED if key == value else ft.Icons.RADIO_BUTTON_OFF),
                    ft.Container(body(name), expand=True),
                ],
                spacing=S3,
            ),
            padding=ft.Padding.symmetric(vertical=S3, horizontal=S1),
            border_radius=RADIUS_CONTROL,
            ink=True,
            on_click=lambda _=None, key=key: choose(key),
        )
        for key, name in items
    ]
    return ft.AlertDialog(
        title=ft.Text(label),
        content=ft.Column(rows, tight=True, spacing=0),
        scrollable=True,
        actions=[ft.TextButton(t("common.cancel"), on_click=lambda: close())],
        on_dismiss=lambda: close(),
    )
