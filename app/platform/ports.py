"""The seams to the device. Each has a native and a browser implementation and one contract test.

Synchronous where the store needs an answer before it may acknowledge (files, crypto), asynchronous
where the device or a person takes time (camera, location, secrets, blobs).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable


class Crypto(Protocol):
    """AES-256-GCM and Ed25519, synchronous in both editions."""

    def random(self, size: int) -> bytes:
        """``size`` bytes from the system's generator."""

    def seal(self, key: bytes, nonce: bytes, data: bytes, associated: bytes = b"") -> bytes:
        """AES-256-GCM: 32-byte key, 12-byte nonce; returns ciphertext followed by the 16-byte tag."""

    def open(self, key: bytes, nonce: bytes, sealed: bytes, associated: bytes = b"") -> bytes:
        """Inverse of seal; raises PlatformError("sealed_data_damaged") when key or bytes do not match."""

    def ed25519_generate(self) -> tuple[bytes, bytes]:
        """A new (private seed of 32 bytes, public key of 32 bytes), RFC 8032."""

    def ed25519_sign(self, private: bytes, message: bytes) -> bytes:
        """64-byte signature."""

    def ed25519_verify(self, public: bytes, signature: bytes, message: bytes) -> bool:
        """True only for a valid signature; malformed input is False, never an exception."""


class DeviceFile(Protocol):
    """One open file of the store's folder."""

    def size(self) -> int: ...
    def read(self, offset: int, size: int) -> bytes: ...
    def append(self, data: bytes) -> None:
        """Write at the end; not yet durable. Raises PlatformError("disk_full")."""

    def truncate(self, size: int) -> None: ...
    def sync(self) -> None:
        """Durable when it returns (fdatasync, F_FULLFSYNC on Apple, OPFS flush)."""

    def close(self) -> None: ...


class DeviceFolder(Protocol):
    """A flat folder of few files, synchronous; exclusive to one opener."""

    def names(self) -> list[str]: ...
    def free(self) -> int:
        """How many more files can be created now; large where there is no limit (the browser has one)."""

    def open(self, name: str) -> DeviceFile:
        """Open or create. Raises PlatformError("folder_full") when no more files can be created."""

    def replace(self, source: str, target: str) -> None:
        """Atomically rename over, durable when it returns."""

    def remove(self, name: str) -> None: ...
    def lock(self) -> None:
        """Raises PlatformError("store_in_use", holder=…) when another process or tab has it."""

    def close(self) -> None: ...


class Blobs(Protocol):
    """Larger files by name (photos), asynchronous."""

    async def put(self, name: str, data: bytes) -> None:
        """Durable and complete when it returns; never half a file. Raises PlatformError("disk_full")."""

    async def get(self, name: str) -> bytes:
        """Raises PlatformError("blob_missing", name=…)."""

    async def has(self, name: str) -> bool: ...
    async def delete(self, name: str) -> None: ...
    async def names(self) -> list[str]: ...


class Secrets(Protocol):
    """A few small secrets (the store's key), kept by the system's secure storage."""

    async def get(self, name: str) -> bytes | None: ...
    async def put(self, name: str, value: bytes) -> None: ...
    async def delete(self, name: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Fix:
    """A place: WGS-84 degrees, accuracy radius in metres, UTC time, whether the system says it is mocked."""

    latitude: float
    longitude: float
    accuracy_m: float
    at: datetime
    mocked: bool = False


class Location(Protocol):
    async def current(self, timeout_s: float = 20.0) -> Fix:
        """Raises PlatformError("location_denied" | "location_off" | "location_timeout")."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An encoded JPEG with its pixel size."""

    data: bytes
    width: int
    height: int


class PictureCodec(Protocol):
    """Decode, orient, shrink, draw lines of text, encode. Strips all metadata."""

    async def shrink(self, data: bytes, longest: int, quality: int = 80) -> Picture:
        """Oriented JPEG with its longer side ≤ ``longest``.

        Raises PlatformError("not_a_picture" | "picture_too_large")."""

    async def watermark(self, data: bytes, lines: list[str], quality: int = 80) -> Picture:
        """Burn ``lines`` (may be Chinese) into the lower left on a dark band."""

    async def luminance_9x8(self, data: bytes) -> bytes:
        """72 grey bytes, 9 columns × 8 rows, for the difference hash (dHash)."""

    async def draw_strokes(self, strokes: list[list[tuple[float, float]]], width: int, height: int) -> bytes:
        """A PNG of black pen strokes on white; coordinates in pixels of that size."""

    async def draw_over(
        self, data: bytes, strokes: list[list[tuple[float, float]]], quality: int = 90
    ) -> Picture:
        """The picture with red pen strokes on it; coordinates in its pixels, oriented."""


class Recorder(Protocol):
    """The microphone: speech, small."""

    async def start(self) -> None:
        """Asks for permission the first time.

        Raises PlatformError("microphone_denied" | "microphone_off")."""

    async def stop(self) -> tuple[bytes, str]:
        """What was recorded, and its content type. Raises PlatformError("recording_lost")."""

    async def cancel(self) -> None:
        """Forget what is being recorded; never raises."""


class CodeReader(Protocol):
    """Bar codes and QR codes in a picture."""

    async def ready(self) -> bool:
        """False when this phone cannot read codes; then they are typed."""

    async def read(self, picture: bytes) -> str | None:
        """The code's text; None when none is seen. Raises PlatformError("not_a_picture")."""


class Clock(Protocol):
    def now(self) -> datetime:
        """The device's wall clock, aware UTC; it may be wrong."""

    def monotonic_ns(self) -> int:
        """Never goes back within one boot."""

    def boot_id(self) -> str:
        """Changes when the monotonic clock restarts."""


class Connectivity(Protocol):
    def online(self) -> bool:
        """The system's opinion; a hint, never a proof."""

    def metered(self) -> bool | None:
        """True on mobile data only, False on Wi-Fi or a cable; None where the system does not tell."""

    def sparing(self) -> bool:
        """True when the phone is told to spare battery or data; False also where it does not tell."""

    def subscribe(self, callback: Callable[[bool], None]) -> Callable[[], None]:
        """Call back with ``online()`` on change, also when only the kind of network changed; returns the
        unsubscriber."""


@runtime_checkable
class Platform(Protocol):
    """All seams of one edition. ``http_transport`` is an httpx.AsyncBaseTransport, typed object here
    because only sync/ may know httpx."""

    name: str
    crypto: Crypto
    blobs: Blobs
    secrets: Secrets
    location: Location
    pictures: PictureCodec
    recorder: Recorder
    codes: CodeReader
    clock: Clock
    connectivity: Connectivity

    async def open_folder(self, name: str) -> DeviceFolder: ...
    def http_transport(self) -> object: ...
