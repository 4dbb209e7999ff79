"""The bytes of attachments for the road: sync.ports.MediaPort over the photo shelf."""

from __future__ import annotations

from app.platform.ports import Blobs
from app.store.database import NuanDB
from app.store.tables import media
from domain.errors import NuanFangError
from sync.errors import LocalError


class ShelfMedia:
    """Reads what ``media`` names by its ``blob``; ``blobs`` gives plain bytes (app.photos.shelf.Shelf)."""

    def __init__(self, db: NuanDB, blobs: Blobs) -> None:
        self._db, self._blobs = db, blobs

    async def open(self, sha256: str) -> bytes:
        """Raises LocalError("media_missing" | "media_damaged")."""
        row = media(self._db).get(sha256)
        name = sha256 if row is None else row.get("blob") or sha256
        try:
            return await self._blobs.get(name)
        except NuanFangError as error:
            missing = error.code == "blob_missing"
            raise LocalError("media_missing" if missing else "media_damaged", sha256=sha256) from error
