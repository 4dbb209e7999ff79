"""One sealed visit or questionnaire: how far it got, and what it says."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.lang import t
from app.views.components import card, empty, fact, name, screen
from app.views.context import use_bell, use_services
from app.views.format import label, moment, yuan
from app.views.records.ledger import ledger
from app.views.records.records import household_name
from app.views.records.road import road
from app.views.records.survey import SurveyRecord, see_household
from app.views.theme import S3, S4
from domain.codes import VisitResult


@ft.component
def RecordScreen() -> Any:
    """``/records/:id``: a visit, or a questionnaire."""
    record_id = ft.use_route_params().get("id", "")
    if use_services().surveys.get(record_id) is not None:
        return SurveyRecord(record_id)
    return VisitRecord(record_id)


@ft.component
def VisitRecord(record_id: str) -> ft.View:
    """What a visit says."""
    services = use_services()
    use_bell()
    visit = services.visits.get(record_id)
    if visit is None:
        words = t("records.missing.title"), t("records.missing.hint")
        return screen([empty(ft.Icons.SEARCH_OFF, *words)], title=t("records.detail.title"))
    file = services.households.get(visit.household_id or "")
    facts = [fact(t("records.detail.when"), moment(visit.at, services.platform.clock.now()))]
    if visit.result in tuple(VisitResult):
        facts.append(fact(t("records.detail.result"), label(VisitResult(visit.result))))
    if visit.aid_total:
        facts.append(fact(t("records.detail.aid"), yuan(visit.aid_total)))
    if visit.photos:
        value = t("records.detail.photos_value", total=visit.photos, sent=visit.photos_sent)
        facts.append(fact(t("records.detail.photos"), value))
    if visit.note:
        facts.append(fact(t("records.detail.note"), visit.note))
    if visit.next_step:
        facts.append(fact(t("records.detail.next"), visit.next_step))
    facts.append(fact(t("records.detail.id"), visit.id))
    return screen(
        [
            card(
                [
                    name(household_name(file), lines=None),
                    *road(visit, services.runner.status.reading),
                    *ledger(services, visit.id),
                ],
                spacing=S4,
            ),
            card(facts, spacing=S3),
            *([see_household(file.id)] if file is not None else []),
        ],
        title=t("records.detail.title"),
    )
