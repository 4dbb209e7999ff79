"""Home: whom to reach next, and how far we are."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import flet as ft

from app.actions.local_time import local_now
from app.lang import t
from app.views.components import (
    detail,
    empty,
    headline,
    icon_button,
    loading,
    row,
    screen,
    secondary,
    section,
    text_field,
    typed_in,
)
from app.views.context import use_bell, use_services
from app.views.form.entries import home_entry
from app.views.format import day as day_words
from app.views.home.cards import coverage_card, household_card, off_list_card
from app.views.home.home_state import PAGE_ROWS, Home, days_left, greeting
from app.views.home.read import HomeReading, read_home
from app.views.shell.frame import navigation
from app.views.shell.road_strip import RoadStrip
from app.views.theme import S1

if TYPE_CHECKING:
    from app.actions.services import Services
    from domain.models import Campaign


@ft.component
def HomeScreen() -> ft.View:
    """The first tab."""
    services = use_services()
    use_bell()
    query, set_query = ft.use_state("")
    limit, set_limit = ft.use_state(PAGE_ROWS)
    now = local_now(services)
    reading = read_home(services, query, limit)
    # the visit is done, so is the search that led to it
    ft.use_effect(lambda: set_query(""), [reading.visited])

    def search(text: str) -> None:
        set_query(text)
        set_limit(PAGE_ROWS)

    return screen(
        [
            _header(services, reading.campaign, now),
            *_content(services, reading, query, search, lambda: set_limit(limit + PAGE_ROWS), now),
        ],
        route="/",
        top=[RoadStrip("/")],
        navigation=navigation(services, "/"),
    )


def _header(services: Services, campaign: Campaign | None, now: datetime) -> ft.Control:
    name = services.me.name if services.me else ""
    return ft.Column(
        [headline(t(greeting(now.hour), name=name)), detail(_campaign_words(campaign, now))],
        spacing=S1,
        tight=True,
    )


def _campaign_words(campaign: Campaign | None, now: datetime) -> str:
    if campaign is None:
        return t("home.campaign.none")
    if now.date() < campaign.starts_on:
        return t("home.campaign.coming", name=campaign.name, day=day_words(campaign.starts_on))
    left = days_left(campaign, now.date())
    if left == 0:
        return t("home.campaign.over", name=campaign.name)
    if left == 1:
        return t("home.campaign.last_day", name=campaign.name)
    return t("home.campaign.left", name=campaign.name, days=left)


def _content(
    services: Services, reading: HomeReading, query: str, search: Any, more: Any, now: datetime
) -> list[ft.Control]:
    home, under_way = reading.home, _under_way(reading)
    if home is None:
        return [_first_load(services, reading.received), *under_way, *home_entry(services, now)]
    if not reading.received:
        nobody = empty(ft.Icons.HOME_WORK_OUTLINED, t("home.list.empty.title"), t("home.list.empty.hint"))
        return [nobody, *under_way, *home_entry(services, now)]
    above = [] if query.strip() else [coverage_card(home.coverage)]
    forms = [] if query.strip() else home_entry(services, now)
    rest = [*_list(home, query, now, found=bool(under_way)), *_more(home, more)]
    return [_search(query, search), *above, *under_way, *forms, *rest]


def _under_way(reading: HomeReading) -> list[ft.Control]:
    cards = [off_list_card(one) for one in reading.off_list]
    return [section(t("home.under_way")), *cards] if cards else []


def _first_load(services: Services, received: int) -> ft.Control:
    if services.runner.status.reading.phase == "offline":
        return empty(
            ft.Icons.CLOUD_OFF_OUTLINED,
            t("home.first.offline.title"),
            t("home.first.offline.hint"),
            [secondary(t("common.retry"), services.runner.kick, wide=False)],
        )
    return loading(t("home.first.title"), t("home.first.hint", count=received))


def _search(query: str, search: Any) -> ft.Control:
    clear = icon_button(ft.Icons.CLOSE, t("home.search.clear"), lambda: search("")) if query else None
    return text_field(
        t("home.search.label"),
        query,
        lambda e: search(typed_in(e)),
        hint_text=t("home.search.hint"),
        prefix_icon=ft.Icons.SEARCH,
        suffix_icon=clear,
        autocorrect=False,
        key="home-search",
    )


def _list(home: Home, query: str, now: datetime, *, found: bool) -> list[ft.Control]:
    """``found``: something above answers the search already."""
    if query.strip() and not home.found:
        if found:
            return []
        words = query.strip()[:20]
        title, hint = t("home.search.none.title", query=words), t("home.search.none.hint")
        return [empty(ft.Icons.SEARCH_OFF, title, hint)]
    title = t("home.search.found", count=home.found) if query.strip() else t("home.list.title")
    return [row([section(title)]), *[household_card(one, now) for one in home.rows]]


def _more(home: Home, more: Any) -> list[ft.Control]:
    return [secondary(t("common.more", count=home.more), more)] if home.more else []
