"""What the app is doing before and around its screens: starting, running, or unable to open."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Literal

from app.actions.services import Bell, Services

Phase = Literal["starting", "running", "other_window", "failed"]


class Boot:
    """The state of starting. The root component draws it and listens to ``bell``.

    ``reason`` is a stable code for the administrator when ``phase`` is failed; ``fault`` is the last fault of
    a running app that the person has not yet read, and ``broken`` means that it came while drawing: then
    nothing but the message can be shown. ``retry`` opens everything again.
    """

    def __init__(self, retry: Callable[[], Awaitable[None]]) -> None:
        self.bell = Bell()
        self.phase: Phase = "starting"
        self.reason = ""
        self.fault: str | None = None
        self.broken = False
        self.services: Services | None = None
        self.retry = retry

    def starting(self) -> None:
        """Opening (again)."""
        self.phase, self.services = "starting", None
        self.bell.ring()

    def running(self, services: Services) -> None:
        """The store is open; screens may draw."""
        self.phase, self.services = "running", services
        self.bell.ring()

    def blocked(self, code: str) -> None:
        """The store could not be opened: another window has it, or something is wrong."""
        self.phase = "other_window" if code == "store_in_use" else "failed"
        self.reason = code
        self.bell.ring()

    def faulted(self, text: str) -> None:
        """Show the calm message; a second fault behind it says nothing new."""
        if self.fault is None:
            self.fault = text
            self.bell.ring()

    def calmed(self) -> None:
        """The person has read it."""
        self.fault, self.broken = None, False
        self.bell.ring()
