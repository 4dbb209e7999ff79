"""How a questionnaire was answered, question by question, in all and per organisation (S54)."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.actions.office_forms_answers import list_questions, summarise
from app.lang import t
from app.views.components import body, card, column, detail, empty, fact, name, screen, secondary, section
from app.views.context import go, use_services
from app.views.office import forms_state
from app.views.office.fold import Fold
from app.views.office.forms_hooks import use_asked, waiting
from app.views.office.forms_list import HOME
from app.views.theme import RADIUS_CONTROL, S1, S2, S3, S6
from app.views.visit.hooks import part
from sync.protocol.forms import Numbers, OrgSlices, QuestionInfo, QuestionSummary

AT_ONCE = 8
"""Questions asked for at a time; the next ones with a tap."""
HEIGHT = 14


@ft.component
def OfficeCharts() -> Any:
    """A card for each question, eight at a time."""
    services = use_services()
    form_id = ft.use_route_params().get("form", "")
    asked = use_asked(lambda: list_questions(services, form_id), [form_id])
    shown, set_shown = ft.use_state(AT_ONCE)
    return screen(
        waiting(asked) or _cards(form_id, asked.value, shown, lambda: set_shown(shown + AT_ONCE)),
        title=t("office_forms.charts.title"),
        route=f"{HOME}/{form_id}/charts",
        back=lambda: go(f"{HOME}/{form_id}"),
    )


def _cards(form_id: str, questions: list[QuestionInfo], shown: int, more: Any) -> list[ft.Control]:
    if not questions:
        return [empty(ft.Icons.BAR_CHART, t("office_forms.charts.empty"))]
    cards: list[ft.Control] = [part(Chart, one.path, form_id, one) for one in questions[:shown]]
    left = len(questions) - shown
    return [*cards, *([secondary(t("office_forms.charts.more", count=left), more)] if left > 0 else [])]


@ft.component
def Chart(form_id: str, question: QuestionInfo) -> Any:
    """Asked for when it is drawn."""
    services = use_services()
    asked = use_asked(lambda: summarise(services, form_id, question.path), [question.path])
    head: list[ft.Control] = [detail(question.group)] if question.group else []
    head.append(name(question.label, lines=4))
    if asked.value is None:
        return card([*head, *waiting(asked)])
    summary: QuestionSummary = asked.value
    return card([*head, detail(forms_state.answered_words(summary)), *_figures(summary), *_orgs(summary)])


def _figures(summary: QuestionSummary) -> list[ft.Control]:
    return [_bars(summary.slices, summary.answered), *_numbers(summary.numbers)]


def _numbers(numbers: Numbers | None) -> list[ft.Control]:
    """Side by side as far as they fit."""
    facts = [fact(label, value) for label, value in forms_state.number_facts(numbers)]
    return [ft.Row(facts, wrap=True, spacing=S6, run_spacing=S3)] if facts else []


def _bars(slices: Any, answered: int) -> ft.Control:
    return column([_bar(one) for one in forms_state.bars(slices, answered)], spacing=S3)


def _bar(one: forms_state.Bar) -> ft.Control:
    """The words above, the bar below: long labels and large text fit any width."""
    figures = str(one.count)
    if one.percent:  # nobody has answered yet: there is nothing to divide by
        figures = t("office_forms.chart.figures", count=one.count, percent=one.percent)
    words = ft.Row(
        [body(one.label), body(figures)],
        wrap=True,  # with large text the figures go below
        spacing=S2,
        run_spacing=0,
        alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
    )
    track = ft.ProgressBar(
        value=one.share,
        bar_height=HEIGHT,
        border_radius=RADIUS_CONTROL,
        color=ft.Colors.PRIMARY,
        bgcolor=ft.Colors.SURFACE_CONTAINER_HIGH,
    )
    return ft.Semantics(
        content=column([words, track], spacing=S1),
        label=f"{one.label} {figures}",
        container=True,
        exclude_semantics=True,
    )


def _orgs(summary: QuestionSummary) -> list[ft.Control]:
    if not summary.by_org:
        return []
    return [Fold(t("office_forms.chart.by_org", count=len(summary.by_org)), lambda: _by_org(summary.by_org))]


def _by_org(orgs: list[OrgSlices]) -> ft.Control:
    parts: list[ft.Control] = []
    for one in orgs:
        parts.append(section(t("office_forms.chart.org", name=one.org_name, count=one.answered)))
        parts.append(_bars(one.slices, one.answered))
        parts += _numbers(one.numbers)
    return column(parts, spacing=S2)
