"""One visit in the queue: dense, but each fact at its own place, so that the eye runs down a column."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flet as ft

from app.views.components import detail, section
from app.views.office.marks import Mark
from app.views.office.queue_state import RowLook
from app.views.office.signs import TONE, flag_chip, flag_words
from app.views.theme import PAGE, S1, S2, S3, Type


def queue_row(look: RowLook, on_open: Callable[..., Any], *, selected: bool) -> ft.Control:
    """The whole row is the target; ``look.spoken`` is read aloud for it."""
    lines = [_first(look), _second(look), _third(look)]
    if look.flags:
        lines.append(ft.Row([flag_chip(one) for one in look.flags], wrap=True, spacing=S1, run_spacing=S1))
    box = ft.Container(
        ft.Column(lines, spacing=S1, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
        padding=ft.Padding.symmetric(horizontal=PAGE, vertical=S3),
        bgcolor=ft.Colors.PRIMARY_CONTAINER if selected else None,
        border=ft.Border(
            left=ft.BorderSide(4, ft.Colors.PRIMARY if selected else ft.Colors.TRANSPARENT),
            bottom=ft.BorderSide(1, ft.Colors.OUTLINE_VARIANT),
        ),
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
    amount = ft.Text(look.aid, theme_style=Type.LABEL)
    return ft.Row([who, amount], spacing=S2, vertical_alignment=ft.CrossAxisAlignment.START)


def _second(look: RowLook) -> ft.Control:
    """Where and by whom; where the review stands."""
    where = detail(look.where, lines=2)
    where.expand = True
    return ft.Row([where, flag_words(look.status)], spacing=S2)


def _third(look: RowLook) -> ft.Control:
    """When, with how many photos, the file's number."""
    tone = TONE[look.photos_mark].value[0] if look.photos_mark is Mark.LOOK else ft.Colors.ON_SURFACE_VARIANT
    small = ft.TextThemeStyle.BODY_SMALL
    return ft.Row(
        [
            ft.Text(look.time, theme_style=small, color=ft.Colors.ON_SURFACE_VARIANT),
            ft.Text(look.photos, theme_style=small, color=tone),
            ft.Text(look.number, theme_style=small, color=ft.Colors.ON_SURFACE_VARIANT),
        ],
        spacing=S3,
        run_spacing=0,
        wrap=True,
    )
