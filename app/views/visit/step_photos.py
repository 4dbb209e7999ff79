"""Step 照片: take, pick, look, remove (R12)."""

from __future__ import annotations

from typing import Any

import flet as ft

from app.actions.add_photo import add_photos, set_photo_consent
from app.actions.remove_photo import remove_photo
from app.actions.visit_draft import Draft, PhotoDraft
from app.lang import t
from app.views.components import Tone, column, confirm, detail, icon_button, row, status
from app.views.context import go
from app.views.theme import RADIUS_CARD, S1, S2, S3
from app.views.visit.hooks import Desk, part, use_made, use_value
from app.views.visit.shelf_images import use_images
from app.views.visit.widgets import big_icon_button, check_row, choices, group
from domain.codes import PhotoKind, label_key

KINDS = (PhotoKind.DOORPLATE, PhotoKind.SCENE, PhotoKind.GOODS, PhotoKind.DOCUMENT)


@ft.component
def StepPhotos(desk: Desk) -> ft.Control:
    """All of the second page."""
    draft = desk.draft
    assert draft is not None
    kind, set_kind = ft.use_state(_first_kind(draft))
    doomed, set_doomed = use_value(None)
    picked = use_made(Latest)

    async def keep(files: list[Any]) -> None:
        chosen = [bytes(file.bytes) for file in files if file.bytes is not None]
        await desk.act_later(add_photos, chosen, PhotoKind(kind))

    picked.current = keep

    async def result(event: Any) -> None:
        await picked.current(event.files or [])

    picker = use_made(lambda: ft.FilePicker(on_result=result))

    async def remove() -> None:
        gone = doomed
        set_doomed(None)
        await desk.act_later(remove_photo, gone)

    ft.use_dialog(_sure(remove, lambda: set_doomed(None)) if doomed else None)
    parts = [
        _consent(desk, draft),
        group(
            t("visit.photos.kind"),
            [choices([(k.value, t(label_key(k))) for k in KINDS], kind, set_kind, name="kind")],
            t(f"visit.photos.kind_hint.{kind}"),
        ),
        _sources(draft, kind, picker),
    ]
    parts += photos_coming(desk)
    parts.append(part(Thumbs, "thumbs", desk, draft.photos, set_doomed))
    return column(parts, spacing=20)


def photos_coming(desk: Desk) -> list[ft.Control]:
    """How many are still being worked on, on whatever page that is looked at."""
    count = desk.services.coming.count(desk.visit_id)
    if not count:
        return []
    ring = ft.ProgressRing(width=22, height=22, stroke_width=2.5)
    words = ft.Container(detail(t("visit.photos.busy", count=count)), expand=True)  # large text wraps
    return [row([ring, words], spacing=S3)]


class Latest:
    """The picker is made once; the newest drawing of the screen handles its answer."""

    current: Any = None


def _first_kind(draft: Draft) -> str:
    return (PhotoKind.SCENE if draft.photos else PhotoKind.DOORPLATE).value


def _consent(desk: Desk, draft: Draft) -> ft.Control:
    return check_row(
        t("visit.photos.consent"),
        lambda: desk.act(set_photo_consent, not draft.photo_consent),
        checked=draft.photo_consent,
        identifier="photo-consent",
    )


def _sources(draft: Draft, kind: str, picker: ft.FilePicker) -> ft.Control:
    pick = ft.PickFiles(picker, file_type=ft.FilePickerFileType.IMAGE, with_data=True)
    camera = big_icon_button(
        t("visit.photos.camera"),
        ft.Icons.PHOTO_CAMERA,
        lambda: go(f"/visit/{draft.id}/camera/{kind}"),
        identifier="photo-camera",
    )
    album = big_icon_button(
        t("visit.photos.album"), ft.Icons.PHOTO_LIBRARY, None, identifier="photo-album", action=pick
    )
    return ft.Row([camera, album], spacing=S2)


@ft.component
def Thumbs(desk: Desk, photos: list[PhotoDraft], doom: Any) -> ft.Control:
    """What is taken so far, two side by side."""
    images = use_images(desk.services.blobs, [photo.thumbnail_sha256 for photo in photos])
    if not photos:
        return status(ft.Icons.PHOTO_CAMERA_BACK, t("visit.photos.none"), Tone.QUIET)
    shown = [_thumb(photo, images.get(photo.thumbnail_sha256), doom) for photo in photos]
    rows = [shown[start : start + 2] for start in range(0, len(shown), 2)]
    return column([_pair(one) for one in rows], spacing=S2)


def _pair(cards: list[ft.Control]) -> ft.Control:
    empty: list[ft.Control] = [ft.Container(expand=True)] if len(cards) == 1 else []
    return ft.Row([*cards, *empty], spacing=S2, vertical_alignment=ft.CrossAxisAlignment.START)


def _thumb(photo: PhotoDraft, data: bytes | str | None, doom: Any) -> ft.Control:
    kind = t(label_key(PhotoKind(photo.kind)))
    label = t("visit.photos.one", kind=kind, code=photo.code)
    words = ft.Container(column([detail(kind), detail(photo.code)], spacing=0), expand=True)
    gone = icon_button(
        ft.Icons.DELETE_OUTLINE, t("visit.photos.remove", kind=kind), lambda: doom(photo.sha256)
    )
    box = ft.Container(
        column([_picture(data, label), row([words, gone])], spacing=S1),
        border=ft.Border.all(1, ft.Colors.OUTLINE_VARIANT),
        border_radius=RADIUS_CARD,
        padding=S2,
    )
    return ft.Semantics(
        content=box, identifier=f"photo-{photo.code}", label=label, container=True, expand=True
    )


def _picture(data: bytes | str | None, label: str) -> ft.Control:
    if isinstance(data, bytes):
        return ft.Image(src=data, height=120, fit=ft.BoxFit.COVER, border_radius=S2, semantics_label=label)
    icon = ft.Icons.BROKEN_IMAGE_OUTLINED if data == "damaged" else ft.Icons.IMAGE_OUTLINED
    return ft.Container(
        ft.Icon(icon, color=ft.Colors.OUTLINE, size=32),
        height=120,
        alignment=ft.Alignment.CENTER,
        bgcolor=ft.Colors.SURFACE_CONTAINER_HIGH,
        border_radius=S2,
    )


def _sure(yes: Any, no: Any) -> ft.AlertDialog:
    return confirm(
        t("visit.photos.remove_title"),
        t("visit.photos.remove_text"),
        (t("visit.photos.remove_yes"), yes),
        (t("common.cancel"), no),
    )
