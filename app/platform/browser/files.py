"""The pool over the browser's origin private file system (OPFS), inside the Pyodide worker."""

from __future__ import annotations

from typing import Any

import js
from pyodide.ffi import JsException, to_js

from app.platform.browser.pool import Handle, PoolFolder
from app.platform.errors import PlatformError

CAPACITY = 64


def _failed(error: JsException) -> PlatformError:
    name = getattr(error, "name", "")
    if name == "QuotaExceededError":
        return PlatformError("disk_full")
    if name == "NoModificationAllowedError":
        return PlatformError("store_in_use", holder=None)
    return PlatformError("file_failed", reason=f"{name}: {error}")


class SyncHandle:
    """A FileSystemSyncAccessHandle as app.platform.browser.pool.Handle."""

    def __init__(self, handle: Any) -> None:
        self._handle = handle
        self._at = js.Object.new()

    def size(self) -> int:
        return int(self._handle.getSize())

    def read(self, offset: int, size: int) -> bytes:
        self._at.at = offset
        buffer = js.Uint8Array.new(size)
        try:
            count = int(self._handle.read(buffer, self._at))
        except JsException as error:
            raise _failed(error) from error
        data: bytes = buffer.to_bytes()
        return data[:count]

    def write(self, offset: int, data: bytes) -> None:
        self._at.at = offset
        try:
            written = int(self._handle.write(to_js(data), self._at))
        except JsException as error:
            raise _failed(error) from error
        if written != len(data):
            raise PlatformError("disk_full")

    def truncate(self, size: int) -> None:
        try:
            self._handle.truncate(size)
        except JsException as error:
            raise _failed(error) from error

    def flush(self) -> None:
        try:
            self._handle.flush()
        except JsException as error:
            raise _failed(error) from error

    def close(self) -> None:
        self._handle.close()


class OpfsFolder(PoolFolder):
    """``await OpfsFolder.connect(name)``; one opener per name, over all tabs.

    Call ``reserve`` when idle and ``free()`` is small: growing is asynchronous."""

    _directory: Any

    @classmethod
    async def connect(cls, name: str, capacity: int = CAPACITY) -> OpfsFolder:
        """Open the pool; raises PlatformError("store_in_use") when another tab has it."""
        create = js.Object.fromEntries(to_js([["create", True]]))
        try:
            root = await js.navigator.storage.getDirectory()
            directory = await root.getDirectoryHandle(name, create)
            existing = [key async for key in directory.keys()]  # noqa: SIM118 (a JavaScript object)
        except JsException as error:
            raise _failed(error) from error
        wanted = {_slot_name(number) for number in range(capacity)} | set(existing)
        folder = cls(await _open_all(directory, sorted(wanted)))
        folder._directory = directory
        return folder

    async def reserve(self, count: int) -> None:
        """At least ``count`` files can be created without waiting."""
        missing = count - self.free()
        if missing > 0:
            start = self.capacity()
            names = [_slot_name(number) for number in range(start, start + missing)]
            self.add(await _open_all(self._directory, names))


def _slot_name(number: int) -> str:
    return f"slot-{number:04d}"


async def _open_all(directory: Any, names: list[str]) -> list[Handle]:
    """All or none: after a failure the ones already opened are given back."""
    handles: list[Handle] = []
    create = js.Object.fromEntries(to_js([["create", True]]))
    try:
        for name in names:
            file = await directory.getFileHandle(name, create)
            handles.append(SyncHandle(await file.createSyncAccessHandle()))
    except JsException as error:
        for handle in handles:
            handle.close()
        raise _failed(error) from error
    return handles
