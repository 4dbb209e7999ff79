"""The addresses of questionnaires. One that is filled in below another screen (a household, a visit) lives
under that screen's address, so that Back leads there."""

from __future__ import annotations

import flet as ft

LIST = "/forms"


def list_path(household: str | None = None) -> str:
    """Where questionnaires are chosen: of a household, or those about organisations and nobody."""
    return f"/household/{household}/forms" if household else LIST


def form_path(survey_id: str, *, household: str | None = None, visit: str | None = None) -> str:
    """Where a draft is filled in: during the visit that is under way, at the household, or by itself."""
    if visit:
        return f"/visit/{visit}/form/{survey_id}"
    return f"/household/{household}/form/{survey_id}" if household else f"/form/{survey_id}"


def above(path: str) -> str:
    """The screen below the one at ``path``."""
    base, _, _ = path.partition("/form/")
    return base or "/"


def here() -> str:
    """The address of the questionnaire that the asking screen belongs to, without what follows its id."""
    return base_of(ft.use_view_path() or "/")


def base_of(path: str) -> str:
    """``/household/1/form/2/list`` → ``/household/1/form/2``."""
    base, mark, rest = path.partition("/form/")
    return f"{base}{mark}{rest.partition('/')[0]}"
