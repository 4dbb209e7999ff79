"""A file as the answer: picked, named by its kind and size, removed."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.lang import t
from app.views.components import body, column, detail, primary, secondary
from app.views.form.asked import Asked
from app.views.form.controls.kept import (
    busy_line,
    delete_tool,
    picker_of,
    size_words,
    use_keeping,
)
from app.views.form.controls.pieces import gap_row, ident, plain_box, trouble
from app.views.theme import S1, S2, S3
from sync.protocol.messages import MAX_MEDIA_BYTES


@ft.component
def FileAnswer(asked: Asked) -> ft.Control:
    """Any kind of file up to MAX_MEDIA_BYTES."""
    keeping = use_keeping(asked)

    async def picked(data: bytes, name: str, kind: str) -> None:
        await keeping.keep(data, kind="file", content_type=kind, source="made", name=name)

    picker = picker_of(picked, keeping.tell)
    parts: list[ft.Control] = []
    if asked.file is not None:
        parts.append(_shown(asked.file.name, asked.file.size))
    parts.append(busy_line(t("form_controls.keeping")) if keeping.busy else _button(asked, picker))
    if keeping.trouble:
        parts.append(trouble(keeping.trouble))
    if asked.file is not None:
        parts.append(gap_row([delete_tool(asked)]))
    else:
        parts.append(detail(t("form_controls.file.limit", most=size_words(MAX_MEDIA_BYTES))))
    return column(parts, spacing=S3)


def _shown(name: str, size: int) -> ft.Control:
    words = ft.Container(column([body(name, lines=2), detail(size_words(size))], spacing=S1), expand=True)
    icon = ft.Icon(ft.Icons.DESCRIPTION_OUTLINED, color=ft.Colors.PRIMARY, size=28)
    return plain_box(ft.Row([icon, words], spacing=S2))


def _button(asked: Asked, picker: ft.FilePicker) -> ft.Control:
    pick = ft.PickFiles(picker, with_data=True)
    make = primary if asked.file is None else secondary
    word = "form_controls.file.pick" if asked.file is None else "form_controls.file.other"
    row = make(t(word), lambda: None, icon=ft.Icons.ATTACH_FILE)
    assert isinstance(row, ft.Row)
    button: Any = row.controls[0]
    button.action = pick
    return ft.Semantics(content=row, identifier=ident(asked, "pick"))
