"""Photos as files in one folder: complete or absent, also after a power cut."""

from __future__ import annotations

import asyncio
import errno
import os
import re
import uuid
from pathlib import Path

from app.platform.errors import PlatformError

#: A name on every file system, and never one of our unfinished files.
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
PART = ".part"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class FolderBlobs:
    """Implements app.platform.ports.Blobs in ``folder``, which is created when missing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for part in folder.glob(f"*{PART}"):  # what a crash left
            part.unlink(missing_ok=True)

    async def put(self, name: str, data: bytes) -> None:
        await asyncio.to_thread(self._put, self._of(name), data)

    async def get(self, name: str) -> bytes:
        try:
            return await asyncio.to_thread(self._of(name).read_bytes)
        except FileNotFoundError as error:
            if not self._folder.is_dir():  # all of them are away, and may come back
                raise PlatformError("file_failed", reason=str(error)) from error
            raise PlatformError("blob_missing", name=name) from None
        except OSError as error:
            raise _failed(error) from error

    async def has(self, name: str) -> bool:
        return self._of(name).is_file()

    async def delete(self, name: str) -> None:
        try:
            self._of(name).unlink(missing_ok=True)
        except OSError as error:
            raise _failed(error) from error

    async def names(self) -> list[str]:
        return sorted(path.name for path in self._folder.iterdir() if path.suffix != PART)

    def _of(self, name: str) -> Path:
        return self._folder / checked(name)

    def _put(self, target: Path, data: bytes) -> None:
        part = target.with_name(f"{uuid.uuid4().hex}{PART}")
        try:
            _write(part, data)
            part.replace(target)
            _sync_folder(self._folder)
        except OSError as error:
            raise _failed(error) from error
        finally:
            part.unlink(missing_ok=True)


def checked(name: str) -> str:
    """The name; raises PlatformError("bad_file_name")."""
    if not NAME.fullmatch(name) or name.endswith(PART):
        raise PlatformError("bad_file_name", name=name)
    return name


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _failed(error: OSError) -> PlatformError:
    if error.errno in _FULL:
        return PlatformError("disk_full")
    return PlatformError("file_failed", reason=str(error), errno=error.errno)
