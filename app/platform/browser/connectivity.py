"""Is there a network, and does it cost money? The worker's own navigator tells, and its events.

``navigator.connection`` (Network Information) is Chromium's; its ``type`` is told on phones only. Elsewhere
both are unknown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import js
from pyodide.ffi import create_proxy

from app.platform.listeners import Listeners

FREE = {"wifi", "ethernet"}


class BrowserConnectivity:
    """Implements app.platform.ports.Connectivity."""

    def __init__(self) -> None:
        self._listeners = Listeners(bool(js.navigator.onLine))
        self._proxy = create_proxy(self._changed)
        for name in ("online", "offline"):
            js.self.addEventListener(name, self._proxy)
        self._kind = self.metered()
        self._kind_proxy = create_proxy(self._kind_changed)
        connection = _connection()
        if connection is not None:
            connection.addEventListener("change", self._kind_proxy)

    def online(self) -> bool:
        # Asked anew: a browser that slept may have missed the event.
        self._listeners.set(bool(js.navigator.onLine))
        return self._listeners.value

    def metered(self) -> bool | None:
        kind = getattr(_connection(), "type", None)
        if kind == "cellular":
            return True
        return False if kind in FREE else None

    def sparing(self) -> bool:
        return getattr(_connection(), "saveData", None) is True

    def subscribe(self, callback: Callable[[bool], None]) -> Callable[[], None]:
        return self._listeners.subscribe(callback)

    def _changed(self, _event: object) -> None:
        self._listeners.set(bool(js.navigator.onLine))

    def _kind_changed(self, _event: object) -> None:
        before, self._kind = self._kind, self.metered()
        if self._kind != before:
            self._listeners.tell()


def _connection() -> Any:
    """The browser's NetworkInformation; None where it has none."""
    return getattr(js.navigator, "connection", None)
