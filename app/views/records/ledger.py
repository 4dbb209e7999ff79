"""已入总账: only when this phone has checked the proof itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from app.actions.ledger_place import ledger_place
from app.lang import t
from app.views.components import Tone, status

if TYPE_CHECKING:
    from app.actions.services import Services


def ledger(services: Services, record_id: str) -> list[ft.Control]:
    """One line; none before the registry has brought a proof."""
    place = ledger_place(services.db, services.identity.crypto, record_id)
    if place is None:
        return []
    if place.verified:
        return [status(ft.Icons.VERIFIED_OUTLINED, t("records.ledger.in", number=place.number), Tone.DONE)]
    return [status(ft.Icons.GPP_MAYBE_OUTLINED, t("records.ledger.bad"), Tone.PROBLEM)]
