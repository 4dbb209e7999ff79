"""A newer version of the app that waits to be taken. Only the browser edition updates itself."""

from __future__ import annotations

from typing import Protocol

from app.platform.listeners import Listeners


class Updates(Protocol):
    """``listeners.value``: a newer version lies ready (app.platform.browser.page_link)."""

    listeners: Listeners

    def opened(self) -> None:
        """The first screen stands."""

    def apply_update(self) -> None:
        """Switch and start again; nothing on the phone is touched."""
