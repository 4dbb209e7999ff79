"""The bar below a visit: pass, doubt, and then the next one at the same place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flet as ft

from app.actions.office_review_visit import DOUBT
from app.lang import t
from app.views.components import primary, secondary
from app.views.office import words
from app.views.office.frame import Room, side_of
from app.views.office.marks import Line, Mark
from app.views.office.sheet_state import REVIEWED, Sheet
from app.views.office.signs import line
from app.views.theme import S2, S3

Act = Callable[[], Any]


def verdict_bar(
    shown: Sheet, *, room: Room, on_pass: Act, on_doubt: Act, on_next: Act | None, judges: bool
) -> ft.Control:
    """Unjudged: the two verdicts. Judged: what was said, and the next visit. Who does not judge only goes
    on."""
    if not judges:
        onward = primary(t("office.review.next"), on_next, icon=ft.Icons.NAVIGATE_NEXT)
        return _bar([onward], room) if on_next else ft.Container()
    parts: list[ft.Control] = []
    if shown.refused:
        parts.append(line(Line(Mark.BAD, t("office.review.refused", problem=words.not_done(shown.refused)))))
    if shown.verdict:
        parts += [_said(shown.verdict), _after(on_next, on_doubt, on_pass, shown.verdict)]
    else:
        parts.append(_choose(shown, room, on_pass, on_doubt, on_next))
    return _bar(parts, room)


def _bar(parts: list[ft.Control], room: Room) -> ft.Control:
    return ft.Container(
        ft.Column(parts, spacing=S2, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
        padding=ft.Padding.symmetric(horizontal=side_of(room.width), vertical=S3),
        bgcolor=ft.Colors.SURFACE,
        border=ft.Border(top=ft.BorderSide(1, ft.Colors.OUTLINE_VARIANT)),
    )


def _choose(shown: Sheet, room: Room, on_pass: Act, on_doubt: Act, on_next: Act | None) -> ft.Control:
    busy = bool(shown.saving)
    # a phone's own text size is not known here: on a phone the two words stay whole without ornaments
    flag, tick = (ft.Icons.FLAG_OUTLINED, ft.Icons.CHECK) if room.roomy else (None, None)
    doubt = secondary(t("office.review.doubt"), None if busy else on_doubt, icon=flag)
    passed = primary(t("office.review.pass"), on_pass, icon=tick, busy=busy)
    buttons: list[ft.Control] = [ft.Container(doubt, expand=3), ft.Container(passed, expand=4)]
    if on_next is not None:
        skip = ft.IconButton(ft.Icons.SKIP_NEXT, tooltip=t("office.review.skip"), on_click=on_next)
        buttons.append(ft.Container(skip))
    return ft.Row(buttons, spacing=S2)


def _said(word: str) -> ft.Control:
    doubted = word == DOUBT
    how = "doubted" if doubted else "reviewed" if word == REVIEWED else "passed"
    text = t(f"office.review.{how}_said")
    return line(Line(Mark.LOOK if doubted else Mark.GOOD, text))


def _after(on_next: Act | None, on_doubt: Act, on_pass: Act, word: str) -> ft.Control:
    """The other verdict stays possible: people change their minds, and both are kept."""
    other = (
        ft.TextButton(t("office.review.change_pass"), on_click=on_pass)
        if word == DOUBT
        else ft.TextButton(t("office.review.change_doubt"), on_click=on_doubt)
    )
    if on_next is None:
        return ft.Row([line_done(), other], spacing=S2)
    return ft.Row(
        [
            other,
            ft.Container(primary(t("office.review.next"), on_next, icon=ft.Icons.NAVIGATE_NEXT), expand=True),
        ],
        spacing=S2,
    )


def line_done() -> ft.Control:
    """Nothing else waits in this list."""
    return ft.Text(t("office.review.none_left"), expand=True, theme_style=ft.TextThemeStyle.BODY_MEDIUM)
