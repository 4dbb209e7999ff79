"""The questionnaires of an office: every form with its state, and the way in for a new spreadsheet (S11)."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.actions.office_forms import list_forms, may_edit, upload_form
from app.lang import t
from app.views.components import (
    Tone,
    callout,
    card,
    chip,
    detail,
    empty,
    icon_button,
    loading,
    name,
    primary,
    screen,
)
from app.views.context import go, use_services
from app.views.office import forms_state
from app.views.office.forms_hooks import Act, stale, use_act, use_asked, waiting
from app.views.office.signs import TONE
from app.views.office.story_state import utc_now
from app.views.theme import S2, S3
from app.views.visit.hooks import use_made, use_value
from sync.protocol.forms import FormReport, FormRow

HOME = "/office/forms"


class _Latest:
    """The system's picker is made once; the newest drawing handles its answer."""

    current: Any = None


def use_picker(handle: Any) -> ft.FilePicker:
    """``handle(name, bytes)`` hears of one chosen file."""
    latest = use_made(_Latest)
    latest.current = handle

    async def result(event: Any) -> None:
        for file in (event.files or [])[:1]:
            await latest.current(file.name or "", bytes(file.bytes or b""))

    return use_made(lambda: ft.FilePicker(on_result=result))


@ft.component
def OfficeFormsList() -> Any:
    """Newest first; older versions are found inside."""
    services = use_services()
    asked = use_asked(lambda: list_forms(services), [])
    act = use_act()
    report, set_report = use_value(None)

    async def chosen(file: str, data: bytes) -> None:
        set_report(None)
        found = await act.run(lambda: upload_form(services, data))
        if found is not None:
            set_report(found)
            await asked.again()

    here = ft.use_route_location() == HOME

    async def returned() -> None:
        if here and asked.value is not None:
            await asked.again()

    ft.use_effect(returned, [here])
    picker = use_picker(chosen)
    editor = may_edit(services)
    return screen(
        [*_report(report, act), *stale(asked), *_body(asked)],
        title=t("office_forms.title"),
        route=HOME,
        actions=[icon_button(ft.Icons.REFRESH, t("office.refresh"), asked.again)],
        bottom=[_upload(picker, act)] if editor else [],
        back=lambda: go("/office"),
    )


def _upload(picker: ft.FilePicker, act: Act) -> ft.Control:
    pick = ft.PickFiles(
        picker, file_type=ft.FilePickerFileType.CUSTOM, allowed_extensions=["xlsx"], with_data=True
    )
    label = t("office_forms.upload.busy" if act.busy else "office_forms.upload")
    return primary(label, None, icon=ft.Icons.UPLOAD_FILE, busy=act.busy, action=pick)


def _report(report: FormReport | None, act: Act) -> list[ft.Control]:
    if act.busy:
        return [loading(t("office_forms.upload.checking"), t("office_forms.upload.checking_hint"))]
    if report is None:
        return act.told()
    found = forms_state.findings(report)
    bad = sum(1 for one in found if one.bad)
    if not report.ok:
        head = callout(ft.Icons.ERROR_OUTLINE, t("office_forms.report.bad", count=bad), Tone.PROBLEM)
    else:
        text = t("office_forms.report.ok", title=report.title, version=report.version)
        head = callout(ft.Icons.CHECK_CIRCLE, text, Tone.DONE)
    return [head, *([card([_finding(one) for one in found], spacing=S3)] if found else [])]


def _finding(one: forms_state.Found) -> ft.Control:
    icon, color = (
        (ft.Icons.ERROR_OUTLINE, ft.Colors.ERROR) if one.bad else (ft.Icons.FLAG, ft.Colors.TERTIARY)
    )
    mark = ft.Icon(icon, size=20, color=color, apply_text_scaling=True)
    text = ft.Text(one.text, selectable=True)
    return ft.Row(
        [
            ft.Container(mark, padding=ft.Padding.only(top=2)),
            ft.Column([detail(one.where), text], spacing=0, tight=True, expand=True),
        ],
        spacing=S2,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


def _body(asked: Any) -> list[ft.Control]:
    if asked.value is None:
        return waiting(asked)
    if not asked.value:
        return [empty(ft.Icons.ASSIGNMENT_OUTLINED, t("office_forms.empty"), t("office_forms.empty_hint"))]
    return [_row(row, len(older)) for row, older in forms_state.newest(asked.value)]


def _row(row: FormRow, older: int) -> ft.Control:
    look = forms_state.version_look(row, utc_now())
    more = [detail(t("office_forms.row.older", count=older))] if older else []
    lines = [detail(text) for text in (look.answers, look.missing) if text]
    return card(
        [
            name(look.title, lines=4),
            ft.Row([chip(look.state, TONE[look.mark])]),
            detail(look.facts),
            *lines,
            *more,
        ],
        on_click=lambda: go(f"{HOME}/{row.form_id}"),
        label=t("office_forms.row.open", title=look.title, state=look.state),
    )
