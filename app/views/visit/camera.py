"""The camera: a view of its own, facing away from the person who holds the phone (R12)."""

from __future__ import annotations

import asyncio
from typing import Any

import flet as ft
import flet_camera as fc

from app.actions.add_photo import add_photo
from app.lang import t
from app.views.components import Tone, banner, failed, loading, primary, screen
from app.views.context import go
from app.views.theme import RADIUS_CARD
from app.views.visit.hooks import sentence, use_desk, use_made
from domain.codes import PhotoKind, label_key

WAIT_S = 20
"""A camera that does not answer by then is called unavailable; the album still works."""


@ft.component
def CameraView() -> ft.View:
    """``/visit/:id/camera/:kind``: preview, one big button, back to the photos."""
    desk = use_desk()
    kind = _kind(ft.use_route_params().get("kind", ""))
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
            with desk.services.coming.one(desk.visit_id):  # the shutter was heard: it belongs to the visit
                data = bytes(await asyncio.wait_for(camera.take_picture(), WAIT_S))
        except Exception:
            set_state("failed")
            return
        if await desk.act_later(add_photo, data, kind, "camera"):
            go(f"/visit/{desk.visit_id}")
        else:
            set_state("ready")

    ft.use_effect(start, [])
    back = lambda: go(f"/visit/{desk.visit_id}")  # noqa: E731
    top = []
    if desk.trouble is not None:
        top = [banner(ft.Icons.ERROR_OUTLINE, sentence(desk.trouble), Tone.PROBLEM)]
    return screen(
        [camera_preview(camera, state)],
        title=t(label_key(kind)),
        scroll=False,
        top=top,
        bottom=[_button(state, shoot, back)],
        back=back,
    )


def _kind(value: str) -> PhotoKind:
    return next((kind for kind in PhotoKind if kind.value == value), PhotoKind.SCENE)


def camera_supported(page: ft.Page) -> bool:
    """The camera plugin runs in browsers and on phones, not on desktops."""
    return bool(page.web) or page.platform in (ft.PagePlatform.ANDROID, ft.PagePlatform.IOS)


async def open_back_camera(camera: fc.Camera) -> str:
    """ "ready", or "failed" when there is no camera."""
    found = await camera.get_available_cameras()
    if not found:
        return "failed"
    back = [one for one in found if one.lens_direction == fc.CameraLensDirection.BACK]
    await camera.initialize((back or found)[0], fc.ResolutionPreset.VERY_HIGH, enable_audio=False)
    return "ready"


def camera_preview(camera: Any, state: str) -> ft.Control:
    """What the camera sees; ``state``: starting, ready, busy, failed."""
    if camera is None or state == "failed":
        return failed(t("visit.camera.failed"), t("visit.camera.failed_hint"))
    layers: list[ft.Control] = [camera]
    if state == "starting":
        layers.append(loading(t("visit.camera.starting")))
    return ft.Container(
        ft.Stack(layers, expand=True),
        expand=True,
        bgcolor=ft.Colors.SURFACE_CONTAINER_HIGH if state == "starting" else "#000000",
        border_radius=RADIUS_CARD,
        clip_behavior=ft.ClipBehavior.HARD_EDGE,
    )


def _button(state: str, shoot: Any, back: Any) -> ft.Control:
    if state == "failed":
        return primary(t("visit.camera.back"), back, icon=ft.Icons.ARROW_BACK)
    busy = state == "busy"
    label = t("visit.camera.busy") if busy else t("visit.camera.shoot")
    handler = shoot if state == "ready" else None
    button = primary(label, handler, icon=ft.Icons.PHOTO_CAMERA, busy=busy)
    return ft.Semantics(content=button, identifier="camera-shoot")
