"""The composition root: opens the platform, the key, the store and the road, then shows the app.

Nothing else constructs services, and nothing imports this module but the entry shim.
"""

from __future__ import annotations

import asyncio
import logging

import flet as ft

from app.actions.boot import Boot
from app.actions.enrol import device_identity
from app.actions.follow_road import follow
from app.actions.keep_house import keep_house
from app.actions.media_bytes import MediaBytes
from app.actions.preferences import Preferences, policy_of
from app.actions.services import Services
from app.actions.set_preferences import load_preferences
from app.actions.updates import Updates
from app.actions.wipe import finish_wipe
from app.lang import t
from app.photos.shelf import Shelf
from app.platform import in_browser, open_platform
from app.platform.ports import DeviceFolder, Platform
from app.store import NuanDB, open_database
from app.store.sync_port import SyncStore
from app.version import VERSION
from app.views.shell.app import show
from app.views.shell.look import apply_look
from domain.errors import NuanFangError
from sync.pace import MOST, MOST_IN_BROWSER
from sync.runner import Options, Runner

logger = logging.getLogger("nuanfang")

KEY_NAME = "store-key"


async def main(page: ft.Page) -> None:
    """Flet's entry: show at once that something happens, then open."""
    composition = Composition(page)
    page.title = t("common.app")
    page.locale_configuration = ft.LocaleConfiguration(
        supported_locales=[ft.Locale("zh", "CN"), ft.Locale("zh", "HK"), ft.Locale("en", "US")],
        current_locale=ft.Locale("zh", "CN"),
    )
    apply_look(page, None)
    page.on_close = composition.close
    show(page, composition.boot)
    await composition.open()


class Composition:
    """What is open now, so that it can be closed and opened again (after a wipe, or 再试一次)."""

    def __init__(self, page: ft.Page) -> None:
        self.page = page
        self.boot = Boot(self.reopen)
        self._db: NuanDB | None = None
        self._folder: DeviceFolder | None = None
        self._running: list[asyncio.Task[None]] = []
        self._platform: Platform | None = None

    async def open(self) -> None:
        """Open everything; what fails is told with its code and loses nothing."""
        try:
            services = await self._compose()
        except NuanFangError as error:
            logger.exception("cannot open")
            self.boot.blocked(error.code)
        except Exception as error:
            logger.exception("cannot open")
            self.boot.blocked(type(error).__name__)
        else:
            apply_look(self.page, services)
            self.boot.running(services)
            if services.update is not None:
                services.update.opened()
            assert self._folder is not None
            self._running = [
                asyncio.create_task(services.runner.run_forever()),
                asyncio.create_task(keep_house(services, self._folder)),
            ]

    async def reopen(self) -> None:
        """Close what is open and open again."""
        self.boot.starting()
        await self.close()
        await self.open()

    async def close(self) -> None:
        """Stop the road, then the store."""
        if self.boot.services is not None:
            await self.boot.services.runner.stop()
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        self._running.clear()
        if self._db is not None:
            self._db.close()
        self._db = self._folder = None

    async def _compose(self) -> Services:
        platform = self._platform = self._platform or await open_platform(self.page)
        key = await store_key(platform)
        folder = self._folder = await platform.open_folder("store")
        db = self._db = open_database(folder, key, crypto=platform.crypto)
        for report in db.reports:
            logger.warning("store: %s", report)
        shelf = Shelf(platform.blobs, platform.crypto, key)
        await finish_wipe(db, platform.blobs, platform.secrets)
        identity = await device_identity(platform.secrets, platform.crypto)
        preferences = load_preferences(db)
        runner = Runner(
            store=SyncStore(db),
            media=MediaBytes(shelf),
            clock=platform.clock,
            identity=identity,
            transport=platform.http_transport(),
            connectivity=platform.connectivity,
            app_version=VERSION,
            options=road_options(platform, preferences),
        )
        services = Services(
            platform=platform,
            db=db,
            blobs=shelf,
            runner=runner,
            identity=identity,
            preferences=preferences,
            update=updates(),
            app_version=VERSION,
            restart=self.reopen,
        )
        if services.update is not None:
            services.update.listeners.subscribe(lambda _: services.bell.ring())
        follow(services)
        services.shell_bell.subscribe(lambda: apply_look(self.page, services))
        return services


async def store_key(platform: Platform) -> bytes:
    """The store's 32-byte key: made once, and kept by the secure storage before the store is made with it."""
    kept = await platform.secrets.get(KEY_NAME)
    if kept is not None:
        return kept
    made = platform.crypto.random(32)
    await platform.secrets.put(KEY_NAME, made)
    return made


def road_options(platform: Platform, preferences: Preferences) -> Options:
    """What the person chose, and what the phone says about its network and battery."""
    network = platform.connectivity
    return Options(
        policy=policy_of(preferences),
        metered=lambda: bool(network.metered()),  # where the phone does not tell, nothing is held back
        sparing=network.sparing,
        most_uploads=MOST_IN_BROWSER if in_browser() else MOST,
    )


def updates() -> Updates | None:
    """Word of newer versions: only the browser edition brings them itself."""
    if not in_browser():
        return None
    from app.platform.browser.page_link import PageLink

    return PageLink()
