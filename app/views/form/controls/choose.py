"""Which control fits a question."""

from __future__ import annotations

import flet as ft

from app.views.form.asked import Asked


def control_for(asked: Asked) -> ft.Control:
    """The input of one question, keyed by its path; label, hint and errors are the frame's."""
    return ft.Text(asked.question.value, key=asked.question.path)
