"""The first address for somebody of the office: on to the queue."""

from __future__ import annotations

import flet as ft

from app.lang import t
from app.views.components import loading, screen
from app.views.context import go
from app.views.shell.homes import OFFICE


@ft.component
def ToOffice() -> ft.View:
    """Stands only until the next screen is there."""

    def leave() -> None:
        if ft.context.page.route in ("", "/"):
            go(OFFICE)

    ft.use_effect(leave, [])
    return screen([loading(t("common.starting.title"))], route="/")
