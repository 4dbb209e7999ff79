"""The questions of one page beside each other, as wide as the form wants (appearances w1–w12)."""

from __future__ import annotations

import flet as ft

from app.views.form.grid_state import PARTS, wide_from, width_of
from app.views.theme import S5
from forms import Question

BETWEEN = 28
"""Between two questions of a page, dp."""
Share = dict[str | ft.ResponsiveRowBreakpoint, int | float] | int


def share(question: Question, parts: int) -> Share:
    """For the question's ``col``: the whole width of a phone, its part of a wider window."""
    return {"xs": parts, "md": width_of(question.appearance, parts)} if parts else PARTS


def beside(cards: list[ft.Control], parts: int, text_scale: float) -> ft.Control:
    """Rows of ``parts`` parts, filled one after the other."""
    return ft.ResponsiveRow(
        cards,
        columns=parts,
        breakpoints={"xs": 0, "md": wide_from(text_scale)},
        spacing=S5,
        run_spacing=BETWEEN,
    )
