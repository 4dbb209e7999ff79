"""A folder inside a fixed set of files that were opened in advance.

The browser's origin private file system opens files only asynchronously, but reads, writes and flushes
them synchronously once they are open. So a pool of files stays open, and each carries its logical name
in a header page: renaming and removing are then synchronous writes (as SQLite's opfs-sahpool does).

Header page: 4096 bytes with two copies of (magic 8, sequence u64, name length u16, name, crc32), written
in turn. A torn header write leaves the other copy, so a rename happens whole or not at all. If a crash
leaves two files with one name, the higher sequence wins: it was the one being put in place.
"""

from __future__ import annotations

import struct
import zlib
from typing import Protocol

from app.platform.errors import PlatformError

PAGE = 4096
_COPY = 2048
_MAGIC = b"NUANPOOL"
_HEAD = struct.Struct(">8sQH")
_LONGEST_NAME = 512


class Handle(Protocol):
    """A synchronous access handle; offsets in bytes. Raises PlatformError."""

    def size(self) -> int: ...
    def read(self, offset: int, size: int) -> bytes: ...
    def write(self, offset: int, data: bytes) -> None:
        """All of ``data`` or PlatformError("disk_full")."""

    def truncate(self, size: int) -> None: ...
    def flush(self) -> None: ...
    def close(self) -> None: ...


class Slot:
    """One file of the pool: free when it has no name."""

    def __init__(self, handle: Handle) -> None:
        self.handle = handle
        self.name, self.sequence, self._next_copy = "", 0, 0
        page = handle.read(0, PAGE)
        for copy in (0, 1):
            found = _read_copy(page[copy * _COPY : (copy + 1) * _COPY])
            if found is not None and found[0] >= self.sequence:
                self.sequence, self.name = found
                self._next_copy = 1 - copy

    def rename(self, name: str, sequence: int) -> None:
        """Durable when it returns."""
        encoded = name.encode()
        head = _HEAD.pack(_MAGIC, sequence, len(encoded)) + encoded
        block = (head + zlib.crc32(head).to_bytes(4, "big")).ljust(_COPY, b"\0")
        self.handle.write(self._next_copy * _COPY, block)
        self.handle.flush()
        self.name, self.sequence, self._next_copy = name, sequence, 1 - self._next_copy


def _read_copy(block: bytes) -> tuple[int, str] | None:
    if len(block) < _HEAD.size:
        return None
    magic, sequence, length = _HEAD.unpack_from(block)
    end = _HEAD.size + length
    if magic != _MAGIC or length > _LONGEST_NAME or block[end : end + 4] != _crc(block[:end]):
        return None
    return sequence, block[_HEAD.size : end].decode()


def _crc(data: bytes) -> bytes:
    return zlib.crc32(data).to_bytes(4, "big")


class PoolFile:
    """Implements app.platform.ports.DeviceFile; closing leaves the pool's handle open."""

    def __init__(self, handle: Handle) -> None:
        self._handle = handle

    def size(self) -> int:
        return max(0, self._handle.size() - PAGE)

    def read(self, offset: int, size: int) -> bytes:
        return self._handle.read(PAGE + offset, max(0, min(size, self.size() - offset)))

    def append(self, data: bytes) -> None:
        start = self.size()
        try:
            self._handle.write(PAGE + start, data)
        except PlatformError:
            self.truncate(start)
            raise

    def truncate(self, size: int) -> None:
        self._handle.truncate(PAGE + size)

    def sync(self) -> None:
        self._handle.flush()

    def close(self) -> None:
        """Nothing to do: the next open of the same name uses the same handle."""


class PoolFolder:
    """Implements app.platform.ports.DeviceFolder over handles that are exclusive to this opener."""

    def __init__(self, handles: list[Handle]) -> None:
        self._slots: list[Slot] = []
        self._sequence = 0
        self.add(handles)

    def add(self, handles: list[Handle]) -> None:
        """Take more files into the pool."""
        self._slots += [Slot(handle) for handle in handles]
        self._sequence = max((slot.sequence for slot in self._slots), default=0)
        for name in {slot.name for slot in self._slots if slot.name}:
            self._settle(name)

    def free(self) -> int:
        """Files that can still be created without reserving more."""
        return sum(not slot.name for slot in self._slots)

    def capacity(self) -> int:
        return len(self._slots)

    def names(self) -> list[str]:
        return sorted(slot.name for slot in self._slots if slot.name)

    def open(self, name: str) -> PoolFile:
        """Raises PlatformError("folder_full") when a new file finds no free slot."""
        slot = self._find(name)
        if slot is None:
            if not name or len(name.encode()) > _LONGEST_NAME:
                raise PlatformError("bad_file_name", name=name)
            slot = next((each for each in self._slots if not each.name), None)
            if slot is None:
                raise PlatformError("folder_full", capacity=self.capacity())
            if slot.handle.size() != PAGE:
                _blank(slot)
            self._rename(slot, name)
        return PoolFile(slot.handle)

    def replace(self, source: str, target: str) -> None:
        slot, old = self._find(source), self._find(target)
        if slot is None:
            raise PlatformError("file_failed", reason="no such file", name=source)
        self._rename(slot, target)
        if old is not None and old is not slot:
            self._release(old)

    def remove(self, name: str) -> None:
        slot = self._find(name)
        if slot is not None:
            self._release(slot)

    def lock(self) -> None:
        """The handles are exclusive already: opening them was the lock."""

    def close(self) -> None:
        for slot in self._slots:
            slot.handle.close()
        self._slots = []

    def _find(self, name: str) -> Slot | None:
        return next((slot for slot in self._slots if slot.name == name and name), None)

    def _rename(self, slot: Slot, name: str) -> None:
        self._sequence += 1
        slot.rename(name, self._sequence)

    def _release(self, slot: Slot) -> None:
        self._rename(slot, "")
        slot.handle.truncate(PAGE)

    def _settle(self, name: str) -> None:
        same = sorted((s for s in self._slots if s.name == name), key=lambda slot: slot.sequence)
        for older in same[:-1]:
            self._release(older)


def _blank(slot: Slot) -> None:
    """Whatever a crash left behind the header must not become the new file's content."""
    slot.handle.truncate(min(slot.handle.size(), PAGE))
    if slot.handle.size() < PAGE:
        slot.handle.write(slot.handle.size(), b"\0" * (PAGE - slot.handle.size()))
