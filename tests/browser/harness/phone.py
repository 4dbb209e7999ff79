"""A phone for the tests: Chromium at phone size, with touch, a fake camera, a place, a lasting profile.

Synchronous Playwright. ``Phone`` starts a real browser process on a profile folder, so that a test can
kill it (SIGKILL, as the system does to apps) and start it again with everything that was durable.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, CDPSession, Page, Playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--hide-crash-restore-bubble",
]

#: Where the phone stands: 青山县 is fictional, the place is a field (WGS-84).
PLACE = {"latitude": 39.0012, "longitude": 83.0031, "accuracy": 12.0}


@dataclass
class Phone:
    """One browser on one profile; ``start`` → ``page`` … ``kill`` or ``close`` → ``start``."""

    playwright: Playwright
    profile: Path
    wide: bool = False
    place: dict[str, float] | None = field(default_factory=lambda: dict(PLACE))
    dark: bool = False
    #: CSS pixels; without it the ordinary phone or the desk's window.
    size: tuple[int, int] | None = None
    #: The browser's own text size, 2.0 = 200 %.
    text: float = 1.0
    #: A .mjpeg that the camera sees instead of a test picture.
    camera: Path | None = None
    log: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    _context: BrowserContext | None = None

    @property
    def context(self) -> BrowserContext:
        assert self._context is not None, "the phone is off"
        return self._context

    @property
    def is_on(self) -> bool:
        """Between ``start`` and ``close``."""
        return self._context is not None

    @property
    def page(self) -> Page:
        """The first tab."""
        return self.context.pages[0]

    def start(self) -> Page:
        """Switch on; returns an empty tab."""
        width, height = self.size or ((1280, 800) if self.wide else (390, 844))
        flags = [*_FLAGS, *([f"--use-file-for-fake-video-capture={self.camera}"] if self.camera else [])]
        self._set_text_size()
        self._context = self.playwright.chromium.launch_persistent_context(
            str(self.profile),
            executable_path=CHROMIUM,
            headless=True,
            args=flags,
            viewport={"width": width, "height": height},
            device_scale_factor=1 if self.wide else 2,
            has_touch=not self.wide,
            is_mobile=not self.wide,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            color_scheme="dark" if self.dark else "light",
            geolocation=self.place,
            permissions=["camera"] + (["geolocation"] if self.place else []),
        )
        self.context.on("page", self._watch)
        self._watch(self.page)
        return self.page

    def _set_text_size(self) -> None:
        """As in the browser's settings, which Flutter follows."""
        settings = self.profile / "Default" / "Preferences"
        if self.text != 1.0 and not settings.exists():
            settings.parent.mkdir(parents=True, exist_ok=True)
            fonts = {"default_font_size": round(16 * self.text)}
            settings.write_text(json.dumps({"webkit": {"webprefs": fonts}}))

    def _watch(self, page: Page) -> None:
        page.on("console", lambda m: self.log.append(f"{m.type}: {m.text}"))
        page.on("pageerror", lambda e: self.log.append(f"pageerror: {e}"))
        page.on("requestfinished", lambda r: self._note(r.url))
        page.on("requestfailed", lambda r: r.failure == "csp" or self._note(r.url))

    def _note(self, url: str) -> None:
        """Requests that left this machine; one that the page's policy stopped never did."""
        if not url.startswith(("http://127.0.0.1", "http://localhost", "data:", "blob:")):
            self.outside.append(url)

    def offline(self, off: bool = True) -> None:
        """Flight mode."""
        self.context.set_offline(off)

    def cdp(self) -> CDPSession:
        """Chrome's own protocol, for what Playwright has no word for."""
        return self.context.new_cdp_session(self.page)

    def kill(self) -> None:
        """SIGKILL every process of this profile: nothing gets a chance to write."""
        for pid in self._processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + 10
        while self._processes() and time.monotonic() < deadline:
            time.sleep(0.05)
        with suppress(Exception):
            self.context.close()
        self._context = None

    def close(self) -> None:
        """Switch off in good order."""
        if self._context is not None:
            with suppress(Exception):
                self._context.close()
            self._context = None

    def _processes(self) -> list[int]:
        mark = f"--user-data-dir={self.profile}".encode()
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with suppress(OSError):
                    words = (entry / "cmdline").read_bytes().split(b"\0")
                    state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
                    if mark in words and state != "Z":
                        found.append(int(entry.name))
        return found


def screenshot(page: Page, folder: Path, name: str) -> Path:
    """folder/name.png of what the person sees, after Flutter has come to rest."""
    folder.mkdir(parents=True, exist_ok=True)
    page.wait_for_timeout(600)
    path = folder / f"{name}.png"
    page.screenshot(path=str(path))
    return path


def evaluate(page: Page, code: str, given: Any = None) -> Any:
    """JavaScript in the page."""
    return page.evaluate(code, given)
