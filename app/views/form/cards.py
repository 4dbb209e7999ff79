"""Questionnaires as cards: one to begin, one to go on with, one that was handed in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import flet as ft

from app.actions.forms_here import FormCard
from app.actions.read_surveys import SurveyCard
from app.lang import t
from app.views.components import Tone, card, detail, section, status
from app.views.context import go
from app.views.form.list_state import Offer
from app.views.form.open import refusal
from app.views.form.paths import form_path
from app.views.format import moment
from app.views.theme import S1


def offer_card(
    offer: Offer, now: datetime, begin: Callable[[FormCard], Any], *, standing: bool = True
) -> ft.Control:
    """The whole card begins the questionnaire, or goes on with it; one that cannot be used says why.

    ``standing``: say how far it is; not where it is filled in for many."""
    one = offer.card
    if one.refusal and not offer.draft:
        why = refusal(one.refusal, one.question, one.reason)
        words = t("form.list.unusable", reason=why)
        return card([section(one.title), status(ft.Icons.BLOCK, words, Tone.PROBLEM)], spacing=S1)
    lines = [section(one.title), detail(_about(one)), *([_standing(offer, now)] if standing else [])]
    return card(
        lines,
        on_click=lambda: begin(one),
        tone=ft.Colors.TERTIARY_CONTAINER if offer.draft else None,
        spacing=S1,
        key=f"form-{one.form_id}",
    )


def _about(one: FormCard) -> str:
    words = [t("form.list.questions", count=one.questions)] if one.questions else []
    if len(one.languages) > 1:
        words.append(t("form.list.languages", count=len(one.languages)))
    return " · ".join(words) or t("form.list.version", version=one.version)


def _standing(offer: Offer, now: datetime) -> ft.Control:
    survey = offer.survey
    if survey is None:
        return status(ft.Icons.EDIT_NOTE, t("form.list.new"))
    when = moment(survey.at, now)
    if offer.standing == "draft":
        return status(ft.Icons.EDIT_NOTE, t("form.list.draft", when=when), Tone.WAIT)
    return status(ft.Icons.CHECK_CIRCLE_OUTLINE, t("form.list.sealed", when=when), Tone.DONE)


def draft_card(survey: SurveyCard, now: datetime, *, left: bool = False) -> ft.Control:
    """One that was begun: whom it is about, when it was touched last; ``left``: who is no longer this
    person's, and it is handed in all the same."""
    lines: list[ft.Control] = [section(survey.title)]
    if survey.subject_name:
        lines.append(detail(survey.subject_name))
    if left:
        lines.append(detail(t("form.list.left")))
    lines.append(status(ft.Icons.EDIT_NOTE, t("form.list.draft", when=moment(survey.at, now)), Tone.WAIT))
    return card(
        lines,
        on_click=lambda: go(form_path(survey.id, household=None if left else survey.household_id)),
        tone=ft.Colors.TERTIARY_CONTAINER,
        spacing=S1,
        key=f"survey-{survey.id}",
    )
