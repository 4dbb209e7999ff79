"""The first thing a supervisor sees: does the record hold, and what did the rules say."""

from __future__ import annotations

import flet as ft

from app.lang import t
from app.views.components import body, card, detail, section
from app.views.office.checks_state import CheckLook, ChecksLook
from app.views.office.fold import Fold
from app.views.office.marks import Line, Mark
from app.views.office.reviews_state import Said
from app.views.office.signs import ICON, TONE, line
from app.views.office.verdict_state import Verdict
from app.views.theme import S1, S2, S3, Type

_SIGN = {Mark.GOOD: ft.Icons.VERIFIED_USER, Mark.LOOK: ft.Icons.SHIELD_OUTLINED, Mark.BAD: ft.Icons.GPP_BAD}


INDENT = 26
"""dp: as far in as the words of a marked line."""


def verdict_card(look: Verdict) -> ft.Control:
    """A strong header in its tone; the links of the chain below, each with its own sign."""
    _, container, ink = TONE[look.mark].value
    title = ft.Text(look.title, theme_style=Type.NAME, color=ink)
    head = ft.Row(
        [
            ft.Icon(_SIGN[look.mark], size=40, color=ink),
            ft.Column(
                [title, ft.Text(look.hint, theme_style=Type.DETAIL, color=ink)], spacing=0, expand=True
            ),
        ],
        spacing=S3,
    )
    named = ft.Semantics(
        content=ft.Container(head, bgcolor=container, padding=16, border_radius=16),
        label=f"{look.title} {look.hint}",
        container=True,
        exclude_semantics=True,
        header=True,
    )
    if look.mark is Mark.GOOD:
        return ft.Column([named, Fold(t("office.chain.links"), lambda: _links(look))], spacing=0, tight=True)
    return ft.Column([named, _links(look)], spacing=S2, tight=True)


def _links(look: Verdict) -> ft.Control:
    lines = [line(one) for one in look.links]
    return ft.Container(ft.Column(lines, spacing=S1, tight=True), padding=ft.Padding.symmetric(horizontal=16))


def reviews_card(said: tuple[Said, ...]) -> ft.Control:
    """The verdicts so far; the note stands under its own, as it was written."""
    parts: list[ft.Control] = [section(t("office.reviews.title"))]
    for one in said:
        noted = [ft.Container(body(one.note), padding=ft.Padding.only(left=INDENT))] if one.note else []
        parts.append(ft.Column([line(one.line), *noted], spacing=S1, tight=True))
    return card(parts, spacing=S3)


def checks_card(look: ChecksLook) -> ft.Control:
    """What is open, each in a sentence; what holds is folded away."""
    title = section(look.title)
    title.expand = True
    sign = [] if look.open else [ft.Icon(ICON[Mark.GOOD], color=TONE[Mark.GOOD].value[0])]
    parts: list[ft.Control] = [ft.Row([*sign, title], spacing=S2), *(_check(one) for one in look.open)]
    if look.passed:
        parts.append(Fold(look.passed_title, lambda: _passed(look)))
    return card(parts, spacing=S3)


def _check(look: CheckLook) -> ft.Control:
    color = TONE[look.mark].value[0]
    words: list[ft.Control] = [ft.Text(look.short, theme_style=Type.SECTION, color=color)]
    if look.text:
        words.append(body(look.text))
    words.append(detail(t("office.checks.rule", code=look.code, title=look.title, outcome=look.outcome)))
    return ft.Row(
        [
            ft.Icon(ICON[look.mark], size=22, color=color),
            ft.Column(words, spacing=0, tight=True, expand=True),
        ],
        spacing=S2,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


def _passed(look: ChecksLook) -> ft.Control:
    lines = [line(Line(one.mark, f"{one.title} {one.code}")) for one in look.passed]
    return ft.Column(lines, spacing=S1, tight=True)
