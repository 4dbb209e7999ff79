"""The native editions' platform: Android, iOS, desktop."""

from __future__ import annotations

import os
from pathlib import Path

import flet as ft
from flet_geolocator import Geolocator

from app.platform.location import FletLocation
from app.platform.native.blobs import FolderBlobs
from app.platform.native.clock import NativeClock
from app.platform.native.codes import ZbarCodes
from app.platform.native.connectivity import FletConnectivity
from app.platform.native.crypto import NativeCrypto
from app.platform.native.files import NativeFolder
from app.platform.native.http import transport
from app.platform.native.pictures import PillowPictureCodec
from app.platform.native.recordings import FolderTake
from app.platform.native.secrets import FileSecrets
from app.platform.native.secure_secrets import SecureSecrets
from app.platform.ports import (
    Blobs,
    Clock,
    CodeReader,
    Connectivity,
    Crypto,
    DeviceFolder,
    Location,
    PictureCodec,
    Recorder,
    Secrets,
)
from app.platform.recording import FletRecorder

_PHONES = {ft.PagePlatform.ANDROID, ft.PagePlatform.IOS}


class NativePlatform:
    """Implements app.platform.ports.Platform; everything lies under ``folder``."""

    name: str = "native"

    def __init__(self, page: ft.Page, folder: Path) -> None:
        self._folder = folder
        self.crypto: Crypto = NativeCrypto()
        self.blobs: Blobs = FolderBlobs(folder / "photos")
        # A desktop has no key store of its own that every system offers: a file that only its owner reads.
        self.secrets: Secrets = (
            SecureSecrets() if page.platform in _PHONES else FileSecrets(folder / "secrets")
        )
        self.location: Location = FletLocation(Geolocator())
        self.pictures: PictureCodec = PillowPictureCodec()
        self.recorder: Recorder = FletRecorder(FolderTake(folder / "recording"))
        self.codes: CodeReader = ZbarCodes()
        self.clock: Clock = NativeClock()
        self.network = FletConnectivity(ft.Connectivity(), ft.Battery())
        self.connectivity: Connectivity = self.network

    async def open_folder(self, name: str) -> DeviceFolder:
        return NativeFolder(self._folder / name)

    def http_transport(self) -> object:
        return transport()


def data_folder() -> Path:
    """Where Flet lets the app keep files; on a developer's desktop ~/.nuanfang."""
    given = os.environ.get("FLET_APP_STORAGE_DATA")
    return Path(given) if given else Path.home() / ".nuanfang"


async def open_native(page: ft.Page) -> NativePlatform:
    """Raises PlatformError or OSError when the folder cannot be used."""
    platform = NativePlatform(page, data_folder())
    await platform.network.start()
    return platform
