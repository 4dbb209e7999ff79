"""Photos at rest: encrypted files, each named by the SHA-256 of its plain content.

A file is ``nonce (12) ‖ AES-256-GCM(content)`` with its name as associated data, so that files cannot be
swapped. The key is derived from the store's key, so a phone keeps one secret only.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac

from app.photos.errors import PhotoError
from app.platform.errors import PlatformError
from app.platform.ports import Blobs, Crypto
from sync.protocol.canonical import sha256_hex

LABEL = b"nuanfang/photos/v1"
NONCE = 12


def shelf_key(store_key: bytes) -> bytes:
    """32 bytes for photos only: HMAC-SHA-256 of a fixed label under the store's key (as HKDF-Expand)."""
    return hmac.new(store_key, LABEL + b"\x01", hashlib.sha256).digest()


class Shelf:
    """Sealed Blobs: anything that reads or writes photos sees plain bytes, the disk never does.

    It satisfies ``app.platform.ports.Blobs``. The same content is kept once.
    """

    def __init__(self, blobs: Blobs, crypto: Crypto, store_key: bytes) -> None:
        self._blobs, self._crypto, self._key = blobs, crypto, shelf_key(store_key)
        self._touched: set[str] = set()
        self._changing = asyncio.Lock()

    async def keep(self, data: bytes) -> str:
        """Put ``data`` under its own sha256 and return that name."""
        name = sha256_hex(data)
        await self.put(name, data)
        return name

    async def put(self, name: str, data: bytes) -> None:
        """Durable on return. Raises PlatformError("disk_full"); PhotoError("photo_damaged"): wrong name."""
        if sha256_hex(data) != name:
            raise PhotoError("photo_damaged", name=name)
        self._touched.add(name)  # before anything is awaited: what is being put is nobody's leftover
        async with self._changing:
            if not await self._blobs.has(name):
                nonce = self._crypto.random(NONCE)
                sealed = self._crypto.seal(self._key, nonce, data, name.encode())
                await self._blobs.put(name, nonce + sealed)

    async def get(self, name: str) -> bytes:
        """The plain content; raises PlatformError("blob_missing") or PhotoError("photo_damaged")."""
        raw = await self._blobs.get(name)
        try:
            data = self._crypto.open(self._key, raw[:NONCE], raw[NONCE:], name.encode())
        except PlatformError as error:
            raise PhotoError("photo_damaged", name=name) from error
        if sha256_hex(data) != name:
            raise PhotoError("photo_damaged", name=name)
        return data

    async def has(self, name: str) -> bool:
        """True when a file of that name is kept (its content is checked only by get)."""
        return await self._blobs.has(name)

    async def delete(self, name: str) -> None:
        """Forget it; a name that is not there is no error."""
        async with self._changing:
            if await self._blobs.has(name):
                await self._blobs.delete(name)

    async def forget_untouched(self, name: str) -> bool:
        """Forget a leftover of an earlier run of the app; False when somebody has put it since the start:
        whoever does that names it in the store only afterwards."""
        async with self._changing:
            if name in self._touched:
                return False
            await self._blobs.delete(name)
            return True

    async def names(self) -> list[str]:
        """Every photo kept."""
        return await self._blobs.names()
