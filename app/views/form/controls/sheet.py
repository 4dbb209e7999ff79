"""One or some of many: a field that opens a sheet with a search and a list of large rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import flet as ft

from app.lang import t
from app.views.components import detail, quiet, secondary, typed_in
from app.views.form.asked import Asked
from app.views.form.controls.pieces import field, ident, named, opener
from app.views.form.controls.rows import choice_row
from app.views.form.controls.selects_state import FIRST_ROWS, labels, matching, toggled
from app.views.theme import PAGE, S2, S3
from app.views.visit.hooks import part
from forms import ChoiceView

SEARCHED = 8
"""From so many choices on there is a search field."""


@ft.component
def Picked(
    asked: Asked, choices: Sequence[ChoiceView], many: bool = False, search: bool = False
) -> ft.Control:
    """``choices`` in a sheet; ``many`` keeps it open until the person is done."""
    opened, set_open = ft.use_state(False)
    question = asked.question

    def choose(value: str) -> None:
        if many:
            asked.answer(toggled(question, value))
            return
        set_open(False)
        asked.answer(value)
        if "quick" in question.appearance and asked.advance is not None:
            asked.advance()

    close = lambda: set_open(False)  # noqa: E731
    searched = search or len(choices) >= SEARCHED
    body = part(Listing, "list", asked, choices, choose, close, many, searched)
    ft.use_dialog(_sheet(body, close) if opened else None)
    names = {choice.value: choice.label for choice in choices}
    shown = names.get(question.value) or labels(question, t("form_controls.comma"))
    return opener(asked, shown, t("form_controls.choose"), lambda: set_open(True), ft.Icons.EXPAND_MORE)


def _sheet(content: ft.Control, close: Any) -> ft.BottomSheet:
    height = (ft.context.page.height or 640) * 0.85
    return ft.BottomSheet(
        content=ft.Container(content, height=height, padding=ft.Padding(PAGE, 0, PAGE, S3)),
        on_dismiss=close,
        scrollable=True,
        show_drag_handle=True,
        use_safe_area=True,
        bgcolor=ft.Colors.SURFACE,
    )


@ft.component
def Listing(
    asked: Asked, choices: Sequence[ChoiceView], choose: Any, close: Any, many: bool, searched: bool
) -> ft.Control:
    """The search, the rows that match, and the way out."""
    query, set_query = ft.use_state("")
    rows, set_rows = ft.use_state(FIRST_ROWS)
    chosen = set(asked.question.value.split())

    def sought(event: Any) -> None:
        set_query(typed_in(event))
        set_rows(FIRST_ROWS)

    found = matching(choices, query)
    lines: list[ft.Control] = [
        choice_row(asked, one, one.value in chosen, choose, many) for one in found[:rows]
    ]
    if not found:
        lines = [detail(t("form_controls.search_none", query=query.strip()))]
    elif len(found) > rows:
        lines.append(
            quiet(t("form_controls.more_rows", count=len(found) - rows), lambda: set_rows(rows + 200))
        )
    return ft.Column(
        [
            detail(asked.question.label, lines=3),
            *([_search(asked, query, sought)] if searched else []),
            ft.ListView(lines, expand=True, spacing=S2, padding=ft.Padding.only(bottom=S3)),
            _exit(asked, close, many),
        ],
        spacing=S2,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _search(asked: Asked, query: str, sought: Any) -> ft.Control:
    entry = field(query, sought, hint_text=t("form_controls.search"), prefix_icon=ft.Icons.SEARCH)
    return named(asked, entry, "search")


def _exit(asked: Asked, close: Any, many: bool) -> ft.Control:
    """Done with several, or nothing of these."""
    clears = asked.question.value and not asked.question.required and not many

    def clear() -> None:
        close()
        asked.answer("")

    label = t("form_controls.done" if many else "form_controls.clear" if clears else "common.cancel")
    button = secondary(label, clear if clears else lambda: close())
    return ft.Semantics(content=button, identifier=ident(asked, "done"))
