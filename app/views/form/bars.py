"""The bars around a questionnaire's page: how far above it, on and back below it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flet as ft

from app.lang import t
from app.views.components import Tone, backward, banner, narrow, primary
from app.views.form.open import Paper, reason, use_ring
from app.views.theme import S1, S2
from app.views.visit.hooks import part
from app.views.visit.widgets import marked


def top(paper: Paper) -> list[ft.Control]:
    """Progress, and trouble when there is some."""
    parts: list[ft.Control] = [part(Progress, "progress", paper)]
    trouble = paper.sheet.trouble
    if trouble is not None:
        close = ft.IconButton(
            ft.Icons.CLOSE,
            tooltip=t("common.close"),
            on_click=lambda: paper.sheet.tell(None),
            width=48,
            height=48,
        )
        line = banner(ft.Icons.ERROR_OUTLINE, reason(trouble), Tone.PROBLEM, close)
        parts.append(ft.Semantics(content=line, identifier="trouble", live_region=True))
    return parts


@ft.component
def Progress(paper: Paper) -> ft.Control:
    """A bar and two figures: the page, and the questions that have an answer."""
    use_ring(paper.sheet.touched)
    place, pages = paper.sheet.session.walker.progress()
    tally = paper.sheet.tally()
    about = paper.filling.draft.subject_name
    several = pages > 1
    figures = t(
        "form.progress" if several else "form.progress_one",
        place=place,
        pages=pages,
        answered=tally.answered,
        asked=tally.asked,
    )
    # a form of one page would be at its end before it is begun
    far = place / pages if several else tally.answered / tally.asked if tally.asked else 0
    bar = ft.ProgressBar(value=far, bar_height=6, border_radius=3)
    words = ft.Row(
        [
            ft.Text(words, theme_style=ft.TextThemeStyle.LABEL_MEDIUM, color=ft.Colors.ON_SURFACE_VARIANT)
            for words in (about, figures)
            if words
        ],
        wrap=True,
        spacing=S2,
        run_spacing=0,
        alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
    )
    both = ft.Column([bar, words], spacing=S1, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    box = narrow(both, below=S2)
    return ft.Semantics(
        content=box, identifier="form-progress", label=f"{about} {figures}".strip(), exclude_semantics=True
    )


def buttons(paper: Paper, onward: Callable[[], Any]) -> ft.Control:
    """Back, narrow, and Next, wide."""
    sheet = paper.sheet
    last = sheet.is_last
    label = t("form.review") if last else t("form.next")
    icon = ft.Icons.FACT_CHECK_OUTLINED if last else ft.Icons.ARROW_FORWARD
    forward = ft.Semantics(
        content=primary(label, onward, icon=icon), identifier="form-next", expand=True, key="next"
    )
    if sheet.is_first:
        return ft.Row([forward])
    return ft.Row([marked("form-back", backward(sheet.back, t("form.back"))), forward], spacing=S2)
