"""Words between the Python worker and its page (assets/web/boot.js): opened, update waiting, update now."""

from __future__ import annotations

from typing import Any

import js
from pyodide.ffi import create_proxy, to_js

from app.platform.listeners import Listeners


class PageLink:
    """Implements app.actions.updates.Updates.

    ``listeners.value`` is True while a new version lies ready beside the running one. It never starts by
    itself: call ``apply_update`` when the person agrees and no visit is open.
    """

    def __init__(self) -> None:
        # Set by the page before Python starts; other tabs have other names.
        page = getattr(js.self, "nuanfangPage", None)
        self._channel: Any = js.BroadcastChannel.new(f"nuanfang-{page}")
        self.listeners = Listeners(False)
        self._proxy = create_proxy(self._heard)
        self._channel.onmessage = self._proxy
        self._say("ask-update")

    def opened(self) -> None:
        """The first screen stands: the page may take its opening picture away."""
        self._say("ready")

    def apply_update(self) -> None:
        """Switch to the version that waits; the page loads anew."""
        self._say("apply-update")

    def _say(self, kind: str) -> None:
        self._channel.postMessage(to_js({"type": kind}, dict_converter=js.Object.fromEntries))

    def _heard(self, event: Any) -> None:
        if event.data.type == "update":
            self.listeners.set(bool(event.data.waiting))
