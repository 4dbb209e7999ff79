"""Step 见面: where we are, whether somebody was met, who came (R9)."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.actions.locate_visit import locate_visit
from app.actions.meet_household import add_visitor, remove_visitor, set_result, set_text
from app.actions.visit_draft import Draft, PlaceDraft
from app.lang import t
from app.store.tables import Rows
from app.views.components import (
    Tone,
    body,
    card,
    column,
    detail,
    icon_button,
    quiet,
    row,
    status,
    text_field,
    typed_in,
)
from app.views.theme import S2
from app.views.visit.file_page import file_card
from app.views.visit.hooks import Desk, part
from app.views.visit.typed import Typed
from app.views.visit.widgets import choices, group, marked, tile
from domain.codes import VisitResult, label_key

SUGGESTED = 6
"""Colleagues offered at once; others are typed."""


@ft.component
def StepMeet(desk: Desk, minimum: int) -> ft.Control:
    """All of the first page."""
    draft = desk.draft
    assert draft is not None
    parts = [_place(desk, draft.place), _result(desk, draft)]
    if draft.result and draft.result != "met":
        parts.append(
            part(
                Typed,
                "result-note",
                t(f"visit.meet.note.{draft.result}"),
                draft.result_note,
                lambda text: desk.act(set_text, "result_note", text),
                "result-note",
                multiline=True,
                min_lines=2,
                max_lines=6,
                max_length=500,
            )
        )
    parts.append(part(Visitors, "visitors", desk, minimum))
    parts.append(file_card(desk, draft))
    return column(parts, spacing=20)


def _place(desk: Desk, place: PlaceDraft) -> ft.Control:
    line, again = _place_line(place)

    async def ask() -> None:
        await desk.act_later(locate_visit)

    button = [quiet(t("visit.place.again"), ask, icon=ft.Icons.MY_LOCATION)] if again else []
    return marked("place", card([line, *button], spacing=0))


def _place_line(place: PlaceDraft) -> tuple[ft.Control, bool]:
    """(what is known, whether asking again makes sense)."""
    if place.state == "waiting":
        return status(ft.Icons.LOCATION_SEARCHING, t("visit.place.waiting"), Tone.WAIT), False
    if place.state == "found":
        words = t("visit.place.found", accuracy=place.accuracy_m)
        if place.mocked:
            return status(ft.Icons.WARNING_AMBER, t("visit.place.mocked"), Tone.WAIT), True
        return status(ft.Icons.PLACE, words, Tone.DONE), place.accuracy_m > 100
    return status(ft.Icons.LOCATION_OFF, t(f"visit.place.{place.state}"), Tone.WAIT), True


def _result(desk: Desk, draft: Draft) -> ft.Control:
    def choose(value: str) -> None:
        desk.act(set_result, VisitResult(value))

    met = tile(
        t(label_key(VisitResult.MET)),
        lambda _=None: choose("met"),
        selected=draft.result == "met",
        identifier="result-met",
        icon=ft.Icons.HANDSHAKE_OUTLINED,
    )
    others = [(r.value, t(label_key(r))) for r in VisitResult if r is not VisitResult.MET]
    return group(
        t("visit.meet.title"),
        [ft.Row([met]), choices(others, draft.result, choose, name="result")],
    )


@ft.component
def Visitors(desk: Desk, minimum: int) -> ft.Control:
    """Who came; with fewer than two a reason (R9)."""
    adding, set_adding = ft.use_state(False)
    draft = desk.draft
    assert draft is not None
    rows = [_visitor(desk, place, visitor.name) for place, visitor in enumerate(draft.visitors)]
    parts: list[ft.Control] = [card(rows, spacing=S2)]
    if adding:
        parts.append(part(AddVisitor, "add-visitor", desk, lambda: set_adding(False)))
    else:
        add = quiet(t("visit.visitors.add"), lambda: set_adding(True), icon=ft.Icons.PERSON_ADD_ALT)
        parts.append(marked("visitor-add", add))
    if len(draft.visitors) < minimum:
        parts.append(
            part(
                Typed,
                "solo",
                t("visit.visitors.solo"),
                draft.solo_reason,
                lambda text: desk.act(set_text, "solo_reason", text),
                "solo-reason",
                helper=t("visit.visitors.solo_hint", minimum=minimum),
                max_length=200,
            )
        )
    return group(t("visit.visitors.title"), parts)


def _visitor(desk: Desk, place: int, name: str) -> ft.Control:
    who = t("visit.visitors.me", name=name) if place == 0 else name
    words = ft.Container(body(who), expand=True)
    if place == 0:
        return row([ft.Icon(ft.Icons.PERSON), words])
    gone = icon_button(
        ft.Icons.CLOSE, t("visit.visitors.remove", name=name), lambda: desk.act(remove_visitor, place)
    )
    return row([ft.Icon(ft.Icons.PERSON), words, gone])


@ft.component
def AddVisitor(desk: Desk, close: Any) -> ft.Control:
    """Tap a colleague, or type a name."""
    typed, set_typed = ft.use_state("")

    def add(name: str, user_id: str | None = None) -> None:
        if desk.act(add_visitor, name, user_id):
            close()

    field = text_field(
        t("visit.visitors.name"),
        typed,
        lambda event: set_typed(typed_in(event)),
        on_submit=lambda: add(typed),
        max_length=40,
        counter="",  # no autofocus: the keyboard would cover the colleagues, who are only to be tapped
    )
    offered = colleagues(desk, typed)
    tiles: list[ft.Control] = [
        ft.Row(
            [
                tile(
                    person["name"],
                    lambda _=None, person=person: add(person["name"], person["id"]),
                    selected=False,
                    identifier=f"colleague-{place}",
                    icon=ft.Icons.PERSON_OUTLINE,
                )
            ]
        )
        for place, person in enumerate(offered)
    ]
    done = marked(
        "visitor-save", quiet(t("visit.visitors.save"), (lambda: add(typed)) if typed.strip() else None)
    )
    cancel = quiet(t("common.cancel"), lambda: close())
    hint = [detail(t("visit.visitors.offer"))] if tiles else []
    return card([marked("visitor-name", field), *hint, *tiles, row([done, cancel])], spacing=S2)


def colleagues(desk: Desk, typed: str) -> list[dict[str, str]]:
    """People of this phone's feed who are not on the visit yet, those of the same organisation first."""
    draft, me = desk.draft, desk.services.me
    assert draft is not None
    here = {visitor.user_id for visitor in draft.visitors}
    wanted = "".join(typed.split())
    people = [
        {"id": one["id"], "name": one["name"], "org": one.get("org_id", "")}
        for one in Rows(desk.services.db, "users").all()
        if one["id"] not in here and wanted in one["name"]
    ]
    home = me.org_id if me else ""
    people.sort(key=lambda one: (one["org"] != home, one["name"]))
    return people[:SUGGESTED]
