"""A fact to read, a field to type in, a switch to flip."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flet as ft

from app.views.components.text import body, detail
from app.views.theme import RADIUS_CONTROL, S1, S3, Type


def fact(label: str, value: str, *, trailing: ft.Control | None = None) -> ft.Control:
    """A quiet label above its value; long values wrap."""
    words = ft.Column([detail(label), body(value)], spacing=S1 // 2, tight=True)
    if trailing is None:
        return words
    return ft.Row(
        [words, trailing],
        wrap=True,  # with large text the button goes below
        alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
    )


def switch(
    label: str, on: bool, flip: Callable[[bool], Any], *, hint: str = "", key: str | None = None
) -> ft.Control:
    """Words that wrap with the switch beside them, the hint below; the whole is the target. ``flip(on)``."""
    words = body(label)
    words.expand = True
    knob = ft.Switch(value=on, on_change=lambda event: flip(bool(event.data)), key=key)

    def turn() -> None:
        flip(not on)

    box = ft.Container(
        ft.Column(
            [ft.Row([words, knob], spacing=S3), *([detail(hint)] if hint else [])], spacing=0, tight=True
        ),
        on_click=turn,
        ink=True,
        border_radius=RADIUS_CONTROL,
    )
    return ft.Semantics(
        content=box,
        label=label,
        hint_text=hint or None,
        toggled=on,
        container=True,
        exclude_semantics=True,
        on_tap=turn,
    )


def text_field(
    label: str, value: str, on_change: Any, *, error: str | None = None, **more: Any
) -> ft.TextField:
    """One line to type; the error stands below in words. Other ft.TextField properties by name."""
    return ft.TextField(
        label=label,
        value=value,
        on_change=on_change,
        error=ft.Text(error, theme_style=Type.DETAIL, color=ft.Colors.ERROR) if error else None,
        border={
            ft.ControlState.DEFAULT: _outline(1, ft.Colors.OUTLINE),
            ft.ControlState.FOCUSED: _outline(2, ft.Colors.PRIMARY),
            ft.ControlState.ERROR: _outline(2, ft.Colors.ERROR),
        },
        filled=True,
        fill_color=ft.Colors.SURFACE_CONTAINER_LOWEST,
        **more,
    )


def typed_in(event: Any) -> str:
    """What a text field's ``on_change`` (or a dropdown's ``on_select``) tells. The event's own word: its
    control may have been drawn again since, with what stood there before."""
    return str(event.data or "")


def _outline(width: int, color: str) -> ft.OutlineInputBorder:
    return ft.OutlineInputBorder(side=ft.BorderSide(width, color), border_radius=RADIUS_CONTROL)
