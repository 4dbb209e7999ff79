"""A folder of journal files on an ordinary file system (Linux, Android, macOS, iOS)."""

from __future__ import annotations

import errno
import fcntl
import os
import sys
from pathlib import Path

from app.platform.errors import PlatformError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_LOCK = ".lock"
_BAD_NAME = ("", ".", "..", _LOCK)


def _failed(error: OSError) -> PlatformError:
    if error.errno in _FULL:
        return PlatformError("disk_full")
    return PlatformError("file_failed", reason=os.strerror(error.errno or 0), errno=error.errno)


def _flush(descriptor: int) -> None:
    """Durable when it returns. On Apple fsync leaves data in the drive's cache; F_FULLFSYNC does not."""
    if sys.platform in ("darwin", "ios"):
        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
    else:
        os.fdatasync(descriptor)


class NativeFile:
    """One open file; offsets and sizes in bytes."""

    def __init__(self, folder: NativeFolder, path: Path) -> None:
        self._folder = folder
        self._new = not path.exists()
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._size = os.fstat(self._descriptor).st_size

    def size(self) -> int:
        return self._size

    def read(self, offset: int, size: int) -> bytes:
        parts: list[bytes] = []
        try:
            while size > 0 and (part := os.pread(self._descriptor, size, offset)):
                parts.append(part)
                offset += len(part)
                size -= len(part)
        except OSError as error:
            raise _failed(error) from error
        return b"".join(parts)

    def append(self, data: bytes) -> None:
        start, view = self._size, memoryview(data)
        try:
            while view:
                written = os.pwrite(self._descriptor, view, self._size)
                self._size += written
                view = view[written:]
        except OSError as error:
            self.truncate(start)
            raise _failed(error) from error

    def truncate(self, size: int) -> None:
        try:
            os.ftruncate(self._descriptor, size)
        except OSError as error:
            raise _failed(error) from error
        self._size = size

    def sync(self) -> None:
        try:
            _flush(self._descriptor)
            if self._new:
                self._folder.sync()
                self._new = False
        except OSError as error:
            raise _failed(error) from error

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


class NativeFolder:
    """A flat folder, created when missing (only its owner may read it)."""

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)
        try:
            self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._directory = os.open(self._path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            raise _failed(error) from error
        self._lock = -1

    def names(self) -> list[str]:
        return sorted(p.name for p in self._path.iterdir() if p.is_file() and p.name != _LOCK)

    def free(self) -> int:
        return sys.maxsize

    def open(self, name: str) -> NativeFile:
        try:
            return NativeFile(self, self._of(name))
        except OSError as error:
            raise _failed(error) from error

    def replace(self, source: str, target: str) -> None:
        try:
            self._of(source).replace(self._of(target))
            self.sync()
        except OSError as error:
            raise _failed(error) from error

    def remove(self, name: str) -> None:
        try:
            self._of(name).unlink(missing_ok=True)
            self.sync()
        except OSError as error:
            raise _failed(error) from error

    def lock(self) -> None:
        """A separate file is locked, because the others get replaced. It names the holder's pid."""
        descriptor = os.open(self._path / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.pread(descriptor, 20, 0).decode(errors="replace").strip()
            os.close(descriptor)
            raise PlatformError("store_in_use", holder=int(holder) if holder.isdigit() else None) from None
        self._lock = descriptor
        try:
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        except OSError as error:
            if error.errno not in _FULL:  # a full disk only costs the next opener the pid
                raise _failed(error) from error

    def sync(self) -> None:
        """Make creations, renames and removals durable."""
        os.fsync(self._directory)

    def close(self) -> None:
        for descriptor in (self._lock, self._directory):
            if descriptor >= 0:
                os.close(descriptor)
        self._lock = self._directory = -1

    def _of(self, name: str) -> Path:
        if name in _BAD_NAME or "/" in name or "\0" in name:
            raise PlatformError("bad_file_name", name=name)
        return self._path / name
