"""A rank: rows to drag or to step up and down, the first is the most important."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.lang import t
from app.views.components import column, detail, quiet, secondary
from app.views.form.asked import Asked
from app.views.form.controls.pieces import ident, step_button
from app.views.form.controls.selects_state import chosen, moved, ranked
from app.views.theme import RADIUS_CONTROL, S1, S2, S3, Type

_DONE = ft.Colors.ON_SURFACE


def rank(asked: Asked) -> ft.Control:
    """Until the person touches it nothing is answered; then the whole order is."""
    question = asked.question
    order = ranked(question)
    answered = bool(question.choices) and len(chosen(question)) == len(order)

    def move(index: int, to: int) -> None:
        if index != to:
            asked.answer(moved(order, index, to))

    def dropped(event: Any) -> None:
        move(int(event.old_index), int(event.new_index))

    names = {choice.value: choice.label or choice.value for choice in question.choices}
    rows = [
        _row(asked, place, value, names[value], len(order), answered, move)
        for place, value in enumerate(order)
    ]
    listed = ft.ReorderableListView(rows, show_default_drag_handles=False, on_reorder=dropped, scroll=None)
    return column([detail(t("form_controls.rank.hint")), listed, _below(asked, order, answered)], spacing=S2)


def _below(asked: Asked, order: list[str], answered: bool) -> ft.Control:
    if not answered:
        keep = secondary(
            t("form_controls.rank.keep"), lambda: asked.answer(" ".join(order)), icon=ft.Icons.CHECK
        )
        return ft.Semantics(content=keep, identifier=ident(asked, "keep"))
    if asked.question.required:
        return ft.Container(height=0)
    clear = quiet(t("form_controls.clear"), lambda: asked.answer(""), icon=ft.Icons.CLOSE)
    return ft.Row([ft.Semantics(content=clear, identifier=ident(asked, "clear"))])


def _row(
    asked: Asked, place: int, value: str, name: str, count: int, answered: bool, move: Any
) -> ft.Control:
    up = None if place == 0 else lambda: move(place, place - 1)
    down = None if place == count - 1 else lambda: move(place, place + 1)
    number = ft.Text(str(place + 1) if answered else "–", theme_style=Type.SECTION, color=ft.Colors.PRIMARY)
    handle = ft.ReorderableDragHandle(
        content=ft.Container(ft.Icon(ft.Icons.DRAG_INDICATOR, color=ft.Colors.OUTLINE), padding=S3)
    )
    face = ft.Row(
        [
            handle,
            number,
            ft.Text(name, theme_style=Type.BODY, color=_DONE, expand=True),
            step_button(
                ft.Icons.KEYBOARD_ARROW_UP,
                t("form_controls.rank.up", name=name),
                up,
                ident(asked, f"{value}:up"),
            ),
            step_button(
                ft.Icons.KEYBOARD_ARROW_DOWN,
                t("form_controls.rank.down", name=name),
                down,
                ident(asked, f"{value}:down"),
            ),
        ],
        spacing=S1,
    )
    box = ft.Container(
        face,
        padding=ft.Padding.only(right=S2, top=S1, bottom=S1),
        bgcolor=ft.Colors.SURFACE_CONTAINER_LOWEST,
        border=ft.Border.all(1, ft.Colors.PRIMARY if answered else ft.Colors.OUTLINE_VARIANT),
        border_radius=RADIUS_CONTROL,
    )
    label = t("form_controls.rank.place", place=place + 1, name=name) if answered else name
    spoken = ft.Semantics(content=box, identifier=ident(asked, value), label=label, container=True)
    return ft.Container(spoken, padding=ft.Padding.only(bottom=S2), key=value)
