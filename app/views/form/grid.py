"""The questions of one page beside each other, as wide as the form wants (appearances w1–w12)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flet as ft

from app.views.form.grid_state import PARTS, wide_from, width_of
from app.views.theme import MAX_WIDTH, PAGE, S5
from forms import Question

BETWEEN = 28
"""Between two questions of a page, dp."""


def use_room(text_scale: float) -> tuple[bool, Callable[[Any], None]]:
    """(is there room side by side, handler for the questions' ``on_size_change``). A row that goes by the
    window's width itself keeps what it was first drawn with, also on a phone that was turned upright."""
    page = ft.context.page
    width, set_width = ft.use_state(float(page.width or 0))

    def sized(event: Any) -> None:
        inside = float(event.width)
        set_width(inside + 2 * PAGE if inside < MAX_WIDTH else float(page.width or inside))

    return width >= wide_from(text_scale), sized


def share(question: Question, parts: int, *, room: bool) -> int:
    """For the question's ``col``: the whole width of a phone, its part where there is room."""
    if not parts:
        return PARTS
    return width_of(question.appearance, parts) if room else parts


def beside(cards: list[ft.Control], parts: int, sized: Callable[[Any], None]) -> ft.Control:
    """Rows of ``parts`` parts, filled one after the other."""
    row = ft.ResponsiveRow(cards, columns=parts, spacing=S5, run_spacing=BETWEEN)
    return ft.Container(row, on_size_change=sized)
