"""One visit with everything to judge it, and the two verdicts within reach of a thumb."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flet as ft

from app.actions.office_review_visit import DOUBT, PASS, may_judge
from app.lang import t
from app.views.components import detail, dotted, loading, name
from app.views.context import use_services
from app.views.office import queue_load, words
from app.views.office.checks_state import checks_of
from app.views.office.file_card import audit_card, file_card
from app.views.office.file_state import facts_of
from app.views.office.frame import Room, sheet
from app.views.office.hooks import use_desk
from app.views.office.later import later
from app.views.office.marks import flags
from app.views.office.masked_fact import Ask
from app.views.office.money_cards import photos_card, receipt_card
from app.views.office.money_state import aid_of, receipt_of
from app.views.office.photos_state import photos_of
from app.views.office.queue_view import trouble
from app.views.office.reason_dialog import Question, reason_dialog
from app.views.office.reviews_state import reviews_of
from app.views.office.sheet_state import Acts, Sheet
from app.views.office.signs import flag_chip
from app.views.office.story_cards import needs_card, when_card, where_card, who_card
from app.views.office.story_state import body_of, needs_of, place_of, time_of, utc_now, who
from app.views.office.verdict_bar import verdict_bar
from app.views.office.verdict_card import checks_card, reviews_card, verdict_card
from app.views.office.verdict_state import verdict
from app.views.theme import S1
from sync.protocol.messages import VisitDetail


@ft.component
def VisitPane(visit_id: str, width: float, on_next: Callable[[str], Any]) -> Any:
    """``width`` is the room there is, dp; ``on_next`` opens another visit."""
    services = use_services()
    table = use_desk()
    kept, set_sheet = ft.use_state(Sheet(visit_id))
    asked, set_asked = ft.use_state(Question())
    shown = kept if kept.id == visit_id else Sheet(visit_id)
    room = Room(width, services.preferences.text_scale)
    acts = Acts(services, visit_id, set_sheet)

    async def load() -> None:
        set_sheet(lambda now: now if now.id == visit_id else Sheet(visit_id))
        await acts.load()

    async def answer(reason: str) -> None:
        set_asked(Question())
        if asked.about is None:
            await acts.judge(DOUBT, reason)
        else:
            await acts.reveal(asked.about.hidden, reason)

    ft.use_effect(load, [visit_id])
    ft.use_dialog(reason_dialog(asked, set_asked, answer))
    judges = may_judge(services)
    following = queue_load.queue_of(table).next_unreviewed(visit_id)
    if shown.detail is None:
        return _absent(shown, load)
    bar = verdict_bar(
        shown,
        room=room,
        on_pass=later(acts.judge, PASS),
        on_doubt=lambda: set_asked(Question(open=True)),
        on_next=(lambda: on_next(following)) if following else None,
        judges=judges,
    )
    ask = (lambda about: set_asked(Question(open=True, about=about))) if judges else None
    cards = _cards(shown, shown.detail, room, ask)
    return ft.Column([sheet(cards, key=visit_id, width=width), bar], spacing=0, expand=True)


def _absent(shown: Sheet, load: Callable[..., Any]) -> ft.Control:
    inside = trouble(shown.error, load) if shown.error else loading(t("office.visit.loading"))
    return ft.Container(inside, alignment=ft.Alignment.CENTER, expand=True)


def _cards(shown: Sheet, found: VisitDetail, room: Room, ask: Ask) -> list[ft.Control]:
    visit = body_of(found)
    cards: list[ft.Control] = [
        _head(found),
        verdict_card(verdict(found.chain)),
        checks_card(checks_of(found.checks)),
    ]
    if found.reviews:
        cards.append(reviews_card(reviews_of(found.reviews, utc_now())))
    if visit is None:
        cards.append(detail(t("office.visit.unreadable")))
    cards.append(photos_card(photos_of(found, visit, utc_now()), room))
    if visit is not None:
        aid = aid_of(visit, found.row.id, shown.revealed)
        cards.append(receipt_card(aid, receipt_of(visit, found.media), ask))
        cards.append(who_card(who(visit), visit))
    cards += [when_card(time_of(found, visit)), where_card(place_of(found, visit))]
    if visit is not None:
        cards.append(needs_card(needs_of(visit)))
    cards.append(file_card(facts_of(found, shown.revealed), room, ask))
    cards.append(audit_card(found, shown.revealed, ask))
    return cards


def _head(found: VisitDetail) -> ft.Control:
    """Whose visit it is; what the registry noticed besides the rules, which have a card of their own."""
    row = found.row
    author = t("office.visit.author", author=row.author_name)
    lines: list[ft.Control] = [
        name(row.household_name or words.coded("visit_type", row.type), lines=None),
        dotted([one for one in (row.household_number, row.town, author) if one]),
    ]
    told = {check.code for check in found.checks}
    chips = [flag_chip(one) for one in flags([code for code in row.flags if code not in told])]
    if chips:
        lines.append(ft.Row(chips, wrap=True, spacing=S1, run_spacing=S1))
    return ft.Column(lines, spacing=S1, tight=True)
