"""The questionnaire of an address, opened once for all its screens."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from weakref import WeakValueDictionary

import flet as ft

from app.actions.fill_survey import Filling, open_survey
from app.actions.services import Bell, Services
from app.lang import has_text, t
from app.views.context import use_services, use_value
from app.views.form.sheet_state import Sheet
from app.views.form.trail_state import Around, surroundings
from app.views.visit.hooks import use_made
from domain.errors import NuanFangError
from forms import FormError

logger = logging.getLogger("nuanfang")

_open: WeakValueDictionary[int, Paper] = WeakValueDictionary()
"""By the identity of the filling, which lives as long as its paper. Pages, list and finish share one."""


@dataclass(eq=False)
class Paper:
    """One questionnaire open on the screen. ``around``: what each question belongs to."""

    services: Services
    filling: Filling
    sheet: Sheet
    around: Around


def paper_of(services: Services, survey_id: str) -> Paper:
    """Raises NuanFangError: the draft is gone, the form is missing or cannot be used by this app."""
    filling = open_survey(services, survey_id)
    found = _open.get(id(filling))
    if found is None:
        sheet = Sheet(filling)
        sheet.resume(filling.draft.page)
        found = Paper(services, filling, sheet, surroundings(filling.session.definition))
        _open[id(filling)] = found
    return found


@dataclass
class Opening:
    """``paper`` None and no ``trouble``: still being opened."""

    paper: Paper | None = None
    trouble: NuanFangError | None = None


def use_paper() -> Opening:
    """Of the route's ``:fid``. A large form takes a moment: the screen first says so, then opens it."""
    services = use_services()
    survey_id = ft.use_route_params().get("fid", "")
    opening, set_opening = use_value(Opening())

    async def read() -> None:
        await asyncio.sleep(0)  # the word that it opens is on its way to the screen
        try:
            set_opening(Opening(paper_of(services, survey_id)))
        except NuanFangError as error:
            logger.warning("questionnaire %s: %s", survey_id, error)
            set_opening(Opening(trouble=error))

    ft.use_effect(read, [survey_id])
    return opening


def use_ring(bell: Bell) -> None:
    """Draw this component again whenever the bell rings."""
    _, set_count = ft.use_state(bell.count)
    left: list[Callable[[], None]] = use_made(list)

    def listen() -> None:
        left.append(bell.subscribe(lambda: set_count(bell.count)))

    def leave() -> None:
        while left:
            left.pop()()

    ft.use_effect(listen, [], leave)


def reason(error: NuanFangError) -> str:
    """Why a questionnaire cannot be opened or kept, in a cadre's words."""
    if isinstance(error, FormError):
        return refusal(error.code, error.question, error.reason)
    key = f"error.{error.code}"
    return t(key, **error.details) if has_text(key) else t("form.trouble.other", code=error.code)


def refusal(code: str, question: str, why: str) -> str:
    """Why this app cannot use a form: the sentence the office sees too."""
    key = f"forms.refusal.{code}"
    params: dict[str, Any] = {"name": question.rpartition("/")[2], "reason": why}
    return t(key, **params) if has_text(key) else t("form.trouble.other", code=code)
