"""Phone and identity number: masked, shown once for a reason that is logged (DESIGN §5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import flet as ft

from app.actions.reveal import REASONS, Field, Reason, reveal
from app.lang import t
from app.views.components import body, card, column, detail, divider, fact, quiet
from app.views.context import use_services, use_value
from app.views.household.household_state import masked_identity, masked_phone
from app.views.theme import S1, S3

if TYPE_CHECKING:
    from domain.models import HouseholdFile


@ft.component
def ContactCard(file: HouseholdFile) -> ft.Control:
    """What was shown is masked again when the screen is left."""
    services = use_services()
    shown, set_shown = ft.use_state(dict[str, str]())
    asking, set_asking = use_value(cast(Field | None, None))

    def answer(reason: Reason) -> None:
        if asking is None:
            return
        number = reveal(services, file.id, file.worker.id, asking, reason)
        set_shown({**shown, asking: number})
        set_asking(None)

    ft.use_dialog(reasons("number", REASONS, answer, lambda: set_asking(None)) if asking else None)
    return card(
        [
            _phone(file, shown.get("phone"), set_asking),
            divider(),
            _identity(file, shown.get("id_number"), set_asking),
        ],
        spacing=S3,
    )


def _phone(file: HouseholdFile, number: str | None, ask: Any) -> ft.Control:
    if not file.worker.phone:
        return fact(t("household.phone.title"), t("household.phone.none"))
    if number is None:
        return _masked("phone", t("household.phone.title"), masked_phone(file.worker), ask)

    async def call() -> None:
        await ft.UrlLauncher().launch_url(f"tel:{number}")

    button = quiet(t("household.phone.call"), call, icon=ft.Icons.CALL_OUTLINED)
    return fact(t("household.phone.title"), number, trailing=button)


def _identity(file: HouseholdFile, number: str | None, ask: Any) -> ft.Control:
    if not file.worker.id_number:
        return fact(t("household.id.title"), t("household.id.none"))
    if number is None:
        return _masked("id_number", t("household.id.title"), masked_identity(file.worker), ask)
    return fact(t("household.id.title"), number)


def _masked(field: Field, label: str, masked: str, ask: Any) -> ft.Control:
    button = quiet(t("household.phone.show"), lambda: ask(field), icon=ft.Icons.VISIBILITY_OUTLINED)
    return fact(label, masked, trailing=button)


def reasons(what: str, offered: tuple[Reason, ...], answer: Any, close: Any) -> ft.AlertDialog:
    """Ask why; ``what`` is ``number`` or ``health``, ``answer`` gets the reason that was tapped."""
    buttons = [_reason(one, answer) for one in offered]
    return ft.AlertDialog(
        title=ft.Text(t(f"household.reveal.{what}.title")),
        content=column([detail(t(f"household.reveal.{what}.text")), *buttons], spacing=S1),
        scrollable=True,
        actions=[ft.TextButton(t("common.cancel"), on_click=close)],
        on_dismiss=close,
    )


def _reason(reason: Reason, answer: Any) -> ft.Control:
    return ft.ListTile(
        leading=ft.Icons.CHEVRON_RIGHT,
        title=body(t(f"household.reveal.{reason}")),
        on_click=lambda: answer(reason),
    )
