"""The steps of the visit as a row to tap: done, here, still to do, something lacking."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flet as ft

from app.actions.visit_draft import Draft, Step
from app.lang import t
from app.views.theme import S1, S2
from app.views.visit.visit_state import StepState, stepper

_ICONS = {
    "done": ft.Icons.CHECK_CIRCLE,
    "here": ft.Icons.EDIT,
    "open": ft.Icons.CIRCLE_OUTLINED,
    "lacking": ft.Icons.ERROR_OUTLINE,
}
_COLORS = {
    "done": ft.Colors.PRIMARY,
    "here": ft.Colors.PRIMARY,
    "open": ft.Colors.OUTLINE,
    "lacking": ft.Colors.TERTIARY,
}


def stepper_bar(draft: Draft, turn: Callable[[Step], Any]) -> ft.Control:
    """All steps beside each other; the one that is shown is bold and underlined."""
    items = stepper(draft)
    marks = [_mark(place, len(items), step, state, turn) for place, (step, state) in enumerate(items, 1)]
    return ft.Container(
        ft.Row(marks, spacing=0, vertical_alignment=ft.CrossAxisAlignment.START),
        padding=ft.Padding.only(bottom=S1),  # all of the width: at 200 % the words stand clear of each other
        border=ft.Border(bottom=ft.BorderSide(1, ft.Colors.OUTLINE_VARIANT)),
    )


def _mark(place: int, count: int, step: Step, state: StepState, turn: Callable[[Step], Any]) -> ft.Control:
    def go_there(_: Any = None) -> None:
        turn(step)

    name, color, here = t(f"visit.step.{step}"), _COLORS[state], state == "here"
    words = ft.Text(
        name,
        theme_style=ft.TextThemeStyle.LABEL_SMALL,  # two characters fit a sixth of 360 dp at 200 %
        weight=ft.FontWeight.W_700 if here else None,
        color=ft.Colors.PRIMARY if here else ft.Colors.ON_SURFACE_VARIANT,
        text_align=ft.TextAlign.CENTER,
        max_lines=2,
        overflow=ft.TextOverflow.CLIP,
    )
    bar = ft.Container(height=4, bgcolor=color if here else ft.Colors.TRANSPARENT, border_radius=2)
    box = ft.Container(
        ft.Column(
            [ft.Icon(_ICONS[state], size=20, color=color), words, bar],
            spacing=2,
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
        on_click=go_there,
        ink=True,
        padding=ft.Padding.symmetric(vertical=S2 - 2),
    )
    said = t("visit.step_said", place=place, count=count, name=name, state=t(f"visit.step_state.{state}"))
    return ft.Semantics(
        content=box,
        identifier=f"step-{step}",
        label=said,
        button=True,
        selected=here,
        exclude_semantics=True,
        on_tap=go_there,
        expand=True,
    )
