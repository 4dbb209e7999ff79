"""Filling in a questionnaire: progress on top, one page, large buttons below. Every touch is already saved.

What an answer changes is drawn again alone: the page listens to ``sheet.touched``, the frame around it to
``sheet.turned`` (another page, another count of pages, another language).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import flet as ft

from app.actions.discard_survey import discard_survey
from app.actions.locate_survey import locate_survey
from app.lang import t
from app.views.components import confirm, empty, failed, loading, screen, secondary
from app.views.context import go, use_services
from app.views.form.bars import buttons, top
from app.views.form.grid import BETWEEN, beside, share, use_room
from app.views.form.grid_state import parts_of
from app.views.form.menu import menu
from app.views.form.open import Paper, reason, use_paper, use_ring
from app.views.form.paths import above, here
from app.views.form.question import QuestionCard
from app.views.form.repeat import RepeatPage
from app.views.form.trail_state import around, trail
from app.views.theme import S1, S5, Type
from app.views.visit.hooks import part, use_made
from app.views.visit.widgets import marked
from domain.errors import NuanFangError
from forms import Page

QuestionOnce = cast(Any, ft.memo)(QuestionCard)
"""A question whose words, answer and fault are the same is not drawn again."""


@ft.component
def FillView() -> Any:
    """``…/form/:fid``; one that was handed in shows its done page."""
    opening = use_paper()
    if opening.paper is not None:
        return FillPage(opening.paper)
    services, base = use_services(), here()
    if opening.trouble is None:
        return screen([loading(t("form.opening"))], title=t("form.title"))
    survey_id = ft.use_route_params().get("fid", "")
    if services.surveys.get(survey_id) is not None:
        return closed(t("form.gone.sealed"), f"{base}/done")
    return closed(reason(opening.trouble), above(base), title=t("form.failed"))


def closed(words: str, target: str, title: str = "") -> ft.View:
    """Nothing to fill in under this address, and why."""
    button = secondary(t("form.gone.go"), lambda: go(target), wide=False)
    body = failed(title, words, [button]) if title else failed(words, "", [button])
    return screen([body], title=t("form.title"))


@ft.component
def FillPage(paper: Paper) -> ft.View:
    """One page of the form."""
    sheet, base = paper.sheet, here()
    use_ring(sheet.turned)
    asked, set_asked = ft.use_state(False)
    scroller: ft.Ref[ft.Column] = use_made(lambda: ft.Ref[ft.Column]())
    page = sheet.page

    async def onward() -> None:
        fault = sheet.next()
        if fault == "":
            go(f"{base}/finish")
        elif fault is not None:
            await show(scroller, fault)

    async def discard() -> None:
        set_asked(False)
        try:
            await discard_survey(paper.services, paper.filling.draft.id)
        except NuanFangError as error:
            sheet.tell(error)
        else:
            go(above(base))

    async def locate() -> None:
        if paper.filling.draft.place.state == "waiting":
            await locate_survey(paper.services, paper.filling.draft.id)

    ft.use_effect(locate, [])
    ft.use_dialog(_sure(lambda: set_asked(False), discard) if asked else None)
    content = (
        [empty(ft.Icons.INBOX, t("form.empty"), t("form.empty_hint"))]
        if page is None
        else [_content(paper, page)]
    )
    return screen(
        content,
        page=f"{page.kind} {page.path}" if page else "empty",
        scroller=scroller,
        title=paper.filling.draft.title,
        actions=[menu(paper, base, lambda: set_asked(True))],
        top=top(paper),
        bottom=[buttons(paper, onward)],
    )


def scroll_key(path: str) -> Any:
    """By which the page finds a question to bring into sight."""
    return cast(Any, ft.ScrollKey)(path)


async def show(scroller: ft.Ref[ft.Column], path: str) -> None:
    """Bring a question into sight."""
    if scroller.current is not None:
        await scroller.current.scroll_to(scroll_key=scroll_key(path), duration=200)


def _content(paper: Paper, page: Page) -> ft.Control:
    if page.kind == "repeat":
        return part(RepeatPage, "repeat", paper, page)
    return part(Questions, "questions", paper, page)


@ft.component
def Questions(paper: Paper, page: Page) -> ft.Control:
    """All questions of the page; an answer may change the others."""
    sheet = paper.sheet
    use_ring(sheet.touched)
    room, sized = use_room(paper.services.preferences.text_scale)
    compact = len(page.questions) > 1
    now = sheet.page
    shown = page.questions if now is None or now.path != page.path else now.questions
    parts = parts_of(around(sheet.session, paper.around, page.questions[0]))
    cards: list[ft.Control] = []
    for path in shown:
        question = sheet.session.question(path)
        file = paper.filling.draft.files.get(path)
        card = QuestionOnce(paper, question, sheet.error(path), file, compact)
        cards.append(ft.Container(card, key=scroll_key(path), col=share(question, parts, room=room)))
    below = [beside(cards, parts, sized)] if parts else cards
    return ft.Column(
        [*_heading(paper, page), *below],
        spacing=BETWEEN if compact else S5,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        tight=True,
    )


def _heading(paper: Paper, page: Page) -> list[ft.Control]:
    """What the page belongs to; of a one-page group its name large."""
    words = [one.words for one in trail(paper.sheet.session, paper.around, page)]
    if not words:
        return []
    *before, last = words
    lines: list[ft.Control] = []
    if page.kind == "group":
        lines = [ft.Text(last, theme_style=Type.NAME)]
        words = before
    if words:
        quiet = ft.Text(" · ".join(words), theme_style=Type.DETAIL, color=ft.Colors.ON_SURFACE_VARIANT)
        lines.insert(0, quiet)
    return [marked("page-heading", ft.Column(lines, spacing=S1, tight=True))]


def _sure(no: Callable[[], Any], yes: Callable[[], Any]) -> ft.AlertDialog:
    return confirm(
        t("form.discard_title"),
        t("form.discard_text"),
        (t("form.discard_yes"), yes),
        (t("form.discard_no"), no),
    )
