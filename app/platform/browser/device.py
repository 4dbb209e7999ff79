"""The browser edition's platform."""

from __future__ import annotations

from urllib.parse import urljoin

import js
from flet_geolocator import Geolocator

from app.platform.browser.blobs import OpfsBlobs
from app.platform.browser.clock import BrowserClock
from app.platform.browser.codes import ZxingCodes
from app.platform.browser.connectivity import BrowserConnectivity
from app.platform.browser.crypto import NobleCrypto
from app.platform.browser.files import OpfsFolder
from app.platform.browser.http import FetchTransport
from app.platform.browser.pictures import BrowserPictureCodec
from app.platform.browser.recordings import BlobTake
from app.platform.browser.secrets import BrowserSecrets
from app.platform.location import FletLocation
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


class BrowserPlatform:
    """Implements app.platform.ports.Platform; made by ``open_browser``."""

    name: str = "browser"

    def __init__(self, crypto: Crypto, blobs: Blobs) -> None:
        self.crypto, self.blobs = crypto, blobs
        self.secrets: Secrets = BrowserSecrets()
        self.location: Location = FletLocation(Geolocator())
        self.pictures: PictureCodec = BrowserPictureCodec(site_url("assets/fonts/roboto.woff2"))
        self.recorder: Recorder = FletRecorder(BlobTake())
        self.codes: CodeReader = ZxingCodes(site_url("codes-zxing.js"))
        self.clock: Clock = BrowserClock()
        self.connectivity: Connectivity = BrowserConnectivity()

    async def open_folder(self, name: str) -> DeviceFolder:
        return await OpfsFolder.connect(name)

    def http_transport(self) -> FetchTransport:
        return FetchTransport()


def site_url(path: str) -> str:
    """The absolute address of a file of the site: it lies beside the worker's own script."""
    return urljoin(str(js.self.location.href), path)


async def open_browser() -> BrowserPlatform:
    """Raises PlatformError when the browser denies storage or a file of the site is missing."""
    crypto = await NobleCrypto.load(site_url("crypto-noble.js"))
    return BrowserPlatform(crypto, await OpfsBlobs.connect("photos"))
