"""Coverage above the queue: the county on one line, the towns behind a tap."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flet as ft

from app.lang import t
from app.views.components import card, detail, section
from app.views.office.coverage_state import Bar, CoverageLook
from app.views.office.fold import unfolds
from app.views.theme import PAGE, S1, S2, S3, Type

BAR = 8
"""Height of a bar, dp."""


@ft.component
def CoverageCard(look: CoverageLook, on_town: Callable[[str], Any]) -> Any:
    """Tapping a town shows its visits."""
    opened, set_opened = ft.use_state(False)
    sign = ft.Icons.EXPAND_LESS if opened else ft.Icons.EXPAND_MORE
    head = _top(look.short, look.rest, sign, _bar(look.whole))
    towns = [_town(bar, on_town) for bar in look.towns] if opened else []
    label = t("office.coverage.close" if opened else "office.coverage.open", title=look.title)

    def flip() -> None:
        set_opened(not opened)

    top = unfolds(
        card(head, on_click=flip, tone=ft.Colors.SURFACE_CONTAINER, padding=S3), label, opened, flip
    )
    return _framed([top, *towns])


def coverage_place() -> ft.Control:
    """As tall as the card: keeps its room while the figures are not there yet."""
    bar = _bar(Bar(t("office.coverage.waiting"), 0.0, "", 0))
    head = _top(t("office.coverage.waiting"), "", ft.Icons.EXPAND_MORE, bar)
    return _framed([card(head, tone=ft.Colors.SURFACE_CONTAINER, padding=S3)])


def _top(short: str, rest: str, sign: ft.IconData, bar: ft.Control) -> list[ft.Control]:
    title = section(short)
    title.expand = True
    icon = ft.Icon(sign, color=ft.Colors.ON_SURFACE_VARIANT)
    return [ft.Row([title, detail(rest), icon], spacing=S2), bar]


def _framed(parts: list[ft.Control]) -> ft.Control:
    return ft.Container(
        ft.Column(parts, spacing=S1, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
        padding=ft.Padding(PAGE, S1, PAGE, 0),
    )


def _bar(bar: Bar) -> ft.Control:
    return ft.ProgressBar(
        value=bar.share,
        bar_height=BAR,
        border_radius=BAR / 2,
        bgcolor=ft.Colors.SURFACE_CONTAINER_HIGHEST,
        semantics_label=bar.name,
        semantics_value=round(bar.share * 100),
    )


def _town(bar: Bar, on_town: Callable[[str], Any]) -> ft.Control:
    async def pick() -> None:
        await on_town(bar.name)

    name = ft.Text(bar.name, theme_style=Type.DETAIL, expand=True)
    box = ft.Container(
        ft.Column([ft.Row([name, detail(bar.figure)], spacing=S2), _bar(bar)], spacing=S1, tight=True),
        padding=ft.Padding.symmetric(horizontal=PAGE, vertical=S2),
        border_radius=12,
        on_click=pick,
        ink=True,
    )
    label = t("office.coverage.town", name=bar.name, figure=bar.figure)
    return ft.Semantics(
        content=box, label=label, button=True, container=True, exclude_semantics=True, on_tap=pick
    )
