"""Take a photo into the visit: shrink, watermark, hash, keep encrypted, note in the draft (R12)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from app.actions.drafts import change_draft, need_draft
from app.actions.event_now import event_builtins, event_now
from app.actions.free_space import shelve
from app.actions.remove_photo import forget_files
from app.actions.services import Services
from app.actions.visit_draft import Draft, PhotoDraft
from app.photos import PhotoError, Stamp, lines, process, short_code
from app.photos.pipeline import Processed
from domain.codes import PhotoKind
from domain.errors import NuanFangError
from domain.event_time import EventTime
from sync.protocol.canonical import sha256_hex

MOST_PHOTOS = 20


async def add_photo(
    services: Services,
    visit_id: str,
    original: bytes,
    kind: PhotoKind,
    source: Literal["camera", "album"] = "camera",
) -> PhotoDraft:
    """The photo as it stands in the draft. Everything is on the disk when this returns.

    Raises PhotoError("photo_empty" | "photo_too_large" | "photo_twice" | "photos_too_many"),
    PlatformError("not_a_picture" | "picture_too_large" | "disk_full"), InputError("draft_missing"); then the
    draft is as before.
    """
    with services.coming.one(visit_id):
        return await _add(services, visit_id, original, kind, source)


async def add_photos(services: Services, visit_id: str, originals: Sequence[bytes], kind: PhotoKind) -> None:
    """From the album, one after the other; all of them are on their way from now on. One that cannot be kept
    does not cost those after it: the first error is raised at the end."""
    ways = services.coming.expect(visit_id, len(originals))
    first: NuanFangError | None = None
    try:
        for original, way in zip(originals, ways, strict=True):
            error = await _try(services, visit_id, original, kind)
            services.coming.settle(visit_id, way, kept=error is None)
            first = first or error
            if error is not None and error.code == "draft_missing":
                break
    finally:
        for way in ways:
            services.coming.settle(visit_id, way, kept=False)
    if first is not None:
        raise first


async def _try(services: Services, visit_id: str, original: bytes, kind: PhotoKind) -> NuanFangError | None:
    try:
        await _add(services, visit_id, original, kind, "album")
    except NuanFangError as error:
        return error
    return None


async def _add(
    services: Services, visit_id: str, original: bytes, kind: PhotoKind, source: Literal["camera", "album"]
) -> PhotoDraft:
    draft, taken = need_draft(services, visit_id), event_now(services)
    code = short_code(visit_id, sha256_hex(original))
    _check(draft, original)
    stamp = _stamp(draft, taken, code)
    done = await process(original, lines(stamp), services.platform.pictures)
    await shelve(services, done.sha256, done.data)
    await shelve(services, done.thumbnail_sha256, done.thumbnail)
    photo = _photo(draft, done, kind, source, taken, code)

    def change(current: Draft) -> None:
        _check(current, original)  # another may have come while this one was worked on
        current.photos = [*current.photos, photo]

    try:
        change_draft(services, visit_id, "photos", change)
    except NuanFangError:
        await forget_files(services, [photo.sha256, photo.thumbnail_sha256])
        raise
    return photo


def set_photo_consent(services: Services, visit_id: str, given: bool) -> Draft:
    """The household was told what the photos are for and agreed."""

    def change(draft: Draft) -> None:
        draft.photo_consent = given

    return change_draft(services, visit_id, "photo_consent", change)


def _check(draft: Draft, original: bytes) -> None:
    if len(draft.photos) >= MOST_PHOTOS:
        raise PhotoError("photos_too_many", most=MOST_PHOTOS)
    if any(photo.original_sha256 == sha256_hex(original) for photo in draft.photos):
        raise PhotoError("photo_twice")


def _stamp(draft: Draft, taken: EventTime, code: str) -> Stamp:
    place = draft.place
    return Stamp(
        taken_at=taken.device_time,
        household_number=draft.household_number,
        operator=draft.author_name,
        code=code,
        latitude=place.latitude,
        longitude=place.longitude,
        accuracy_m=place.accuracy_m,
    )


def _photo(
    draft: Draft,
    done: Processed,
    kind: PhotoKind,
    source: Literal["camera", "album"],
    taken: EventTime,
    code: str,
) -> PhotoDraft:
    return PhotoDraft(
        sha256=done.sha256,
        original_sha256=done.original_sha256,
        thumbnail_sha256=done.thumbnail_sha256,
        dhash=done.dhash,
        kind=kind.value,
        width=done.width,
        height=done.height,
        size=len(done.data),
        thumbnail_size=len(done.thumbnail),
        event_time=event_builtins(taken),
        source=source,
        code=code,
        place=draft.place,
    )
