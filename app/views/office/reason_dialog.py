"""Asking for a reason: of a doubt, of a look at something hidden, of a dismissal. All are logged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import flet as ft

from app.actions.office_reveal_field import SHORTEST_REASON
from app.lang import t
from app.views.components import body, column, text_field, typed_in
from app.views.office.marks import Masked
from app.views.theme import DIALOG_INSET, S3

LONGEST = 500
"""Characters of a reason."""
NEARLY = 100
"""Characters still to write, from which on they are counted out."""
WIDTH = 420
"""Of the dialog's text, dp; a phone's own width bounds it."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked while ``open``: to reveal ``about``, to dismiss ``stray`` (the id of a piece in the
    quarantine), or with neither why the visit is in doubt."""

    open: bool = False
    about: Masked | None = None
    text: str = ""
    short: bool = False
    stray: str = ""

    @property
    def room(self) -> str:
        """Where its words stand: ``office.<room>.title``."""
        if self.about is not None:
            return "reveal"
        return "dismiss" if self.stray else "doubt"


def reason_field(label: str, text: str, change: Callable[[str], Any], *, short: bool) -> ft.Control:
    """Where a reason is written; ``short``: it was sent off without one."""
    return text_field(
        label,
        text,
        lambda event: change(typed_in(event)),
        error=t("office.reason.missing") if short else None,
        multiline=True,
        min_lines=2,
        max_lines=4,
        max_length=LONGEST,
        counter=None if len(text) > LONGEST - NEARLY else "",  # else it takes a line of a small dialog
        autofocus=True,
    )


def reason_dialog(
    asked: Question, change: Callable[[Question], Any], answer: Callable[[str], Any]
) -> ft.AlertDialog | None:
    """The dialog, or None while nothing is asked. An empty reason is no reason."""
    if not asked.open:
        return None

    async def submit() -> None:
        if len(asked.text.strip()) >= SHORTEST_REASON:
            await answer(asked.text.strip())
        else:
            change(replace(asked, short=True))

    room = asked.room
    field = reason_field(
        t(f"office.{room}.reason"),
        asked.text,
        lambda text: change(replace(asked, text=text, short=False)),
        short=asked.short,
    )
    hint = t("office.reveal.hint", field=asked.about.label) if asked.about else t(f"office.{room}.hint")
    return ft.AlertDialog(
        modal=True,
        title=ft.Text(t(f"office.{room}.title")),
        content=ft.Container(column([body(hint), field], spacing=S3), width=WIDTH),
        scrollable=True,
        inset_padding=DIALOG_INSET,
        actions=[
            ft.TextButton(t("common.cancel"), on_click=lambda: change(Question())),
            ft.FilledButton(t(f"office.{room}.yes"), on_click=submit),
        ],
    )
