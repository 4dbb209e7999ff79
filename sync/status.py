"""How the road stands, for screens to show. Plain Python: a screen subscribes and reads fields."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from sync.errors import TOO_OLD
from sync.link import Link

log = logging.getLogger(__name__)

Phase = Literal[
    "not_enrolled",
    "idle",  # nothing to send
    "working",  # something is on its way right now
    "waiting",  # something waits for its back-off, or for Wi-Fi
    "offline",  # no way to the registry; probing
    "needs_login",  # the registry does not accept this device now; the work stays
    "needs_update",  # this app speaks a protocol that the registry no longer does
    "stopped",
]


@dataclass(frozen=True, slots=True)
class Reading:
    """One consistent look at the status."""

    phase: Phase = "not_enrolled"
    online: bool | None = None
    """None: not known yet."""
    pending_records: int = 0
    pending_media: int = 0
    bytes_left: int = 0
    wifi_photos: int = 0
    """Originals among ``pending_media`` that wait for Wi-Fi, as the person wished."""
    wifi_bytes: int = 0
    """And what is left of them."""
    seconds_left: float | None = None
    """At the rate measured lately; None: nothing is on its way, or nothing was measured yet."""
    last_success: datetime | None = None
    """When the registry last answered well, by this device's clock."""
    last_error: str | None = None
    """Code of the newest failure that no success of its kind has followed (sync.errors, problems)."""
    wipe: bool = False
    """The office wants everything on this phone forgotten, once its work is handed over."""


class Status:
    """The current reading, and whom to tell when it changes. All fields of Reading are attributes."""

    def __init__(self) -> None:
        self.reading = Reading()
        self._listeners: list[Callable[[Reading], None]] = []

    def subscribe(self, callback: Callable[[Reading], None]) -> Callable[[], None]:
        """``callback(reading)`` on every change, on the runner's own event loop; returns the unsubscriber."""
        self._listeners.append(callback)

        def unsubscribe() -> None:
            if callback in self._listeners:
                self._listeners.remove(callback)

        return unsubscribe

    def update(self, **changes: object) -> None:
        """Used by the runner: change some fields and tell the listeners if anything differs."""
        fresh = replace(self.reading, **changes)  # type: ignore[arg-type]
        if fresh == self.reading:
            return
        self.reading = fresh
        for listener in tuple(self._listeners):
            try:
                listener(fresh)
            except Exception:  # a screen's fault must not stop the road
                log.exception("a status listener failed")

    @property
    def phase(self) -> Phase:
        return self.reading.phase

    @property
    def online(self) -> bool | None:
        return self.reading.online

    @property
    def pending_records(self) -> int:
        return self.reading.pending_records

    @property
    def pending_media(self) -> int:
        return self.reading.pending_media

    @property
    def bytes_left(self) -> int:
        return self.reading.bytes_left

    @property
    def last_success(self) -> datetime | None:
        return self.reading.last_success

    @property
    def last_error(self) -> str | None:
        return self.reading.last_error


def phase_of(link: Link, *, enrolled: bool, working: bool, pending: bool) -> Phase:
    """The one word for how things stand; what a person can do something about comes first."""
    if not enrolled:
        return "not_enrolled"
    if link.needs_login:
        return "needs_login"
    if link.last_error == TOO_OLD:
        return "needs_update"
    if not link.online:
        return "offline"
    if working:
        return "working"
    return "waiting" if pending else "idle"
