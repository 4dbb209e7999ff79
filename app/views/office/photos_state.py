"""A visit's pictures: which have arrived, which are still on their way. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.lang import t
from app.views.office import words
from app.views.office.marks import Line, Mark
from domain.models.visit import PhotoRef, VisitBody
from sync.protocol.messages import MediaRef, VisitDetail


@dataclass(frozen=True, slots=True)
class PhotoLook:
    """One picture. ``thumb`` and ``full`` are hashes of what has arrived, or empty."""

    key: str
    kind: str
    note: Line | None
    taken: str
    thumb: str
    full: str

    @property
    def small(self) -> str:
        """What the grid shows: the thumbnail, or the picture itself when only that is here."""
        return self.thumb or self.full


def photos_of(detail: VisitDetail, body: VisitBody | None, now: datetime) -> tuple[PhotoLook, ...]:
    """The pictures of the visit itself; signatures and the receipt stand with the money."""
    held = {ref.sha256: ref for ref in detail.media if ref.received}
    if body is None:
        return tuple(_bare(ref) for ref in detail.media)
    return tuple(_photo(photo, held, now) for photo in body.photos)


def _photo(photo: PhotoRef, held: dict[str, MediaRef], now: datetime) -> PhotoLook:
    return PhotoLook(
        key=photo.sha256,
        kind=words.coded("photo_kind", photo.kind.value),
        note=Line(Mark.LOOK, t("office.photo.picked")) if photo.picked else None,
        taken=words.when(photo.taken.device_time, now),
        thumb=photo.thumb_sha256 if photo.thumb_sha256 in held else "",
        full=photo.sha256 if photo.sha256 in held else "",
    )


def _bare(ref: MediaRef) -> PhotoLook:
    """A picture of a record whose body cannot be read."""
    return PhotoLook(
        key=ref.sha256,
        kind=words.coded("photo_kind", ref.kind),
        note=None,
        taken="",
        thumb="",
        full=ref.sha256 if ref.received else "",
    )


def waiting(photos: tuple[PhotoLook, ...]) -> int:
    """How many have not arrived in full."""
    return sum(not photo.full for photo in photos)
