"""The append-only journal: numbered segments of about 1 MB in one folder.

An append is acknowledged after one flush. Load reads everything and touches nothing; repair then
cuts a torn tail and sets damaged bytes aside. Compaction (app.store.compaction) rewrites one run of
old segments at a time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from app.platform.errors import PlatformError
from app.platform.ports import Crypto, DeviceFile, DeviceFolder
from app.store.errors import StoreError
from app.store.frames import HEADER_SIZE, Cipher, Damage, Op, decode_ops, encode_ops, read_header
from app.store.kept import Keeper, Report

SEGMENT_SIZE = 1024 * 1024
_NAME = re.compile(r"seg-(\d{8})$")


def segment_name(number: int) -> str:
    return f"seg-{number:08d}"


@dataclass(slots=True)
class Segment:
    """One readable segment. ``damage`` lists stretches that hold no whole frame; ``frozen`` when their
    bytes could not be kept elsewhere, so that the segment must stay as it is."""

    cipher: Cipher
    size: int
    damage: list[Damage]
    frozen: bool = False

    @property
    def name(self) -> str:
        return segment_name(self.cipher.number)


class Journal:
    """Segments by number; the last one takes the appends."""

    def __init__(self, folder: DeviceFolder, crypto: Crypto, key: bytes, keeper: Keeper) -> None:
        self.folder, self.crypto, self.key = folder, crypto, key
        self.segments: dict[int, Segment] = {}
        self.poisoned: str | None = None
        self._keeper = keeper
        self._active: DeviceFile | None = None
        self._unreadable: list[int] = []
        self._last_number = 0

    # Opening

    def load(self, apply: Callable[[Op, int], None]) -> None:
        """Read every segment in order. Raises StoreError("wrong_key" | "store_too_new")."""
        numbers = sorted(int(m[1]) for name in self.folder.names() if (m := _NAME.match(name)))
        self._last_number = numbers[-1] if numbers else 0
        strangers = self._read_headers(numbers)
        if strangers and not self.segments:
            raise StoreError("wrong_key")
        for number, segment in self.segments.items():
            self._replay(number, segment, apply)

    def _read_headers(self, numbers: Iterable[int]) -> list[int]:
        """Fill ``segments``; returns those sealed with another key."""
        strangers: list[int] = []
        for number in numbers:
            try:
                cipher = read_header(self._bytes(number, HEADER_SIZE), number, self.crypto, self.key)
            except StoreError as error:
                if error.code != "wrong_key":
                    raise
                strangers.append(number)
                cipher = None
            if cipher is None:
                self._unreadable.append(number)
            else:
                self.segments[number] = Segment(cipher, 0, [])
        return strangers

    def _replay(self, number: int, segment: Segment, apply: Callable[[Op, int], None]) -> None:
        data = self._bytes(number)
        segment.size = len(data)
        for found in segment.cipher.scan(data):
            if isinstance(found, Damage):
                segment.damage.append(found)
                continue
            for op in decode_ops(found.body):
                apply(op, number)

    def _bytes(self, number: int, size: int | None = None) -> bytes:
        file = self.folder.open(segment_name(number))
        try:
            return file.read(0, file.size() if size is None else size)
        finally:
            file.close()

    def repair(self) -> None:
        """Keep and report what load could not read, and cut the torn tail."""
        for name in self.folder.names():
            if name.endswith(".new"):  # a segment that was never put in place
                self.folder.remove(name)
        for number in self._unreadable:
            name = segment_name(number)
            self.folder.replace(name, name + ".damaged")
            self._keeper.tell(Report("segment_damaged", name, 0, 0, name + ".damaged"))
        last = max(self.segments, default=0)
        for number, segment in self.segments.items():
            self._repair_segment(segment, last=number == last)

    def _repair_segment(self, segment: Segment, *, last: bool) -> None:
        for damage in list(segment.damage):
            torn = last and damage.end == segment.size
            data = self._bytes(segment.cipher.number)[damage.offset : damage.end]
            kept = self._keeper.keep(
                "tail_cut" if torn else "frame_damaged", segment.name, damage.offset, data
            )
            segment.frozen = segment.frozen or not kept
            if torn and kept:
                self._cut(segment, damage)

    def _cut(self, segment: Segment, damage: Damage) -> None:
        file = self.folder.open(segment.name)
        try:
            file.truncate(damage.offset)
            file.sync()
        finally:
            file.close()
        segment.size = damage.offset
        segment.damage.remove(damage)

    # Writing

    def append(self, ops: list[Op]) -> int:
        """Write one frame and flush it; returns the number of the segment that holds it.

        Raises StoreError("disk_full" | "file_failed"): nothing was written; or "store_poisoned"."""
        if self.poisoned:
            raise StoreError("store_poisoned", reason=self.poisoned)
        body = encode_ops(ops)
        try:
            number = self._room_for(len(body))
        except PlatformError as error:
            raise StoreError(error.code, **error.details) from error
        segment, file = self.segments[number], self._active
        if file is None:
            file = self._active = self.folder.open(segment.name)
        self._write(file, segment, segment.cipher.seal(segment.size, body))
        return number

    def _write(self, file: DeviceFile, segment: Segment, frame: bytes) -> None:
        try:
            file.append(frame)
        except BaseException as error:
            self._take_back(file, segment.size)
            if isinstance(error, PlatformError):
                raise StoreError(error.code, **error.details) from error
            raise
        try:
            file.sync()
        except BaseException as error:
            self.poisoned = str(error) or type(error).__name__
            if isinstance(error, PlatformError):
                raise StoreError("store_poisoned", reason=self.poisoned) from error
            raise
        segment.size += len(frame)

    def _take_back(self, file: DeviceFile, size: int) -> None:
        try:
            file.truncate(size)
        except PlatformError as error:
            self.poisoned = str(error)

    def _room_for(self, size: int) -> int:
        """The segment to append to; starts a new one when the last is full or ends in damage."""
        number = self._last_number
        segment = self.segments.get(number)
        if segment is not None and segment.size + size <= SEGMENT_SIZE and not _ends_damaged(segment):
            return number
        if segment is not None and not _ends_damaged(segment):
            if segment.size <= HEADER_SIZE:
                return number  # one frame larger than a segment gets a segment of its own
            if self.folder.free() < 2:
                return number  # the browser's pool is used up: grow this one, leave a file for compaction
        fresh = self.create(number + 1, [])
        self.close()
        self._last_number = number + 1
        self.segments[self._last_number] = fresh
        return self._last_number

    def create(self, number: int, groups: Iterable[list[Op]]) -> Segment:
        """Write a whole segment beside the others, then put it in place: it exists whole or not at all."""
        cipher = Cipher(self.crypto, self.key, number, self.crypto.random(16))
        name = segment_name(number)
        file = self.folder.open(name + ".new")
        try:
            file.truncate(0)
            file.append(cipher.header())
            for ops in groups:
                file.append(cipher.seal(file.size(), encode_ops(ops)))
            file.sync()
            size = file.size()
        except BaseException:
            file.close()
            self.folder.remove(name + ".new")
            raise
        file.close()
        try:
            self.folder.replace(name + ".new", name)
        except PlatformError as error:
            self.poisoned = str(error)  # which of the two is in place is unknown
            raise
        return Segment(cipher, size, [])

    def read_ops(self, number: int) -> Iterable[Op]:
        """Every operation of a segment, in order; raises PlatformError when it got damaged since opening."""
        segment = self.segments[number]
        for found in segment.cipher.scan(self._bytes(number)):
            if not isinstance(found, Damage):
                yield from decode_ops(found.body)
            elif found not in segment.damage:
                raise PlatformError("file_failed", reason="damaged since opening", segment=segment.name)

    def drop(self, number: int) -> None:
        """Remove a segment whose content is elsewhere."""
        self.folder.remove(segment_name(number))
        del self.segments[number]

    @property
    def last_number(self) -> int:
        return self._last_number

    def close(self) -> None:
        if self._active is not None:
            self._active.close()
            self._active = None


def _ends_damaged(segment: Segment) -> bool:
    return any(damage.end == segment.size for damage in segment.damage)
