"""One household as a card of the list, and the coverage card."""

from __future__ import annotations

from datetime import datetime

import flet as ft

from app.lang import t
from app.views.components import Tone, body, card, chip, detail, name, ring, row, section, status
from app.views.context import go
from app.views.format import label, moment
from app.views.home.home_state import OffList, Row, Standing
from app.views.theme import S1, S4
from domain.codes import Category, VisitResult
from domain.coverage import Coverage
from domain.models import HouseholdFile

_STANDING = {
    Standing.DRAFT: (ft.Icons.EDIT_NOTE, Tone.WAIT),
    Standing.TO_REACH: (ft.Icons.RADIO_BUTTON_UNCHECKED, Tone.QUIET),
    Standing.TRIED: (ft.Icons.HISTORY, Tone.WAIT),
    Standing.REACHED: (ft.Icons.CHECK_CIRCLE_OUTLINE, Tone.DONE),
    Standing.INACTIVE: (ft.Icons.REMOVE_CIRCLE_OUTLINE, Tone.QUIET),
}


def coverage_card(coverage: Coverage) -> ft.Control:
    """Own coverage with its numbers (S25)."""
    left = coverage.total - coverage.reached
    tried = sum(one.tries > 0 for one in coverage.unreached)
    lines: list[ft.Control] = [section(t("home.coverage.title"))]
    lines.append(body(t("home.coverage.numbers", reached=coverage.reached, total=coverage.total)))
    lines.append(detail(t("home.coverage.left", left=left) if left else t("home.coverage.done")))
    if tried:
        lines.append(detail(t("home.coverage.tried", tried=tried)))
    read = t("home.coverage.read", reached=coverage.reached, total=coverage.total, percent=coverage.percent)
    share = coverage.reached / coverage.total if coverage.total else 0.0
    words = ft.Column(lines, spacing=S1, tight=True, expand=True)
    return card([row([ring(share, f"{coverage.percent}%", read), words], spacing=S4)])


def household_card(one: Row, now: datetime) -> ft.Control:
    """The name large, the rest quiet, the state in words; the whole card opens the household, or the visit
    that is under way there."""
    file = one.file
    words = standing_words(one, now)
    icon, tone = _STANDING[one.standing]
    lines: list[ft.Control] = [
        row(
            [name(file.worker.name), category_chip(file, plain=bool(one.draft))],
            wrap=True,  # a long name, or large text, sends the category to the next line
            alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
            vertical_alignment=ft.CrossAxisAlignment.CENTER,
        ),
        detail(short_address(file)),
    ]
    if file.address.door:
        lines.append(detail(file.address.door, lines=2))
    lines.append(status(icon, words, tone))
    return card(
        lines,
        on_click=lambda: go(f"/visit/{one.draft}" if one.draft else f"/household/{file.id}"),
        tone=ft.Colors.TERTIARY_CONTAINER if one.draft else None,
        spacing=S1,
        key=f"household-{file.id}",
    )


def off_list_card(one: OffList) -> ft.Control:
    """A visit under way that the list does not show: it is gone on with all the same."""
    lines: list[ft.Control] = [name(one.name), detail(one.number)]
    if one.left:
        lines.append(detail(t("home.row.left")))
    lines.append(status(ft.Icons.EDIT_NOTE, t("home.row.draft"), Tone.WAIT))
    return card(
        lines,
        on_click=lambda: go(f"/visit/{one.draft}"),
        tone=ft.Colors.TERTIARY_CONTAINER,
        spacing=S1,
        key=f"draft-{one.draft}",
    )


def category_chip(file: HouseholdFile, *, plain: bool = False) -> ft.Control:
    """深度困难 stands out a little, unless ``plain``: on a card of that very colour; the words carry it."""
    loud = file.category is Category.DEEP and not plain
    return chip(label(file.category), Tone.WAIT if loud else Tone.QUIET)


def short_address(file: HouseholdFile) -> str:
    """From the town down: everybody here is in the same county."""
    address = file.address
    return f"{address.town}{address.village}{address.detail}"


def standing_words(one: Row, now: datetime) -> str:
    """The state in words, with the newest visit's own road."""
    if one.standing is Standing.INACTIVE:
        return t("home.row.inactive", status=label(one.file.status))
    if one.last is None or one.standing is Standing.DRAFT:
        return t(f"home.row.{one.standing.name.lower()}")
    when = moment(one.last.at, now)
    if one.standing is Standing.REACHED:
        return f"{t('home.row.reached', when=when)} · {t(f'home.row.{one.last.state}')}"
    return t("home.row.tried", when=when, result=label(VisitResult(one.last.result)))
