"""Photos in the browser's origin private file system (OPFS): complete or absent."""

from __future__ import annotations

import re
import uuid
from typing import Any

import js
from pyodide.code import run_js
from pyodide.ffi import JsException, to_js

from app.platform.errors import PlatformError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
_PART = ".part"

# Written and flushed under another name, then moved over in one step. After the move the file is flushed
# once more, so that the rename is on the disk too where the browser allows it.
#
# ``told``: newer browsers throw a class of their own when the disk is full. Pyodide does not take it for an
# error, and whoever waits for the promise would wait for ever.
_FILES = """(folder) => {
const told = (act) => async (...given) => {
  try { return await act(...given); } catch (error) { throw new DOMException(error.message, error.name); }
};
const files = ({
  put: async (part, name, data) => {
    const file = await folder.getFileHandle(part, { create: true });
    const handle = await file.createSyncAccessHandle();
    try {
      handle.truncate(0);
      const written = handle.write(data, { at: 0 });
      if (written !== data.length) throw new DOMException("short", "QuotaExceededError");
      handle.flush();
    } finally { handle.close(); }
    await file.move(folder, name);
    const moved = await (await folder.getFileHandle(name)).createSyncAccessHandle();
    try { moved.flush(); } finally { moved.close(); }
  },
  get: async (name) => {
    const file = await (await folder.getFileHandle(name)).getFile();
    return new Uint8Array(await file.arrayBuffer());
  },
  has: async (name) => {
    try { await folder.getFileHandle(name); return true; } catch (error) {
      if (error.name === "NotFoundError") return false;
      throw error;
    }
  },
  remove: async (name) => {
    try { await folder.removeEntry(name); } catch (error) { if (error.name !== "NotFoundError") throw error; }
  },
  names: async () => {
    const found = [];
    for await (const name of folder.keys()) found.push(name);
    return found;
  },
});
return Object.fromEntries(Object.entries(files).map(([name, act]) => [name, told(act)]));
}"""


class OpfsBlobs:
    """``await OpfsBlobs.connect(name)``; implements app.platform.ports.Blobs."""

    def __init__(self, files: Any) -> None:
        self._files = files

    @classmethod
    async def connect(cls, name: str) -> OpfsBlobs:
        """Open the folder, made when missing, and remove what a crash left unfinished."""
        create = to_js({"create": True}, dict_converter=js.Object.fromEntries)
        try:
            root = await js.navigator.storage.getDirectory()
            blobs = cls(run_js(_FILES)(await root.getDirectoryHandle(name, create)))
            for left in await blobs._all():
                if left.endswith(_PART):
                    await blobs._files.remove(left)
        except JsException as error:
            raise _failed(error, name) from error
        return blobs

    async def put(self, name: str, data: bytes) -> None:
        part = f"{uuid.uuid4().hex}{_PART}"
        try:
            await self._files.put(part, _checked(name), to_js(data))
        except JsException as error:
            await self._files.remove(part)
            raise _failed(error, name) from error

    async def get(self, name: str) -> bytes:
        try:
            data: bytes = (await self._files.get(_checked(name))).to_bytes()
        except JsException as error:
            raise _failed(error, name) from error
        return data

    async def has(self, name: str) -> bool:
        return bool(await self._files.has(_checked(name)))

    async def delete(self, name: str) -> None:
        try:
            await self._files.remove(_checked(name))
        except JsException as error:
            raise _failed(error, name) from error

    async def names(self) -> list[str]:
        return sorted(name for name in await self._all() if not name.endswith(_PART))

    async def _all(self) -> list[str]:
        return [str(name) for name in await self._files.names()]


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name) or name.endswith(_PART):
        raise PlatformError("bad_file_name", name=name)
    return name


def _failed(error: JsException, name: str) -> PlatformError:
    if error.name == "NotFoundError":
        return PlatformError("blob_missing", name=name)
    if error.name == "QuotaExceededError":
        return PlatformError("disk_full")
    return PlatformError("file_failed", reason=f"{error.name}: {error.message}")
