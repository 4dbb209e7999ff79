"""Narrowing the answers of a questionnaire: whose they are, and what one question must hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import flet as ft

from app.actions.office_forms_answers import Wanted, summarise
from app.lang import t
from app.views.components import column, quiet, row, text_field, typed_in
from app.views.context import use_services
from app.views.office.forms_hooks import use_asked
from app.views.office.forms_state import question_words
from app.views.office.later import later
from app.views.theme import RADIUS_CONTROL, S2, S3, S4
from app.views.visit.hooks import part, use_value
from sync.protocol.forms import QuestionInfo, Slice

ANY = ""


@ft.component
def AnswerFilter(
    wanted: Wanted,
    questions: list[QuestionInfo],
    orgs: list[tuple[str, str]],
    on_change: Callable[[Wanted], Any],
) -> Any:
    """An organisation, (id, name); a question, then its choices to tap or a field to type into.

    With nothing to choose from a field is not shown."""
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

    parts: list[ft.Control] = []
    if len(orgs) > 1:
        pick = [(ANY, t("office_forms.filter.all_orgs")), *orgs]
        label = t("office_forms.filter.org")
        parts.append(_one_of(label, pick, wanted.org, lambda org: on_change(replace(wanted, org=org))))
    if offered:
        asked = [(ANY, t("office_forms.filter.any")), *((one.path, question_words(one)) for one in offered)]
        parts.append(_one_of(t("office_forms.filter.question"), asked, chosen, choose))
    kind = next((one.type for one in offered if one.path == chosen), "")
    if chosen and kind.startswith(("select", "rank", "acknowledge")):
        parts.append(_choices(slices.value or [], chosen, wanted, on_change))
    elif chosen:
        parts.append(part(TypedValue, chosen, chosen, wanted, on_change))
    if wanted.value:
        clear = later(_clear, set_chosen, wanted, on_change)
        parts.append(row([quiet(t("office_forms.filter.clear"), clear, icon=ft.Icons.CLOSE)], wrap=True))
    return column(parts, spacing=S4)


async def _clear(set_chosen: Any, wanted: Wanted, on_change: Any) -> None:
    set_chosen(ANY)
    on_change(replace(wanted, question="", value=""))


def _one_of(
    label: str, options: list[tuple[str, str]], chosen: str, choose: Callable[[str], Any]
) -> ft.Control:
    """A field that unfolds to (key, text)."""
    return ft.Semantics(
        content=ft.Dropdown(
            value=chosen,
            options=[ft.DropdownOption(key=key, text=text) for key, text in options],
            label=label,
            on_select=lambda event: choose(typed_in(event)),
            expand=True,
            menu_height=420,
            border=ft.OutlineInputBorder(
                side=ft.BorderSide(1, ft.Colors.OUTLINE), border_radius=RADIUS_CONTROL
            ),
            filled=True,
            fill_color=ft.Colors.SURFACE_CONTAINER_LOWEST,
        ),
        label=label,
    )


def _choices(slices: list[Slice], path: str, wanted: Wanted, on_change: Any) -> ft.Control:
    chips: list[ft.Control] = [
        ft.Chip(
            label=t("office_forms.filter.choice", label=one.label or one.value, count=one.count),
            selected=wanted.value == one.value,
            bgcolor=ft.Colors.SURFACE_CONTAINER_LOWEST,
            selected_color=ft.Colors.PRIMARY_CONTAINER,
            padding=ft.Padding.symmetric(horizontal=S3, vertical=S3),
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
        lambda event: set_typed(typed_in(event)),
        on_submit=submit,
        suffix_icon=ft.IconButton(ft.Icons.SEARCH, tooltip=t("office_forms.filter.search"), on_click=submit),
    )
