"""Pieces of the visit's screens: large choices, tools, what a rule says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import flet as ft

from app.views.components import body, column, detail, section
from app.views.theme import RADIUS_CONTROL, S1, S2, S3, Type

STACKED = 3
"""From so many tiles in a row on, the mark stands above the words: cheap phones are 360 dp wide."""

Choice = tuple[str, str]
"""(value, label)."""


def marked(identifier: str, content: ft.Control, label: str | None = None) -> ft.Control:
    """Gives a control an identifier that assistive tools and tests find it by."""
    return ft.Semantics(content=content, identifier=identifier, label=label)


def tile(
    label: str,
    on_click: Callable[..., Any],
    *,
    selected: bool,
    identifier: str,
    icon: ft.IconData | None = None,
    stacked: bool = False,
) -> ft.Control:
    """One large choice. Chosen: filled and ticked, never by colour alone."""
    color = ft.Colors.ON_PRIMARY_CONTAINER if selected else ft.Colors.ON_SURFACE
    box = ft.Container(
        _face(label, color, ft.Icons.CHECK_CIRCLE if selected else icon, stacked=stacked),
        alignment=ft.Alignment.CENTER,
        padding=ft.Padding.symmetric(horizontal=0 if stacked else S1, vertical=S3),
        bgcolor=ft.Colors.PRIMARY_CONTAINER if selected else ft.Colors.SURFACE_CONTAINER_LOWEST,
        border=ft.Border.all(2 if selected else 1, ft.Colors.PRIMARY if selected else ft.Colors.OUTLINE),
        border_radius=RADIUS_CONTROL,
        on_click=on_click,
        ink=True,
    )
    return ft.Semantics(
        content=box,
        identifier=identifier,
        label=label,
        button=True,
        selected=selected,
        exclude_semantics=True,
        on_tap=on_click,
        expand=True,
    )


def _face(label: str, color: str, icon: ft.IconData | None, *, stacked: bool) -> ft.Control:
    style = ft.TextThemeStyle.LABEL_MEDIUM if stacked else Type.LABEL
    words = ft.Text(label, theme_style=style, color=color, text_align=ft.TextAlign.CENTER)
    if stacked:
        mark = ft.Icon(icon or ft.Icons.RADIO_BUTTON_OFF, size=18, color=color, apply_text_scaling=True)
        return ft.Column(
            [mark, words], spacing=2, tight=True, horizontal_alignment=ft.CrossAxisAlignment.CENTER
        )
    lead: list[ft.Control] = [ft.Icon(icon, size=20, color=color, apply_text_scaling=True)] if icon else []
    return ft.Row(
        [*lead, ft.Container(words, expand_loose=True, expand=True)],
        spacing=S1,
        alignment=ft.MainAxisAlignment.CENTER,
    )


def check_row(label: str, on_click: Callable[..., Any], *, checked: bool, identifier: str) -> ft.Control:
    """Something to agree to: a box and words that wrap, the whole row to tap."""
    icon = ft.Icons.CHECK_BOX if checked else ft.Icons.CHECK_BOX_OUTLINE_BLANK
    box = ft.Container(
        ft.Row(
            [
                ft.Icon(icon, color=ft.Colors.PRIMARY, apply_text_scaling=True),
                ft.Container(body(label), expand=True),
            ],
            spacing=S2,
        ),
        padding=ft.Padding.symmetric(vertical=S3),
        border_radius=RADIUS_CONTROL,
        on_click=on_click,
        ink=True,
    )
    return ft.Semantics(
        content=box,
        identifier=identifier,
        label=label,
        checked=checked,
        exclude_semantics=True,
        on_tap=on_click,
    )


def tool(label: str, icon: ft.IconData, on_click: Callable[..., Any] | None, identifier: str) -> ft.Control:
    """A small tool beside others: its word below the icon, one line, so that large text leaves room."""
    color = ft.Colors.PRIMARY if on_click else ft.Colors.OUTLINE
    words = ft.Text(
        label,
        theme_style=ft.TextThemeStyle.LABEL_SMALL,
        color=color,
        no_wrap=True,
        overflow=ft.TextOverflow.CLIP,
    )
    face = ft.Column(
        [ft.Icon(icon, size=22, color=color), words],
        spacing=0,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
    )
    box = ft.Container(
        face,
        padding=S1,
        border_radius=RADIUS_CONTROL,
        on_click=on_click,
        ink=on_click is not None,
        alignment=ft.Alignment.CENTER,
    )
    return ft.Semantics(
        content=box,
        identifier=identifier,
        label=label,
        button=True,
        exclude_semantics=True,
        on_tap=on_click,
        expand=True,
    )


def choices(
    items: Sequence[Choice],
    value: str,
    on_choose: Callable[[str], Any],
    *,
    name: str,
    per_row: int = 2,
) -> ft.Control:
    """Choices as large tiles, ``per_row`` side by side; identifiers are ``name-value``."""
    tiles = [
        tile(
            label,
            lambda _=None, key=key: on_choose(key),
            selected=key == value,
            identifier=f"{name}-{key}",
            stacked=per_row >= STACKED,
        )
        for key, label in items
    ]
    rows = [tiles[start : start + per_row] for start in range(0, len(tiles), per_row)]
    return column([_row(one, per_row) for one in rows], spacing=S2)


def _row(tiles: list[ft.Control], per_row: int) -> ft.Control:
    empty: list[ft.Control] = [ft.Container(expand=True) for _ in range(per_row - len(tiles))]
    return ft.Row(
        [*tiles, *empty],
        spacing=S2,
        intrinsic_height=True,  # with large text one of them takes two lines, and the others grow with it
        vertical_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def finding(text: str, *, blocks: bool) -> ft.Control:
    """What a rule says: red with a stop sign when it stops signing, amber when it wants a reason."""
    tone = ft.Colors.ERROR_CONTAINER if blocks else ft.Colors.TERTIARY_CONTAINER
    ink = ft.Colors.ON_ERROR_CONTAINER if blocks else ft.Colors.ON_TERTIARY_CONTAINER
    icon = ft.Icons.BLOCK if blocks else ft.Icons.WARNING_AMBER
    words = ft.Text(text, theme_style=Type.DETAIL, color=ink, expand=True)
    return ft.Container(
        ft.Row(
            [ft.Icon(icon, color=ink, size=22, apply_text_scaling=True), words],
            spacing=S2,
            vertical_alignment=ft.CrossAxisAlignment.START,
        ),
        bgcolor=tone,
        border_radius=RADIUS_CONTROL,
        padding=S3,
    )


def group(title: str, controls: Sequence[ft.Control], hint: str = "") -> ft.Control:
    """A titled part of a step."""
    head: list[ft.Control] = [section(title)]
    if hint:
        head.append(detail(hint))
    return column([column(head, spacing=S1), *controls], spacing=S3)


def big_icon_button(
    label: str,
    icon: ft.IconData,
    on_click: Callable[..., Any] | None,
    *,
    identifier: str,
    action: ft.ClientAction | None = None,
) -> ft.Control:
    """A tall button with its icon on top, for two side by side."""
    face = ft.Column(
        [
            ft.Icon(icon, size=28, apply_text_scaling=True),
            ft.Text(label, theme_style=Type.LABEL, text_align=ft.TextAlign.CENTER),
        ],
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        tight=True,
        spacing=S1,
    )
    button = ft.OutlinedButton(
        content=face,
        on_click=on_click,
        action=action,
        style=ft.ButtonStyle(
            padding=ft.Padding.symmetric(horizontal=S2, vertical=S3),
            shape=ft.RoundedRectangleBorder(radius=RADIUS_CONTROL),
        ),
        expand=True,
    )
    row = ft.Row([button])
    return ft.Semantics(content=row, identifier=identifier, expand=True)
