"""The door: begin a visit at this household, or go on with the one left open."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.actions.drafts import draft_of_household
from app.actions.start_visit import start_visit
from app.lang import t
from app.views.components import failed, loading, primary, screen, secondary
from app.views.context import go, use_services
from app.views.visit.hooks import sentence, use_made, use_value
from domain.errors import NuanFangError


@ft.component
def StartView() -> ft.View:
    """``/household/:hid/start``: a new draft and on to its page; with an open draft a choice, so that Back
    in a browser never leads round in a circle."""
    services = use_services()
    household_id = ft.use_route_params().get("hid", "")
    trouble, set_trouble = use_value(None)
    open_draft = use_made(lambda: draft_of_household(services, household_id))

    def begin() -> None:
        if open_draft is not None:
            return
        try:
            draft = start_visit(services, household_id)
        except NuanFangError as error:
            set_trouble(error)
            return
        go(f"/visit/{draft.id}")

    ft.use_effect(begin, [])
    if trouble is not None:
        back = secondary(t("common.back"), lambda: go("/"), wide=False)
        return _frame([failed(t("visit.start.failed"), sentence(trouble), [back])])
    if open_draft is None:
        return _frame([loading(t("visit.start.busy"))])
    go_on = primary(t("visit.start.go_on"), lambda: go(f"/visit/{open_draft.id}"), icon=ft.Icons.PLAY_ARROW)
    words = t("visit.start.open", name=open_draft.household_name)
    return _frame(
        [
            ft.Text(words, theme_style=ft.TextThemeStyle.TITLE_LARGE),
            ft.Text(t("visit.start.open_hint"), theme_style=ft.TextThemeStyle.BODY_LARGE),
            ft.Semantics(content=go_on, identifier="visit-go-on"),
            secondary(t("common.back"), lambda: go("/")),
        ]
    )


def _frame(parts: list[Any]) -> ft.View:
    return screen(parts, title=t("visit.title"))
