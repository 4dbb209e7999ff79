"""Narrowing the answers of a questionnaire to those that say one thing: a question and what it must hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import flet as ft

from app.actions.office_forms_answers import Wanted, summarise
from app.lang import t
from app.views.components import column, quiet, text_field
from app.views.context import use_services
from app.views.office.forms_hooks import use_asked
from app.views.office.forms_state import question_words
from app.views.office.later import later
from app.views.theme import S2
from app.views.visit.hooks import part, use_value
from sync.protocol.forms import QuestionInfo, Slice

ANY = ""


@ft.component
def AnswerFilter(wanted: Wanted, questions: list[QuestionInfo], on_change: Callable[[Wanted], Any]) -> Any:
    """A question; then its choices to tap, or a field to type into when it has none."""
    services = use_services()
    chosen, set_chosen = ft.use_state(wanted.question)
    offered = [one for one in questions if one.filter]

    async def ask() -> list[Slice]:
        if not chosen:
            return []
        return (await summarise(services, wanted.form_id, chosen, wanted.org)).slices

    slices = use_asked(ask, [chosen, wanted.org])

    def choose(path: str) -> None:
        set_chosen(path)
        if wanted.question:
            on_change(replace(wanted, question="", value=""))

    if not offered:
        return ft.Container()
    parts: list[ft.Control] = [_questions(offered, chosen, choose)]
    kind = next((one.type for one in offered if one.path == chosen), "")
    if chosen and kind.startswith(("select", "rank", "acknowledge")):
        parts.append(_choices(slices.value or [], chosen, wanted, on_change))
    elif chosen:
        parts.append(part(TypedValue, chosen, chosen, wanted, on_change))
    if wanted.value:
        clear = later(_clear, set_chosen, wanted, on_change)
        parts.append(quiet(t("office_forms.filter.clear"), clear, icon=ft.Icons.CLOSE))
    return column(parts, spacing=S2)


async def _clear(set_chosen: Any, wanted: Wanted, on_change: Any) -> None:
    set_chosen(ANY)
    on_change(replace(wanted, question="", value=""))


def _questions(offered: list[QuestionInfo], chosen: str, choose: Callable[[str], None]) -> ft.Control:
    options = [ft.DropdownOption(key=ANY, text=t("office_forms.filter.any"))]
    options += [ft.DropdownOption(key=one.path, text=question_words(one)) for one in offered]
    return ft.Semantics(
        content=ft.Dropdown(
            value=chosen,
            options=options,
            label=t("office_forms.filter.question"),
            on_select=lambda event: choose(event.control.value or ANY),
            expand=True,
            menu_height=420,
        ),
        label=t("office_forms.filter.question"),
    )


def _choices(slices: list[Slice], path: str, wanted: Wanted, on_change: Any) -> ft.Control:
    chips: list[ft.Control] = [
        ft.Chip(
            label=t("office_forms.filter.choice", label=one.label or one.value, count=one.count),
            selected=wanted.value == one.value,
            on_select=_chooser(one.value, path, wanted, on_change),
        )
        for one in slices
    ]
    return ft.Row(chips, wrap=True, spacing=S2, run_spacing=S2)


def _chooser(value: str, path: str, wanted: Wanted, on_change: Any) -> Callable[[], Any]:
    same = wanted.value == value
    return lambda: on_change(replace(wanted, question="" if same else path, value="" if same else value))


@ft.component
def TypedValue(path: str, wanted: Wanted, on_change: Callable[[Wanted], Any]) -> Any:
    """A whole short answer, such as a name or a date."""
    typed, set_typed = use_value(wanted.value)

    def submit() -> None:
        on_change(replace(wanted, question=path, value=str(typed).strip()))

    return text_field(
        t("office_forms.filter.value"),
        typed,
        lambda event: set_typed(event.control.value or ""),
        on_submit=submit,
        suffix_icon=ft.IconButton(ft.Icons.SEARCH, tooltip=t("office_forms.filter.search"), on_click=submit),
    )
