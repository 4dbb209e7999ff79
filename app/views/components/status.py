"""Saying how things stand: always an icon and words, colour only helps."""

from __future__ import annotations

from enum import Enum

import flet as ft

from app.views.components.text import body
from app.views.theme import PAGE, RADIUS_CARD, RADIUS_PILL, S1, S2, S3, S4, Type


class Tone(Enum):
    """(text, container, text on the container). Red is for problems and nothing else."""

    DONE = (ft.Colors.PRIMARY, ft.Colors.PRIMARY_CONTAINER, ft.Colors.ON_PRIMARY_CONTAINER)
    WAIT = (ft.Colors.TERTIARY, ft.Colors.TERTIARY_CONTAINER, ft.Colors.ON_TERTIARY_CONTAINER)
    PROBLEM = (ft.Colors.ERROR, ft.Colors.ERROR_CONTAINER, ft.Colors.ON_ERROR_CONTAINER)
    QUIET = (
        ft.Colors.ON_SURFACE_VARIANT,
        ft.Colors.SURFACE_CONTAINER_HIGH,
        ft.Colors.ON_SURFACE_VARIANT,
    )


def status(icon: ft.IconData, text: str, tone: Tone = Tone.QUIET) -> ft.Control:
    """A line such as ✓ 已送达."""
    color = tone.value[0]
    label = ft.Text(text, theme_style=Type.DETAIL, color=color, expand=True)
    return ft.Row(
        [
            ft.Container(
                ft.Icon(icon, size=20, color=color, apply_text_scaling=True), padding=ft.Padding.only(top=1)
            ),
            label,
        ],
        spacing=S2,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


def chip(text: str, tone: Tone = Tone.QUIET, icon: ft.IconData | None = None) -> ft.Control:
    """A small fixed fact, such as a household's category. Not a button."""
    _, container, on_container = tone.value
    label = ft.Text(text, theme_style=ft.TextThemeStyle.LABEL_MEDIUM, color=on_container)
    lead: list[ft.Control] = (
        [] if icon is None else [ft.Icon(icon, size=16, color=on_container, apply_text_scaling=True)]
    )
    return ft.Container(
        ft.Row([*lead, label], spacing=S1, tight=True),
        bgcolor=container,
        border_radius=RADIUS_PILL,
        padding=ft.Padding.symmetric(horizontal=S3 - 2, vertical=S1),
    )


def callout(icon: ft.IconData, text: str, tone: Tone = Tone.WAIT) -> ft.Control:
    """Something to know before going on, as a coloured card."""
    _, container, on_container = tone.value
    mark = ft.Icon(icon, size=20, color=on_container, apply_text_scaling=True)
    words = ft.Text(text, theme_style=Type.DETAIL, color=on_container, expand=True)
    return ft.Container(
        ft.Row([mark, words], spacing=S3, vertical_alignment=ft.CrossAxisAlignment.START),
        bgcolor=container,
        border_radius=RADIUS_CARD,
        padding=S4,
    )


def _beside(words: ft.Row, action: ft.Control) -> ft.Row:
    """What to do at the end of the line, or on a line of its own where large text needs the width; a cross
    to close always at the end."""
    if isinstance(action, ft.IconButton):
        return ft.Row([ft.Container(words, expand=True), action])
    return ft.Row(
        [words, action],
        wrap=True,
        spacing=S2,
        run_spacing=0,
        alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
    )


def banner(
    icon: ft.IconData, text: str, tone: Tone = Tone.QUIET, action: ft.Control | None = None
) -> ft.Control:
    """A calm strip above a screen's content."""
    _, container, on_container = tone.value
    label = body(text, color=on_container)
    label.theme_style = Type.DETAIL
    words = ft.Row(
        [
            ft.Icon(icon, size=20, color=on_container, apply_text_scaling=True),
            ft.Container(label, expand=True, expand_loose=action is not None),
        ],
        spacing=S3,
        tight=action is not None,
    )
    return ft.Container(
        words if action is None else _beside(words, action),
        bgcolor=container,
        padding=ft.Padding.symmetric(horizontal=PAGE, vertical=S3 if action is None else S1),
    )
