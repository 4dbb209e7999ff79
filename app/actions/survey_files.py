"""Bytes that become a questionnaire's file: photos shrunk, stamped and hashed (R12), the rest as it is."""

from __future__ import annotations

import logging
import re

from app.actions.drafts import find_draft
from app.actions.event_now import event_builtins, event_now
from app.actions.free_space import shelve
from app.actions.remove_photo import forget_files
from app.actions.services import Services
from app.actions.survey_draft import FileDraft, FileKind, FileSource, SurveyDraft
from app.actions.visit_draft import PlaceDraft
from app.photos import PhotoError, Stamp, lines, process, short_code
from app.photos.pipeline import LONGEST
from domain.errors import InputError, NuanFangError
from sync.protocol.canonical import sha256_hex
from sync.protocol.messages import MAX_MEDIA_BYTES

logger = logging.getLogger("nuanfang")

MOST_PIXELS = 4096
"""A form may ask for larger photos than a visit's, not for more than a cheap phone can decode twice."""
LONGEST_NAME = 100
_MB = 1024 * 1024
_UNSAFE = re.compile(r'[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff/\\:*?"<>|]+')
_SUFFIXES = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/aac": "aac",
    "audio/wav": "wav",
    "audio/x-wav": "wav",
    "audio/ogg": "ogg",
    "audio/webm": "webm",
}


async def keep_photo(
    services: Services, draft: SurveyDraft, path: str, data: bytes, source: FileSource, pixels: int | None
) -> FileDraft:
    """On the shelf with its thumbnail when this returns. ``pixels``: the form's max-pixels.

    Raises PhotoError("photo_empty" | "photo_too_large" | "photo_twice"), PlatformError("not_a_picture" |
    "picture_too_large" | "disk_full")."""
    original, taken, place = sha256_hex(data), event_now(services), place_of(services, draft)
    _check_twice(draft, path, original)
    code = short_code(draft.id, original)
    stamp = Stamp(
        taken_at=taken.device_time,
        household_number=draft.subject_number or draft.form_id,
        operator=draft.author_name,
        code=code,
        latitude=place.latitude,
        longitude=place.longitude,
        accuracy_m=place.accuracy_m,
    )
    longest = min(pixels or LONGEST, MOST_PIXELS)
    done = await process(data, lines(stamp), services.platform.pictures, longest)
    await shelve(services, done.sha256, done.data)
    await shelve(services, done.thumbnail_sha256, done.thumbnail)
    return FileDraft(
        name=f"{done.sha256[:16]}.jpg",
        sha256=done.sha256,
        size=len(done.data),
        kind="photo",
        content_type="image/jpeg",
        taken=event_builtins(taken),
        source=source,
        thumb_sha256=done.thumbnail_sha256,
        thumb_size=len(done.thumbnail),
        original_sha256=done.original_sha256,
        dhash=done.dhash,
        width=done.width,
        height=done.height,
        code=code,
        place=place,
    )


async def keep_file(
    services: Services,
    draft: SurveyDraft,
    path: str,
    data: bytes,
    *,
    kind: FileKind,
    content_type: str,
    source: FileSource,
    name: str = "",
) -> FileDraft:
    """A drawing, a sound or a document, as it is, on the shelf. ``name``: what a picked document is called.

    Raises InputError("file_empty" | "file_too_large", size=…, limit=… in MB), PlatformError("disk_full")."""
    if not data:
        raise InputError("file_empty")
    if len(data) > MAX_MEDIA_BYTES:
        raise InputError("file_too_large", size=-(-len(data) // _MB), limit=MAX_MEDIA_BYTES // _MB)
    sha256 = await _put(services, data)
    others = {one.name for at, one in draft.files.items() if at != path and one.sha256 != sha256}
    background = draft.sketches[path].background if kind == "drawing" and path in draft.sketches else None
    return FileDraft(
        name=_name(sha256, content_type, name, others),
        sha256=sha256,
        size=len(data),
        kind=kind,
        content_type=content_type or "application/octet-stream",
        taken=event_builtins(event_now(services)),
        source=background.source if background else source,
        original_sha256=background.original_sha256 if background else "",
        dhash=background.dhash if background else "",
        code=background.code if background else "",
        place=background.place if background else place_of(services, draft),
    )


def place_of(services: Services, draft: SurveyDraft) -> PlaceDraft:
    """Where this happens: the questionnaire's own place, else that of the visit it belongs to."""
    if draft.place.state == "found" or draft.visit_id is None:
        return draft.place
    visit = find_draft(services, draft.visit_id)
    return visit.place if visit is not None else draft.place


async def let_go(services: Services, names: set[str]) -> None:
    """Off the shelf, what no draft and no record needs. What is deleted too late is a stray file and nobody's
    loss, so a failure is only logged: the draft or record is on the disk already."""
    try:
        await forget_files(services, sorted(names))
    except NuanFangError:
        logger.warning("files left on the shelf", exc_info=True)


async def _put(services: Services, data: bytes) -> str:
    name = sha256_hex(data)
    await shelve(services, name, data)
    return name


def _check_twice(draft: SurveyDraft, path: str, original: str) -> None:
    """The same picture for two questions is a mistake; for the same one it is simply taken again."""
    if any(at != path and one.original_sha256 == original for at, one in draft.files.items()):
        raise PhotoError("photo_twice")


def _name(sha256: str, content_type: str, name: str, others: set[str]) -> str:
    """The answer's text: a document keeps its own name unless another answer has it."""
    plain = " ".join(_UNSAFE.sub(" ", name).split())  # as the form keeps it: a full-width space goes too
    base, _, kind = plain.strip(" .").rpartition(".")
    suffix = _SUFFIXES.get(content_type.partition(";")[0], kind if 0 < len(kind) <= 8 else "bin")
    if not base:
        return f"{sha256[:16]}.{suffix}"
    base, kind = base[:LONGEST_NAME], kind[:LONGEST_NAME]
    own = f"{base}.{kind}"
    return own if own not in others else f"{base} {sha256[:8]}.{kind}"
