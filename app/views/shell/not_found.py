"""An address that leads nowhere."""

from __future__ import annotations

import flet as ft

from app.lang import t
from app.views.components import empty, secondary
from app.views.context import go


@ft.component
def NotFound() -> ft.Control:
    """Content, not a View: the router wraps it."""
    home = secondary(t("common.not_found.home"), lambda: go("/"), wide=False)
    return empty(
        ft.Icons.EXPLORE_OFF_OUTLINED, t("common.not_found.title"), t("common.not_found.hint"), [home]
    )
