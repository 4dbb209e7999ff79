"""Is there a network? The worker's own navigator tells, and its events."""

from __future__ import annotations

from collections.abc import Callable

import js
from pyodide.ffi import create_proxy

from app.platform.listeners import Listeners


class BrowserConnectivity:
    """Implements app.platform.ports.Connectivity."""

    def __init__(self) -> None:
        self._listeners = Listeners(bool(js.navigator.onLine))
        self._proxy = create_proxy(self._changed)
        for name in ("online", "offline"):
            js.self.addEventListener(name, self._proxy)

    def online(self) -> bool:
        # Asked anew: a browser that slept may have missed the event.
        self._listeners.set(bool(js.navigator.onLine))
        return self._listeners.value

    def subscribe(self, callback: Callable[[bool], None]) -> Callable[[], None]:
        return self._listeners.subscribe(callback)

    def _changed(self, _event: object) -> None:
        self._listeners.set(bool(js.navigator.onLine))
