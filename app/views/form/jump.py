"""``…/form/:fid/list``: all questions with their answers; a tap leads there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flet as ft

from app.lang import t
from app.views.components import choice, column, empty, loading, screen, secondary, section
from app.views.context import go
from app.views.form.jump_state import LINES, Entry, JumpList, Mark, Show
from app.views.form.open import Paper, use_paper
from app.views.form.paths import here
from app.views.theme import S1, S2, S3, Type
from app.views.visit.hooks import use_made

INDENT = 16
"""dp for each group or row around a line; three levels at most, phones are narrow."""
_MARKS: dict[Mark, tuple[ft.IconData, str]] = {
    "": (ft.Icons.INFO_OUTLINE, ft.Colors.OUTLINE),
    "done": (ft.Icons.CHECK_CIRCLE, ft.Colors.PRIMARY),
    "open": (ft.Icons.CIRCLE_OUTLINED, ft.Colors.OUTLINE),
    "missing": (ft.Icons.RADIO_BUTTON_UNCHECKED, ft.Colors.TERTIARY),
    "fault": (ft.Icons.ERROR, ft.Colors.ERROR),
}


@ft.component
def JumpView() -> Any:
    """Opened from the menu; Back leads to the page one came from."""
    opening = use_paper()
    if opening.paper is None:
        return screen([loading(t("form.opening"))], title=t("form.jump.title"))
    return JumpPage(opening.paper)


@ft.component
def JumpPage(paper: Paper) -> ft.View:
    """All lines, the open ones, or those at fault."""
    found = use_made(lambda: JumpList(paper.sheet, paper.around))
    base = here()
    show, set_show = ft.use_state("all")
    first = use_made(found.start)
    start, set_start = ft.use_state(first)
    end, set_end = ft.use_state(first + LINES)

    def turn(value: str) -> None:
        set_show(value)
        set_start(first if value == "all" else 0)
        set_end((first if value == "all" else 0) + LINES)

    def jump(path: str) -> None:
        paper.sheet.show(path)
        go(base)

    which = _which(show)
    total = found.count(which)
    entries = found.window(which, start, min(end, total))
    lines: list[ft.Control] = [_line(one, jump) for one in entries]
    if start > 0:
        earlier = secondary(t("form.jump.above", count=start), lambda: set_start(max(0, start - LINES)))
        lines.insert(0, earlier)
    if end < total:
        lines.append(secondary(t("form.jump.below", count=total - end), lambda: set_end(end + LINES)))
    return screen(
        [_filter(show, turn), *_title(which, total), column(lines, spacing=0)],
        title=t("form.jump.title"),
        page=f"list {show}",
    )


def _which(show: str) -> Show:
    return "open" if show == "open" else "faults" if show == "faults" else "all"


def _filter(show: str, turn: Callable[[str], Any]) -> ft.Control:
    options = [(one, t(f"form.jump.show.{one}")) for one in ("all", "open", "faults")]
    return choice(options, show, turn, t("form.jump.show"))


def _title(show: Show, total: int) -> list[ft.Control]:
    if show == "all":
        return []
    if not total:
        return [empty(ft.Icons.CHECK_CIRCLE_OUTLINE, t(f"form.jump.none.{show}"))]
    return [section(t(f"form.jump.count.{show}", count=total))]


def _line(entry: Entry, jump: Callable[[str], Any]) -> ft.Control:
    inside = _question(entry) if entry.kind == "question" else _heading(entry)
    box = ft.Container(
        inside,
        padding=ft.Padding(S2 + INDENT * min(entry.depth, 3), S3, S2, S3),
        bgcolor=ft.Colors.PRIMARY_CONTAINER if entry.here else None,
        border=ft.Border(bottom=ft.BorderSide(1, ft.Colors.OUTLINE_VARIANT)),
        on_click=lambda: jump(entry.path),
        ink=True,
    )
    return ft.Semantics(
        content=box,
        identifier=f"line-{entry.path}",
        label=_said(entry),
        button=True,
        selected=entry.here,
        exclude_semantics=True,
        on_tap=lambda: jump(entry.path),
        key=f"{entry.kind} {entry.path}",
    )


def _said(entry: Entry) -> str:
    mark = t(f"form.jump.mark.{entry.mark}") if entry.mark else ""
    words = (entry.trail, _name(entry), entry.answer, entry.fault or mark)
    return t("common.list.separator").join(word for word in words if word)


def _name(entry: Entry) -> str:
    if entry.kind == "repeat":
        return t("form.jump.rows", label=entry.label or t("form.repeat.unnamed"))
    return entry.label or entry.path.rpartition("/")[2]


def _heading(entry: Entry) -> ft.Control:
    if entry.kind == "repeat":
        icon = ft.Icon(ft.Icons.PLAYLIST_ADD, size=20, color=ft.Colors.PRIMARY)
        words = ft.Text(_name(entry), theme_style=Type.LABEL, color=ft.Colors.PRIMARY, expand=True)
        return ft.Row([icon, words], spacing=S3)
    return ft.Text(_name(entry), theme_style=Type.SECTION)


def _question(entry: Entry) -> ft.Control:
    icon, color = _MARKS[entry.mark]
    ink = ft.Colors.ON_PRIMARY_CONTAINER if entry.here else ft.Colors.ON_SURFACE_VARIANT
    lines: list[ft.Control] = []
    if entry.trail:
        lines.append(ft.Text(entry.trail, theme_style=ft.TextThemeStyle.LABEL_SMALL, color=ink))
    lines.append(ft.Text(_name(entry), theme_style=Type.BODY, max_lines=3, overflow=ft.TextOverflow.ELLIPSIS))
    if entry.answer:
        lines.append(
            ft.Text(
                entry.answer,
                theme_style=Type.DETAIL,
                color=ink,
                max_lines=2,
                overflow=ft.TextOverflow.ELLIPSIS,
            )
        )
    lines += _fault(entry)
    return ft.Row(
        [
            ft.Container(ft.Icon(icon, size=20, color=color), padding=ft.Padding.only(top=3)),
            ft.Container(column(lines, spacing=S1 // 2), expand=True),
        ],
        spacing=S3,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


def _fault(entry: Entry) -> list[ft.Control]:
    if entry.mark == "missing":
        return [_small(t("form.jump.mark.missing"), ft.Colors.TERTIARY)]
    return [_small(entry.fault, ft.Colors.ERROR)] if entry.fault else []


def _small(words: str, color: str) -> ft.Control:
    return ft.Text(words, theme_style=Type.DETAIL, color=color)
