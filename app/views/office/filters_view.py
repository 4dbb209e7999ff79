"""The queue's filters: search, unreviewed, flagged, town, cadre. Each says what it stands at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import flet as ft

from app.actions.office_list_visits import Filters
from app.lang import t
from app.views.theme import PAGE, RADIUS_PILL, S1, S2, S3

Change = Callable[[Filters], Any]


@ft.component
def FilterBar(filters: Filters, towns: tuple[str, ...], authors: tuple[str, ...], on_change: Change) -> Any:
    """Search submits on Enter or with the button; the chips act at once."""
    typed, set_typed = ft.use_state(filters.text)
    ft.use_effect(lambda: set_typed(filters.text), [filters.text])

    async def submit() -> None:
        await on_change(replace(filters, text=typed.strip()))

    async def clear() -> None:
        set_typed("")
        await on_change(replace(filters, text=""))

    search = ft.TextField(
        value=typed,
        hint_text=t("office.filter.search"),
        prefix_icon=ft.Icons.SEARCH,
        suffix=_clear(clear) if typed else None,
        on_change=lambda event: set_typed(event.control.value or ""),
        on_submit=submit,
        border_radius=RADIUS_PILL,
        filled=True,
        content_padding=ft.Padding.symmetric(horizontal=S3, vertical=S3),
    )
    named = ft.Semantics(content=search, label=t("office.filter.search"), textfield=True)
    return ft.Container(
        ft.Column([named, _chips(filters, towns, authors, on_change)], spacing=S1, tight=True),
        padding=ft.Padding.symmetric(horizontal=PAGE, vertical=S2),
    )


def _clear(on_click: Callable[..., Any]) -> ft.Control:
    return ft.IconButton(ft.Icons.CLOSE, tooltip=t("office.filter.clear"), on_click=on_click, icon_size=20)


def _chips(filters: Filters, towns: Sequence[str], authors: Sequence[str], on_change: Change) -> ft.Control:
    return ft.Row(
        [
            _switch(
                t("office.filter.unreviewed"),
                filters.unreviewed,
                lambda on: on_change(replace(filters, unreviewed=on)),
            ),
            _switch(
                t("office.filter.flagged"),
                filters.flagged,
                lambda on: on_change(replace(filters, flagged=on)),
            ),
            _choice(
                t("office.filter.town"),
                filters.town,
                towns,
                lambda town: on_change(replace(filters, town=town)),
            ),
            _choice(
                t("office.filter.author"),
                filters.author,
                authors,
                lambda author: on_change(replace(filters, author=author)),
            ),
        ],
        spacing=S2,
        run_spacing=0,
        wrap=True,
    )


def _switch(label: str, on: bool, change: Callable[[bool], Any]) -> ft.Control:
    async def flip() -> None:
        await change(not on)

    return ft.Chip(label=label, selected=on, on_select=flip, show_checkmark=True)


def _choice(label: str, value: str, values: Sequence[str], change: Callable[[str], Any]) -> ft.Control:
    def item(text: str, picked: str) -> ft.PopupMenuItem:
        async def pick() -> None:
            await change(picked)

        return ft.PopupMenuItem(content=text, checked=picked == value, on_click=pick)

    face = ft.Container(
        ft.Row(
            [
                ft.Text(value or label, theme_style=ft.TextThemeStyle.LABEL_LARGE),
                ft.Icon(ft.Icons.ARROW_DROP_DOWN, size=20),
            ],
            spacing=0,
            tight=True,
        ),
        bgcolor=ft.Colors.SECONDARY_CONTAINER if value else None,
        border=None if value else ft.Border.all(1, ft.Colors.OUTLINE),
        border_radius=8,
        padding=ft.Padding(S3, 6, S1, 6),
    )
    menu = ft.PopupMenuButton(
        content=face,
        items=[item(t("office.filter.all"), ""), *(item(one, one) for one in values)],
        padding=ft.Padding.symmetric(vertical=S2),
    )
    return ft.Semantics(content=menu, label=f"{label} {value or t('office.filter.all')}", button=True)
