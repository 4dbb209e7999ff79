"""One filled questionnaire: line by line by group, its pictures, and whether the record holds (S9, S18)."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.actions.office_forms_answers import open_answer
from app.lang import t
from app.views.components import Tone, callout, card, choice, column, detail, fact, name, screen, section
from app.views.context import go, use_services
from app.views.office import forms_state, words
from app.views.office.forms_hooks import use_asked, waiting
from app.views.office.forms_list import HOME
from app.views.office.picture import Picture
from app.views.office.story_state import utc_now
from app.views.office.verdict_card import verdict_card
from app.views.office.verdict_state import verdict
from app.views.theme import S1, S3
from sync.protocol.forms import AnswerLine, SurveyDetail

PICTURES = frozenset({"image", "photo", "signature", "draw", "annotate"})
SIZE = 160
"""Of a picture among the answers, dp."""


@ft.component
def OfficeAnswer() -> Any:
    """The proof first, then the answers in the form's order."""
    services = use_services()
    params = ft.use_route_params()
    form_id, survey_id = params.get("form", ""), params.get("id", "")
    language, set_language = ft.use_state("")
    asked = use_asked(lambda: open_answer(services, survey_id, language), [survey_id, language])
    return screen(
        waiting(asked) or _body(asked.value, language, set_language),
        title=t("office_forms.answer.title"),
        route=f"{HOME}/{form_id}/answers/{survey_id}",
        back=lambda: go(f"{HOME}/{form_id}/answers"),
    )


def _body(found: SurveyDetail, language: str, set_language: Any) -> list[ft.Control]:
    parts: list[ft.Control] = [
        card(
            [
                detail(t("office_forms.answer.form", title=found.row.title, version=found.row.version)),
                name(forms_state.answer_title(found.row)),
                detail(forms_state.answer_facts(found.row, utc_now())),
            ]
        ),
        verdict_card(verdict(found.chain)),
    ]
    if found.row.replaced_by:
        parts.append(callout(ft.Icons.HISTORY, t("office_forms.answer.replaced_hint"), Tone.WAIT))
    if len(found.languages) > 1:
        options = [(one, one) for one in found.languages]
        chosen = language or found.languages[0]
        parts.append(choice(options, chosen, set_language, t("office_forms.answer.language")))
    return [*parts, *(card(group, spacing=S3) for group in _groups(found.lines)), _times(found)]


def _groups(lines: list[AnswerLine]) -> list[list[ft.Control]]:
    """A card for each group at the top, and for each run of questions outside all groups."""
    cards: list[list[ft.Control]] = []
    inside = False
    for line in lines:
        if not cards or (line.depth == 0 and (line.kind != "question" or inside)):
            cards.append([])
        inside = line.depth > 0 or line.kind != "question"
        cards[-1].append(_line(line))
    return cards


def _line(line: AnswerLine) -> ft.Control:
    if line.kind != "question":
        return ft.Container(section(line.label), padding=ft.Padding.only(top=S1))
    if line.sha256 is not None and line.type in PICTURES:
        shown = line.sha256 if line.received else ""
        picture = Picture(shown, shown, line.label, SIZE, SIZE, True)
        return column([detail(line.label), ft.Row([picture])], spacing=S1)
    return fact(line.label, forms_state.shown(line))


def _times(found: SurveyDetail) -> ft.Control:
    text = forms_state.time_bounds(words.moment(found.earliest), words.moment(found.latest))
    return card([section(t("office_forms.answer.proof")), detail(text)])
