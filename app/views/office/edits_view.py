"""Corrections of files that wait for a person: both values side by side, and three buttons (S14)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import flet as ft

from app.actions.file_edits import LONGEST
from app.actions.office_edits import may_decide
from app.actions.office_reveal_field import Hidden
from app.lang import t
from app.views.components import (
    Tone,
    body,
    card,
    column,
    detail,
    dotted,
    empty,
    icon_button,
    loading,
    quiet,
    row,
    screen,
    secondary,
    section,
    status,
    text_field,
)
from app.views.components.fields import typed_in
from app.views.context import go, use_services
from app.views.household.edits import field_label
from app.views.office.board import may_be_old, told
from app.views.office.edits_state import Acts, Edits, Line, Side, line
from app.views.office.later import later
from app.views.office.marks import Masked
from app.views.office.queue_view import trouble
from app.views.office.reason_dialog import Question, reason_dialog
from app.views.office.story_state import utc_now
from app.views.theme import RADIUS_CONTROL, S1, S3
from domain.file_edits import is_phone
from sync.protocol.edits import EditRow


@dataclass(frozen=True, slots=True)
class Asked:
    """The dialog that is open: another value for ``row``, or with ``reveal`` why to see its numbers."""

    row: EditRow | None = None
    text: str = ""
    reveal: Question | None = None


@ft.component
def OfficeEdits() -> Any:
    """``/office/edits``."""
    services = use_services()
    board, set_board = ft.use_state(Edits())
    asked, set_asked = ft.use_state(Asked())
    acts = Acts(services, set_board)

    async def other() -> None:
        set_asked(Asked())
        if asked.row is not None:
            await acts.settle(asked.row, "other", asked.text)

    async def see(reason: str) -> None:
        set_asked(Asked())
        if asked.row is not None:
            await acts.reveal(asked.row, reason)

    ft.use_effect(acts.load, [])
    ft.use_dialog(_dialog(asked, set_asked, see, other))
    return screen(
        _body(board, acts, set_asked, decides=may_decide(services)),
        title=t("edits.title"),
        route="/office/edits",
        actions=[icon_button(ft.Icons.REFRESH, t("office.refresh"), acts.load)],
        back=lambda: go("/office"),
    )


def _dialog(asked: Asked, change: Any, see: Any, other: Any) -> ft.AlertDialog | None:
    if asked.row is None:
        return None
    if asked.reveal is None:
        return _other(asked, change, other)
    return reason_dialog(
        asked.reveal,
        lambda found: change(replace(asked, reveal=found) if found.open else Asked()),
        see,
    )


def _body(board: Edits, acts: Acts, ask: Any, *, decides: bool) -> list[ft.Control]:
    if board.rows is None:
        return [trouble(board.error, acts.load) if board.error else loading(t("edits.loading"))]
    parts = [*may_be_old(board.error), *told(board)]
    if not board.rows:
        return [*parts, empty(ft.Icons.TASK_ALT, t("edits.empty"), t("edits.empty_hint"))]
    parts.append(detail(t("edits.hint" if decides else "edits.read_only", count=board.total)))
    now = utc_now()
    parts += [_card(line(one, board.seen, now), board, acts, ask, decides) for one in board.rows]
    if board.next:
        parts.append(secondary(t("edits.more"), later(acts.more, board.next)))
    return parts


def _card(one: Line, board: Edits, acts: Acts, ask: Any, decides: bool) -> ft.Control:
    return card(
        [
            column([section(one.label), dotted(one.who)], spacing=S1),
            *(status(ft.Icons.CALL_SPLIT, why, Tone.WAIT) for why in one.why),
            _side(one.filed),
            _side(one.brought),
            *told(board, one.row.id),
            *([_buttons(one, board.busy, acts, ask)] if decides else []),
        ],
        spacing=S3,
        key=one.row.id,
    )


def _side(side: Side) -> ft.Control:
    """A value in a box of its own: whose, what, from where."""
    return ft.Container(
        column([detail(side.title), body(side.value), detail(side.source)], spacing=S1),
        padding=S3,
        bgcolor=ft.Colors.SURFACE_CONTAINER_HIGH,
        border_radius=RADIUS_CONTROL,
    )


def _buttons(one: Line, busy: str, acts: Acts, ask: Any) -> ft.Control:
    """One at a time: while one is being decided the others wait."""
    if busy == one.row.id:
        return loading(t("edits.working"))

    def act(handler: Any) -> Any:
        return None if busy else handler

    question = Question(open=True, about=Masked(one.label, Hidden("edit", one.row.id, "after")))
    buttons = {
        "take": secondary(
            t("edits.take"), act(later(acts.settle, one.row, "take")), icon=ft.Icons.CHECK, wide=False
        ),
        "keep": secondary(
            t("edits.keep"), act(later(acts.settle, one.row, "keep")), icon=ft.Icons.UNDO, wide=False
        ),
        "other": quiet(
            t("edits.other"), act(lambda: ask(Asked(one.row))), icon=ft.Icons.EDIT_OUTLINED, snug=True
        ),
    }
    see = quiet(
        t("edits.see"),
        act(lambda: ask(Asked(one.row, reveal=question))),
        icon=ft.Icons.VISIBILITY_OUTLINED,
        snug=True,
    )
    offered = [buttons[choice] for choice in one.choices]
    return row([*offered, *([see] if one.masked else [])], wrap=True)


def _other(asked: Asked, change: Any, yes: Any) -> ft.AlertDialog:
    """Neither of the two. It covers the card, so it says again which field and whose."""
    assert asked.row is not None
    name = asked.row.field
    about = detail(asked.row.household_name)
    field = text_field(
        t("edits.other_value"),
        asked.text,
        lambda event: change(replace(asked, text=typed_in(event))),
        max_length=LONGEST,
        counter="",
        autofocus=True,
        keyboard_type=ft.KeyboardType.PHONE if is_phone(name) else None,
    )
    return ft.AlertDialog(
        modal=True,
        title=ft.Text(field_label(name)),
        content=ft.Column([about, body(t("edits.other_hint")), field], spacing=S3, tight=True, width=420),
        scrollable=True,
        actions=[
            ft.TextButton(t("common.cancel"), on_click=lambda: change(Asked())),
            ft.FilledButton(t("edits.other_yes"), on_click=yes, disabled=not asked.text.strip()),
        ],
    )
