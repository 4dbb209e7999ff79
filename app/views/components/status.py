"""Saying how things stand: always an icon and words, colour only helps."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

import flet as ft

from app.views.components.layout import column, dotted
from app.views.theme import PAGE, RADIUS_CARD, RADIUS_PILL, S1, S2, S3, S4, Type


class Tone(Enum):
    """(text, container, text on the container). Red is for problems and nothing else."""

    DONE = (ft.Colors.PRIMARY, ft.Colors.PRIMARY_CONTAINER, ft.Colors.ON_PRIMARY_CONTAINER)
    WAIT = (ft.Colors.TERTIARY, ft.Colors.TERTIARY_CONTAINER, ft.Colors.ON_TERTIARY_CONTAINER)
    PROBLEM = (ft.Colors.ERROR, ft.Colors.ERROR_CONTAINER, ft.Colors.ON_ERROR_CONTAINER)
    QUIET = (
        ft.Colors.ON_SURFACE_VARIANT,
        ft.Colors.SURFACE_CONTAINER_HIGH,
        ft.Colors.ON_SURFACE_VARIANT,
    )


def status(icon: ft.IconData, text: str, tone: Tone = Tone.QUIET) -> ft.Control:
    """A line such as ✓ 已送达."""
    color = tone.value[0]
    label = ft.Text(text, theme_style=Type.DETAIL, color=color, expand=True)
    return ft.Row(
        [
            ft.Container(
                ft.Icon(icon, size=20, color=color, apply_text_scaling=True), padding=ft.Padding.only(top=1)
            ),
            label,
        ],
        spacing=S2,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


def chip(text: str, tone: Tone = Tone.QUIET, icon: ft.IconData | None = None) -> ft.Control:
    """A small fixed fact, such as a household's category. Not a button."""
    _, container, on_container = tone.value
    label = ft.Text(text, theme_style=ft.TextThemeStyle.LABEL_MEDIUM, color=on_container)
    lead: list[ft.Control] = (
        [] if icon is None else [ft.Icon(icon, size=16, color=on_container, apply_text_scaling=True)]
    )
    return ft.Container(
        ft.Row([*lead, label], spacing=S1, tight=True),
        bgcolor=container,
        border_radius=RADIUS_PILL,
        padding=ft.Padding.symmetric(horizontal=S3 - 2, vertical=S1),
    )


def callout(icon: ft.IconData, text: str, tone: Tone = Tone.WAIT) -> ft.Control:
    """Something to know before going on, as a coloured card."""
    _, container, on_container = tone.value
    mark = ft.Icon(icon, size=20, color=on_container, apply_text_scaling=True)
    words = ft.Text(text, theme_style=Type.DETAIL, color=on_container, expand=True)
    return ft.Container(
        ft.Row([mark, words], spacing=S3, vertical_alignment=ft.CrossAxisAlignment.START),
        bgcolor=container,
        border_radius=RADIUS_CARD,
        padding=S4,
    )


SLIDE = ft.Animation(250, ft.AnimationCurve.EASE_IN_OUT)

_ABOVE = 13
"""Above the words of a banner, dp, so that their first line is in the middle of a button's 48."""


def banner(
    icon: ft.IconData,
    text: str | Sequence[str],
    tone: Tone = Tone.QUIET,
    action: ft.Control | None = None,
) -> ft.Control:
    """A calm strip above a screen's content; of several facts each stays whole where a line ends.

    ``action`` stands at the end, a text button (``quiet(…, snug=True)``) below the words where these need the
    width."""
    _, container, on_container = tone.value
    mark = ft.Icon(icon, size=20, color=on_container, apply_text_scaling=True)

    def written(fact: str) -> ft.Text:
        return ft.Text(fact, theme_style=Type.DETAIL, color=on_container)

    words = written(text) if isinstance(text, str) else dotted(text, written)
    return ft.Container(
        _line(mark, words, action),
        bgcolor=container,
        padding=ft.Padding.symmetric(horizontal=PAGE, vertical=S3 if action is None else S1),
    )


def sliding(strip: ft.Control | None, tone: Tone = Tone.QUIET) -> ft.Control:
    """The place of a banner that comes and goes: it grows and shrinks, what is below slides. ``tone``: its
    colour also while it shrinks, when the banner itself has gone."""
    # on a column: Flet's client passes over animate_size on a container
    box = column([] if strip is None else [strip], spacing=0, animate_size=SLIDE)
    return ft.Container(box, bgcolor=tone.value[1])


def _line(mark: ft.Control, words: ft.Control, action: ft.Control | None) -> ft.Row:
    """All begin at the top; a cross to close is always at the end."""
    above = 0 if action is None else _ABOVE
    lead = ft.Container(mark, padding=ft.Padding.only(top=above + 1))
    told = ft.Container(words, padding=ft.Padding(0, above, 0, above // 3))
    top = ft.CrossAxisAlignment.START
    if action is None or isinstance(action, ft.IconButton):
        told.expand = True
        return ft.Row([lead, told, *([action] if action else [])], spacing=S3, vertical_alignment=top)
    told.padding = ft.Padding(S2, above, 0, above // 3)  # where a snug button's own words begin
    both = ft.Row(
        [told, action],
        wrap=True,
        spacing=S2,
        run_spacing=0,
        alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
        vertical_alignment=top,
    )
    return ft.Row([lead, ft.Container(both, expand=True)], spacing=S1, vertical_alignment=top)
