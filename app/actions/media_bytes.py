"""The road's way to the bytes of attachments: the sealed shelf (sync.ports.MediaPort)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.photos.errors import PhotoError
from app.platform.errors import PlatformError
from sync.errors import GONE, LocalError

if TYPE_CHECKING:
    from app.platform.ports import Blobs


class MediaBytes:
    """Reads from the shelf; tells missing from damaged."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs

    async def open(self, sha256: str) -> bytes:
        """All bytes; raises LocalError("media_missing" | "media_unreadable" | "media_damaged")."""
        try:
            return await self._blobs.get(sha256)
        except PhotoError as error:
            raise LocalError("media_damaged", sha256=sha256) from error
        except PlatformError as error:
            gone = error.code == "blob_missing"  # otherwise it may be readable again
            code = GONE if gone else "media_unreadable"
            raise LocalError(code, retry=not gone, sha256=sha256) from error
