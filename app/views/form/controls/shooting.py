"""The camera over the page: one big button, and back with the picture."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import flet as ft
import flet_camera as fc

from app.lang import t
from app.views.components import primary
from app.views.form.controls.overlay import framed
from app.views.visit.camera import camera_preview, camera_supported, open_back_camera
from app.views.visit.hooks import use_made


@ft.component
def Shooting(title: str, taken: Callable[[bytes], Awaitable[None]], close: Callable[[], Any]) -> ft.Control:
    """``taken`` gets the JPEG as the camera gave it; the view stays until it is done."""
    state, set_state = ft.use_state("starting")
    supported = camera_supported(ft.context.page)
    camera = use_made(lambda: fc.Camera(expand=True) if supported else None)

    async def start() -> None:
        if camera is None:
            set_state("failed")
            return
        try:
            set_state(await open_back_camera(camera))
        except Exception:  # the plugin raises whatever the platform said
            set_state("failed")

    async def shoot() -> None:
        assert camera is not None
        set_state("busy")
        try:
            data = bytes(await camera.take_picture())
        except Exception:
            set_state("failed")
            return
        await taken(data)

    ft.use_effect(start, [])
    return framed(title, close, camera_preview(camera, state), [_button(state, shoot, close)])


def _button(state: str, shoot: Any, close: Any) -> ft.Control:
    if state == "failed":
        made = primary(t("form_controls.back"), lambda: close(), icon=ft.Icons.ARROW_BACK)
    else:
        busy = state == "busy"
        label = t("visit.camera.busy" if busy else "visit.camera.shoot")
        made = primary(label, shoot if state == "ready" else None, icon=ft.Icons.PHOTO_CAMERA, busy=busy)
    return ft.Semantics(content=made, identifier="q-shoot")
