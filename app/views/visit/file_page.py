"""Put the file right at the door: phone and address, a few large fields, kept at each touch (S14)."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.actions.correct_file import correct_file
from app.actions.file_edits import LONGEST, Fact, facts
from app.actions.meet_household import set_text
from app.actions.visit_context import household_of
from app.actions.visit_draft import Draft
from app.lang import t
from app.views.components import (
    Tone,
    banner,
    body,
    callout,
    card,
    column,
    detail,
    empty,
    primary,
    row,
    screen,
    secondary,
    status,
)
from app.views.context import go
from app.views.theme import S2, S3, S6
from app.views.visit.hooks import Desk, part, sentence, use_desk
from app.views.visit.no_file import has_file, no_file
from app.views.visit.typed import Typed
from app.views.visit.widgets import marked
from domain.file_edits import is_phone
from domain.identity import mask_phone


def file_card(desk: Desk, draft: Draft) -> ft.Control:
    """The way to the page, and how much was put right already."""
    count = len(draft.edits)
    line = status(ft.Icons.EDIT_NOTE, t("visit.file.count", count=count), Tone.DONE) if count else None
    words = t("visit.file.again" if count else "visit.file.open")
    button = secondary(
        words, lambda: go(f"/visit/{desk.visit_id}/file"), icon=ft.Icons.EDIT_OUTLINED, wide=False
    )
    parts = [body(t("visit.file.ask")), *([line] if line else []), marked("file-open", row([button]))]
    return card(parts, spacing=S3)


@ft.component
def FileView() -> ft.View:
    """``/visit/:id/file``."""
    desk = use_desk()
    draft, back = desk.draft, f"/visit/{desk.visit_id}"
    if draft is None or not has_file(desk):
        gone = no_file() if draft is not None else empty(ft.Icons.INBOX, t("visit.gone.discarded"))
        return screen([gone], title=t("visit.file.title"), back=lambda: go(back))
    file = household_of(desk.services, draft.household)
    top = []
    if desk.trouble is not None:
        top = [banner(ft.Icons.ERROR_OUTLINE, sentence(desk.trouble), Tone.PROBLEM)]
    return screen(
        [
            detail(t("visit.file.hint")),
            column(
                [
                    *(part(_Field, f"edit-{one.field}", desk, one) for one in facts(draft, file)),
                    part(_Reason, "edit-reason", desk, draft),
                ],
                spacing=S6,  # with large text a label stands half outside its field
            ),
        ],
        title=t("visit.file.title"),
        top=top,
        bottom=[marked("file-done", primary(t("visit.file.done"), lambda: go(back), icon=ft.Icons.CHECK))],
        back=lambda: go(back),
    )


@ft.component
def _Field(desk: Desk, one: Fact) -> ft.Control:
    """A number is typed anew and shows its old one masked; words are put right where they stand."""
    phone = is_phone(one.field)
    more: dict[str, Any] = {"max_length": 30, "keyboard_type": ft.KeyboardType.PHONE} if phone else {}
    more = more or {"max_length": LONGEST, "multiline": True, "min_lines": 1, "max_lines": 4}
    start = one.typed if one.typed is not None else ("" if phone else one.now)
    parts: list[ft.Control] = [
        part(
            Typed,
            f"typed-{one.field}",
            t(f"edits.field.{one.field}"),
            start,
            lambda text: desk.act(correct_file, one.field, text),
            f"edit-{one.field}",
            error=t(f"error.{one.problem}") if one.problem else None,
            helper=_helper(one, phone),
            **more,
        ),
    ]
    if one.moved:
        now = mask_phone(one.now) if phone else one.now
        parts.append(callout(ft.Icons.CALL_SPLIT, t("visit.file.moved", value=now)))
    return column(parts, spacing=S2)


def _helper(one: Fact, phone: bool) -> str | None:
    """What the file says, where the field does not show it."""
    if phone:
        return t("visit.file.phone_now", phone=mask_phone(one.seen)) if one.seen else t("visit.file.no_phone")
    return t("visit.file.was", value=one.seen or t("visit.file.nothing")) if one.typed is not None else None


@ft.component
def _Reason(desk: Desk, draft: Draft) -> ft.Control:
    if not draft.edits:
        return ft.Container()
    return part(
        Typed,
        "typed-reason",
        t("visit.file.reason"),
        draft.edit_reason,
        lambda text: desk.act(set_text, "edit_reason", text),
        "edit-reason",
        helper=t("visit.file.reason_hint"),
        max_length=LONGEST,
    )
