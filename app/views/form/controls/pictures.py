"""A picture as the answer: taken, picked or drawn; seen, done again, removed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import flet as ft

from app.lang import t
from app.views.components import quiet
from app.views.form.asked import Asked, FileSource, KeptFile
from app.views.form.controls.drawing import Drawing
from app.views.form.controls.kept import (
    busy_line,
    delete_tool,
    picker_of,
    use_bytes,
    use_keeping,
    use_kept_bytes,
)
from app.views.form.controls.overlay import whole_screen
from app.views.form.controls.pieces import gap_row, ident, stacked, trouble
from app.views.form.controls.shooting import Shooting
from app.views.theme import RADIUS_CONTROL, S2
from app.views.visit.camera import camera_supported
from app.views.visit.hooks import part
from app.views.visit.widgets import big_icon_button

DRAWN = {"signature", "draw"}
HEIGHT = 220
"""dp of the preview."""

Photo = Callable[[bytes, FileSource], Awaitable[None]]


@ft.component
def PictureAnswer(asked: Asked) -> ft.Control:
    """image, by appearance: camera and album, new (camera only), signature and draw (a pad), annotate."""
    words = set(asked.question.appearance)
    annotated = "annotate" in words and asked.background is not None
    over, set_over = ft.use_state("")  # "", "camera", "pad"
    keeping = use_keeping(asked)
    data = use_kept_bytes(asked)
    ground = _ground(asked) if annotated else None
    under = use_bytes(asked, ground.sha256 if ground else "")

    def shut(name: str) -> Callable[[], None]:
        """The phone tells late that a view went; by then another may be open."""
        return lambda: set_over(lambda now: "" if now == name else now)

    async def photo(shot: bytes, source: FileSource) -> None:
        set_over("")
        if not annotated:
            await keeping.keep(shot, kind="photo", content_type="image/jpeg", source=source)
        elif await keeping.ground(shot, source):
            set_over("pad")

    async def drawn(picture: bytes, content_type: str) -> None:
        set_over("")
        await keeping.keep(picture, kind="drawing", content_type=content_type, source="made")

    async def taken(shot: bytes) -> None:
        await photo(shot, "camera")

    pad = part(Drawing, "pad", asked, under if ground else None, drawn, shut("pad"))
    views = {"camera": part(Shooting, "camera", asked.question.label, taken, shut("camera")), "pad": pad}
    waits = over == "pad" and ground is not None and not isinstance(under, bytes)  # still being read
    ft.use_dialog(whole_screen(views[over], shut(over)) if over and not waits else None)
    shown = _preview(asked, data if asked.file else under) if asked.file or ground else None
    doing = (
        busy_line(t("form_controls.keeping"))
        if keeping.busy
        else _ways(asked, set_over, photo, keeping.tell, shown is not None)
    )
    wrong = trouble(keeping.trouble) if keeping.trouble else None
    tools = _tools(asked, ground is not None, set_over)
    return stacked([shown, doing, wrong, tools])


def _ways(asked: Asked, set_over: Any, photo: Photo, tell: Callable[[str], None], again: bool) -> ft.Control:
    """A pen for signatures and drawings; camera and album for photos."""
    words = set(asked.question.appearance)
    if words & DRAWN:
        return _pen(asked, words, set_over)
    return part(Sources, "sources", asked, set_over, photo, tell, again)


def _ground(asked: Asked) -> KeptFile | None:
    """The photo that is drawn on."""
    sketch = asked.sketch()
    return sketch.background if sketch is not None else None


def _preview(asked: Asked, data: bytes | str | None) -> ft.Control:
    if isinstance(data, bytes):
        # Drawings are dark ink: their paper stays white in the dark.
        paper = "#FFFFFF" if set(asked.question.appearance) & DRAWN else ft.Colors.SURFACE_CONTAINER_HIGH
        inside: ft.Control = ft.Image(
            src=data, fit=ft.BoxFit.CONTAIN, semantics_label=asked.question.label, expand=True
        )
    else:
        paper = ft.Colors.SURFACE_CONTAINER_HIGH
        icon = ft.Icons.BROKEN_IMAGE_OUTLINED if data == "" else ft.Icons.IMAGE_OUTLINED
        inside = ft.Icon(icon, size=32, color=ft.Colors.OUTLINE)
    box = ft.Container(
        inside,
        height=HEIGHT,
        bgcolor=paper,
        border_radius=RADIUS_CONTROL,
        alignment=ft.Alignment.CENTER,
        clip_behavior=ft.ClipBehavior.HARD_EDGE,
    )
    return ft.Semantics(content=box, identifier=ident(asked, "preview"), container=True)


@ft.component
def Sources(asked: Asked, set_over: Any, keep: Photo, tell: Callable[[str], None], again: bool) -> ft.Control:
    """The camera, and unless the form wants a new picture, the album."""

    async def picked(data: bytes, name: str, kind: str) -> None:
        await keep(data, "album")

    picker = picker_of(picked, tell)
    only_new = "new" in asked.question.appearance
    camera = big_icon_button(
        t("form_controls.picture.retake" if again else "form_controls.picture.camera"),
        ft.Icons.PHOTO_CAMERA,
        lambda: set_over("camera"),
        identifier=ident(asked, "camera"),
    )
    sources: list[ft.Control] = [camera] if only_new or camera_supported(ft.context.page) else []
    if not only_new:
        pick = ft.PickFiles(picker, file_type=ft.FilePickerFileType.IMAGE, with_data=True)
        album = t("form_controls.picture.album_again" if again else "form_controls.picture.album")
        sources.append(
            big_icon_button(
                album, ft.Icons.PHOTO_LIBRARY, None, identifier=ident(asked, "album"), action=pick
            )
        )
    return ft.Row(sources, spacing=S2)


def _pen(asked: Asked, words: set[str], set_over: Any) -> ft.Control:
    if asked.file is not None:
        word, icon = ("sign_again" if "signature" in words else "again"), ft.Icons.REFRESH
    else:
        word, icon = ("sign" if "signature" in words else "draw"), ft.Icons.DRAW
    button = big_icon_button(
        t(f"form_controls.picture.{word}"), icon, lambda: set_over("pad"), identifier=ident(asked, "pen")
    )
    return ft.Row([button])


def _tools(asked: Asked, annotated: bool, set_over: Any) -> ft.Control | None:
    tools: list[ft.Control] = []
    if annotated:
        pen = quiet(t("form_controls.picture.annotate"), lambda: set_over("pad"), icon=ft.Icons.DRAW)
        tools.append(ft.Semantics(content=pen, identifier=ident(asked, "pen")))
    if asked.file is not None:
        tools.append(delete_tool(asked))
    return gap_row(tools) if tools else None
