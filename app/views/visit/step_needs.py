"""Step 五需: 医 房 学 业 保, each from none to urgent, in the household's own words (S18)."""

from __future__ import annotations

import flet as ft

from app.actions.note_needs import none_for_the_rest, set_severity, set_wish
from app.actions.visit_draft import Draft, NeedDraft
from app.actions.visit_gaps import FIVE, asked
from app.lang import t
from app.views.components import card, column, detail, quiet, section
from app.views.form.entries import VisitForms
from app.views.theme import RADIUS_CONTROL, S2, S3, Type
from app.views.visit.hooks import Desk, part
from app.views.visit.typed import Typed
from app.views.visit.widgets import choices, marked
from domain.codes import NeedKind, NeedSeverity, label_key


@ft.component
def StepNeeds(desk: Desk) -> ft.Control:
    """Five cards, and one tap for those that have no need."""
    draft = desk.draft
    assert draft is not None
    left = len(FIVE) - asked(draft)
    parts: list[ft.Control] = [detail(t("visit.needs.hint"))]
    parts += [_need(desk, draft, kind) for kind in FIVE]
    if left:
        rest = quiet(
            t("visit.needs.rest", count=left),
            lambda: desk.act(none_for_the_rest, FIVE),
            icon=ft.Icons.DONE_ALL,
        )
        parts.append(marked("needs-rest", rest))
    parts.append(part(VisitForms, "forms", draft.id, draft.household))
    return column(parts, spacing=S3)


def _need(desk: Desk, draft: Draft, kind: NeedKind) -> ft.Control:
    need = draft.needs.get(kind.value) or NeedDraft()
    name = t(label_key(kind))
    levels = [(str(int(level)), t(f"visit.needs.level.{int(level)}")) for level in NeedSeverity]
    value = "" if need.severity is None else str(need.severity)
    pick = choices(
        levels,
        value,
        lambda key: desk.act(set_severity, kind, NeedSeverity(int(key))),
        name=f"need-{kind.value}",
        per_row=4,
    )
    parts: list[ft.Control] = [_head(kind, name), pick]
    if need.severity or need.wish:
        parts.append(
            part(
                Typed,
                f"wish-{kind.value}",
                t("visit.needs.wish"),
                need.wish,
                lambda text: desk.act(set_wish, kind, text),
                f"wish-{kind.value}",
                multiline=True,
                min_lines=1,
                max_lines=6,
                max_length=500,
            )
        )
    return card(parts, spacing=S3, key=f"need-{kind.value}")


def _head(kind: NeedKind, name: str) -> ft.Control:
    sign = ft.Container(
        ft.Text(t(f"{label_key(kind)}.short"), theme_style=Type.NAME, color=ft.Colors.PRIMARY),
        bgcolor=ft.Colors.PRIMARY_CONTAINER,
        border_radius=RADIUS_CONTROL,
        padding=ft.Padding.symmetric(horizontal=S2, vertical=2),
    )
    words = column([section(name), detail(t(f"visit.needs.about.{kind.value}"))], spacing=0)
    return ft.Row([sign, ft.Container(words, expand=True)], spacing=S3)
