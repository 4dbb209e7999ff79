"""The device's clocks."""

from __future__ import annotations

import sys
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class NativeClock:
    """Implements app.platform.ports.Clock."""

    def __init__(self) -> None:
        self._boot_id = _system_boot_id()

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic_ns(self) -> int:
        """Nanoseconds that also run while the phone sleeps, where the system can tell."""
        if sys.platform in ("linux", "android"):
            return time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        return time.monotonic_ns()

    def boot_id(self) -> str:
        return self._boot_id


def _system_boot_id() -> str:
    """Linux names the boot. Elsewhere each start of the app counts as one: bounds get wider, never wrong."""
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return str(uuid.uuid4())
