"""Dialogs to hand to ``ft.use_dialog``: something to know, something to decide."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.views.components.text import body
from app.views.theme import DIALOG_INSET


def notice(
    title: str, text: str, close_label: str, on_close: Any, other: tuple[str, Any] | None = None
) -> ft.AlertDialog:
    """One thing to know, one button; ``other`` is a second way on, (label, handler)."""
    more = [ft.TextButton(other[0], on_click=other[1])] if other else []
    return ft.AlertDialog(
        title=ft.Text(title),
        content=body(text),
        scrollable=True,
        inset_padding=DIALOG_INSET,
        actions=[*more, ft.TextButton(close_label, on_click=on_close)],
        on_dismiss=on_close,
    )


def confirm(title: str, text: str, yes: tuple[str, Any], no: tuple[str, Any]) -> ft.AlertDialog:
    """A decision: ``yes`` and ``no`` are (label that names the act, handler)."""
    return ft.AlertDialog(
        modal=True,
        title=ft.Text(title),
        content=body(text),
        scrollable=True,
        inset_padding=DIALOG_INSET,
        actions=[ft.TextButton(no[0], on_click=no[1]), ft.FilledButton(yes[0], on_click=yes[1])],
        actions_alignment=ft.MainAxisAlignment.END,
    )
