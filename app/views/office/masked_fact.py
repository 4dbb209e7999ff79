"""A fact that may be hidden: its value, and a button that asks for a reason to see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flet as ft

from app.lang import t
from app.views.components import fact
from app.views.office.marks import Masked

Ask = Callable[[Masked], Any] | None
"""Opens the question for a reason; None: this person may not ask."""


def masked_fact(label: str, value: str, masked: Masked | None, ask: Ask) -> ft.Control:
    """Without ``masked``, or for who may not ask, an ordinary fact."""
    if masked is None or ask is None:
        return fact(label, value)
    button = ft.TextButton(
        t("office.reveal.button"), icon=ft.Icons.VISIBILITY_OUTLINED, on_click=lambda: ask(masked)
    )
    named = ft.Semantics(
        content=button,
        label=t("office.reveal.label", field=masked.label),
        button=True,
        container=True,
        exclude_semantics=True,
        on_tap=lambda: ask(masked),
    )
    return fact(label, value, trailing=named)
