"""Records that could not be decoded, with why and how large; their bytes are kept at the registry."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.actions.office_list_quarantine import list_quarantine
from app.lang import t
from app.views.components import card, detail, empty, fact, loading, screen, section
from app.views.context import go, use_services
from app.views.office.fold import Fold
from app.views.office.marks import Mark
from app.views.office.quarantine_state import Kept, Stray, strays
from app.views.office.queue_view import trouble
from app.views.office.signs import ICON, TONE
from app.views.office.story_state import utc_now
from app.views.theme import S2
from domain.errors import NuanFangError


@ft.component
def OfficeQuarantine() -> Any:
    """All of it: there should never be much."""
    services = use_services()
    kept, set_kept = ft.use_state(Kept())

    async def load() -> None:
        try:
            page = await list_quarantine(services)
        except NuanFangError as fault:
            set_kept(Kept(error=fault.code))
        else:
            set_kept(Kept(rows=strays(page, utc_now()), total=page.total))

    ft.use_effect(load, [])
    again = ft.IconButton(ft.Icons.REFRESH, tooltip=t("office.refresh"), on_click=load)
    return screen(
        _body(kept, load),
        title=t("office.quarantine.title"),
        route="/office/quarantine",
        actions=[again],
        back=lambda: go("/office"),
    )


def _body(kept: Kept, load: Any) -> list[ft.Control]:
    if kept.error:
        return [trouble(kept.error, load)]
    if kept.rows is None:
        return [loading(t("office.quarantine.loading"))]
    if not kept.rows:
        return [empty(ft.Icons.TASK_ALT, t("office.quarantine.empty"), t("office.quarantine.empty_hint"))]
    return [detail(t("office.quarantine.hint", count=kept.total)), *(_row(one) for one in kept.rows)]


def _row(one: Stray) -> ft.Control:
    title = section(one.reason)
    title.expand = True
    more = ft.Column(
        [
            fact(t("office.quarantine.code"), one.code),
            *([fact(t("office.quarantine.detail"), one.detail)] if one.detail else []),
            fact(t("office.quarantine.device"), one.sender),
            *([fact(t("office.quarantine.claims"), one.claims)] if one.claims else []),
            fact(t("office.quarantine.id"), one.id),
        ],
        spacing=S2,
        tight=True,
    )
    return card(
        [
            ft.Row(
                [ft.Icon(ICON[Mark.BAD], color=TONE[Mark.BAD].value[0]), title],
                spacing=S2,
                vertical_alignment=ft.CrossAxisAlignment.START,
            ),
            detail(t("office.quarantine.row", time=one.received, size=one.size)),
            Fold(t("office.quarantine.more"), lambda: more),
        ]
    )
