"""Records that could not be decoded, with why and how large; their bytes are kept at the registry.

A person has each read once more (after the registry was mended), or takes it off the list with a reason.
"""

from __future__ import annotations

from typing import Any

import flet as ft

from app.lang import t
from app.views.components import (
    card,
    detail,
    empty,
    fact,
    icon_button,
    loading,
    quiet,
    row,
    screen,
    secondary,
    section,
)
from app.views.context import go, use_services
from app.views.office.board import may_be_old, told
from app.views.office.fold import Fold
from app.views.office.later import later
from app.views.office.marks import Mark
from app.views.office.quarantine_state import Acts, Kept, Stray
from app.views.office.queue_view import trouble
from app.views.office.reason_dialog import Question, reason_dialog
from app.views.office.signs import ICON, TONE
from app.views.office.story_state import utc_now
from app.views.theme import S2, S3
from app.views.visit.hooks import part


@ft.component
def OfficeQuarantine() -> Any:
    """All of it: there should never be much."""
    services = use_services()
    kept, set_kept = ft.use_state(Kept())
    asked, set_asked = ft.use_state(Question())
    acts = Acts(services, set_kept, utc_now)

    async def answer(reason: str) -> None:
        set_asked(Question())
        await acts.dismiss(asked.stray, reason)

    ft.use_effect(acts.load, [])
    ft.use_dialog(reason_dialog(asked, set_asked, answer))
    return screen(
        _body(kept, acts, lambda item: set_asked(Question(open=True, stray=item))),
        title=t("office.quarantine.title"),
        route="/office/quarantine",
        actions=[icon_button(ft.Icons.REFRESH, t("office.refresh"), acts.load)],
        back=lambda: go("/office"),
    )


def _body(kept: Kept, acts: Acts, ask: Any) -> list[ft.Control]:
    if kept.rows is None:
        return [trouble(kept.error, acts.load) if kept.error else loading(t("office.quarantine.loading"))]
    parts = [*may_be_old(kept.error), *told(kept)]
    if not kept.rows:
        found = empty(ft.Icons.TASK_ALT, t("office.quarantine.empty"), t("office.quarantine.empty_hint"))
        return [*parts, found]
    head = detail(t("office.quarantine.hint", count=kept.total))
    return [*parts, head, *(_row(one, kept, acts, ask) for one in kept.rows)]


def _row(one: Stray, kept: Kept, acts: Acts, ask: Any) -> ft.Control:
    title = section(one.reason)
    title.expand = True
    return card(
        [
            ft.Row(
                [ft.Icon(ICON[Mark.BAD], color=TONE[Mark.BAD].value[0]), title],
                spacing=S2,
                vertical_alignment=ft.CrossAxisAlignment.START,
            ),
            detail(t("office.quarantine.row", time=one.received, size=one.size)),
            *told(kept, one.id),
            _buttons(one, kept.busy, acts, ask),
            part(Fold, f"{one.id}-more", t("office.quarantine.more"), lambda: _facts(one)),
        ],
        spacing=S3,
        key=one.id,
    )


def _buttons(one: Stray, busy: str, acts: Acts, ask: Any) -> ft.Control:
    """One piece at a time: while one is being settled the others wait."""
    if busy == one.id:
        return loading(t("office.quarantine.working"))
    again = None if busy else later(acts.retry, one.id)
    drop = None if busy else lambda: ask(one.id)
    return row(
        [
            secondary(t("office.quarantine.retry"), again, icon=ft.Icons.REPLAY, wide=False),
            quiet(t("office.quarantine.dismiss"), drop, icon=ft.Icons.PLAYLIST_REMOVE),
        ],
        wrap=True,
    )


def _facts(one: Stray) -> ft.Control:
    return ft.Column(
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
