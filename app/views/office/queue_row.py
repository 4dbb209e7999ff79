"""One visit in the queue: dense, but each fact at its own place, so that the eye runs down a column."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flet as ft

from app.views.components import dotted, section
from app.views.office.marks import Mark
from app.views.office.queue_state import UNREVIEWED, RowLook
from app.views.office.signs import TONE, flag_chip, flag_words
from app.views.theme import PAGE, S1, S2, S3, Type


def queue_row(look: RowLook, on_open: Callable[..., Any], *, selected: bool, show_status: bool) -> ft.Control:
    """The whole row is the target; ``look.spoken`` is read aloud for it.

    ``show_status`` False: the list holds unreviewed visits only, so only a verdict just given is said.
    """
    lines = [_first(look), _second(look), _third(look, show_status)]
    inside = ft.Column(lines, spacing=S1, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    box = ft.Container(
        inside,
        padding=ft.Padding.symmetric(horizontal=PAGE, vertical=S3),
        bgcolor=ft.Colors.PRIMARY_CONTAINER if selected else None,
        border=ft.Border(bottom=ft.BorderSide(1, ft.Colors.OUTLINE_VARIANT)),
        on_click=on_open,
        ink=True,
    )
    return ft.Semantics(
        content=box,
        label=look.spoken,
        button=True,
        selected=selected,
        container=True,
        exclude_semantics=True,
        on_tap=on_open,
        key=look.id,
    )


def _first(look: RowLook) -> ft.Control:
    """Who, and how much."""
    who = section(look.name)
    who.max_lines, who.overflow, who.expand = 1, ft.TextOverflow.ELLIPSIS, True
    return ft.Row([who, ft.Text(look.aid, theme_style=Type.LABEL)], spacing=S2)


def _second(look: RowLook) -> ft.Control:
    """Where, by whom, when, each whole where a line ends; the file's number at the edge, where the eye can
    run down."""
    where = dotted([*look.where, look.time])
    where.expand = True
    number = ft.Text(
        look.number, theme_style=ft.TextThemeStyle.BODY_SMALL, color=ft.Colors.ON_SURFACE_VARIANT
    )
    return ft.Row([where, number], spacing=S2)


def _third(look: RowLook, show_status: bool) -> ft.Control:
    """What the registry noticed, where the review stands, how many photos."""
    tone = TONE[look.photos_mark].value[0] if look.photos_mark is Mark.LOOK else ft.Colors.ON_SURFACE_VARIANT
    parts: list[ft.Control] = [flag_chip(one) for one in look.flags]
    if show_status or look.status.code != UNREVIEWED:
        parts.append(flag_words(look.status))
    parts.append(ft.Text(look.photos, theme_style=ft.TextThemeStyle.BODY_SMALL, color=tone))
    return ft.Row(
        parts, spacing=S2, run_spacing=S1, wrap=True, vertical_alignment=ft.CrossAxisAlignment.CENTER
    )
