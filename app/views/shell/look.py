"""The theme as the person set it, on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from app.lang import t
from app.views.theme import theme

if TYPE_CHECKING:
    from app.actions.services import Services

_MODES = {
    "system": ft.ThemeMode.SYSTEM,
    "light": ft.ThemeMode.LIGHT,
    "dark": ft.ThemeMode.DARK,
}


def apply_look(page: ft.Page, services: Services | None) -> None:
    """Light and dark theme, which of them, text size, and the window's title in the chosen language."""
    scale = services.preferences.text_scale if services else 1.0
    page.title = t("common.app")
    page.theme = theme(dark=False, text_scale=scale)
    page.dark_theme = theme(dark=True, text_scale=scale)
    page.theme_mode = _MODES[services.preferences.theme if services else "system"]
    page.update()
