"""Who visited whom, when, where, what they need: the visit as a story in three cards."""

from __future__ import annotations

import flet as ft

from app.lang import t
from app.views.components import body, card, chip, detail, fact, section
from app.views.office.marks import Mark
from app.views.office.signs import ICON, TONE, line
from app.views.office.story_state import NeedLook, When, Where, Who
from app.views.theme import S1, S2, S3
from domain.models.visit import VisitBody


def who_card(look: Who, visit: VisitBody | None) -> ft.Control:
    """The people, what came of it, and what they wrote."""
    parts: list[ft.Control] = [
        ft.Row(
            [section(look.title), chip(look.result.text, TONE[look.result.mark], ICON[look.result.mark])],
            wrap=True,
            spacing=S2,
        ),
        fact(t("office.who.visitors", count=len(look.visitors)), t("office.join").join(look.visitors)),
    ]
    if look.reason:
        parts.append(fact(t("office.who.reason"), look.reason))
    if look.behalf:
        parts.append(fact(t("office.who.behalf"), look.behalf))
    if visit is not None and visit.note:
        parts.append(fact(t("office.who.note"), visit.note))
    if visit is not None and visit.next_step:
        parts.append(fact(t("office.who.next"), visit.next_step))
    return card(parts, spacing=S3)


def when_card(look: When) -> ft.Control:
    """What can be proved first, what the phone said after."""
    return card(
        [
            section(t("office.when.title")),
            fact(t("office.when.proved"), look.proved),
            fact(t("office.when.said"), look.device),
            detail(t("office.when.length", length=look.length)),
            line(look.clock),
        ],
        spacing=S2,
    )


def where_card(look: Where) -> ft.Control:
    """Distance from the household, how sure, and the point itself."""
    parts: list[ft.Control] = [section(t("office.place.title"))]
    if look.address:
        parts.append(body(look.address))
    parts += [line(one) for one in look.lines]
    if look.point:
        parts.append(detail(look.point))
    return card(parts, spacing=S2)


def needs_card(needs: tuple[NeedLook, ...]) -> ft.Control:
    """医房学业保, the gravest first, in the household's own words."""
    rows: list[ft.Control] = [section(t("office.needs.title"))]
    rows += [_need(one) for one in needs] or [detail(t("office.needs.none"))]
    return card(rows, spacing=S2)


def _need(look: NeedLook) -> ft.Control:
    icon = ft.Icons.FLAG if look.mark is Mark.LOOK else None
    head = ft.Row([body(look.kind), chip(look.severity, TONE[look.mark], icon)], spacing=S2, wrap=True)
    if not look.wish:
        return head
    return ft.Column([head, detail(t("office.needs.wish", wish=look.wish))], spacing=S1, tight=True)
