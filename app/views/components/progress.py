"""Coverage as a ring; a record's road as steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import flet as ft

from app.views.theme import S1, S2

RING = 112
"""Diameter in dp."""
FIGURE = 22
"""The figure inside grows with the phone's text size only: at 200 % "97%" just fits the ring. The words
beside it say the same in the person's own size."""


def ring(share: float, text: str, label: str) -> ft.Control:
    """A ring filled to ``share`` (0…1) with ``text`` in it; ``label`` is read aloud."""
    inside = ft.Container(
        _figure(share, text), alignment=ft.Alignment.CENTER, padding=S2, width=RING, height=RING
    )
    circle = ft.ProgressRing(
        value=max(0.0, min(1.0, share)),
        width=RING,
        height=RING,
        stroke_width=10,
        stroke_cap=ft.StrokeCap.ROUND,
        color=ft.Colors.PRIMARY,
        bgcolor=ft.Colors.SURFACE_CONTAINER_HIGHEST,
    )
    drawing = ft.Stack([circle, inside], width=RING, height=RING)
    return ft.Semantics(content=drawing, label=label, container=True, exclude_semantics=True)


def _figure(share: float, text: str) -> ft.Control:
    if share >= 1:  # "100%" is too wide for large text, and a tick is nicer to earn
        return ft.Icon(ft.Icons.CHECK, size=RING // 2, color=ft.Colors.PRIMARY)
    return ft.Text(text, size=FIGURE, weight=ft.FontWeight.W_600, no_wrap=True)


class StepState(Enum):
    """Where one step stands."""

    DONE = ft.Icons.CHECK_CIRCLE
    NOW = ft.Icons.TIMELAPSE
    LATER = ft.Icons.CIRCLE_OUTLINED
    PROBLEM = ft.Icons.ERROR


_COLOR = {
    StepState.DONE: ft.Colors.PRIMARY,
    StepState.NOW: ft.Colors.TERTIARY,
    StepState.LATER: ft.Colors.OUTLINE,
    StepState.PROBLEM: ft.Colors.ERROR,
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its name and where it stands."""

    label: str
    state: StepState


def steps(items: Sequence[Step], label: str) -> ft.Control:
    """Steps side by side with their names below; ``label`` is read aloud for the whole."""
    line = ft.Row(
        [_step(item) for item in items],
        spacing=S1 // 2,  # three characters fit a quarter of 390 dp at 200 %
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
    return ft.Semantics(content=line, label=label, container=True, exclude_semantics=True)


def _step(item: Step) -> ft.Control:
    color = _COLOR[item.state]
    quiet = item.state is StepState.LATER
    bar = ft.Container(height=4, bgcolor=ft.Colors.OUTLINE_VARIANT if quiet else color, border_radius=2)
    words = ft.Text(
        item.label,
        theme_style=ft.TextThemeStyle.LABEL_SMALL,
        color=ft.Colors.ON_SURFACE_VARIANT if quiet else color,
        text_align=ft.TextAlign.CENTER,
    )
    return ft.Column(
        [bar, ft.Icon(item.state.value, size=18, color=color, apply_text_scaling=True), words],
        spacing=S1,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
    )
