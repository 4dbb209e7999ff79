"""The camera over the page: one big button, and back with the picture."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import flet as ft

from app.lang import t
from app.views.components import primary
from app.views.form.controls.lens import Lens
from app.views.form.controls.overlay import framed
from app.views.visit.camera import camera_preview, camera_supported
from app.views.visit.hooks import use_made


@ft.component
def Shooting(title: str, taken: Callable[[bytes], Awaitable[None]], close: Callable[[], Any]) -> ft.Control:
    """``taken`` gets the JPEG as the camera gave it."""
    lens = use_lens()

    async def shoot() -> None:
        data = await lens.shoot()
        if data is not None:
            await taken(data)

    async def back() -> None:
        await lens.leave()
        close()

    return framed(title, back, camera_preview(lens.camera, lens.state), [_button(lens.state, shoot, back)])


def use_lens() -> Lens:
    """A hook: a camera that opens with this part of the screen."""
    supported = camera_supported(ft.context.page)
    lens = use_made(lambda: Lens(supported))
    _, count = ft.use_state(0)
    lens.redraw = lambda: count(lambda drawn: drawn + 1)
    ft.use_effect(lens.open, [], lens.gone)
    return lens


def _button(state: str, shoot: Any, back: Any) -> ft.Control:
    if state == "failed":
        made = primary(t("form_controls.back"), back, icon=ft.Icons.ARROW_BACK)
    else:
        busy = state in ("busy", "left")
        label = t("visit.camera.busy" if busy else "visit.camera.shoot")
        made = primary(label, shoot if state == "ready" else None, icon=ft.Icons.PHOTO_CAMERA, busy=busy)
    return ft.Semantics(content=made, identifier="q-shoot")
