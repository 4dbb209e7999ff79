"""Pieces that several controls share. Identifiers are ``q-<path>`` and ``q-<path>:<part>``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import flet as ft

from app.views.components import column, text_field
from app.views.form.asked import Asked
from app.views.theme import RADIUS_CONTROL, S1, S2, S3, S4, TARGET, Type

Handler = Callable[..., Any]


def ident(asked: Asked, part: str = "") -> str:
    """What assistive tools and tests find a control by."""
    return f"q-{asked.question.path}" + (f":{part}" if part else "")


def named(asked: Asked, content: ft.Control, part: str = "", label: str | None = None) -> ft.Control:
    """A control under its identifier; ``label`` is its own name: the field itself is called by it."""
    return ft.MergeSemantics(
        content=ft.Semantics(content=content, identifier=ident(asked, part), label=label)
    )


def field(value: str, on_change: Handler, *, wrong: bool = False, **more: Any) -> ft.TextField:
    """A field without a label of its own: the question is the label. ``wrong`` draws its frame red."""
    made = text_field("", value, on_change, **more)
    made.label = None
    if wrong and isinstance(made.border, dict):
        made.border = {**made.border, ft.ControlState.DEFAULT: made.border[ft.ControlState.ERROR]}
    return made


def pressable(
    face: ft.Control,
    on_tap: Handler | None,
    *,
    identifier: str,
    label: str,
    on: bool = False,
    expand: bool | int | None = None,
    **says: Any,
) -> ft.Semantics:
    """A box to touch, filled and framed when ``on``; ``says`` are properties of its spoken description."""
    box = ft.Container(
        face,
        padding=ft.Padding.symmetric(horizontal=S3, vertical=S3),
        bgcolor=ft.Colors.PRIMARY_CONTAINER if on else ft.Colors.SURFACE_CONTAINER_LOWEST,
        border=ft.Border.all(2 if on else 1, ft.Colors.PRIMARY if on else ft.Colors.OUTLINE),
        border_radius=RADIUS_CONTROL,
        on_click=on_tap,
        ink=on_tap is not None,
    )
    return ft.Semantics(
        content=box,
        identifier=identifier,
        label=label,
        exclude_semantics=True,
        on_tap=on_tap,
        expand=expand,
        **says,
    )


def ink(on: bool) -> str:
    """The colour of words on a pressable."""
    return ft.Colors.ON_PRIMARY_CONTAINER if on else ft.Colors.ON_SURFACE


def opener(
    asked: Asked, shown: str, empty: str, on_tap: Handler, icon: ft.IconData, part: str = "open"
) -> ft.Control:
    """A field that opens something: what is chosen, or in quiet words that nothing is."""
    color = ft.Colors.ON_SURFACE if shown else ft.Colors.ON_SURFACE_VARIANT
    words = ft.Text(shown or empty, theme_style=Type.BODY, color=color, expand=True)
    line = ft.Row([words, ft.Icon(icon, color=ft.Colors.ON_SURFACE_VARIANT)], spacing=S2)
    label = f"{asked.question.label} {shown or empty}".strip()
    return pressable(line, on_tap, identifier=ident(asked, part), label=label, button=True)


def step_button(
    icon: ft.IconData, label: str, on_tap: Handler | None, identifier: str, size: int = TARGET
) -> ft.Control:
    """A square to step with, at least 48 dp."""
    color = ft.Colors.PRIMARY if on_tap else ft.Colors.OUTLINE
    box = ft.Container(
        ft.Icon(icon, color=color),
        width=size,
        height=size,
        alignment=ft.Alignment.CENTER,
        bgcolor=ft.Colors.SURFACE_CONTAINER_HIGH,
        border_radius=RADIUS_CONTROL,
        on_click=on_tap,
        ink=on_tap is not None,
    )
    return ft.Semantics(
        content=box, identifier=identifier, label=label, button=True, exclude_semantics=True, on_tap=on_tap
    )


def trouble(words: str) -> ft.Control:
    """What is wrong with what stands in the control, right below it."""
    icon = ft.Icon(ft.Icons.ERROR_OUTLINE, size=20, color=ft.Colors.ERROR, apply_text_scaling=True)
    text = ft.Text(words, theme_style=Type.DETAIL, color=ft.Colors.ERROR, expand=True)
    line = ft.Row([icon, text], spacing=S2, vertical_alignment=ft.CrossAxisAlignment.START)
    return ft.Semantics(content=line, live_region=True)


def plain_box(content: ft.Control) -> ft.Control:
    """Something to look at and not to touch."""
    return ft.Container(
        content,
        padding=ft.Padding.symmetric(horizontal=S4, vertical=S3),
        bgcolor=ft.Colors.SURFACE_CONTAINER_HIGH,
        border_radius=RADIUS_CONTROL,
    )


def stacked(controls: Sequence[ft.Control | None], spacing: int = S3) -> ft.Control:
    """One below the other, without those that are not there."""
    return column([one for one in controls if one is not None], spacing=spacing)


def gap_row(controls: list[ft.Control], spacing: int = S1) -> ft.Row:
    """Side by side, breaking into lines when text is large."""
    return ft.Row(controls, spacing=spacing, run_spacing=spacing, wrap=True)
