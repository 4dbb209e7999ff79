"""One aid line: form, type, source, person, amount with its capitals, and what the rules say about it."""

from __future__ import annotations

from collections.abc import Sequence

import flet as ft

from app.actions.hand_over_aid import remove_line, set_line
from app.actions.visit_draft import AidDraft
from app.lang import t
from app.views.components import body, card, column, detail, icon_button, section
from app.views.theme import RADIUS_CONTROL, S1, S2, S3, Type
from app.views.visit.aid_state import (
    Finding,
    amount_problem,
    beneficiary_choices,
    capitals_line,
    form_choices,
    source_choices,
    type_choices,
)
from app.views.visit.hooks import Desk, part
from app.views.visit.pick import Pick
from app.views.visit.rule_words import Findings
from app.views.visit.typed import Typed
from app.views.visit.widgets import choices
from domain.codes import AidForm
from domain.identity import mask_account, mask_identity
from domain.models import HouseholdFile

TAIL = 4
"""Digits of an account that are shown: enough to compare with the card, and to say aloud."""


@ft.component
def AidLineCard(
    desk: Desk, household: HouseholdFile, line_id: str, place: int, found: Sequence[Finding]
) -> ft.Control:
    """A card; every touch is saved at once."""
    draft = desk.draft
    assert draft is not None
    line = next((each for each in draft.aids if each.id == line_id), None)
    if line is None:
        return ft.Container()
    parts: list[ft.Control] = [
        _head(desk, line, place, len(draft.aids)),
        _form(desk, line),
        _pick(desk, line, "type", t("visit.aid.type"), type_choices(line)),
        _pick(desk, line, "source", t("visit.aid.source"), source_choices()),
        _person(desk, line, household),
        *_goods(desk, line),
        _amount(desk, line),
    ]
    if line.form == AidForm.BANK:
        parts.append(_account(household))
    if found:
        parts.append(part(Findings, "found", desk, found))
    return card(parts, spacing=S3)


def _head(desk: Desk, line: AidDraft, place: int, count: int) -> ft.Control:
    title = ft.Container(section(t("visit.aid.line", number=place)), expand=True)
    if count == 1:
        return ft.Row([title])
    gone = icon_button(
        ft.Icons.DELETE_OUTLINE,
        t("visit.aid.remove", number=place),
        lambda: desk.act(remove_line, line.id),
    )
    return ft.Row([title, gone])


def _form(desk: Desk, line: AidDraft) -> ft.Control:
    tiles = choices(
        form_choices(),
        line.form,
        lambda key: desk.act(set_line, line.id, "form", key),
        name="form",
    )
    return column([detail(t("visit.aid.form")), tiles], spacing=S1)


def _pick(desk: Desk, line: AidDraft, field: str, label: str, items: list[tuple[str, str]]) -> ft.Control:
    return part(
        Pick,
        f"{field}-{line.id}",
        label,
        items,
        getattr(line, field),
        lambda key: desk.act(set_line, line.id, field, key),
        f"aid-{field}",
    )


def _person(desk: Desk, line: AidDraft, household: HouseholdFile) -> ft.Control:
    people = beneficiary_choices(household)
    chosen = line.beneficiary or household.worker.id
    person = next((one for one in household.people() if one.id == chosen), household.worker)
    pick = part(
        Pick,
        f"beneficiary-{line.id}",
        t("visit.aid.beneficiary"),
        people,
        chosen,
        lambda key: desk.act(set_line, line.id, "beneficiary", key),
        "aid-beneficiary",
    )
    number = mask_identity(person.id_number) or t("visit.aid.id_unknown")
    return column([pick, detail(t("visit.aid.id", number=number))], spacing=S1)


def _goods(desk: Desk, line: AidDraft) -> list[ft.Control]:
    if line.form not in (AidForm.IN_KIND, AidForm.SERVICE):
        return []
    item = _typed(desk, line, "item", t(f"visit.aid.item.{line.form}"), max_length=60)
    if line.form == AidForm.SERVICE:
        return [item]
    quantity = _typed(
        desk, line, "quantity", t("visit.aid.quantity"), keyboard_type=ft.KeyboardType.NUMBER, max_length=4
    )
    unit = _typed(desk, line, "unit", t("visit.aid.unit"), max_length=8)
    return [item, column([quantity, unit], spacing=S2)]


def _typed(desk: Desk, line: AidDraft, field: str, label: str, **more: object) -> ft.Control:
    return part(
        Typed,
        f"{field}-{line.id}",
        label,
        getattr(line, field),
        lambda text: desk.act(set_line, line.id, field, text),
        f"aid-{field}",
        **more,
    )


def _amount(desk: Desk, line: AidDraft) -> ft.Control:
    label = t("visit.aid.value") if line.form in (AidForm.IN_KIND, AidForm.SERVICE) else t("visit.aid.amount")
    field = part(
        Typed,
        f"amount-{line.id}",
        label,
        line.amount,
        lambda text: desk.act(set_line, line.id, "amount", text),
        "aid-amount",
        amount_problem(line),
        keyboard_type=ft.KeyboardType.NUMBER,
        text_style=ft.TextStyle(size=32, weight=ft.FontWeight.W_600),
        suffix=ft.Text(t("visit.aid.yuan"), theme_style=Type.SECTION),
        max_length=24,
        counter="",
    )
    words = ft.Container(
        body(capitals_line(line)),
        bgcolor=ft.Colors.SURFACE_CONTAINER,
        border_radius=RADIUS_CONTROL,
        padding=S3,
    )
    said = ft.Semantics(content=words, identifier="aid-capitals", live_region=True, container=True)
    return column([field, said], spacing=S1)


def _account(household: HouseholdFile) -> ft.Control:
    bank = household.bank
    if bank is None:
        return detail(t("visit.aid.no_account"))
    return detail(
        t("visit.aid.account", bank=bank.bank, holder=bank.holder, number=mask_account(bank.number)[-TAIL:])
    )
