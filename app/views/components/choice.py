"""One of a few: large pills that wrap when text is large; the chosen one has a tick, not only a colour."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import flet as ft

from app.views.theme import RADIUS_CONTROL, S1, S2, S3, S4, Type


def choice(
    options: Sequence[tuple[str, str]], chosen: str, on_choose: Callable[[str], None], label: str
) -> ft.Control:
    """``options`` are (value, text); ``on_choose(value)`` on a tap; ``label`` is what the group is about."""
    pills = [_pill(value, text, value == chosen, on_choose, label) for value, text in options]
    return ft.Row(pills, wrap=True, spacing=S2, run_spacing=S2)


def _pill(value: str, text: str, on: bool, on_choose: Callable[[str], None], label: str) -> ft.Control:
    color = ft.Colors.ON_PRIMARY_CONTAINER if on else ft.Colors.ON_SURFACE
    tick = [ft.Icon(ft.Icons.CHECK, size=20, color=color, apply_text_scaling=True)] if on else []
    words = ft.Text(text, theme_style=Type.LABEL, color=color)
    line = ft.Row([*tick, ft.Container(words, expand=True, expand_loose=True)], spacing=S1, tight=True)
    box = ft.Container(
        line,
        padding=ft.Padding.symmetric(horizontal=S4, vertical=S3),
        bgcolor=ft.Colors.PRIMARY_CONTAINER if on else ft.Colors.SURFACE_CONTAINER_LOWEST,
        border=ft.Border.all(1, ft.Colors.PRIMARY if on else ft.Colors.OUTLINE_VARIANT),
        border_radius=RADIUS_CONTROL,
        on_click=lambda: on_choose(value),
        ink=True,
    )
    return ft.Semantics(content=box, button=True, selected=on, hint_text=label)
