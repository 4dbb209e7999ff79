"""The supervisor's two addresses: the queue, and one visit. In a wide window both stand side by side."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.lang import t
from app.views.components import empty
from app.views.context import go, use_services
from app.views.office import queue_load
from app.views.office.frame import LIST_WIDTH, beside, office_view
from app.views.office.hooks import WIDE, use_desk, use_width
from app.views.office.later import later
from app.views.office.queue_view import QueuePane
from app.views.office.visit_view import VisitPane

HOME = "/office"
SIDE_BY_SIDE = "/office/beside"
"""Key of the wide view of any visit, so that the list beside it stays where it is from one to the next."""


def _open(visit_id: str) -> None:
    go(f"/office/visit/{visit_id}")


def _actions(services: Any, *, more: bool) -> list[ft.Control]:
    tools: list[ft.Control] = [
        ft.IconButton(
            ft.Icons.REFRESH, tooltip=t("office.refresh"), on_click=later(queue_load.refresh, services)
        )
    ]
    if more:
        tools += [
            ft.IconButton(
                ft.Icons.ASSIGNMENT_OUTLINED,
                tooltip=t("office_forms.title"),
                on_click=lambda: go("/office/forms"),
            ),
            ft.IconButton(ft.Icons.EDIT_NOTE, tooltip=t("edits.title"), on_click=lambda: go("/office/edits")),
            ft.IconButton(
                ft.Icons.INVENTORY_2_OUTLINED,
                tooltip=t("office.quarantine.title"),
                on_click=lambda: go("/office/quarantine"),
            ),
            ft.IconButton(ft.Icons.PERSON_OUTLINE, tooltip=t("common.tab.me"), on_click=lambda: go("/me")),
        ]
    return tools


@ft.component
def OfficeHome() -> Any:
    """The queue; in a wide window with an empty place for the visit."""
    services = use_services()
    width, on_width = use_width()
    # A phone's queue stays drawn below the visit, so that Back finds it; a wide visit brings its own.
    covered = width >= WIDE and ft.use_route_location() not in (HOME, "")
    body: ft.Control = ft.Container(expand=True)
    if not covered:
        body = QueuePane("", _open)
        if width >= WIDE:
            body = beside(body, _nobody())
    return office_view(
        body,
        title=t("office.title"),
        route=HOME,
        on_width=on_width,
        actions=_actions(services, more=True),
    )


@ft.component
def OfficeVisit() -> Any:
    """One visit; in a wide window the queue stays beside it."""
    services = use_services()
    table = use_desk()
    width, on_width = use_width()
    visit_id = ft.use_route_params().get("id", "")
    wide = width >= WIDE
    room = width - LIST_WIDTH - 1 if wide else width
    body: ft.Control = VisitPane(visit_id, room, _open)
    if wide:
        body = beside(QueuePane(visit_id, _open), body)
    return office_view(
        body,
        title=_title(table, visit_id, wide),
        route=SIDE_BY_SIDE if wide else f"/office/visit/{visit_id}",
        on_width=on_width,
        actions=_actions(services, more=wide) if wide else [],
        back=None if wide else lambda: go(HOME),
    )


def _title(table: Any, visit_id: str, wide: bool) -> str:
    if wide:
        return t("office.title")
    queue = queue_load.queue_of(table)
    if queue.total and queue.filters.unreviewed:
        return t("office.queue.left_short", count=queue.many)
    return t("office.visit.title")


def _nobody() -> ft.Control:
    return ft.Container(
        empty(ft.Icons.FACT_CHECK_OUTLINED, t("office.pick.title"), t("office.pick.hint")),
        alignment=ft.Alignment.CENTER,
        expand=True,
    )
