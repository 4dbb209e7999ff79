"""A device in memory that can be full, fail a flush, or lose power at any step."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.platform.errors import PlatformError


class PowerLost(BaseException):
    """The process is gone at this step; nothing after it runs."""


@dataclass
class Data:
    """``now`` is what the process sees, ``durable`` what a flush has guaranteed."""

    now: bytearray = field(default_factory=bytearray)
    durable: bytes = b""


@dataclass
class Disk:
    """Counts every step that changes it; ``crash_at`` is the number of the step that never happens."""

    files: dict[str, Data] = field(default_factory=dict)
    capacity: int = 10**9
    sync_fails: bool = False
    crash_at: int | None = None
    steps: int = 0
    syncs: int = 0
    holder: object = None

    def step(self) -> None:
        if self.crash_at is not None and self.steps >= self.crash_at:
            raise PowerLost
        self.steps += 1

    def used(self) -> int:
        return sum(len(data.now) for data in self.files.values())

    def after_power_loss(self, kept: str) -> Disk:
        """``written``: all of it; ``flushed``: only what was flushed; ``torn``: and half of the rest."""
        return Disk(
            {name: Data(bytearray(left := _left(data, kept)), left) for name, data in self.files.items()}
        )


def _left(data: Data, kept: str) -> bytes:
    if kept == "written":
        return bytes(data.now)
    if kept == "flushed" or len(data.now) <= len(data.durable):
        return data.durable
    return bytes(data.now[: (len(data.now) + len(data.durable)) // 2])


class FakeFile:
    def __init__(self, disk: Disk, data: Data) -> None:
        self._disk, self._data = disk, data

    def size(self) -> int:
        return len(self._data.now)

    def read(self, offset: int, size: int) -> bytes:
        return bytes(self._data.now[offset : offset + size])

    def append(self, data: bytes) -> None:
        self._disk.step()
        if self._disk.used() + len(data) > self._disk.capacity:
            raise PlatformError("disk_full")
        half = len(data) // 2
        self._data.now += data[:half]
        self._disk.step()  # power may be lost inside a write too
        self._data.now += data[half:]

    def truncate(self, size: int) -> None:
        self._disk.step()
        del self._data.now[size:]

    def sync(self) -> None:
        self._disk.step()
        if self._disk.sync_fails:
            raise PlatformError("file_failed", reason="flush")
        self._disk.syncs += 1
        self._data.durable = bytes(self._data.now)

    def close(self) -> None:
        pass


class FakeFolder:
    def __init__(self, disk: Disk) -> None:
        self._disk = disk

    def names(self) -> list[str]:
        return sorted(self._disk.files)

    def free(self) -> int:
        return 10**9

    def open(self, name: str) -> FakeFile:
        if "/" in name or not name:
            raise PlatformError("bad_file_name", name=name)
        if name not in self._disk.files:
            self._disk.step()
            self._disk.files[name] = Data()
        return FakeFile(self._disk, self._disk.files[name])

    def replace(self, source: str, target: str) -> None:
        self._disk.step()
        self._disk.files[target] = self._disk.files.pop(source)

    def remove(self, name: str) -> None:
        self._disk.step()
        self._disk.files.pop(name, None)

    def lock(self) -> None:
        if self._disk.holder not in (None, self):
            raise PlatformError("store_in_use", holder=None)
        self._disk.holder = self

    def close(self) -> None:
        if self._disk.holder is self:
            self._disk.holder = None


class FakeHandle:
    """One file of the browser's pool, with the same loss of power as Disk."""

    def __init__(self, disk: Disk, data: Data) -> None:
        self._disk, self._data = disk, data

    def size(self) -> int:
        return len(self._data.now)

    def read(self, offset: int, size: int) -> bytes:
        return bytes(self._data.now[offset : offset + size])

    def write(self, offset: int, data: bytes) -> None:
        self._disk.step()
        if self._disk.used() + max(0, offset + len(data) - self.size()) > self._disk.capacity:
            raise PlatformError("disk_full")
        self._data.now += b"\0" * (offset - self.size())
        half = len(data) // 2
        self._data.now[offset : offset + half] = data[:half]
        self._disk.step()
        self._data.now[offset + half : offset + len(data)] = data[half:]

    def truncate(self, size: int) -> None:
        self._disk.step()
        del self._data.now[size:]
        self._data.now += b"\0" * (size - self.size())

    def flush(self) -> None:
        self._disk.step()
        if self._disk.sync_fails:
            raise PlatformError("file_failed", reason="flush")
        self._disk.syncs += 1
        self._data.durable = bytes(self._data.now)

    def close(self) -> None:
        pass


def pool_handles(disk: Disk, count: int = 8) -> list[FakeHandle]:
    """The same files again each time, as a browser gives them to the next opener."""
    names = [f"slot-{number}" for number in range(count)]
    return [FakeHandle(disk, disk.files.setdefault(name, Data())) for name in names]
