"""The family's health: sensitive (PIPL art. 28), masked until somebody says why, and every look is logged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from app.actions.reveal import HEALTH_REASONS, Reason, reveal_health
from app.lang import t
from app.views.components import card, detail, fact, quiet, section
from app.views.context import use_services, use_value
from app.views.format import label
from app.views.household.contact import reasons
from app.views.household.household_state import is_ill
from app.views.theme import S3
from domain.codes import Disability

if TYPE_CHECKING:
    from domain.models import HouseholdFile, Person


@ft.component
def HealthCard(file: HouseholdFile) -> ft.Control:
    """Masked again when the screen is left."""
    services = use_services()
    shown, set_shown = use_value(False)
    asking, set_asking = use_value(False)

    def answer(reason: Reason) -> None:
        reveal_health(services, file.id, reason)
        set_asking(False)
        set_shown(True)

    ft.use_dialog(reasons("health", HEALTH_REASONS, answer, lambda: set_asking(False)) if asking else None)
    title = section(t("household.health.title"))
    if not shown:
        words = t("household.health.show")
        button = quiet(words, lambda: set_asking(True), icon=ft.Icons.VISIBILITY_OUTLINED)
        return card([title, detail(t("household.health.masked")), button], spacing=S3)
    ill = [one for one in file.members if is_ill(one)]
    return card([title, *(fact(one.name, health_words(one)) for one in (file.worker, *ill))], spacing=S3)


def health_words(person: Person) -> str:
    """慢性病 · 糖尿病 · 残疾二级."""
    parts = [label(person.health)]
    if person.illness:
        parts.append(person.illness)
    if person.disability is not Disability.NONE:
        parts.append(label(person.disability))
    return " · ".join(parts)
