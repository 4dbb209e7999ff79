"""A full phone: the photos that the office has make room for those it has not (S25)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.actions.drafts import all_drafts
from app.actions.remove_photo import files_of
from app.actions.survey_draft import names_of
from app.actions.survey_drafts import all_surveys
from app.platform.errors import PlatformError
from app.store.tables import Doc, media, records

if TYPE_CHECKING:
    from app.actions.services import Services

ENOUGH_BYTES = 16 * 1024 * 1024
"""So much at a time: some fifty photos, a day's work."""


async def shelve(services: Services, name: str, data: bytes) -> None:
    """On the shelf when this returns. On a full phone the oldest photos that the office has confirmed go
    first; raises PlatformError("disk_full") when there are none left."""
    try:
        await services.blobs.put(name, data)
    except PlatformError as error:
        if error.code != "disk_full" or not await free_sent(services):
            raise
        await services.blobs.put(name, data)


async def free_sent(services: Services, wanted: int = ENOUGH_BYTES) -> int:
    """Forget originals of the oldest complete records, about ``wanted`` bytes; returns how many bytes.

    Their thumbnails, signatures and receipts stay. Only what the registry confirmed by its hash, of records
    of which it has everything, and of no draft; the sealed record keeps its hash for ever."""
    drafted = {name for draft in all_drafts(services) for name in files_of(draft)}
    drafted |= {name for survey in all_surveys(services) for name in names_of(survey)}
    freed = 0
    for photo in media(services.db).find("kind", "photo"):
        if freed >= wanted:
            break
        name = photo["sha256"]
        if name not in drafted and _all_there(services, name) and await services.blobs.has(name):
            await services.blobs.delete(name)
            freed += photo["size"]
    return freed


def _all_there(services: Services, name: str) -> bool:
    """Whether every record that names it is complete at the office."""

    def complete(document: Doc) -> bool:
        record = records(services.db).get(document["record_id"])
        return document["state"] == "received" and record is not None and record["state"] == "complete"

    return all(complete(document) for document in media(services.db).find("sha256", name))
