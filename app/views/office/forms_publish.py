"""Publishing a questionnaire: whom it is about, whether it belongs in a visit, who is offered it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import flet as ft

from app.lang import t
from app.views.components import body, choice, detail, section, switch
from app.views.office.forms_state import ROLES, SUBJECTS
from app.views.theme import DIALOG_INSET, S2
from sync.protocol.forms import FormRow

if TYPE_CHECKING:
    from domain.models.survey import SurveySubject

WIDTH = 420


@dataclass(frozen=True, slots=True)
class Terms:
    """What is chosen so far; ``roles`` empty means everybody."""

    subject: SurveySubject = "household"
    in_visit: bool = False
    roles: tuple[str, ...] = ()

    def flip(self, role: str) -> Terms:
        """Choose a role or let it go."""
        kept = tuple(one for one in ROLES if (one in self.roles) != (one == role))
        return replace(self, roles=kept)


def publish_dialog(
    row: FormRow, terms: Terms, change: Callable[[Terms], None], publish: Any, cancel: Any
) -> ft.AlertDialog:
    """Every choice in sight, then one act."""
    subjects = [(code, t(f"office_forms.subject.{code}")) for code in SUBJECTS]

    def about(code: str) -> None:
        change(replace(terms, subject=cast("SurveySubject", code)))

    parts: list[ft.Control] = [
        body(t("office_forms.publish.text", title=row.title, version=row.version)),
        section(t("office_forms.publish.subject")),
        choice(subjects, terms.subject, about, t("office_forms.publish.subject")),
    ]
    if terms.subject == "household":
        parts.append(
            switch(
                t("office_forms.publish.in_visit"),
                terms.in_visit,
                lambda on: change(replace(terms, in_visit=on)),
            )
        )
    parts += [section(t("office_forms.publish.roles")), detail(t("office_forms.publish.roles_hint"))]
    parts += [_role(role, terms, change) for role in ROLES]
    return ft.AlertDialog(
        modal=True,
        scrollable=True,
        inset_padding=DIALOG_INSET,
        title=ft.Text(t("office_forms.publish.title")),
        content=ft.Container(ft.Column(parts, spacing=S2, tight=True), width=WIDTH),
        actions=[
            ft.TextButton(t("common.cancel"), on_click=cancel),
            ft.FilledButton(t("office_forms.publish"), on_click=publish),
        ],
        on_dismiss=cancel,
    )


def _role(role: str, terms: Terms, change: Callable[[Terms], None]) -> ft.Control:
    return ft.Checkbox(
        label=t(f"office_forms.role.{role}"),
        value=role in terms.roles,
        on_change=lambda: change(terms.flip(role)),
    )
