"""The ledger (总账) contradicts itself: said in words, with both sizes and dates to photograph (S9)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import flet as ft

from app.actions.ledger_doubt import doubt_to_tell, doubt_told
from app.lang import t
from app.views.components import Tone, body, card, detail, fact, secondary, section, status
from app.views.format import moment
from app.views.theme import S3

if TYPE_CHECKING:
    from app.actions.services import Services
    from sync.protocol.log import TreeHead


def ledger_card(services: Services) -> list[ft.Control]:
    """Nothing, as long as the ledger only grew."""
    doubt = doubt_to_tell(services)
    if doubt is None:
        return []

    now = services.platform.clock.now()

    def words(head: TreeHead) -> str:
        return t("me.ledger.head", when=moment(datetime.fromisoformat(head.time), now), size=f"{head.size:,}")

    return [
        card(
            [
                section(t("me.ledger.title")),
                status(ft.Icons.GPP_MAYBE_OUTLINED, t("me.ledger.differs"), Tone.PROBLEM),
                fact(t("me.ledger.kept"), words(doubt.kept)),
                fact(t("me.ledger.seen"), words(doubt.seen)),
                body(t("me.ledger.todo")),
                detail(t("me.ledger.why")),
                secondary(t("me.ledger.told"), lambda: doubt_told(services), icon=ft.Icons.CHECK),
            ],
            spacing=S3,
        )
    ]
