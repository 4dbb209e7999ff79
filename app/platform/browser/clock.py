"""The browser's clocks."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import js


class BrowserClock:
    """Implements app.platform.ports.Clock. The monotonic clock starts anew with each start of the
    app, so each start is a boot of its own: bounds get wider, never wrong."""

    def __init__(self) -> None:
        self._boot_id = str(uuid.uuid4())

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic_ns(self) -> int:
        return int(js.performance.now() * 1_000_000)

    def boot_id(self) -> str:
        return self._boot_id
