"""The answers to one questionnaire: newest first, filtered, taken along as a spreadsheet (S54)."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.actions.office_forms_answers import Wanted, list_answers, list_questions
from app.actions.office_list_orgs import list_orgs
from app.lang import t
from app.views.components import (
    card,
    chip,
    detail,
    empty,
    icon_button,
    name,
    row,
    screen,
    secondary,
)
from app.views.context import go, use_services
from app.views.office import forms_state
from app.views.office.forms_export import Exports
from app.views.office.forms_filter import AnswerFilter
from app.views.office.forms_hooks import stale, use_act, use_asked, waiting
from app.views.office.forms_list import HOME
from app.views.office.marks import flags
from app.views.office.signs import flag_chip
from app.views.office.story_state import utc_now
from app.views.theme import S2
from app.views.visit.hooks import use_made, use_value
from sync.protocol.forms import SurveyPage, SurveyRow


@ft.component
def OfficeAnswers() -> Any:
    """Fifty at a time."""
    services = use_services()
    form_id = ft.use_route_params().get("form", "")
    wanted, set_wanted = use_value(Wanted(form_id))
    asked = use_asked(lambda: list_answers(services, wanted), [wanted])
    questions = use_asked(lambda: list_questions(services, form_id), [form_id])
    act = use_act()
    orgs = use_made(lambda: list_orgs(services))

    async def more() -> None:
        page: SurveyPage = asked.value
        fresh = await act.run(lambda: list_answers(services, wanted, page.next))
        if fresh is not None:
            asked.put(SurveyPage(rows=[*page.rows, *fresh.rows], next=fresh.next, total=fresh.total))

    return screen(
        [
            AnswerFilter(wanted, questions.value or [], orgs, set_wanted),
            Exports(wanted, dict(orgs).get(wanted.org, "")),
            *act.told(),
            *stale(asked),
            *(waiting(asked) or _rows(asked.value, wanted, more, lambda: set_wanted(Wanted(form_id)))),
        ],
        title=t("office_forms.answers.title"),
        route=f"{HOME}/{form_id}/answers",
        actions=[icon_button(ft.Icons.REFRESH, t("office.refresh"), asked.again)],
        back=lambda: go(f"{HOME}/{form_id}"),
    )


def _rows(page: SurveyPage, wanted: Wanted, more: Any, clear: Any) -> list[ft.Control]:
    if not page.rows and (wanted.question or wanted.org):
        button = secondary(t("office_forms.filter.clear"), clear, wide=False)
        return [empty(ft.Icons.SEARCH_OFF, t("office_forms.answers.no_match"), "", [button])]
    if not page.rows:
        hint = t("office_forms.answers.empty_hint")
        return [empty(ft.Icons.INBOX_OUTLINED, t("office_forms.answers.empty"), hint)]
    head = detail(t("office_forms.answers.count", count=page.total))
    rest = [secondary(t("office_forms.answers.more"), more)] if page.next else []
    return [head, *(_row(one) for one in page.rows), *rest]


def _row(one: SurveyRow) -> ft.Control:
    title, facts = forms_state.answer_title(one), forms_state.answer_facts(one, utc_now())
    marks = [flag_chip(flag) for flag in flags(one.flags)]
    if one.replaced_by:
        marks.append(chip(t("office_forms.answer.replaced")))
    return card(
        [name(title), detail(facts), *([row(marks, spacing=S2, wrap=True)] if marks else [])],
        on_click=lambda: go(f"{HOME}/{one.form_id}/answers/{one.id}"),
        label=f"{title} {facts}",
        key=one.id,
    )
