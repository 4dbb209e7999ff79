"""One of some, some of some: rows, columns, chips, a scale, or a sheet when there are many."""

from __future__ import annotations

import flet as ft

from app.lang import t
from app.views.components import column, detail, quiet
from app.views.form.asked import Asked
from app.views.form.controls.pieces import ident
from app.views.form.controls.rows import Choose, choice_cell, choice_chip, choice_row
from app.views.form.controls.selects_state import LONG, columns, toggled
from app.views.form.controls.sheet import Picked
from app.views.theme import S1, S2, Type
from app.views.visit.hooks import part
from forms import ChoiceView

MOST_ON_SCALE = 7
"""More points than this do not fit beside each other on a phone."""
_SHEET = {"minimal", "autocomplete", "search"}


def select_one(asked: Asked) -> ft.Control:
    """By appearance; more than ``LONG`` choices are searched in a sheet."""
    question = asked.question
    words = set(question.appearance)
    if not question.choices:
        return _nothing(asked)
    if words & _SHEET or len(question.choices) > LONG:
        return part(Picked, "sheet", asked, question.choices, search=bool(words & {"autocomplete", "search"}))

    def choose(value: str) -> None:
        asked.answer(value)
        if "quick" in words and asked.advance is not None:
            asked.advance()

    if "likert" in words and len(question.choices) <= MOST_ON_SCALE:
        laid: ft.Control = _scale(asked, choose)
    else:
        laid = _laid_out(asked, choose, many=False)
    return column([laid, *_clear(asked)], spacing=S1)


def select_multiple(asked: Asked) -> ft.Control:
    """By appearance; which choices exclude each other is for the form's constraint to say."""
    question = asked.question
    if not question.choices:
        return _nothing(asked)
    if set(question.appearance) & _SHEET or len(question.choices) > LONG:
        return part(Picked, "sheet", asked, question.choices, many=True)
    return _laid_out(asked, lambda value: asked.answer(toggled(question, value)), many=True)


def _laid_out(asked: Asked, choose: Choose, many: bool) -> ft.Control:
    question = asked.question
    chosen = set(question.value.split())
    beside = columns(question.appearance, question.choices)
    if beside == 0:
        chips = [choice_chip(asked, one, one.value in chosen, choose, many) for one in question.choices]
        return ft.Row(chips, wrap=True, spacing=S2, run_spacing=S2)

    def cell(one: ChoiceView) -> ft.Control:
        make = choice_row if beside == 1 else choice_cell
        return make(asked, one, one.value in chosen, choose, many)

    if beside == 1:
        return column([cell(one) for one in question.choices], spacing=S2)
    starts = range(0, len(question.choices), beside)
    return column([_row([cell(one) for one in question.choices[at : at + beside]], beside) for at in starts])


def _row(cells: list[ft.Control], beside: int) -> ft.Control:
    empty: list[ft.Control] = [ft.Container(expand=1) for _ in range(beside - len(cells))]
    return _level([*cells, *empty], S2)


def _scale(asked: Asked, choose: Choose) -> ft.Control:
    cells: list[ft.Control] = [
        choice_cell(asked, one, one.value == asked.question.value, choose, False, Type.DETAIL)
        for one in asked.question.choices
    ]
    return _level(cells, S1)


def _clear(asked: Asked) -> list[ft.Control]:
    """A question that may stay open can be opened again."""
    if not asked.question.value or asked.question.required:
        return []
    button = quiet(t("form_controls.clear"), lambda: asked.answer(""), icon=ft.Icons.CLOSE)
    return [ft.Row([ft.Semantics(content=button, identifier=ident(asked, "clear"))])]


def _nothing(asked: Asked) -> ft.Control:
    """A filter left no choice: an earlier answer decides what can be chosen here."""
    return ft.Semantics(content=detail(t("form_controls.no_choices")), identifier=ident(asked))


def _level(cells: list[ft.Control], spacing: int) -> ft.Row:
    """Beside each other and equally tall, however many lines their words take."""
    return ft.Row(
        cells, spacing=spacing, vertical_alignment=ft.CrossAxisAlignment.STRETCH, intrinsic_height=True
    )
