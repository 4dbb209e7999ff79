"""The household's file and the record's proofs: facts to read, numbers to reveal, hashes to copy."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import flet as ft

from app.actions.office_reveal_field import Hidden
from app.lang import t
from app.views.components import card, detail, fact, section
from app.views.office.audit_state import copied, proofs_of, recomputed, sealed_text
from app.views.office.file_state import Fact
from app.views.office.fold import Fold
from app.views.office.frame import COLUMN, Room
from app.views.office.marks import Masked
from app.views.office.masked_fact import Ask, masked_fact
from app.views.office.signs import line
from app.views.theme import PAGE, S1, S2, S3, S4, Type
from sync.protocol.messages import VisitDetail

CELL = 138
"""Width of a short fact at ordinary text size, dp."""
SHORT = 8
"""Characters of Chinese that fit in it."""


def file_card(facts: tuple[Fact, ...], room: Room, ask: Ask) -> ft.Control:
    """Short facts side by side; below them the masked ones with a button that asks for a reason."""
    title = section(t("office.file.title"))
    if not facts:
        return card([title, detail(t("office.file.none"))])
    plain = [one for one in facts if one.masked is None]
    cells: list[ft.Control] = [
        ft.Container(fact(one.label, one.value), width=_width(one, room)) for one in plain
    ]
    hidden = [masked_fact(one.label, one.value, one.masked, ask) for one in facts if one.masked]
    return card([title, ft.Row(cells, wrap=True, spacing=S3, run_spacing=S3), *hidden], spacing=S3)


def _width(one: Fact, room: Room) -> float:
    """Half of a phone for a short fact; a long one, or any in large text, gets the whole line."""
    whole = min(room.width, COLUMN) - 2 * PAGE - 2 * S4
    cell = CELL * room.text_scale
    return cell if _length(one.value) <= SHORT and 2 * cell + S3 <= whole else whole


def _length(text: str) -> float:
    """In widths of a Chinese character."""
    return sum(0.6 if sign.isascii() else 1 for sign in text)


def audit_card(found: VisitDetail, revealed: Mapping[Hidden, str], ask: Ask) -> ft.Control:
    """Folded: hash, number, device, each copied with a tap; the sealed text against a reason."""
    return card([Fold(t("office.audit.title"), lambda: _proofs(found, revealed, ask))])


def _proofs(found: VisitDetail, revealed: Mapping[Hidden, str], ask: Ask) -> ft.Control:
    rows = [_proof(one.label, one.value) for one in proofs_of(found)]
    text = sealed_text(found, revealed)
    see = None
    if not isinstance(text, Masked):
        rows += [_proof(t("office.audit.text"), text), line(recomputed(found, text))]
    elif ask is not None:
        look = t("office.audit.text_button")
        see = ft.OutlinedButton(look, icon=ft.Icons.VISIBILITY_OUTLINED, on_click=partial(ask, text))
    everything = ft.OutlinedButton(
        t("office.audit.copy_all"), icon=ft.Icons.COPY_ALL, action=ft.CopyToClipboard(copied(found))
    )
    buttons = ft.Row([everything, *([see] if see else [])], spacing=S2, wrap=True)
    return ft.Column([*rows, buttons], spacing=S2, tight=True)


def _proof(label: str, value: str) -> ft.Control:
    copy = ft.IconButton(
        ft.Icons.CONTENT_COPY,
        tooltip=t("office.audit.copy", label=label),
        icon_size=20,
        action=ft.CopyToClipboard(value),
    )
    words = ft.Column(
        [detail(label), ft.Text(value, theme_style=Type.DETAIL)], spacing=S1 // 2, tight=True, expand=True
    )
    return ft.Row([words, copy], spacing=S2)
