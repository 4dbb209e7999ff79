"""The ledger (总账) contradicts itself: said in words, with both sizes and dates to photograph (S9)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import flet as ft

from app.actions.ledger_doubt import doubt_to_tell, doubt_told
from app.lang import t
from app.views.components import Tone, card, secondary, section, status
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

    def words(head: TreeHead) -> str:
        now = services.platform.clock.now()
        return t("me.ledger.head", when=moment(datetime.fromisoformat(head.time), now), size=head.size)

    said = t("me.ledger.differs", kept=words(doubt.kept), seen=words(doubt.seen))
    done = secondary(t("me.ledger.told"), lambda: doubt_told(services), icon=ft.Icons.CHECK)
    line = status(ft.Icons.GPP_MAYBE_OUTLINED, said, Tone.PROBLEM)
    return [card([section(t("me.ledger.title")), line, done], spacing=S3)]
