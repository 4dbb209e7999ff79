"""Doors to the questionnaires on other screens: home, a household, a visit."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import flet as ft

from app.actions.forms_here import FormCard, offered
from app.actions.list_surveys import has_left, surveys_of, surveys_under_way
from app.lang import t
from app.views.components import card, column, detail, secondary, section
from app.views.context import go, use_bell, use_services
from app.views.form.cards import draft_card, offer_card
from app.views.form.list_state import offers
from app.views.form.lists import use_begin
from app.views.form.paths import LIST, list_path
from app.views.theme import S1, S2, S3
from app.views.visit.widgets import group, marked

if TYPE_CHECKING:
    from app.actions.read_surveys import SurveyCard
    from app.actions.services import Services

FEW = 3
"""Unfinished ones shown on another screen; the list of questionnaires has all."""


def home_entry(services: Services, now: datetime) -> list[ft.Control]:
    """What was begun and not handed in, and the way to the rest; nothing when there is nothing."""
    drafts = surveys_under_way(services)
    parts: list[ft.Control] = []
    if drafts:
        parts = [section(t("form.list.drafts")), *[_begun(services, one, now) for one in drafts[:FEW]]]
    if len(drafts) > FEW or offered(services, "org") or offered(services, "none"):
        row = ft.Row(
            [
                ft.Icon(ft.Icons.ASSIGNMENT_OUTLINED, color=ft.Colors.PRIMARY),
                ft.Container(
                    column([section(t("form.list.home")), detail(t("form.list.home_hint"))], spacing=0),
                    expand=True,
                ),
                ft.Icon(ft.Icons.CHEVRON_RIGHT, color=ft.Colors.OUTLINE),
            ],
            spacing=S3,
        )
        parts.append(card([row], on_click=lambda: go(LIST), key="forms"))
    return parts


def _begun(services: Services, one: SurveyCard, now: datetime) -> ft.Control:
    return draft_card(one, now, left=has_left(services, one))


def household_entry(services: Services, household: str, now: datetime) -> list[ft.Control]:
    """The household's own questionnaires: those begun, and the way to all."""
    drafts = surveys_under_way(services, household)
    if not drafts and not offered(services, "household"):
        return []
    fill = secondary(t("form.list.open"), lambda: go(list_path(household)), icon=ft.Icons.ASSIGNMENT_OUTLINED)
    begun = [draft_card(one, now) for one in drafts[:FEW]]
    return [card([section(t("form.list.household")), *begun, marked("household-forms", fill)], spacing=S3)]


@ft.component
def VisitForms(visit: str, household: str) -> ft.Control:
    """Inside a visit: what the office wants filled in at the door (S18)."""
    services = use_services()
    use_bell()
    begin, trouble = use_begin()
    now = services.platform.clock.now()

    def start(one: FormCard) -> None:
        begin(one, household=household, visit=visit)

    found = offers(offered(services, "household", in_visit=True), surveys_of(services, household=household))
    if not found:
        return ft.Container(height=0)
    cards = [offer_card(one, now, start) for one in found]
    shown = group(t("form.list.visit"), [column(cards, spacing=S2)], t("form.list.visit_hint"))
    return ft.Container(column([*trouble, shown], spacing=S2), padding=ft.Padding.only(top=S1))
