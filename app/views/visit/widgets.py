"""Pieces of the visit's screens: large choices, a field that saves itself, what a rule says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import flet as ft

from app.lang import t
from app.views.components import body, column, detail, section, text_field
from app.views.theme import RADIUS_CONTROL, S1, S2, S3, Type
from app.views.visit.hooks import use_made

SAVE_AFTER_S = 0.2
"""A pause in typing this long saves; leaving the field saves at once."""

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
        mark = ft.Icon(icon or ft.Icons.RADIO_BUTTON_OFF, size=18, color=color)
        return ft.Column(
            [mark, words], spacing=2, tight=True, horizontal_alignment=ft.CrossAxisAlignment.CENTER
        )
    lead: list[ft.Control] = [ft.Icon(icon, size=20, color=color)] if icon else []
    return ft.Row(
        [*lead, ft.Container(words, expand_loose=True, expand=True)],
        spacing=S1,
        alignment=ft.MainAxisAlignment.CENTER,
    )


def check_row(label: str, on_click: Callable[..., Any], *, checked: bool, identifier: str) -> ft.Control:
    """Something to agree to: a box and words that wrap, the whole row to tap."""
    icon = ft.Icons.CHECK_BOX if checked else ft.Icons.CHECK_BOX_OUTLINE_BLANK
    box = ft.Container(
        ft.Row([ft.Icon(icon, color=ft.Colors.PRIMARY), ft.Container(body(label), expand=True)], spacing=S2),
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
    return ft.Row([*tiles, *empty], spacing=S2)


class Typing:
    """What was typed but not saved yet, and the timer that will save it."""

    def __init__(self) -> None:
        self.text: str | None = None
        self.save: Callable[[str], Any] = lambda _: None
        self._task: asyncio.Task[None] | None = None

    def typed(self, text: str) -> None:
        """Save in a moment, unless more is typed."""
        self.text = text
        if self._task is not None:
            self._task.cancel()
        self._task = asyncio.create_task(self._later())

    async def _later(self) -> None:
        await asyncio.sleep(SAVE_AFTER_S)
        self._task = None
        self.flush()

    def flush(self) -> None:
        """Save now what is waiting."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        if self.text is not None:
            text, self.text = self.text, None
            self.save(text)


@ft.component
def Typed(
    label: str,
    value: str,
    save: Callable[[str], Any],
    identifier: str,
    error: str | None = None,
    helper: str | None = None,
    **more: Any,
) -> ft.Control:
    """A text field that saves itself: after a short pause, when left, and when the screen goes."""
    text, set_text = ft.use_state(value)
    typing = use_made(Typing)
    typing.save = save

    def now(_: Any = None) -> None:
        typing.flush()

    def changed(event: Any) -> None:
        set_text(event.control.value)
        typing.typed(event.control.value)

    ft.use_effect(lambda: None, [], now)
    more.setdefault("counter", _counter(text, more.get("max_length")))
    below = ft.Text(helper, theme_style=Type.DETAIL) if helper else None
    field = text_field(label, text, changed, error=error, on_blur=now, helper=below, **more)
    return marked(identifier, field)


def _counter(text: str, most: int | None) -> str | None:
    """Only when room runs out: a counter beside each field is noise."""
    return None if most is not None and len(text) > most * 0.8 else ""


@ft.component
def Pick(
    label: str, items: Sequence[Choice], value: str, on_choose: Callable[[str], Any], identifier: str
) -> ft.Control:
    """A field that opens a list of large rows: for more choices than fit beside each other."""
    opened, set_open = ft.use_state(False)
    names = dict(items)

    def choose(key: str) -> None:
        set_open(False)
        on_choose(key)

    ft.use_dialog(_pick_dialog(label, items, value, choose, lambda: set_open(False)) if opened else None)
    shown = names.get(value, "")
    words = column([detail(label), body(shown or t("visit.choose"))], spacing=0)
    box = ft.Container(
        ft.Row([ft.Container(words, expand=True), ft.Icon(ft.Icons.EXPAND_MORE, color=ft.Colors.OUTLINE)]),
        padding=ft.Padding.symmetric(horizontal=S3, vertical=S2),
        bgcolor=ft.Colors.SURFACE_CONTAINER_LOWEST,
        border=ft.Border.all(1, ft.Colors.OUTLINE),
        border_radius=RADIUS_CONTROL,
        on_click=lambda: set_open(True),
        ink=True,
    )
    return ft.Semantics(
        content=box,
        identifier=identifier,
        label=f"{label} {shown}".strip(),
        button=True,
        exclude_semantics=True,
        on_tap=lambda: set_open(True),
    )


def _pick_dialog(
    label: str, items: Sequence[Choice], value: str, choose: Callable[[str], Any], close: Callable[[], Any]
) -> ft.AlertDialog:
    rows: list[ft.Control] = [
        ft.Container(
            ft.Row(
                [
                    ft.Icon(ft.Icons.RADIO_BUTTON_CHECKED if key == value else ft.Icons.RADIO_BUTTON_OFF),
                    ft.Container(body(name), expand=True),
                ],
                spacing=S3,
            ),
            padding=ft.Padding.symmetric(vertical=S3, horizontal=S1),
            border_radius=RADIUS_CONTROL,
            ink=True,
            on_click=lambda _=None, key=key: choose(key),
        )
        for key, name in items
    ]
    return ft.AlertDialog(
        title=ft.Text(label),
        content=ft.Column(rows, tight=True, spacing=0),
        scrollable=True,
        actions=[ft.TextButton(t("common.cancel"), on_click=lambda: close())],
        on_dismiss=lambda: close(),
    )


def finding(text: str, *, blocks: bool) -> ft.Control:
    """What a rule says: red with a stop sign when it stops signing, amber when it wants a reason."""
    tone = ft.Colors.ERROR_CONTAINER if blocks else ft.Colors.TERTIARY_CONTAINER
    ink = ft.Colors.ON_ERROR_CONTAINER if blocks else ft.Colors.ON_TERTIARY_CONTAINER
    icon = ft.Icons.BLOCK if blocks else ft.Icons.WARNING_AMBER
    words = ft.Text(text, theme_style=Type.DETAIL, color=ink, expand=True)
    return ft.Container(
        ft.Row(
            [ft.Icon(icon, color=ink, size=22), words],
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
        [ft.Icon(icon, size=28), ft.Text(label, theme_style=Type.LABEL, text_align=ft.TextAlign.CENTER)],
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
