"""Texts by role. One role per meaning: a screen never sets a size or a weight."""

from __future__ import annotations

import flet as ft

from app.views.theme import Type

SHORT_FIGURE = 6
"""Characters: ¥1,280 fits 360 dp at 200 %."""


def _text(value: str, role: ft.TextThemeStyle, color: str | None, lines: int | None) -> ft.Text:
    overflow = ft.TextOverflow.ELLIPSIS if lines else ft.TextOverflow.CLIP
    return ft.Text(value, theme_style=role, color=color, max_lines=lines, overflow=overflow)


def headline(value: str, color: str | None = None) -> ft.Text:
    """What this screen or state is about; at most one on a screen."""
    return _text(value, Type.HEADLINE, color, None)


def number(value: str, color: str | None = None) -> ft.Text:
    """The one figure that matters, such as an amount or a share; a long one smaller, for with large text its
    digits would break over two lines."""
    return _text(value, Type.NUMBER if len(value) <= SHORT_FIGURE else Type.LONG_NUMBER, color, None)


def name(value: str, lines: int | None = 2) -> ft.Text:
    """A person or thing: the largest text of its card."""
    return _text(value, Type.NAME, None, lines)


def section(value: str, color: str | None = None) -> ft.Text:
    """Title of a card or of a group of cards."""
    return _text(value, Type.SECTION, color, None)


def body(value: str, color: str | None = None, lines: int | None = None) -> ft.Text:
    """Text to read."""
    return _text(value, Type.BODY, color, lines)


def detail(value: str, color: str | None = ft.Colors.ON_SURFACE_VARIANT, lines: int | None = None) -> ft.Text:
    """Quiet details below a name."""
    return _text(value, Type.DETAIL, color, lines)
