"""Step 慰问: what is handed over, with every rule's word at once (R1–R6, R8, R10, R13, R14)."""

from __future__ import annotations

import flet as ft

from app.actions.hand_over_aid import add_line, choose
from app.actions.meet_household import set_text
from app.actions.visit_context import check, household_of
from app.actions.visit_draft import Draft
from app.actions.void_receipt import void_receipt
from app.lang import t
from app.views.components import (
    Tone,
    banner,
    body,
    card,
    column,
    confirm,
    detail,
    number,
    quiet,
    secondary,
)
from app.views.theme import S3
from app.views.visit.aid_line import AidLineCard
from app.views.visit.aid_state import findings
from app.views.visit.hooks import Desk, part
from app.views.visit.rule_words import Findings
from app.views.visit.typed import Typed
from app.views.visit.widgets import choices, group, marked
from domain.rules import Phase


@ft.component
def StepAid(desk: Desk) -> ft.Control:
    """Give or not; then the lines."""
    draft = desk.draft
    assert draft is not None
    if draft.receipt is not None:
        return part(Locked, "locked", desk)
    options = [("give", t("visit.aid.give")), ("none", t("visit.aid.none"))]
    pick = choices(options, draft.aid_choice, lambda key: desk.act(choose, key), name="aid", per_row=1)
    parts: list[ft.Control] = [group(t("visit.aid.title"), [pick])]
    if draft.aid_choice == "give":
        parts += _lines(desk, draft)
    return column(parts, spacing=20)


def _lines(desk: Desk, draft: Draft) -> list[ft.Control]:
    household = household_of(desk.services, draft.household)
    results = check(desk.services, draft, Phase.BEFORE_SIGNING)
    cards: list[ft.Control] = [
        part(
            AidLineCard,
            f"aid-{line.id}",
            desk,
            household,
            line.id,
            place,
            tuple(findings(draft, results, line.id)),
        )
        for place, line in enumerate(draft.aids, start=1)
    ]
    more = quiet(t("visit.aid.more"), lambda: desk.act(add_line), icon=ft.Icons.ADD)
    behalf = part(
        Typed,
        "on-behalf",
        t("visit.aid.on_behalf"),
        draft.aid_on_behalf_of,
        lambda text: desk.act(set_text, "aid_on_behalf_of", text),
        "on-behalf",
        max_length=60,
    )
    general = part(Findings, "findings", desk, tuple(findings(draft, results, "")))
    return [*cards, marked("aid-more", more), behalf, general]


@ft.component
def Locked(desk: Desk) -> ft.Control:
    """After locking nothing changes here, unless the receipt is made void (R10)."""
    asking, set_asking = ft.use_state(False)
    draft = desk.draft
    assert draft is not None
    assert draft.receipt is not None
    signed = draft.recipient is not None or bool(draft.handlers)

    async def void() -> None:
        set_asking(False)
        await desk.act_later(void_receipt)

    async def ask() -> None:
        if signed:
            set_asking(True)
        else:
            await void()

    dialog = confirm(
        t("visit.aid.void_title"),
        t("visit.aid.void_text"),
        (t("visit.aid.void_yes"), void),
        (t("common.cancel"), lambda: set_asking(False)),
    )
    ft.use_dialog(dialog if asking else None)
    words = t("visit.aid.locked_signed") if signed else t("visit.aid.locked")
    return column(
        [
            banner(ft.Icons.LOCK, words, Tone.WAIT),
            card([detail(t("visit.aid.locked_amount")), _amount(draft)]),
            marked("aid-void", secondary(t("visit.aid.change"), ask, icon=ft.Icons.EDIT)),
        ],
        spacing=S3,
    )


def _amount(draft: Draft) -> ft.Control:
    assert draft.receipt is not None
    return column([number(f"¥{draft.receipt.amount}"), body(draft.receipt.capitals)])
