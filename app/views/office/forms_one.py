"""One questionnaire: its versions with what can be done to each, and the ways to its answers (S11, S18)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import flet as ft

from app.actions.office_forms import (
    attach_file,
    list_forms,
    may_edit,
    publish_form,
    remove_draft,
    retire_form,
)
from app.lang import t
from app.views.components import (
    card,
    chip,
    column,
    confirm,
    danger,
    detail,
    empty,
    icon_button,
    primary,
    screen,
    secondary,
    section,
)
from app.views.context import go, use_services
from app.views.office import forms_state
from app.views.office.forms_hooks import Act, stale, use_act, use_asked, waiting
from app.views.office.forms_list import HOME, use_picker
from app.views.office.forms_publish import Terms, publish_dialog
from app.views.office.signs import TONE
from app.views.office.story_state import utc_now
from app.views.theme import S3, S4
from app.views.visit.hooks import use_value
from sync.protocol.forms import FormRow

PUBLISH, RETIRE, REMOVE = "publish", "retire", "remove"


@ft.component
def OfficeForm() -> Any:
    """All versions of one form, newest first."""
    services = use_services()
    form_id = ft.use_route_params().get("form", "")
    asked = use_asked(lambda: list_forms(services), [])
    act = use_act()
    pending, set_pending = use_value(None)
    wanted, set_wanted = use_value(None)

    async def chosen(file: str, data: bytes) -> None:
        row, wish = wanted
        if await act.run(lambda: attach_file(services, row, wish, data)) is not None:
            await asked.again()

    picker = use_picker(chosen)

    async def settle(work: Callable[[], Awaitable[Any]]) -> None:
        set_pending(None)
        await act.run(work)
        await asked.again()

    ft.use_dialog(_dialog(services, pending, set_pending, settle))
    rows = [row for row in asked.value or [] if row.form_id == form_id]
    tools = _Tools(may_edit(services), act, picker, set_pending, set_wanted)
    body = waiting(asked) or [
        *act.told(),
        *stale(asked),
        *_reading(rows),
        *(_version(row, tools) for row in rows),
    ]
    if asked.value is not None and not rows:
        body = [empty(ft.Icons.ASSIGNMENT_OUTLINED, t("office_forms.gone"))]
    return screen(
        body,
        title=rows[0].title if rows else t("office_forms.title"),
        route=f"{HOME}/{form_id}",
        actions=[icon_button(ft.Icons.REFRESH, t("office.refresh"), asked.again)],
        back=lambda: go(HOME),
    )


class _Tools:
    """What the cards of versions need; nothing of it for whoever only reads."""

    def __init__(self, editor: bool, act: Act, picker: ft.FilePicker, pend: Any, wish: Any) -> None:
        self.editor, self.act, self.picker, self.pend, self.wish = editor, act, picker, pend, wish


def _reading(rows: list[FormRow]) -> list[ft.Control]:
    """The ways to the answers, once it was ever published."""
    if not rows or all(row.state == "draft" for row in rows):
        return []
    at = f"{HOME}/{rows[0].form_id}"
    total = sum(row.answers for row in rows)
    return [
        primary(
            t("office_forms.answers.open", count=total),
            lambda: go(f"{at}/answers"),
            icon=ft.Icons.LIST_ALT,
        ),
        secondary(t("office_forms.charts.open"), lambda: go(f"{at}/charts"), icon=ft.Icons.BAR_CHART),
    ]


def _version(row: FormRow, tools: _Tools) -> ft.Control:
    look = forms_state.version_look(row, utc_now())
    parts: list[ft.Control] = [
        section(t("office_forms.version", version=row.version)),
        ft.Row([chip(look.state, TONE[look.mark])]),
        detail(look.dated),
        detail(_origin(row)),
    ]
    if row.state != "draft":
        parts.append(detail(_terms(row)))
        parts.append(detail(look.answers))
    acts = _acts(row, tools) if tools.editor else []
    return card([column(parts), *([column(acts, spacing=S3)] if acts else [])], spacing=S4, key=row.version)


def _origin(row: FormRow) -> str:
    """Who uploaded it, in which languages it speaks; nothing is said of what is not known."""
    parts = [t("office_forms.version.by", name=row.uploaded_by)] if row.uploaded_by else []
    if row.languages:
        parts.append(t("office_forms.version.languages", languages=forms_state.listed(row.languages)))
    return " · ".join(parts) or t("office_forms.version.no_languages")


def _terms(row: FormRow) -> str:
    """Whom it is about and who is offered it."""
    named = [t(f"office_forms.role.{role}") for role in row.roles] or [t("office_forms.role.all")]
    roles = forms_state.listed(named)
    about = t(f"office_forms.subject.{row.subject}")
    visit = t("office_forms.terms.in_visit") if row.in_visit else ""
    return t("office_forms.terms", about=about, roles=roles) + visit


def _acts(row: FormRow, tools: _Tools) -> list[ft.Control]:
    if row.state == "draft":
        files = [_attach(row, file, tools) for file in row.missing]
        fit = None if row.missing or tools.act.busy else lambda: tools.pend((PUBLISH, row, Terms()))
        return [
            *files,
            primary(t("office_forms.publish"), fit, icon=ft.Icons.SEND_TO_MOBILE),
            danger(
                t("office_forms.remove"),
                lambda: tools.pend((REMOVE, row, None)),
                icon=ft.Icons.DELETE_OUTLINE,
            ),
        ]
    if row.state == "published":
        return [
            danger(
                t("office_forms.retire"),
                lambda: tools.pend((RETIRE, row, None)),
                icon=ft.Icons.ARCHIVE_OUTLINED,
            )
        ]
    return []


def _attach(row: FormRow, file: str, tools: _Tools) -> ft.Control:
    """The file chosen next is this one."""
    return secondary(
        t("office_forms.attach", file=file),
        lambda: tools.wish((row, file)),
        icon=ft.Icons.ATTACH_FILE,
        action=ft.PickFiles(tools.picker, with_data=True),
    )


def _dialog(services: Any, pending: Any, set_pending: Any, settle: Any) -> ft.AlertDialog | None:
    if pending is None:
        return None
    kind, row, terms = pending
    no = (t("common.cancel"), lambda: set_pending(None))

    async def publish() -> None:
        await settle(lambda: publish_form(services, row, terms.subject, terms.in_visit, list(terms.roles)))

    async def retire() -> None:
        await settle(lambda: retire_form(services, row))

    async def remove() -> None:
        await settle(lambda: remove_draft(services, row))

    if kind == PUBLISH:
        return publish_dialog(row, terms, lambda new: set_pending((PUBLISH, row, new)), publish, no[1])
    yes = (t(f"office_forms.{kind}"), retire if kind == RETIRE else remove)
    title = t(f"office_forms.{kind}.title", title=row.title, version=row.version)
    return confirm(title, t(f"office_forms.{kind}.text"), yes, no)
