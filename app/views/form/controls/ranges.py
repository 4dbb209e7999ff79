"""A range: a slider with big buttons beside it, stars, or a list to pick from."""

from __future__ import annotations

import math
from typing import Any

import flet as ft

from app.lang import t
from app.views.components import column, detail, number, row
from app.views.form.asked import Asked
from app.views.form.controls.pieces import gap_row, ident, named, step_button
from app.views.form.controls.range_state import Steps
from app.views.form.controls.sheet import Picked
from app.views.theme import S1, S2, S3, S6, TARGET
from app.views.visit.hooks import part
from forms import ChoiceView

MOST_STARS = 10
TALL = 240
"""dp: a slider that stands."""
WIDE = 64
"""dp: where a finger may take it."""


def range_answer(asked: Asked) -> ft.Control:
    """By appearance: rating, picker, vertical; else a lying slider."""
    assert asked.question.range is not None
    steps, words = Steps.of(asked.question.range), asked.question.appearance
    if "rating" in words and steps.count < MOST_STARS:
        return _rating(asked, steps)
    if "picker" in words:
        choices = tuple(ChoiceView(value, value) for value in steps.all())
        return part(Picked, "picker", asked, choices)
    return part(Sliding, "slider", asked, steps)


def _rating(asked: Asked, steps: Steps) -> ft.Control:
    """Stars up to the chosen one; the same star again takes the answer back."""
    place = steps.place(asked.question.value)
    stars = [
        _star(asked, steps.text(n), place is not None and n <= place, n == place)
        for n in range(steps.count + 1)
    ]
    said = t("form_controls.range.chosen", value=asked.question.value) if asked.question.value else _none()
    return column([gap_row(stars, 0), detail(said)], spacing=S1)


def _star(asked: Asked, value: str, on: bool, exact: bool) -> ft.Control:
    icon = ft.Icons.STAR_ROUNDED if on else ft.Icons.STAR_OUTLINE_ROUNDED
    tap = lambda: asked.answer("" if exact else value)  # noqa: E731
    box = ft.Container(
        ft.Icon(icon, size=36, color=ft.Colors.TERTIARY if on else ft.Colors.OUTLINE),
        width=TARGET,
        height=TARGET,
        alignment=ft.Alignment.CENTER,
        on_click=tap,
        ink=True,
        border_radius=TARGET,
    )
    return ft.Semantics(
        content=box,
        identifier=ident(asked, value),
        label=value,
        button=True,
        selected=exact,
        exclude_semantics=True,
        on_tap=tap,
    )


@ft.component
def Sliding(asked: Asked, steps: Steps) -> ft.Control:
    """The slider shows where the finger is; the form hears of it when the finger leaves."""
    value = asked.question.value
    dragged, set_dragged = ft.use_state(-1)
    place = steps.place(value)
    at = dragged if dragged >= 0 else place

    def done(event: Any) -> None:
        set_dragged(-1)
        answer = steps.text(round(event.data))
        if answer != value:
            asked.answer(answer)

    slider = ft.Slider(
        value=float(at or 0),
        min=0,
        max=float(steps.count),
        divisions=steps.count,
        on_change=lambda event: set_dragged(round(event.data)),
        on_change_end=done,
        inactive_color=ft.Colors.OUTLINE_VARIANT,
        thumb_color=None if at is not None else ft.Colors.OUTLINE,
    )
    words = _none() if at is None else steps.text(at)
    shown = number(words) if at is not None else detail(words)
    upright = "vertical" in asked.question.appearance
    return (_standing if upright else _lying)(asked, steps, slider, shown)


def _none() -> str:
    return t("form_controls.range.none")


def _buttons(asked: Asked, steps: Steps) -> tuple[ft.Control, ft.Control]:
    value = asked.question.value
    place = steps.place(value)
    less = None if place == 0 else lambda: asked.answer(steps.beside(value, -1))
    more = None if place == steps.count else lambda: asked.answer(steps.beside(value, 1))
    size = TARGET + S2
    return (
        step_button(ft.Icons.REMOVE, t("form_controls.less"), less, ident(asked, "less"), size),
        step_button(ft.Icons.ADD, t("form_controls.more"), more, ident(asked, "more"), size),
    )


def _lying(asked: Asked, steps: Steps, slider: ft.Slider, shown: ft.Control) -> ft.Control:
    less, more = _buttons(asked, steps)
    middle = ft.Container(shown, expand=True, alignment=ft.Alignment.CENTER)
    ends = ft.Row(
        [detail(steps.text(0)), detail(steps.text(steps.count))], alignment=ft.MainAxisAlignment.SPACE_BETWEEN
    )
    bar = named(asked, slider, label=asked.question.label or None)
    return column([row([less, middle, more], spacing=S3), bar, ends], spacing=0)


def _standing(asked: Asked, steps: Steps, slider: ft.Slider, shown: ft.Control) -> ft.Control:
    """The largest value on top. The slider is drawn lying and turned inside a square."""
    less, more = _buttons(asked, steps)
    slider.rotate = ft.Rotate(-math.pi / 2)
    slider.width = slider.height = TALL
    slider.left, slider.top = (WIDE - TALL) / 2, 0
    bar = ft.Container(ft.Stack([slider], clip_behavior=ft.ClipBehavior.NONE), width=WIDE, height=TALL)
    side = ft.Column(
        [detail(steps.text(steps.count)), more, shown, less, detail(steps.text(0))],
        spacing=S2,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
    )
    return ft.Row(
        [side, named(asked, bar, label=asked.question.label or None)],
        spacing=S6,
        alignment=ft.MainAxisAlignment.CENTER,
    )
