"""Hooks of the office's screens: the desk, and how wide the window is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import flet as ft

from app.actions.office_desk import Desk, desk
from app.actions.services import Bell
from app.views.context import use_services

if TYPE_CHECKING:
    from flet.components.hooks.use_ref import MutableRef

WIDE = 900
"""From this width on, dp, list and visit stand side by side."""


def use_ring(bell: Bell) -> int:
    """Draw again on each ring; returns the count of rings."""
    count, set_count = ft.use_state(bell.count)
    left: MutableRef[Callable[[], None]] = ft.use_ref()

    def listen() -> None:
        left.current = bell.subscribe(lambda: set_count(bell.count))
        set_count(bell.count)

    def leave() -> None:
        if left.current is not None:
            left.current()

    ft.use_effect(listen, [], leave)
    return count


def use_desk() -> Desk:
    """The supervisor's desk; the component draws again when the queue or the coverage changes."""
    table = desk(use_services())
    use_ring(table.bell)
    return table


def use_width() -> tuple[float, Callable[[Any], None]]:
    """(the window's width in dp, handler for a full-width box's ``on_size_change``)."""
    width, set_width = ft.use_state(float(ft.context.page.width or 0))
    return width, lambda event: set_width(float(event.width))
