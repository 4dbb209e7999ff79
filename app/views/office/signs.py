"""Marks drawn: an icon, a colour that only helps, and always the words."""

from __future__ import annotations

import flet as ft

from app.views.components import Tone, chip, detail
from app.views.office.marks import Flag, Line, Mark
from app.views.theme import S1, S2, Type

ICON = {
    Mark.GOOD: ft.Icons.CHECK_CIRCLE,
    Mark.LOOK: ft.Icons.FLAG,
    Mark.BAD: ft.Icons.ERROR,
    Mark.PLAIN: ft.Icons.INFO_OUTLINE,
}
TONE = {Mark.GOOD: Tone.DONE, Mark.LOOK: Tone.WAIT, Mark.BAD: Tone.PROBLEM, Mark.PLAIN: Tone.QUIET}
_FLAG_ICON = {
    "photos_missing": ft.Icons.CLOUD_UPLOAD_OUTLINED,
    "out_of_scope": ft.Icons.WRONG_LOCATION_OUTLINED,
    "R12": ft.Icons.PHOTO_LIBRARY_OUTLINED,
    "unreviewed": ft.Icons.RADIO_BUTTON_UNCHECKED,
}


def flag_chip(flag: Flag) -> ft.Control:
    """A flag as icon and words."""
    return chip(flag.text, TONE[flag.mark], _FLAG_ICON.get(flag.code, ICON[flag.mark]))


def flag_words(flag: Flag) -> ft.Control:
    """A flag without its pill: where a pill would shout."""
    color = TONE[flag.mark].value[0]
    icon = ft.Icon(_FLAG_ICON.get(flag.code, ICON[flag.mark]), size=16, color=color)
    label = ft.Text(flag.text, theme_style=ft.TextThemeStyle.LABEL_MEDIUM, color=color)
    return ft.Row([icon, label], spacing=S1, tight=True)


def line(one: Line) -> ft.Control:
    """A marked sentence, its hint below."""
    color = TONE[one.mark].value[0]
    words: list[ft.Control] = [
        ft.Text(
            one.text,
            theme_style=Type.DETAIL,
            color=color if one.mark is not Mark.PLAIN else ft.Colors.ON_SURFACE,
        )
    ]
    if one.hint:
        words.append(detail(one.hint))
    return ft.Row(
        [
            ft.Container(ft.Icon(ICON[one.mark], size=18, color=color), padding=ft.Padding.only(top=2)),
            ft.Column(words, spacing=0, tight=True, expand=True),
        ],
        spacing=S2,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
