"""One household: who lives there, how to find the door, what they need, and the one button: the visit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from app.actions.local_time import today
from app.actions.roll import campaign_on
from app.lang import t
from app.views.components import (
    Tone,
    callout,
    card,
    chip,
    detail,
    empty,
    name,
    primary,
    row,
    screen,
    secondary,
)
from app.views.context import go, use_bell, use_services
from app.views.form.entries import household_entry
from app.views.format import label
from app.views.home.cards import category_chip
from app.views.home.home_state import by_household
from app.views.household.contact import ContactCard
from app.views.household.edits import edits_card
from app.views.household.health import HealthCard
from app.views.household.household_state import notice_of, was_met
from app.views.household.sections import address_card, hardship_card, members_card, visits_card
from app.views.theme import S2
from domain.codes import FileStatus

if TYPE_CHECKING:
    from app.actions.read_visits import SealedVisit
    from app.actions.services import Services
    from domain.models import HouseholdFile


@ft.component
def HouseholdScreen() -> ft.View:
    """``/household/:hid``."""
    services = use_services()
    use_bell()
    hid = ft.use_route_params().get("hid", "")
    file = services.households.get(hid)
    if file is None:
        back = secondary(t("common.not_found.home"), lambda: go("/"), wide=False)
        words = t("household.missing.title"), t("household.missing.hint")
        return screen([empty(ft.Icons.PERSON_OFF_OUTLINED, *words, [back])], title=t("common.app"))
    day = today(services)
    visits = by_household(services.visits.of_household(hid), campaign_on(services.db, day)).get(hid, [])
    return screen(
        [
            _title_card(file),
            *_notice(services, file),
            address_card(file),
            ContactCard(file),
            *edits_card(services, file),
            members_card(file, day),
            HealthCard(file),
            hardship_card(file),
            *household_entry(services, file.id, services.platform.clock.now()),
            visits_card(visits, services.platform.clock.now()),
        ],
        title=t("household.title"),
        bottom=[_main_button(services, file, visits)],
    )


def _title_card(file: HouseholdFile) -> ft.Control:
    chips = [category_chip(file), chip(label(file.main_cause))]
    if file.status is not FileStatus.ACTIVE:
        chips.insert(0, chip(label(file.status), Tone.WAIT, ft.Icons.INFO_OUTLINE))
    number = detail(t("household.number", number=file.number))
    return card([name(file.worker.name, lines=None), row(chips, wrap=True), number], spacing=S2)


def _notice(services: Services, file: HouseholdFile) -> list[ft.Control]:
    found = notice_of(file, today(services))
    if found is None:
        return []
    params = dict(found.params)
    if "status" in params:
        params["status"] = label(file.status)
    return [callout(ft.Icons.INFO_OUTLINE, t(f"household.notice.{found.key}", **params))]


def _main_button(services: Services, file: HouseholdFile, visits: list[SealedVisit]) -> ft.Control:
    drafts = services.db.table("drafts").all()
    draft = next((one for one in drafts if one.get("household") == file.id), None)
    if draft is not None:
        resume = f"/visit/{draft['id']}"
        return primary(t("household.resume"), lambda: go(resume), icon=ft.Icons.EDIT_NOTE, key="visit-resume")
    words = t("household.again") if was_met(visits) else t("household.start")
    start = f"/household/{file.id}/start"
    return primary(words, lambda: go(start), icon=ft.Icons.DOOR_FRONT_DOOR_OUTLINED, key="visit-start")
