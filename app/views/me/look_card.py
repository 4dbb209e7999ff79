"""Language, text size, light or dark: seen at once, kept on this phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from app.actions.preferences import TEXT_SCALES
from app.actions.set_preferences import change_preferences
from app.lang import LANGUAGES, t
from app.views.components import body, card, choice, section
from app.views.theme import S3

if TYPE_CHECKING:
    from app.actions.services import Services

THEMES = ("system", "light", "dark")


def look_card(services: Services) -> ft.Control:
    """Three groups of pills."""
    now = services.preferences
    sizes = [(str(scale), t(f"me.text_size.{at}")) for at, scale in enumerate(TEXT_SCALES, 1)]
    return card(
        [
            section(t("me.text_size")),
            choice(
                sizes,
                str(now.text_scale),
                lambda v: change_preferences(services, text_scale=float(v)),
                t("me.text_size"),
            ),
            body(t("me.text_size.sample")),
            section(t("me.theme")),
            choice(
                [(one, t(f"me.theme.{one}")) for one in THEMES],
                now.theme,
                lambda v: change_preferences(services, theme=v),
                t("me.theme"),
            ),
            section(t("me.language")),
            choice(
                [(one, t(f"me.language.{one}")) for one in LANGUAGES],
                now.language,
                lambda v: change_preferences(services, language=v),
                t("me.language"),
            ),
        ],
        spacing=S3,
    )
