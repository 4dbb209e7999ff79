"""``…/form/:fid/done``: it is kept, and here is how far it got on its way to the office."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.lang import t
from app.views.components import card, empty, primary, screen
from app.views.context import go, use_bell, use_services
from app.views.form.paths import above, here
from app.views.records.road import road
from app.views.theme import S3
from app.views.visit.done import success
from app.views.visit.widgets import marked


@ft.component
def FormDone() -> Any:
    """After handing in; Back leads to the household, the visit, or home."""
    services = use_services()
    use_bell()
    sealed = services.surveys.get(ft.use_route_params().get("fid", ""))
    target = above(here())
    word = "form.done.visit" if target.startswith("/visit/") else "form.done.back"
    button = marked("form-home", primary(t(word), lambda: go(target), icon=ft.Icons.CHECK))
    if sealed is None:
        return screen(
            [empty(ft.Icons.INBOX, t("form.gone.discarded"))], title=t("form.title"), bottom=[button]
        )
    parts = [success(t("form.done.kept"), t("form.done.hint")), card(road(sealed), spacing=S3)]
    return screen(parts, title=sealed.title, bottom=[button], back=lambda: go(target))
