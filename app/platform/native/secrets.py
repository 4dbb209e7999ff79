"""Secrets in a file that only its owner may read: desktop and tests.

A phone keeps them in the system's secure storage instead; that implementation needs a page and lives
with the views' services.
"""

from __future__ import annotations

import json
import os
from base64 import b64decode, b64encode
from pathlib import Path

from app.platform.errors import PlatformError
from app.platform.native.files import NativeFolder

_NAME = "secrets.json"


class FileSecrets:
    """Implements app.platform.ports.Secrets in ``folder``."""

    def __init__(self, folder: str | Path) -> None:
        self._path = Path(folder)

    async def get(self, name: str) -> bytes | None:
        value = self._read().get(name)
        return None if value is None else b64decode(value)

    async def put(self, name: str, value: bytes) -> None:
        self._write({**self._read(), name: b64encode(value).decode()})

    async def delete(self, name: str) -> None:
        values = self._read()
        if values.pop(name, None) is not None:
            self._write(values)

    def _read(self) -> dict[str, str]:
        try:
            values: dict[str, str] = json.loads((self._path / _NAME).read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            # Starting over with a new key would make the store unreadable for ever.
            raise PlatformError("secrets_unreadable", reason=str(error)) from error
        return values

    def _write(self, values: dict[str, str]) -> None:
        folder = NativeFolder(self._path)
        part = f"{_NAME}.{os.getpid()}.new"
        try:
            file = folder.open(part)
            try:
                file.truncate(0)
                file.append(json.dumps(values).encode())
                file.sync()
            finally:
                file.close()
            folder.replace(part, _NAME)
        finally:
            folder.close()
