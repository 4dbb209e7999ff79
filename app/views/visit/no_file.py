"""A visit whose household has no file on this phone: only a damaged store brings it so far."""

from __future__ import annotations

import flet as ft

from app.actions.visit_context import standing_of
from app.lang import t
from app.views.components import Tone, callout
from app.views.visit.hooks import Desk
from app.views.visit.widgets import marked


def has_file(desk: Desk) -> bool:
    """Whether the pages that look into the file can be drawn."""
    return desk.draft is not None and standing_of(desk.services, desk.draft.household) != "missing"


def no_file() -> ft.Control:
    """Instead of the page; nothing that was noted is lost."""
    return marked("no-file", callout(ft.Icons.SEARCH_OFF, t("visit.no_file"), Tone.PROBLEM))
