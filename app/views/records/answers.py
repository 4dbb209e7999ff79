"""The answers of a filling as a person reads them: question small, answer below, parts as cards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import flet as ft

from app.lang import t
from app.views.components import body, card, detail, section
from app.views.theme import S1, S3
from sync.protocol.forms import AnswerLine

PICTURE_HEIGHT = 180


def answer_cards(lines: Sequence[AnswerLine], images: Mapping[str, bytes | str | None]) -> list[ft.Control]:
    """One card for each part at the top of the form; deeper groups and rows are headings in it. ``images``:
    by the path of the question, what is not bytes is left as the answer's text."""
    parts: list[list[ft.Control]] = [[]]
    inside = False
    for line in lines:
        heading = line.kind != "question"
        if line.depth == 0 and (heading or inside):
            parts.append([])
        inside = heading or (inside and line.depth > 0)
        parts[-1].append(_line(line, images.get(line.path)))
    return [card(part, spacing=S3) for part in parts if part]


def _line(line: AnswerLine, image: bytes | str | None) -> ft.Control:
    if line.kind != "question":
        return section(_heading(line), None if line.depth == 0 else ft.Colors.ON_SURFACE_VARIANT)
    lines: list[ft.Control] = [detail(line.label or line.path.rpartition("/")[2])]
    if isinstance(image, bytes):
        lines.append(
            ft.Image(src=image, height=PICTURE_HEIGHT, fit=ft.BoxFit.CONTAIN, semantics_label=line.label)
        )
    else:
        lines.append(body(t("records.survey.told") if line.type == "acknowledge" else line.text))
    return ft.Column(lines, spacing=S1, horizontal_alignment=ft.CrossAxisAlignment.START)


def _heading(line: AnswerLine) -> str:
    if line.kind == "group":
        return line.label
    number = line.path.rpartition("[")[2].rstrip("]")
    return t("records.survey.row", label=line.label, number=number).strip()
