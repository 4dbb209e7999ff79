"""The menu of a questionnaire: all questions, another language, throw it away."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import flet as ft

from app.lang import t
from app.views.context import go
from app.views.form.open import Paper
from app.views.visit.widgets import marked

_CODE = re.compile(r"\s*\([\w-]+\)$")
"""XLSForm names languages with their code: 中文 (zh)."""


def menu(paper: Paper, base: str, discard: Callable[[], Any]) -> ft.Control:
    """``base``: the address of the questionnaire."""
    items = [_item(t("form.jump.title"), ft.Icons.FORMAT_LIST_NUMBERED, lambda: go(f"{base}/list"))]
    items += _languages(paper)
    items.append(_item(t("form.discard"), ft.Icons.DELETE_OUTLINE, discard))
    button = ft.PopupMenuButton(items=items, tooltip=t("form.menu"), icon=ft.Icons.MORE_VERT)
    return marked("form-menu", button)


def _languages(paper: Paper) -> list[ft.PopupMenuItem]:
    """Those of the form, when it has several; the one that is spoken is ticked."""
    session = paper.sheet.session
    names = session.definition.languages
    if len(names) < 2:
        return []
    return [_language(paper, name, name == session.language) for name in names]


def _language(paper: Paper, name: str, on: bool) -> ft.PopupMenuItem:
    icon = ft.Icons.CHECK if on else ft.Icons.TRANSLATE
    return _item(t("form.language", name=_CODE.sub("", name)), icon, lambda: paper.sheet.speak(name))


def _item(words: str, icon: ft.IconData, act: Callable[[], Any]) -> ft.PopupMenuItem:
    return ft.PopupMenuItem(content=words, icon=icon, on_click=lambda: act())
