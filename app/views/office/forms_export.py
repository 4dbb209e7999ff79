"""The answers taken along as a spreadsheet: masked, or whole for a reason that is written down (S54, §7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import flet as ft

from app.actions.office_forms_answers import CODES, LABELS, Wanted, export_answers
from app.actions.office_reveal_field import SHORTEST_REASON
from app.lang import t
from app.views.components import Tone, body, callout, choice, column, quiet, row
from app.views.context import use_services
from app.views.office.forms_hooks import use_act
from app.views.office.reason_dialog import WIDTH, reason_field
from app.views.theme import DIALOG_INSET, S2, S3
from app.views.visit.hooks import use_made, use_value

MASKED, WHOLE = "masked", "whole"


@dataclass(frozen=True, slots=True)
class Taking:
    """What is being asked: ``values`` labels or codes; ``whole`` wants a reason, ``short`` says so."""

    values: str
    whole: bool = False
    text: str = ""
    short: bool = False

    @property
    def reason(self) -> str | None:
        """None when personal answers stay masked."""
        return self.text.strip() if self.whole else None

    @property
    def ready(self) -> bool:
        """Whether it can be asked for as it stands."""
        return self.reason is None or len(self.reason) >= SHORTEST_REASON


@ft.component
def Exports(wanted: Wanted, org: str) -> Any:
    """Labels for people, codes for programs. ``org``: the name of the organisation narrowed to, or empty."""
    services, act = use_services(), use_act()
    saved, set_saved = ft.use_state("")
    taking, set_taking = use_value(None)
    saver = use_made(ft.FilePicker)

    async def export() -> None:
        set_taking(None)
        set_saved("")
        data = await act.run(lambda: export_answers(services, wanted, taking.values, taking.reason))
        if data is not None:
            whole = f"-{WHOLE}" if taking.whole else ""
            file = f"{wanted.form_id}-{taking.values}{whole}.xlsx"
            await saver.save_file(file_name=file, src_bytes=data)
            set_saved(file)

    ft.use_dialog(None if taking is None else _dialog(taking, _scope(wanted, org), set_taking, export))
    done = callout(ft.Icons.CHECK_CIRCLE, t("office_forms.export.done", file=saved), Tone.DONE)
    buttons = row([_button(values, act.busy, set_taking) for values in (LABELS, CODES)], wrap=True)
    return column([buttons, *([done] if saved else []), *act.told()], spacing=S2)


def _button(values: str, busy: bool, change: Callable[[Taking], Any]) -> ft.Control:
    ask = None if busy else lambda: change(Taking(values))
    return quiet(t(f"office_forms.export.{values}"), ask, icon=ft.Icons.DOWNLOAD)


def _scope(wanted: Wanted, org: str) -> str:
    """Whose answers the file will hold."""
    scope = t("office_forms.export.scope_org", org=org) if org else t("office_forms.export.scope_all")
    return scope + (t("office_forms.export.scope_question") if wanted.value else "")


def _dialog(
    taking: Taking, scope: str, change: Callable[[Taking | None], Any], export: Callable[[], Any]
) -> ft.AlertDialog:
    async def submit() -> None:
        if taking.ready:
            await export()
        else:
            change(replace(taking, short=True))

    options = [(one, t(f"office_forms.export.{one}")) for one in (MASKED, WHOLE)]
    parts: list[ft.Control] = [
        body(scope),
        choice(
            options,
            WHOLE if taking.whole else MASKED,
            lambda picked: change(replace(taking, whole=picked == WHOLE, short=False)),
            t("office_forms.export.personal"),
        ),
        body(t("office_forms.export.whole_hint" if taking.whole else "office_forms.export.masked_hint")),
    ]
    if taking.whole:
        label = t("office_forms.export.reason")
        parts.append(
            reason_field(
                label,
                taking.text,
                lambda text: change(replace(taking, text=text, short=False)),
                short=taking.short,
            )
        )
    return ft.AlertDialog(
        modal=True,
        scrollable=True,
        inset_padding=DIALOG_INSET,
        title=ft.Text(t(f"office_forms.export.{taking.values}")),
        content=ft.Container(column(parts, spacing=S3), width=WIDTH),
        actions=[
            ft.TextButton(t("common.cancel"), on_click=lambda: change(None)),
            ft.FilledButton(t("office_forms.export.yes"), on_click=submit),
        ],
    )
