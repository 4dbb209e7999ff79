"""The rows of a repeat as cards: add, go on with, remove."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flet as ft

from app.lang import t
from app.views.components import (
    Tone,
    body,
    card,
    column,
    confirm,
    detail,
    empty,
    icon_button,
    name,
    secondary,
    section,
    status,
)
from app.views.context import use_value
from app.views.form.open import Paper, use_ring
from app.views.form.rows_state import RowCard, row_cards
from app.views.form.trail_state import row_words
from app.views.theme import S1, S2, S3
from app.views.visit.widgets import marked
from forms import Page


@ft.component
def RepeatPage(paper: Paper, page: Page) -> ft.Control:
    """A page of kind repeat, after its rows: are there more?"""
    sheet = paper.sheet
    use_ring(sheet.touched)
    doomed, set_doomed = use_value("")
    cards = row_cards(sheet.session, page)

    def remove(row: RowCard) -> None:
        if row.filled:
            set_doomed(row.path)
        else:
            sheet.remove_row(row.path)

    def sure() -> None:
        set_doomed("")
        sheet.remove_row(doomed)

    ft.use_dialog(_sure(sure, lambda: set_doomed("")) if doomed else None)
    label = cards.label or t("form.repeat.unnamed")
    parts: list[ft.Control] = [name(label, lines=None)]
    if cards.rows:
        parts.append(detail(t("form.repeat.count", count=len(cards.rows))))
        parts += [_card(label, row, sheet.jump, remove) for row in cards.rows]
    else:
        parts.append(empty(ft.Icons.PLAYLIST_ADD, t("form.repeat.none"), t("form.repeat.none_hint")))
    words = t("form.repeat.more" if cards.rows else "form.repeat.add")
    add = secondary(words, lambda: sheet.add_row(page.path), icon=ft.Icons.ADD)
    return column([*parts, marked("row-add", add)], spacing=S3)


def _card(
    label: str, row: RowCard, edit: Callable[[str], Any], remove: Callable[[RowCard], Any]
) -> ft.Control:
    title = row_words(label, row.number)
    lines: list[ft.Control] = [section(title)]
    lines.append(body(" · ".join(row.answers), lines=2) if row.answers else detail(t("form.repeat.blank")))
    if row.faults:
        lines.append(status(ft.Icons.ERROR_OUTLINE, t("form.repeat.faults", count=row.faults), Tone.WAIT))
    words = ft.Container(
        column(lines, spacing=S1), expand=True, on_click=lambda: edit(row.path), ink=True, padding=S2
    )
    open_it = ft.Semantics(
        content=words, identifier=f"row-{row.path}", button=True, hint_text=t("form.repeat.edit"), expand=True
    )
    gone = icon_button(ft.Icons.DELETE_OUTLINE, t("form.repeat.remove", row=title), lambda: remove(row))
    tools = marked(f"row-remove-{row.path}", gone)
    return card([ft.Row([open_it, tools], spacing=S2)], padding=S2, key=row.path)


def _sure(yes: Callable[[], Any], no: Callable[[], Any]) -> ft.AlertDialog:
    return confirm(
        t("form.repeat.remove_title"),
        t("form.repeat.remove_text"),
        (t("form.repeat.remove_yes"), yes),
        (t("common.cancel"), no),
    )
