"""What every screen and action may use. Built once by app.main (the composition root); tests build their own.

Views reach it with ``use_services()`` (app/views/context.py), actions get it as their first argument.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from app.platform.ports import Blobs, Platform
from sync.protocol.messages import Me

if TYPE_CHECKING:
    from app.actions.preferences import Preferences


class Bell:
    """Rings when something a screen shows has changed: the store, the sync state, the preferences.

    ``ring()`` after a write; ``subscribe(callback)`` returns the unsubscriber. Screens use the hook
    ``use_bell()`` and simply read the store again.
    """

    def __init__(self) -> None:
        self._callbacks: list[Callable[[], None]] = []
        self.count = 0

    def ring(self) -> None:
        """Tell everybody; a listener that fails does not keep the others from hearing it."""
        self.count += 1
        for callback in tuple(self._callbacks):
            callback()

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back on each ring; returns the unsubscriber (safe to call twice)."""
        self._callbacks.append(callback)

        def leave() -> None:
            if callback in self._callbacks:
                self._callbacks.remove(callback)

        return leave


@dataclass
class Services:
    """The phone's parts, ready to use.

    ``db`` is the encrypted TinyDB (app.store), ``blobs`` the photo shelf, ``runner`` the sync runner (None
    before enrolment), ``identity`` this device's key and certificate (None before enrolment), ``me`` the
    person it is certified for, ``preferences`` language / text size / dark mode, ``bell`` rings on change,
    ``draft_bell`` at every touched field of a visit under way (so that lower screens may sleep meanwhile).
    """

    platform: Platform
    db: Any
    blobs: Blobs
    preferences: Preferences
    runner: Any = None
    identity: Any = None
    me: Me | None = None
    registry_url: str = ""
    bell: Bell = field(default_factory=Bell)
    draft_bell: Bell = field(default_factory=Bell)

    @property
    def enrolled(self) -> bool:
        """True when this phone holds a certified identity."""
        return self.identity is not None and self.me is not None
