"""Note what the household needs: 医 房 学 业 保, each 0–3, in their own words (S15, S18)."""

from __future__ import annotations

from app.actions.drafts import change_draft
from app.actions.services import Services
from app.actions.visit_draft import Draft, NeedDraft
from domain.codes import NeedKind, NeedSeverity


def set_severity(services: Services, visit_id: str, kind: NeedKind, severity: NeedSeverity) -> Draft:
    """How grave; 0 says "asked, and there is none"."""

    def change(draft: Draft) -> None:
        _need(draft, kind).severity = int(severity)

    return change_draft(services, visit_id, f"needs.{kind.value}.severity", change)


def set_wish(services: Services, visit_id: str, kind: NeedKind, wish: str) -> Draft:
    """The household's own words."""

    def change(draft: Draft) -> None:
        _need(draft, kind).wish = wish

    return change_draft(services, visit_id, f"needs.{kind.value}.wish", change)


def none_for_the_rest(services: Services, visit_id: str, kinds: tuple[NeedKind, ...]) -> Draft:
    """Those of ``kinds`` that have no answer yet: asked, and there is none."""

    def change(draft: Draft) -> None:
        for kind in kinds:
            need = _need(draft, kind)
            if need.severity is None:
                need.severity = 0

    return change_draft(services, visit_id, "needs", change)


def _need(draft: Draft, kind: NeedKind) -> NeedDraft:
    return draft.needs.setdefault(kind.value, NeedDraft())
