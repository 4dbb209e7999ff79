"""A folded part of a card: a line that says what is inside, and the inside when it is tapped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flet as ft

from app.lang import t
from app.views.theme import S1, S2, TARGET, Type


@ft.component
def Fold(title: str, inside: Callable[[], ft.Control], open_first: bool = False) -> Any:
    """``inside`` is built only when it is open."""
    opened, set_opened = ft.use_state(open_first)

    def flip() -> None:
        set_opened(not opened)

    head = ft.Container(
        ft.Row(
            [
                ft.Text(title, theme_style=Type.LABEL, color=ft.Colors.PRIMARY, expand=True),
                ft.Icon(
                    ft.Icons.EXPAND_LESS if opened else ft.Icons.EXPAND_MORE, color=ft.Colors.PRIMARY, size=22
                ),
            ],
            spacing=S2,
        ),
        on_click=flip,
        ink=True,
        border_radius=S2,
        padding=ft.Padding.symmetric(horizontal=S1, vertical=S2),
    )
    label = t("office.fold.close" if opened else "office.fold.open", title=title)
    named = unfolds(head, label, opened, flip)
    spaced = ft.Container(named, padding=ft.Padding.symmetric(vertical=(TARGET - 44) / 2))
    return ft.Column(
        [spaced, inside()] if opened else [spaced],
        spacing=S1,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def unfolds(head: ft.Control, label: str, opened: bool, flip: Callable[[], Any]) -> ft.Control:
    """What is tapped to open and close something below it, as it is read aloud."""
    return ft.Semantics(
        content=head,
        label=label,
        button=True,
        expanded=opened,
        container=True,
        exclude_semantics=True,
        on_tap=flip,
    )
