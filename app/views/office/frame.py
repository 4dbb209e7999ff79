"""The frame of the office's screens: one column on a phone, list beside visit in a wide window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import flet as ft

from app.views.theme import PAGE, S1, S3, S4

LIST_WIDTH = 420
"""Width of the list beside a visit, dp."""
ROOMY = 600
"""From this width on pictures are larger, dp."""
COLUMN = 720
"""A visit's cards are no wider than this, dp."""


def office_view(
    body: ft.Control,
    *,
    title: str,
    route: str,
    on_width: Callable[[Any], None],
    actions: Sequence[ft.Control] = (),
    back: Callable[..., Any] | None = None,
) -> ft.View:
    """A whole screen whose body takes all the room; ``on_width`` hears how wide it is."""
    leading = None
    if back is not None:
        leading = ft.IconButton(ft.Icons.ARROW_BACK, on_click=back)
    bar = ft.AppBar(
        title=ft.Text(title, max_lines=1, overflow=ft.TextOverflow.ELLIPSIS),
        leading=leading,
        automatically_imply_leading=False,
        actions=list(actions),
    )
    box = ft.Container(body, expand=True, on_size_change=on_width, size_change_interval=200)
    return ft.View(
        controls=[ft.SafeArea(ft.Column([box], expand=True, spacing=0), expand=True)],
        route=route,
        appbar=bar,
        padding=0,
        spacing=0,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def beside(left: ft.Control, right: ft.Control) -> ft.Control:
    """The list at its width, the visit in the rest."""
    return ft.Row(
        [
            ft.Container(left, width=LIST_WIDTH),
            ft.VerticalDivider(width=1, color=ft.Colors.OUTLINE_VARIANT),
            ft.Container(right, expand=True),
        ],
        spacing=0,
        expand=True,
        vertical_alignment=ft.CrossAxisAlignment.STRETCH,
    )


@dataclass(frozen=True, slots=True)
class Room:
    """How much a visit's cards may take: ``width`` in dp, ``text_scale`` as the person set it."""

    width: float
    text_scale: float

    @property
    def roomy(self) -> bool:
        """Wide enough for larger pictures, and for icons beside the words of buttons."""
        return self.width >= ROOMY


def side_of(width: float) -> float:
    """The margin that keeps cards and buttons of a visit in one column, dp."""
    return max(PAGE, (width - COLUMN) / 2)


def sheet(controls: Sequence[ft.Control], *, key: str, width: float) -> ft.Control:
    """Cards below each other, scrolling, no wider than reads well; ``width`` is the room there is, dp.

    A new ``key`` starts at the top.
    """
    column = ft.Column(
        [ft.Container(height=S1), *controls, ft.Container(height=S4)],
        spacing=S3,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        tight=True,
    )
    return ft.Column(
        [ft.Container(column, padding=ft.Padding.symmetric(horizontal=side_of(width)))],
        scroll=ft.ScrollMode.AUTO,
        expand=True,
        key=key,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
