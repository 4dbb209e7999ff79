"""One choice on the screen: a large row or tile, its mark, words and picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flet as ft

from app.views.form.asked import Asked
from app.views.form.controls.pieces import ident, ink, pressable
from app.views.theme import S1, S2, S3, Type
from forms import ChoiceView

Choose = Callable[[str], Any]
PICTURE = 120
"""dp: height of a choice's picture."""


def mark(on: bool, many: bool) -> ft.Icon:
    """A filled or an empty circle (one of them) or box (some of them)."""
    if many:
        icon = ft.Icons.CHECK_BOX if on else ft.Icons.CHECK_BOX_OUTLINE_BLANK
    else:
        icon = ft.Icons.RADIO_BUTTON_CHECKED if on else ft.Icons.RADIO_BUTTON_OFF
    return ft.Icon(icon, color=ft.Colors.PRIMARY if on else ft.Colors.OUTLINE, apply_text_scaling=True)


def choice_row(asked: Asked, choice: ChoiceView, on: bool, choose: Choose, many: bool) -> ft.Control:
    """Mark and words beside each other, a picture above them; the whole row to touch."""
    words = ft.Text(_words(choice), theme_style=Type.BODY, color=ink(on), expand=True)
    line: ft.Control = ft.Row([mark(on, many), words], spacing=S3)
    picture = _picture(asked, choice)
    if picture is not None:
        middle = ft.Row([picture], alignment=ft.MainAxisAlignment.CENTER)
        line = ft.Column([middle, line], spacing=S2, tight=True)
    return _touch(asked, choice, line, on, choose, many)


def choice_cell(
    asked: Asked,
    choice: ChoiceView,
    on: bool,
    choose: Choose,
    many: bool,
    role: ft.TextThemeStyle = Type.BODY,
) -> ft.Control:
    """A cell of a grid, equally wide as its neighbours: picture, mark and words below each other, so that
    large words have the whole width."""
    words = ft.Text(_words(choice), theme_style=role, color=ink(on), text_align=ft.TextAlign.CENTER)
    picture = _picture(asked, choice)
    face = ft.Column(
        [*([picture] if picture is not None else []), mark(on, many), words],
        spacing=S1,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
    )
    cell = _touch(asked, choice, face, on, choose, many)
    cell.expand = 1
    box = cell.content
    assert isinstance(box, ft.Container)
    box.padding = ft.Padding.symmetric(horizontal=2, vertical=S3)
    box.alignment = ft.Alignment.TOP_CENTER
    return cell


def choice_chip(asked: Asked, choice: ChoiceView, on: bool, choose: Choose, many: bool) -> ft.Control:
    """As wide as its words, for choices that stand beside each other and wrap."""
    words = ft.Container(
        ft.Text(_words(choice), theme_style=Type.BODY, color=ink(on)), expand=True, expand_loose=True
    )
    picture = _picture(asked, choice)
    line: ft.Control = ft.Row([mark(on, many), words], spacing=S2, tight=True)
    if picture is not None:
        line = ft.Column([ft.Container(picture, width=PICTURE), line], spacing=S2, tight=True)
    return _touch(asked, choice, line, on, choose, many)


def _words(choice: ChoiceView) -> str:
    return choice.label or choice.value


def _touch(
    asked: Asked, choice: ChoiceView, face: ft.Control, on: bool, choose: Choose, many: bool
) -> ft.Semantics:
    says: dict[str, Any] = {"checked": on} if many else {"selected": on, "button": True}
    return pressable(
        face,
        lambda: choose(choice.value),
        identifier=ident(asked, choice.value),
        label=_words(choice),
        on=on,
        **says,
    )


def _picture(asked: Asked, choice: ChoiceView) -> ft.Control | None:
    """The choice's picture; a frame when the phone lacks it, so that the words still have their place."""
    name = choice.media.get("image") or choice.media.get("big-image")
    if not name:
        return None
    data = asked.picture(name)
    if data is None:
        icon = ft.Icon(ft.Icons.IMAGE_NOT_SUPPORTED_OUTLINED, color=ft.Colors.OUTLINE)
        return ft.Container(
            icon,
            height=PICTURE,
            alignment=ft.Alignment.CENTER,
            bgcolor=ft.Colors.SURFACE_CONTAINER_HIGH,
            border_radius=S2,
        )
    return ft.Image(
        src=data, height=PICTURE, fit=ft.BoxFit.CONTAIN, border_radius=S2, exclude_from_semantics=True
    )
