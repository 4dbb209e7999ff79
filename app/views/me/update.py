"""A new version is ready: told here, taken when the person says so, never in the middle of a visit."""

from __future__ import annotations

import flet as ft

from app.lang import t
from app.views.components import Tone, body, card, primary, section
from app.views.context import use_bell, use_services
from app.views.theme import S3


@ft.component
def UpdateCard() -> ft.Control:
    """Nothing at all while there is no newer version."""
    services = use_services()
    use_bell()
    update = services.update
    if update is None or not update.listeners.value:
        return ft.Container(visible=False)
    return card(
        [
            section(t("me.update.title"), color=Tone.WAIT.value[2]),
            body(t("me.update.text"), color=Tone.WAIT.value[2]),
            primary(t("me.update.now"), update.apply_update, icon=ft.Icons.SYSTEM_UPDATE),
        ],
        tone=Tone.WAIT.value[1],
        spacing=S3,
    )
