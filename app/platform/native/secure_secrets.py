"""Secrets in the phone's own secure storage (Android Keystore, iOS Keychain) through Flet's service."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as NotBase64

from flet_secure_storage import SecureStorage

from app.platform.errors import PlatformError

PREFIX = "nuanfang."


class SecureSecrets:
    """Implements app.platform.ports.Secrets. Needs a page to be open: the service lives on it."""

    def __init__(self, storage: SecureStorage | None = None) -> None:
        self._storage = storage or SecureStorage()

    async def get(self, name: str) -> bytes | None:
        """None when there is none; raises PlatformError("secrets_unreadable") when one cannot be read:
        starting over with a new key would make the store unreadable for ever."""
        try:
            kept = await self._storage.get(PREFIX + name)
            return None if kept is None else b64decode(kept, validate=True)
        except (RuntimeError, TimeoutError, NotBase64) as error:
            raise PlatformError("secrets_unreadable", reason=str(error)) from error

    async def put(self, name: str, value: bytes) -> None:
        """Kept when it returns; raises PlatformError("secrets_unwritable")."""
        try:
            await self._storage.set(PREFIX + name, b64encode(value).decode("ascii"))
        except (RuntimeError, TimeoutError) as error:
            raise PlatformError("secrets_unwritable", reason=str(error)) from error

    async def delete(self, name: str) -> None:
        """A name that is not there is no error."""
        try:
            await self._storage.remove(PREFIX + name)
        except (RuntimeError, TimeoutError) as error:
            raise PlatformError("secrets_unwritable", reason=str(error)) from error
