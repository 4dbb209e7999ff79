"""``…/form/:fid/finish``: what was answered, what is missing, and the one button: hand it in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import flet as ft

from app.actions.finish_survey import finish_survey
from app.lang import t
from app.views.components import (
    Tone,
    banner,
    card,
    column,
    detail,
    fact,
    loading,
    primary,
    screen,
    secondary,
    status,
)
from app.views.context import go, use_value
from app.views.form.finish_state import Fault, Summary, summary
from app.views.form.open import Paper, reason, use_paper, use_ring
from app.views.form.paths import here
from app.views.theme import S1, S2, S3
from app.views.visit.widgets import group, marked
from domain.errors import NuanFangError


@ft.component
def FinishView() -> Any:
    """After the last page, or from the menu."""
    opening = use_paper()
    if opening.paper is None:
        return screen([loading(t("form.opening"))], title=t("form.finish.title"))
    return FinishPage(opening.paper)


@ft.component
def FinishPage(paper: Paper) -> ft.View:
    """Each fault leads to its question; the button leads to the first, or seals."""
    base = here()
    use_ring(paper.sheet.turned)
    trouble, set_trouble = use_value(cast(NuanFangError | None, None))
    busy, set_busy = ft.use_state(False)
    found = summary(paper.sheet, paper.around)

    def mend(path: str) -> None:
        paper.sheet.show_fault(path)
        go(base)

    async def seal() -> None:
        set_busy(True)
        try:
            await finish_survey(paper.services, paper.filling.draft.id)
        except NuanFangError as error:
            set_trouble(error)
            set_busy(False)
        else:
            go(f"{base}/done")

    top: list[ft.Control] = []
    if trouble is not None:
        line = banner(ft.Icons.ERROR_OUTLINE, reason(trouble), Tone.PROBLEM)
        top = [ft.Semantics(content=line, identifier="trouble", live_region=True)]
    return screen(
        [_missing(found, mend), _facts(paper, found), *_open(found, base), *_outlook(found)],
        title=t("form.finish.title"),
        top=top,
        bottom=[_button(found, mend, seal, busy)],
    )


def _button(found: Summary, mend: Callable[[str], Any], seal: Callable[[], Any], busy: bool) -> ft.Control:
    if found.faults:
        first = found.faults[0].path
        button = primary(t("form.finish.mend"), lambda: mend(first), icon=ft.Icons.EDIT)
    else:
        label = t("form.finish.busy") if busy else t("form.finish.seal")
        button = primary(label, seal, icon=ft.Icons.CHECK, busy=busy)
    return marked("form-finish", button)


def _missing(found: Summary, mend: Callable[[str], Any]) -> ft.Control:
    if not found.wrong:
        return status(ft.Icons.CHECK_CIRCLE, t("form.finish.whole"), Tone.DONE)
    rows: list[ft.Control] = [_fault(one, mend) for one in found.faults]
    more = found.wrong - len(found.faults)
    if more:
        rows.append(detail(t("form.finish.more", count=more)))
    return group(t("form.finish.missing", count=found.wrong), [card(rows, spacing=0)])


def _fault(fault: Fault, mend: Callable[[str], Any]) -> ft.Control:
    lines: list[ft.Control] = [detail(fault.trail)] if fault.trail else []
    lines.append(ft.Text(fault.label or fault.path.rpartition("/")[2], max_lines=3))
    lines.append(detail(fault.words, color=ft.Colors.ERROR))
    content = ft.Row(
        [
            ft.Icon(ft.Icons.ERROR_OUTLINE, color=ft.Colors.ERROR),
            ft.Container(column(lines, spacing=0), expand=True),
            ft.Icon(ft.Icons.CHEVRON_RIGHT, color=ft.Colors.OUTLINE),
        ],
        spacing=S2,
    )
    box = ft.Container(
        content, padding=ft.Padding.symmetric(vertical=S3), on_click=lambda: mend(fault.path), ink=True
    )
    return ft.Semantics(content=box, identifier=f"fault-{fault.path}", button=True)


def _facts(paper: Paper, found: Summary) -> ft.Control:
    draft = paper.filling.draft
    facts = [fact(t("form.finish.form"), draft.title)]
    if draft.subject_name:
        about = " ".join(word for word in (draft.subject_name, draft.subject_number) if word)
        facts.append(fact(t("form.finish.about"), about))
    figures = t("form.finish.count", answered=found.tally.answered, asked=found.tally.asked)
    facts.append(fact(t("form.finish.answered"), figures))
    if draft.files:
        facts.append(fact(t("form.finish.files"), t("form.finish.files_count", count=len(draft.files))))
    return marked("summary", card(facts, spacing=S3))


def _open(found: Summary, base: str) -> list[ft.Control]:
    """Questions left open although nobody insists: worth one look."""
    left = found.tally.open
    words = [status(ft.Icons.LIGHTBULB_OUTLINE, t("form.finish.open", count=left))] if left else []
    look = secondary(t("form.jump.title"), lambda: go(f"{base}/list"), icon=ft.Icons.FORMAT_LIST_NUMBERED)
    return [column([*words, look], spacing=S2)]


def _outlook(found: Summary) -> list[ft.Control]:
    if found.wrong:
        return []
    sealed = status(ft.Icons.LOCK_CLOCK, t("form.finish.sealed"))
    return [column([sealed, detail(t("form.finish.sent_later"))], spacing=S1)]
