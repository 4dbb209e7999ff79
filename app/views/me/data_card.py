"""What may be sent when: originals on Wi-Fi only, and sparing battery and data. Kept on this phone (S25)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from app.actions.set_preferences import change_preferences
from app.lang import t
from app.views.components import card, section, switch
from app.views.theme import S3

if TYPE_CHECKING:
    from app.actions.services import Services


def data_card(services: Services) -> ft.Control:
    """Two switches, each with what it means; and honestly, when this phone cannot tell Wi-Fi from data."""
    now = services.preferences
    blind = now.wifi_photos and services.platform.connectivity.metered() is None
    return card(
        [
            section(t("me.data.title")),
            _switch(
                services, "wifi_photos", now.wifi_photos, "me.data.unknown" if blind else "me.data.wifi_hint"
            ),
            _switch(services, "saver", now.saver, "me.data.saver_hint"),
        ],
        spacing=S3,
    )


def _switch(services: Services, field: str, on: bool, hint: str) -> ft.Control:
    return switch(
        t(f"me.data.{field}"),
        on,
        lambda chosen: change_preferences(services, **{field: chosen}),
        hint=t(hint),
        key=f"data-{field}",
    )
