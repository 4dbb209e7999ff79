"""Buttons: one main thing to do on a screen, large; the rest is quieter. All at least 48 dp high.

Heights come from padding, not from a fixed height, so that large text grows the button instead of being cut.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flet as ft

from app.views.theme import BUTTON, RADIUS_CONTROL, S2, S3, S4, S5, TARGET

Handler = Callable[..., Any]


def _face(label: str, icon: ft.IconData | None, busy: bool) -> ft.Control:
    # No style of its own: the button gives size and colour, also while it is disabled.
    text = ft.Text(label, text_align=ft.TextAlign.CENTER)
    lead: list[ft.Control] = []
    if busy:
        lead = [ft.ProgressRing(width=20, height=20, stroke_width=2.5)]
    elif icon is not None:
        lead = [ft.Icon(icon, size=22, apply_text_scaling=True)]
    return ft.Row(
        [*lead, ft.Container(text, expand_loose=True, expand=True) if lead else text],
        alignment=ft.MainAxisAlignment.CENTER,
        tight=True,
        spacing=S3,
    )


def _style(vertical: int, horizontal: int = S5, /, **more: Any) -> ft.ButtonStyle:
    return ft.ButtonStyle(
        padding=ft.Padding.symmetric(horizontal=horizontal, vertical=vertical),
        shape=ft.RoundedRectangleBorder(radius=RADIUS_CONTROL),
        **more,
    )


_RESTING = {
    "bgcolor": {
        ft.ControlState.DISABLED: ft.Colors.SURFACE_CONTAINER_HIGHEST,
        ft.ControlState.DEFAULT: ft.Colors.PRIMARY,
    },
    "color": {
        ft.ControlState.DISABLED: ft.Colors.ON_SURFACE_VARIANT,
        ft.ControlState.DEFAULT: ft.Colors.ON_PRIMARY,
    },
}
"""Disabled: the words can still be read, in the dark too."""


def primary(
    label: str,
    on_click: Handler | None,
    *,
    icon: ft.IconData | None = None,
    busy: bool = False,
    key: str | None = None,
    action: ft.ClientAction | None = None,
) -> ft.Control:
    """The one thing to do here, full width. ``busy`` shows a ring and takes no taps; neither handler nor
    ``action`` (what the system does at once, such as choosing a file): disabled."""
    button = ft.FilledButton(
        content=_face(label, icon, busy),
        on_click=None if busy else on_click,
        action=None if busy else action,
        disabled=busy or (on_click is None and action is None),
        style=_style(S4, **_RESTING),
        key=key,
        expand=True,
    )
    return ft.Row([button])


def secondary(
    label: str,
    on_click: Handler | None,
    *,
    icon: ft.IconData | None = None,
    wide: bool = True,
    action: ft.ClientAction | None = None,
) -> ft.Control:
    """Another way on; full width unless ``wide`` is False. ``action``: what the system does beside it."""
    button = ft.OutlinedButton(
        content=_face(label, icon, busy=False),
        on_click=on_click,
        action=action,
        disabled=on_click is None,
        style=_style(S3 + 2),
        expand=True if wide else None,  # False would still make it flexible, which a wrapping row cannot draw
    )
    return ft.Row([button]) if wide else button


def quiet(
    label: str, on_click: Handler | None, *, icon: ft.IconData | None = None, snug: bool = False
) -> ft.Control:
    """A small text button, still 48 dp high; ``snug``: with less room at its sides, for a banner."""
    return ft.TextButton(
        content=_face(label, icon, busy=False),
        on_click=on_click,
        disabled=on_click is None,
        style=_style(S3 + 2, S2 if snug else S5),
    )


def danger(
    label: str,
    on_click: Handler | None,
    *,
    icon: ft.IconData | None = None,
    busy: bool = False,
    key: str | None = None,
) -> ft.Control:
    """Something that cannot be undone; always followed by ``confirm``. ``busy`` shows a ring and takes no
    taps: nothing red any more, for there is nothing to press."""
    disabled = busy or on_click is None
    color, edge = (
        (ft.Colors.ON_SURFACE_VARIANT, ft.Colors.OUTLINE_VARIANT)
        if disabled
        else (ft.Colors.ERROR, ft.Colors.ERROR)
    )
    button = ft.OutlinedButton(
        content=_face(label, icon, busy),
        on_click=None if busy else on_click,
        disabled=disabled,
        style=_style(S3 + 2, color=color, side=ft.BorderSide(1, edge)),
        key=key,
        expand=True,
    )
    return ft.Row([button])


def icon_button(icon: ft.IconData, label: str, on_click: Handler | None) -> ft.IconButton:
    """A 48 dp icon with a spoken label."""
    return ft.IconButton(icon=icon, tooltip=label, on_click=on_click, width=TARGET, height=TARGET)


def backward(turn: Callable[[], Any], label: str) -> ft.IconButton:
    """Back, beside a wide Next: an arrow alone, for with large text the words of Next need the room."""
    return ft.IconButton(
        ft.Icons.ARROW_BACK,
        tooltip=label,
        on_click=lambda: turn(),
        width=BUTTON,
        height=BUTTON,
        style=ft.ButtonStyle(
            shape=ft.RoundedRectangleBorder(radius=RADIUS_CONTROL), side=ft.BorderSide(1, ft.Colors.OUTLINE)
        ),
    )
