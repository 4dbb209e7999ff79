"""Files in a folder, written so that what was acknowledged is there after a power cut (DESIGN, habit 7):
temporary file → flush → rename → flush the folder. One thread, no detour through an object store's own queue.
"""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path
from uuid import uuid4

UNFINISHED = ".unfinished"
DAY_SECONDS = 86400
MOST_KNOWN = 100_000


class Folder:
    """Below ``root``; blocking, so call it in a thread. Any number of processes may write at once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._known: set[Path] = {root}
        self._unfinished = root / UNFINISHED
        self._unfinished.mkdir(parents=True, exist_ok=True)

    def put(self, path: str, data: bytes) -> None:
        """Whole or not at all, durable when it returns. Raises OSError, and leaves nothing."""
        try:
            self._put(path, data)
        except FileNotFoundError:  # somebody removed a folder that was there: once more, with all of them
            self._unfinished.mkdir(parents=True, exist_ok=True)
            self._put(path, data)

    def _put(self, path: str, data: bytes) -> None:
        target = self._root / path
        self._have(target.parent)
        temporary = self._unfinished / uuid4().hex
        try:
            write_new(temporary, data)
            temporary.replace(target)
        except OSError:
            self._known = {self._root}
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
        flush_folder(target.parent)

    def remove(self, path: str) -> None:
        """An empty folder; one that somebody has just put a file into stays."""
        with contextlib.suppress(OSError):
            (self._root / path).rmdir()

    def tidy(self) -> None:
        """Remove temporary files of writers that were killed."""
        for one in self._unfinished.iterdir():
            with contextlib.suppress(FileNotFoundError):
                if time.time() - one.stat().st_mtime > DAY_SECONDS:
                    one.unlink()

    def _have(self, folder: Path) -> None:
        """The folder, and its entry in each one above it, durable; looked at once per process."""
        if folder in self._known:
            return
        self._have(folder.parent)
        folder.mkdir(exist_ok=True)
        flush_folder(folder.parent)
        if len(self._known) > MOST_KNOWN:
            self._known = {self._root}
        self._known.add(folder)


def write_new(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Durable, but for its name in the folder. Raises FileExistsError, OSError."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(handle, rest) :]
        os.fsync(handle)
    finally:
        os.close(handle)


def flush_folder(folder: Path) -> None:
    """Make the names in it durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
