"""Where a questionnaire is chosen: ``/forms``, ``/household/:hid/forms``, ``/forms/org/:form``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

import flet as ft

from app.actions.forms_here import FormCard, offered
from app.actions.list_surveys import has_left, surveys_of, surveys_under_way
from app.actions.services import Services
from app.actions.start_survey import start_survey
from app.lang import has_text, t
from app.store.tables import orgs
from app.views.components import (
    Tone,
    banner,
    card,
    detail,
    empty,
    screen,
    secondary,
    section,
    text_field,
    typed_in,
)
from app.views.context import go, use_bell, use_services, use_value
from app.views.form.cards import draft_card, offer_card
from app.views.form.list_state import ORGS, OrgRow, offers, org_rows
from app.views.form.open import reason
from app.views.form.paths import form_path
from app.views.theme import S1
from domain.errors import NuanFangError

Begin = Callable[..., Any]


def use_begin() -> tuple[Begin, list[ft.Control]]:
    """``begin(card, household=…)`` opens the filling of a questionnaire; what went wrong, as a strip."""
    services = use_services()
    trouble, tell = use_value(cast(NuanFangError | None, None))

    def begin(
        one: FormCard, household: str | None = None, org: str | None = None, visit: str | None = None
    ) -> None:
        try:
            survey = start_survey(services, one.form_key, household=household, org=org, visit=visit)
        except NuanFangError as error:
            tell(error)
            return
        tell(None)
        go(form_path(survey, household=household, visit=visit))

    if trouble is None:
        return begin, []
    line = banner(ft.Icons.ERROR_OUTLINE, reason(trouble), Tone.PROBLEM)
    return begin, [ft.Semantics(content=line, identifier="trouble", live_region=True)]


@ft.component
def FormsView() -> ft.View:
    """About organisations and nobody, and everything that was begun."""
    services = use_services()
    use_bell()
    begin, trouble = use_begin()
    now = services.platform.clock.now()
    drafts = surveys_under_way(services)
    nobody, some = offered(services, "none"), offered(services, "org")
    parts: list[ft.Control] = []
    if drafts:
        parts += [
            section(t("form.list.drafts")),
            *[draft_card(one, now, left=has_left(services, one)) for one in drafts],
        ]
    if some:
        choose = lambda one: go(f"/forms/org/{one.form_id}")  # noqa: E731
        parts += [section(t("form.list.org")), *_offered(some, now, choose)]
    if nobody:
        parts += [
            section(t("form.list.nobody")),
            *_offered(nobody, now, begin),
        ]
    if not some and not nobody:
        parts.append(_none(services))
    elif offered(services, "household"):
        parts.append(detail(t("form.list.household_hint")))
    return screen(parts, title=t("form.list.title"), top=trouble)


def _offered(cards: list[FormCard], now: datetime, begin: Begin) -> list[ft.Control]:
    return [offer_card(one, now, begin, standing=False) for one in offers(cards, [])]


@ft.component
def HouseholdForms() -> ft.View:
    """About one household."""
    services = use_services()
    use_bell()
    begin, trouble = use_begin()
    hid = ft.use_route_params().get("hid", "")
    file = services.households.get(hid)
    now = services.platform.clock.now()
    found = offers(offered(services, "household"), surveys_of(services, household=hid))
    parts: list[ft.Control] = [offer_card(one, now, lambda card: begin(card, household=hid)) for one in found]
    if file is not None:
        parts.insert(0, detail(t("form.list.about", name=file.worker.name, number=file.number)))
    if not found:
        parts.append(_none(services))
    return screen(parts, title=t("form.list.title"), top=trouble)


def _none(services: Services) -> ft.Control:
    """Nothing to fill in, and why: not synced yet, or the office has published nothing for this person."""
    if services.store.session() is None or services.runner.status.reading.last_success is None:
        again = secondary(t("me.sync.now"), services.runner.kick, icon=ft.Icons.SYNC, wide=False)
        return empty(ft.Icons.CLOUD_OFF_OUTLINED, t("form.list.none"), t("form.list.none_offline"), [again])
    return empty(ft.Icons.ASSIGNMENT_OUTLINED, t("form.list.none"), t("form.list.none_hint"))


@ft.component
def ChooseOrg() -> ft.View:
    """Whom a questionnaire about an organisation is filled in for."""
    services = use_services()
    use_bell()
    begin, trouble = use_begin()
    form_id = ft.use_route_params().get("form", "")
    query, set_query = ft.use_state("")
    limit, set_limit = ft.use_state(ORGS)
    one = next((each for each in offered(services, "org") if each.form_id == form_id), None)
    if one is None:
        return screen([empty(ft.Icons.SEARCH_OFF, t("error.form_missing"))], title=t("form.org.title"))
    rows = org_rows(orgs(services.db).all(), query)
    search = text_field(
        t("form.org.search"),
        query,
        lambda event: set_query(typed_in(event)),
        prefix_icon=ft.Icons.SEARCH,
        autocorrect=False,
        key="org-search",
    )
    parts: list[ft.Control] = [detail(one.title), search]
    parts += [_org(row, lambda row: begin(one, org=row.id)) for row in rows[:limit]]
    more = min(ORGS, len(rows) - limit)
    if more > 0:
        parts.append(secondary(t("common.more", count=more), lambda: set_limit(limit + ORGS)))
    if not rows:
        parts.append(empty(ft.Icons.SEARCH_OFF, t("form.org.none"), t("form.org.none_hint")))
    return screen(parts, title=t("form.org.title"), top=trouble)


def _org(row: OrgRow, choose: Callable[[OrgRow], Any]) -> ft.Control:
    key = f"code.org_type.{row.type}"
    words = " · ".join(word for word in (t(key) if has_text(key) else "", row.code) if word)
    return card([section(row.name), detail(words)], on_click=lambda: choose(row), spacing=S1, key=row.id)
