"""Questions that are read rather than answered: notes, and whatever the form does not let one change."""

from __future__ import annotations

import flet as ft

from app.lang import t
from app.views.components import body, column, detail
from app.views.form.asked import Asked
from app.views.form.controls.pieces import ident, ink, named, plain_box, pressable
from app.views.form.controls.selects_state import labels
from app.views.form.words_state import plain_words
from app.views.theme import S2, S3, Type
from forms import Question

OK = "OK"
"""What an acknowledged trigger holds (https://getodk.github.io/xforms-spec/#body-elements)."""


def note(asked: Asked) -> ft.Control:
    """Nothing to answer; a value that the form gave it is shown."""
    if not asked.question.value:
        return ft.Container(height=0)
    return named(asked, plain_box(body(asked.question.value)))


def read_only(asked: Asked) -> ft.Control:
    """An answer that cannot be changed here, in words."""
    words = shown(asked.question)
    lines: list[ft.Control] = [body(words) if words else detail(t("form_controls.empty"))]
    lock = ft.Icon(ft.Icons.LOCK_OUTLINE, size=18, color=ft.Colors.ON_SURFACE_VARIANT)
    box = plain_box(ft.Row([ft.Container(column(lines), expand=True), lock], spacing=S2))
    return ft.Semantics(content=box, identifier=ident(asked), read_only=True)


def shown(question: Question) -> str:
    """The answer as a person reads it; "" when there is none."""
    value = question.value
    if not value:
        return ""
    if question.type in ("select_one", "select_multiple", "rank"):
        return labels(question, t("form_controls.comma"))
    if question.type == "acknowledge":
        return t("form_controls.acknowledged")
    return plain_words(question.type, value, question.appearance)


def acknowledge(asked: Asked) -> ft.Control:
    """One large box to tick."""
    on = asked.question.value != ""
    mark = ft.Icons.CHECK_BOX if on else ft.Icons.CHECK_BOX_OUTLINE_BLANK
    words = t("form_controls.acknowledge")
    face = ft.Row(
        [
            ft.Icon(mark, size=32, color=ft.Colors.PRIMARY, apply_text_scaling=True),
            ft.Text(words, theme_style=Type.BODY, color=ink(on), expand=True),
        ],
        spacing=S3,
    )
    return pressable(
        face,
        lambda: asked.answer("" if on else OK),
        identifier=ident(asked),
        label=f"{asked.question.label} {words}".strip(),
        on=on,
        checked=on,
    )
