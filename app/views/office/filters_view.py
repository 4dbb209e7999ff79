"""The queue's filters: search, unreviewed, flagged, town, cadre. Each says what it stands at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import flet as ft

from app.actions.office_list_visits import Filters
from app.lang import t
from app.views.components import typed_in
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
        label=t("office.filter.find"),  # short, for with large text a longer one is cut
        hint_text=t("office.filter.search"),
        prefix_icon=ft.Icons.SEARCH,
        suffix_icon=_clear(clear) if typed else None,
        on_change=lambda event: set_typed(typed_in(event)),
        on_submit=submit,
        border=ft.OutlineInputBorder(side=ft.BorderSide(1, ft.Colors.OUTLINE), border_radius=RADIUS_PILL),
        filled=True,
        fill_color=ft.Colors.SURFACE_CONTAINER_LOWEST,
        content_padding=ft.Padding.symmetric(horizontal=S3, vertical=S3),
    )
    return ft.Container(
        ft.Column(
            [search, _chips(filters, towns, authors, on_change)],
            spacing=S1,
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
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

    return ft.Semantics(
        content=_pill(label, on, ft.Icons.CHECK if on else None, flip),
        label=label,
        button=True,
        toggled=on,
        container=True,
        exclude_semantics=True,
        on_tap=flip,
    )


def _pill(text: str, on: bool, icon: ft.IconData | None, on_click: Any = None) -> ft.Control:
    """48 dp to touch, 36 to see; what is set has a sign and not only a colour."""
    ink = ft.Colors.ON_PRIMARY_CONTAINER if on else ft.Colors.ON_SURFACE
    sign: list[ft.Control] = [] if icon is None else [ft.Icon(icon, size=18, color=ink)]
    label = ft.Text(text, theme_style=ft.TextThemeStyle.LABEL_MEDIUM, color=ink)
    parts: list[ft.Control] = [label, *sign] if icon is ft.Icons.ARROW_DROP_DOWN else [*sign, label]
    face = ft.Container(
        ft.Row(parts, spacing=S1, tight=True),
        bgcolor=ft.Colors.PRIMARY_CONTAINER if on else ft.Colors.SURFACE_CONTAINER_LOWEST,
        border=ft.Border.all(1, ft.Colors.PRIMARY if on else ft.Colors.OUTLINE_VARIANT),
        border_radius=RADIUS_PILL,
        padding=ft.Padding.symmetric(horizontal=S3 - 2, vertical=S2),  # all four in a row at 360 dp
    )
    return ft.Container(face, padding=ft.Padding.symmetric(vertical=6), on_click=on_click)


def _choice(label: str, value: str, values: Sequence[str], change: Callable[[str], Any]) -> ft.Control:
    def item(text: str, picked: str) -> ft.PopupMenuItem:
        async def pick() -> None:
            await change(picked)

        return ft.PopupMenuItem(content=text, checked=picked == value, on_click=pick)

    menu = ft.PopupMenuButton(
        content=_pill(value or label, bool(value), ft.Icons.ARROW_DROP_DOWN),
        items=[item(t("office.filter.all"), ""), *(item(one, one) for one in values)],
        tooltip=t("office.filter.choice", what=label, value=value or t("office.filter.all")),
        padding=0,
    )
    return ft.Semantics(content=menu, button=True)
