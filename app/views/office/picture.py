"""A picture of the registry's: asked for when it is drawn, opened large with a tap."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import flet as ft

from app.actions.office_load_photo import load_photo
from app.actions.services import Services
from app.lang import t
from app.views.components import body, detail
from app.views.context import use_services
from app.views.office import words
from app.views.theme import RADIUS_CONTROL, S1, S2, S4, TARGET
from domain.errors import NuanFangError


@ft.component
def Picture(sha256: str, large: str, label: str, width: int, height: int, whole: bool = False) -> Any:
    """``sha256`` is what is shown, ``large`` what a tap opens. ``whole`` shows all of it (a signature).

    ``sha256`` empty: it has not arrived at the registry yet, which is said and is no failure.
    """
    services = use_services()
    shown, set_shown = ft.use_state(_Fetched())
    zoomed, set_zoomed = ft.use_state(_Fetched())
    opened, set_opened = ft.use_state(False)

    async def fetch() -> None:
        if sha256:
            set_shown(_Fetched())
            set_shown(await _fetch(services, sha256))

    async def enlarge() -> None:
        set_opened(True)
        set_zoomed(shown if large in ("", sha256) else _Fetched())
        if large not in ("", sha256):
            set_zoomed(await _fetch(services, large))

    ft.use_effect(fetch, [sha256])
    ft.use_dialog(_large(zoomed, label, lambda: set_opened(False)) if opened else None)
    if not sha256:
        waits = _words(ft.Icons.CLOUD_UPLOAD_OUTLINED, t("office.photo.waiting"), height)
        return _tile(waits, None, label, width)
    if shown.error == "forbidden":
        return _tile(_words(ft.Icons.LOCK_OUTLINE, t("office.photo.withheld"), height), None, label, width)
    if shown.error:
        return _tile(_words(ft.Icons.REFRESH, t("office.photo.failed"), height), fetch, label, width)
    if not shown.data:
        return _tile(ft.ProgressRing(width=28, height=28), None, label, width, height)
    image = ft.Image(
        src=shown.data,
        fit=ft.BoxFit.CONTAIN if whole else ft.BoxFit.COVER,
        width=width,
        height=height,
        exclude_from_semantics=True,
    )
    return _tile(image, enlarge, label, width, height)


@dataclass(frozen=True, slots=True)
class _Fetched:
    """Bytes or the code of what went wrong; neither while it is on its way."""

    data: bytes = b""
    error: str = ""


async def _fetch(services: Services, sha256: str) -> _Fetched:
    try:
        return _Fetched(data=await load_photo(services, sha256))
    except NuanFangError as fault:
        return _Fetched(error=fault.code)


def _large(shown: _Fetched, label: str, close: Callable[..., Any]) -> ft.AlertDialog:
    """As large as the window; pinch or wheel to look closer."""
    page = ft.context.page
    if shown.data:
        inside: ft.Control = ft.InteractiveViewer(
            ft.Image(src=shown.data, fit=ft.BoxFit.CONTAIN, semantics_label=label), max_scale=8
        )
    elif shown.error:
        inside = ft.Container(
            body(words.problem(shown.error), color=ft.Colors.WHITE), alignment=ft.Alignment.CENTER
        )
    else:
        inside = ft.Container(ft.ProgressRing(), alignment=ft.Alignment.CENTER)
    width, height = (page.width or 390) - 2 * S4, (page.height or 700) - 2 * S4 - 3 * TARGET
    return ft.AlertDialog(
        content=ft.Container(inside, width=width, height=height),
        content_padding=S2,
        bgcolor=ft.Colors.BLACK,
        inset_padding=S4,
        actions=[ft.TextButton(ft.Text(t("common.close"), color=ft.Colors.WHITE), on_click=close)],
        actions_padding=S2,
        on_dismiss=close,
        semantics_label=label,
    )


def _tile(inside: ft.Control, act: Any, label: str, width: int, height: int | None = None) -> ft.Control:
    """``height`` None: as high as what is in it."""
    box = ft.Container(
        inside,
        width=width,
        height=height,
        alignment=ft.Alignment.CENTER,
        bgcolor=ft.Colors.SURFACE_CONTAINER_HIGH,
        border_radius=RADIUS_CONTROL,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
        on_click=act,
        ink=act is not None,
    )
    return ft.Semantics(content=box, label=label, button=act is not None, image=True, container=True)


def _words(icon: ft.IconData, text: str, height: int) -> ft.Control:
    """At least ``height``, and higher where large text needs it: nothing is cut."""
    words = detail(text)
    words.text_align = ft.TextAlign.CENTER
    words.theme_style = ft.TextThemeStyle.LABEL_SMALL
    inside = ft.Column(
        [ft.Icon(icon, color=ft.Colors.ON_SURFACE_VARIANT), words],
        spacing=S1,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
    )
    strut = ft.Container(width=0, height=height)
    return ft.Row([strut, ft.Container(inside, padding=S2, expand=True)], spacing=0)
