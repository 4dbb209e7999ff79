"""What every screen and action may use. Built once by app.main (the composition root); tests build their own.

Views reach it with ``use_services()`` (app/views/context.py), actions get it as their first argument.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.actions.coming import Coming
from app.actions.form_shelf import FormShelf
from app.actions.read_surveys import SurveyReader
from app.actions.read_visits import VisitReader
from app.actions.roll import Roll
from app.platform.ports import Blobs, Platform
from app.store.sync_port import SyncStore
from sync.protocol.messages import Me

logger = logging.getLogger("nuanfang")

if TYPE_CHECKING:
    from app.actions.office_desk import Desk
    from app.actions.preferences import Preferences
    from app.actions.updates import Updates
    from app.store import NuanDB
    from domain.models import HouseholdFile
    from sync.identity import DeviceIdentity
    from sync.ports import StorePort
    from sync.runner import Runner


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
            try:
                callback()
            except Exception:
                logger.exception("a listener failed")

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back on each ring; returns the unsubscriber (safe to call twice)."""
        self._callbacks.append(callback)

        def leave() -> None:
            if callback in self._callbacks:
                self._callbacks.remove(callback)

        return leave


async def _no_restart() -> None:
    raise RuntimeError("nobody composed this app")


@dataclass
class Services:
    """The phone's parts, ready to use.

    ``db`` is the encrypted TinyDB, ``blobs`` the sealed photo shelf (app.photos.shelf.Shelf), ``runner`` the
    sync runner (also before enrolment), ``identity`` this device's key, ``me`` the person it is certified for
    (None before enrolment), ``preferences`` language / text size / dark mode, ``update`` tells of a newer
    version (browser edition only). Made from ``db``: ``store``, the same as the road sees it; ``roll`` and
    ``visits`` and ``surveys``, which read households, sealed visits and sealed questionnaires for lists, and
    ``forms``, the questionnaires that can be filled in here. ``coming``: files on their way into a draft.

    ``bell`` rings when the store or the road has changed what a list may show; ``draft_bell`` at every touch
    of a draft (only the visit's screens listen); ``shell_bell`` when everything must be drawn again:
    enrolled, wiped, another language. ``restart()`` composes everything anew (after a wipe). ``desk`` is a
    supervisor's (app.actions.office_desk.desk makes it at first use).
    """

    platform: Platform
    db: NuanDB
    blobs: Blobs
    runner: Runner
    identity: DeviceIdentity
    preferences: Preferences
    me: Me | None = None
    registry_url: str = ""
    app_version: str = ""
    update: Updates | None = None
    bell: Bell = field(default_factory=Bell)
    draft_bell: Bell = field(default_factory=Bell)
    shell_bell: Bell = field(default_factory=Bell)
    restart: Callable[[], Awaitable[None]] = _no_restart
    desk: Desk | None = None
    store: StorePort = field(init=False)
    roll: Roll = field(init=False)
    visits: VisitReader = field(init=False)
    surveys: SurveyReader = field(init=False)
    forms: FormShelf = field(init=False)
    coming: Coming = field(init=False)

    def __post_init__(self) -> None:
        self.store, self.roll, self.visits = SyncStore(self.db), Roll(self.db), VisitReader(self.db)
        self.surveys, self.forms = SurveyReader(self.db), FormShelf(self.db)
        self.coming = Coming(self.draft_bell.ring)

    @property
    def households(self) -> dict[str, HouseholdFile]:
        """The households on this phone by id, in the order of their numbers."""
        session = self.store.session()
        return self.roll.files(session.cursor if session else None)

    def may(self, roles: Collection[str]) -> bool:
        """Whether this person has one of these roles; the registry decides again."""
        return self.me is not None and any(role in roles for role in self.me.roles or [self.me.role])

    @property
    def enrolled(self) -> bool:
        """True when this phone is certified for somebody."""
        return self.me is not None
