"""Step 完成: what was noted, what is missing, what the rules say, what happens next."""

from __future__ import annotations

from decimal import Decimal

import flet as ft

from app.actions.aid_line import sum_of
from app.actions.meet_household import go_to_step, set_text
from app.actions.visit_context import check
from app.actions.visit_draft import Draft
from app.actions.visit_gaps import FIVE, Gap, gaps, path
from app.lang import t
from app.views.components import Tone, banner, card, column, detail, divider, fact, status
from app.views.theme import S2, S3
from app.views.visit.aid_state import findings
from app.views.visit.hooks import Desk, part
from app.views.visit.rule_words import Findings
from app.views.visit.step_photos import photos_coming
from app.views.visit.typed import Typed
from app.views.visit.widgets import group, marked
from domain.codes import VisitResult, label_key
from domain.money import format_yuan
from domain.rules import Phase


@ft.component
def StepFinish(desk: Desk, minimum: int) -> ft.Control:
    """The last page."""
    draft = desk.draft
    assert draft is not None
    missing = gaps(draft, minimum)
    parts: list[ft.Control] = photos_coming(desk)
    if missing:
        parts.append(_missing(desk, missing))
    parts.append(marked("summary", card(_facts(draft), spacing=S3)))
    parts.append(
        part(
            Typed,
            "next-step",
            t("visit.finish.next_step"),
            draft.next_step,
            lambda text: desk.act(set_text, "next_step", text),
            "next-step",
            multiline=True,
            min_lines=2,
            max_lines=6,
            max_length=500,
        )
    )
    parts += [_rules(desk, draft), _outlook()]
    return column(parts, spacing=20)


def _missing(desk: Desk, missing: list[Gap]) -> ft.Control:
    """Each gap leads to its step."""
    blocking = any(gap.blocking for gap in missing)
    title = t("visit.finish.missing" if blocking else "visit.finish.could")
    rows: list[ft.Control] = [_gap(desk, gap, place) for place, gap in enumerate(missing)]
    return group(title, [card(rows, spacing=0)])


def _gap(desk: Desk, gap: Gap, place: int) -> ft.Control:
    def turn() -> None:
        desk.act(go_to_step, gap.step)

    icon = ft.Icons.ERROR_OUTLINE if gap.blocking else ft.Icons.LIGHTBULB_OUTLINE
    color = ft.Colors.TERTIARY if gap.blocking else ft.Colors.ON_SURFACE_VARIANT
    words = ft.Text(t(f"visit.gap.{gap.code}", **gap.params), expand=True)
    content = ft.Row(
        [ft.Icon(icon, color=color), words, ft.Icon(ft.Icons.CHEVRON_RIGHT, color=ft.Colors.OUTLINE)],
        spacing=S2,
    )
    box = ft.Container(content, padding=ft.Padding.symmetric(vertical=S3), on_click=turn, ink=True)
    return marked(f"gap-{gap.code}-{place}", box)


def _facts(draft: Draft) -> list[ft.Control]:
    result = t(label_key(VisitResult(draft.result))) if draft.result else t("visit.finish.unknown")
    names = t("visit.finish.separator").join(visitor.name for visitor in draft.visitors)
    facts = [
        fact(t("visit.finish.result"), result),
        fact(t("visit.finish.visitors"), names),
        fact(t("visit.finish.photos"), t("visit.finish.photos_count", count=len(draft.photos))),
    ]
    steps = path(draft)
    if "needs" in steps:
        facts.append(fact(t("visit.finish.needs"), _needs(draft)))
    if "aid" in steps:
        facts.append(fact(t("visit.finish.aid"), _aid(draft)))
    return facts


def _needs(draft: Draft) -> str:
    told = [
        t("visit.finish.need", kind=t(label_key(kind)), level=t(f"visit.needs.level.{need.severity}"))
        for kind in FIVE
        if (need := draft.needs.get(kind.value)) is not None and need.severity
    ]
    return t("visit.finish.separator").join(told) or t("visit.finish.no_needs")


def _aid(draft: Draft) -> str:
    if draft.aid_choice != "give":
        return t("visit.finish.no_aid")
    if draft.receipt is not None:
        return t(
            "visit.finish.aid_locked",
            amount=format_yuan(Decimal(draft.receipt.amount)),
            words=draft.receipt.capitals,
        )
    return t("visit.finish.aid_open", amount=format_yuan(sum_of(draft.aids)))


def _rules(desk: Desk, draft: Draft) -> ft.Control:
    phase = Phase.SIGNED if draft.receipt is not None else Phase.BEFORE_SIGNING
    found = tuple(findings(draft, check(desk.services, draft, phase, photos=True)))
    title = t("visit.finish.rules")
    if not found:
        return group(title, [status(ft.Icons.VERIFIED_USER, t("visit.finish.rules_pass"), Tone.DONE)])
    return group(title, [part(Findings, "found", desk, found)])


def _outlook() -> ft.Control:
    return column(
        [
            divider(),
            banner(ft.Icons.LOCK_CLOCK, t("visit.finish.sealed"), Tone.QUIET),
            detail(t("visit.finish.sent_later")),
        ],
        spacing=S2,
    )
