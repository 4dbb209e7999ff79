"""A full phone: the photos that the office has make room for those it has not (S25)."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from app.actions.drafts import all_drafts
from app.actions.remove_photo import files_of
from app.actions.survey_draft import names_of
from app.actions.survey_drafts import all_surveys
from app.platform.errors import PlatformError
from app.store.tables import Doc, media, records
from sync.errors import WireError
from sync.plan import CHECK_MEDIA
from sync.proof import still_held

if TYPE_CHECKING:
    from app.actions.services import Services

ENOUGH_BYTES = 16 * 1024 * 1024
"""So much at a time: some fifty photos, a day's work."""
PATIENCE_S = 15.0
"""The office is asked this long whether it still has them."""
logger = logging.getLogger("nuanfang")


async def shelve(services: Services, name: str, data: bytes) -> None:
    """On the shelf when this returns. On a full phone the oldest photos that the office has go first; raises
    PlatformError("disk_full") when there are none left, or the office cannot be asked."""
    try:
        await services.blobs.put(name, data)
    except PlatformError as error:
        if error.code != "disk_full" or not await free_sent(services):
            raise
        await services.blobs.put(name, data)


async def free_sent(services: Services, wanted: int = ENOUGH_BYTES) -> int:
    """Forget originals of the oldest complete records, about ``wanted`` bytes; returns how many bytes.

    Their thumbnails, signatures and receipts stay. Only what the registry confirmed by its hash, and says at
    this moment that it holds, of records of which it has everything, and of no draft; the sealed record keeps
    its hash for ever. What it has lost since is sent again, and the next oldest are looked at. Offline
    nothing goes: this may be the only copy."""
    freed, seen = 0, set[str]()
    while freed < wanted and (chosen := await _oldest(services, wanted - freed, seen)):
        seen.update(chosen)
        held = await _asked(services, list(chosen))
        if held is None:
            break
        for name in held:
            if name not in _drafted(services) and _all_there(services, name):  # still, after the question
                await services.blobs.delete(name)
                freed += chosen[name]
    return freed


async def _oldest(services: Services, wanted: int, seen: set[str]) -> dict[str, int]:
    """Originals that may go if the office still has them, and their sizes; none of ``seen``."""
    drafted, found = _drafted(services), dict[str, int]()
    for photo in media(services.db).find("kind", "photo"):
        name = photo["sha256"]
        if sum(found.values()) >= wanted or len(found) >= CHECK_MEDIA:
            break
        if name in seen | drafted or not _all_there(services, name):
            continue
        if await services.blobs.has(name):
            found[name] = photo["size"]
    return found


async def _asked(services: Services, names: list[str]) -> list[str] | None:
    """Those that the office holds; None when it cannot be asked in the time that a person with a camera in
    hand has."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            held = await still_held(services.runner.client, services.store, names)
    except (WireError, TimeoutError):
        logger.info("the office could not be asked for its photos", exc_info=True)
        return None
    if len(held) < len(names):
        services.runner.kick()
    return [name for name in names if name in held]


def _drafted(services: Services) -> set[str]:
    """What visits and questionnaires under way need."""
    drafted = {name for draft in all_drafts(services) for name in files_of(draft)}
    return drafted | {name for survey in all_surveys(services) for name in names_of(survey)}


def _all_there(services: Services, name: str) -> bool:
    """Whether every record that names it is complete at the office."""

    def complete(document: Doc) -> bool:
        record = records(services.db).get(document["record_id"])
        return document["state"] == "received" and record is not None and record["state"] == "complete"

    return all(complete(document) for document in media(services.db).find("sha256", name))
