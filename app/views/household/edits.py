"""Corrections of this file that still wait for the office: what was said, and what they wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from app.actions.read_edits import Correction, open_corrections
from app.lang import has_text, t
from app.views.components import Tone, body, card, column, section, status
from app.views.theme import S1, S3
from domain.file_edits import is_phone, kind_of
from domain.identity import mask_phone

if TYPE_CHECKING:
    from app.actions.services import Services
    from domain.models import HouseholdFile

LOOK = {
    "kept": (ft.Icons.CLOUD_QUEUE, Tone.QUIET),
    "sent": (ft.Icons.CLOUD_DONE_OUTLINED, Tone.QUIET),
    "waiting": (ft.Icons.HOURGLASS_EMPTY, Tone.WAIT),
    "conflict": (ft.Icons.CALL_SPLIT, Tone.WAIT),
    "declined": (ft.Icons.DO_NOT_DISTURB_ON_OUTLINED, Tone.QUIET),
}


def edits_card(services: Services, file: HouseholdFile) -> list[ft.Control]:
    """Nothing while nothing waits."""
    found = open_corrections(services, file.id)
    if not found:
        return []
    return [card([section(t("edits.card.title")), *map(_line, found)], spacing=S3)]


def _line(one: Correction) -> ft.Control:
    icon, tone = LOOK.get(one.state, LOOK["sent"])
    words = field_label(one.field)
    if one.after:
        words = t(
            "edits.card.says", field=words, value=mask_phone(one.after) if is_phone(one.field) else one.after
        )
    state = t(f"edits.state.{one.state}") if one.mine else t("edits.state.colleague")
    return column([body(words), status(icon, state, tone)], spacing=S1)


def field_label(field: str) -> str:
    """The field's name as a cadre says it; one of a newer app as it is written."""
    msgid = f"edits.field.{kind_of(field)}"
    return t(msgid) if has_text(msgid) else field
