"""What the rules say, where it concerns somebody, with a field for the reason a warning asks for."""

from __future__ import annotations

from collections.abc import Sequence

import flet as ft

from app.actions.hand_over_aid import set_reason
from app.lang import t
from app.views.components import column
from app.views.theme import S3
from app.views.visit.aid_state import Finding
from app.views.visit.hooks import Desk, part
from app.views.visit.typed import Typed
from app.views.visit.widgets import finding, marked


@ft.component
def Findings(desk: Desk, found: Sequence[Finding]) -> ft.Control:
    """What the rules say about one subject; a warning with its field for a reason."""
    parts: list[ft.Control] = []
    for one in found:
        parts.append(marked(f"rule-{one.rule}", finding(one.text, blocks=one.blocks)))
        if not one.blocks:
            parts.append(_reason(desk, one))
    return column(parts, spacing=S3)


def _reason(desk: Desk, one: Finding) -> ft.Control:
    return part(
        Typed,
        f"reason-{one.subject}-{one.rule}",
        t("visit.aid.reason"),
        one.reason,
        lambda text: desk.act(set_reason, one.subject, one.rule, text),
        f"reason-{one.rule}",
        max_length=200,
    )
