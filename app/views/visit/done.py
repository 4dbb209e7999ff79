"""After sealing: it is kept, and here is how far it got on its way to the office."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.actions.read_visits import SealedVisit
from app.lang import t
from app.views.components import body, card, column, detail, empty, primary, screen, secondary
from app.views.context import go, use_bell, use_services
from app.views.records.road import road
from app.views.theme import S3, S4


@ft.component
def DoneView() -> Any:
    """``/visit/:id/done``."""
    services = use_services()
    use_bell()
    visit_id = ft.use_route_params().get("id", "")
    sealed = services.visits.get(visit_id)
    home = primary(t("visit.done.home"), lambda: go("/"), icon=ft.Icons.HOME)
    buttons = [
        ft.Semantics(content=home, identifier="visit-home"),
        secondary(t("visit.done.record"), lambda: go(f"/records/{visit_id}")),
    ]
    if sealed is None:
        return screen(
            [empty(ft.Icons.INBOX, t("visit.gone.discarded"))], title=t("visit.title"), bottom=buttons
        )
    return screen(
        [success(t("visit.done.kept"), t("visit.done.hint")), _road(sealed)],
        title=t("visit.done.title"),
        bottom=buttons,
        back=lambda: go("/"),
    )


def success(title: str, text: str) -> ft.Control:
    """A large tick: it is kept."""
    words = ft.Text(title, theme_style=ft.TextThemeStyle.HEADLINE_SMALL, text_align=ft.TextAlign.CENTER)
    hint = body(text, color=ft.Colors.ON_SURFACE_VARIANT)
    hint.text_align = ft.TextAlign.CENTER
    return ft.Container(
        ft.Column(
            [ft.Icon(ft.Icons.CHECK_CIRCLE, size=72, color=ft.Colors.PRIMARY), words, hint],
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
            spacing=S3,
            tight=True,
        ),
        padding=ft.Padding.symmetric(vertical=S4),
        alignment=ft.Alignment.CENTER,
    )


def _road(sealed: SealedVisit) -> ft.Control:
    """The same four steps and words as in the list of records."""
    line = [detail(t(f"visit.done.state.{sealed.state}"))]
    if sealed.photos:
        line.append(detail(t("visit.done.photos", sent=sealed.photos_sent, count=sealed.photos)))
    content = card([*road(sealed), column(line, spacing=0)], spacing=S3)
    return ft.Semantics(content=content, identifier=f"record-{sealed.state}", live_region=True)
