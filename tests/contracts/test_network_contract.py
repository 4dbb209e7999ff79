"""Both editions tell the same about the network: whether it costs money, whether the phone spares, and when
that changes (issue 4, S25). The browser's navigator is a stand-in here; the real one is in tests/browser."""

from __future__ import annotations

import asyncio
import importlib
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from flet import Battery, Connectivity, ConnectivityChangeEvent, ConnectivityType

from app.platform.native.connectivity import FletConnectivity

BROWSER = "app.platform.browser.connectivity"
KINDS = {
    "wifi": [ConnectivityType.WIFI],
    "mobile": [ConnectivityType.MOBILE],
    "unknown": [ConnectivityType.OTHER],
}


class Native:
    """Flet's services as the phone would answer."""

    def __init__(self, patch: pytest.MonkeyPatch, kind: str, saving: bool) -> None:
        async def saver(_self: Battery) -> bool:
            return saving

        async def kinds(_self: Connectivity) -> list[ConnectivityType]:
            return KINDS[kind]

        patch.setattr(Battery, "is_in_battery_save_mode", saver)
        patch.setattr(Connectivity, "get_connectivity", kinds)
        self.service = Connectivity()
        self.network = FletConnectivity(self.service, Battery())

    async def start(self) -> None:
        await self.network.start()
        self.network.sparing()  # the first look asks
        for _ in range(5):
            await asyncio.sleep(0)

    def turns(self, kind: str) -> None:
        event = ConnectivityChangeEvent(name="change", control=self.service, connectivity=KINDS[kind])
        handler: Any = self.service.on_change
        handler(event)


class Target:
    """A JavaScript object with listeners."""

    def __init__(self, **facts: Any) -> None:
        self.__dict__.update(facts)
        self.listeners: dict[str, list[Any]] = {}

    def addEventListener(self, name: str, callback: Any) -> None:
        self.listeners.setdefault(name, []).append(callback)


class Browser:
    """The worker's navigator; phones with Chromium tell ``type``, others do not."""

    TYPES = {"wifi": "wifi", "mobile": "cellular", "unknown": "unknown"}  # noqa: RUF012

    def __init__(self, patch: pytest.MonkeyPatch, kind: str, saving: bool) -> None:
        self.connection = Target(type=self.TYPES[kind], saveData=saving)
        self.network = load(patch, SimpleNamespace(onLine=True, connection=self.connection))

    async def start(self) -> None:
        """It knows at once."""

    def turns(self, kind: str) -> None:
        self.connection.type = self.TYPES[kind]
        for callback in self.connection.listeners["change"]:
            callback(None)


def load(patch: pytest.MonkeyPatch, navigator: Any) -> Any:
    """The browser's seam over this navigator."""
    js, pyodide, ffi = ModuleType("js"), ModuleType("pyodide"), ModuleType("pyodide.ffi")
    vars(js).update(navigator=navigator, self=Target())
    vars(ffi)["create_proxy"] = lambda callback: callback
    for name, module in (("js", js), ("pyodide", pyodide), ("pyodide.ffi", ffi)):
        patch.setitem(sys.modules, name, module)
    patch.delitem(sys.modules, BROWSER, raising=False)
    try:
        return importlib.import_module(BROWSER).BrowserConnectivity()
    finally:
        sys.modules.pop(BROWSER, None)


EDITIONS = pytest.mark.parametrize("edition", [Native, Browser])


@EDITIONS
@pytest.mark.parametrize(("kind", "metered"), [("wifi", False), ("mobile", True), ("unknown", None)])
async def test_what_the_network_costs(monkeypatch, edition, kind, metered):
    """Wi-Fi costs nothing, mobile data does; what the system does not tell is unknown, never guessed."""
    phone = edition(monkeypatch, kind, False)
    await phone.start()
    assert phone.network.metered() is metered


@EDITIONS
@pytest.mark.parametrize("saving", [True, False])
async def test_a_phone_that_spares_says_so(monkeypatch, edition, saving):
    """The system's own battery or data saver is heard."""
    phone = edition(monkeypatch, "wifi", saving)
    await phone.start()
    assert phone.network.sparing() is saving


@EDITIONS
async def test_coming_home_to_wifi_is_told_once(monkeypatch, edition):
    """Online before and after, and yet news: what waited for Wi-Fi can go now."""
    phone, heard = edition(monkeypatch, "mobile", False), []
    await phone.start()
    leave = phone.network.subscribe(heard.append)
    phone.turns("wifi")
    phone.turns("wifi")
    leave()
    phone.turns("mobile")
    assert (heard, phone.network.metered()) == ([True], True)


async def test_wifi_beside_mobile_data_costs_nothing_and_a_vpn_hides_nothing():
    """The phone's system sends over Wi-Fi when it has both; a VPN over mobile data still costs."""
    service = Connectivity()
    network = FletConnectivity(service)
    handler: Any = service.on_change
    for kinds, costs in (
        ([ConnectivityType.MOBILE, ConnectivityType.VPN], True),
        ([ConnectivityType.MOBILE, ConnectivityType.WIFI], False),
        ([ConnectivityType.VPN], None),
    ):
        handler(ConnectivityChangeEvent(name="change", control=service, connectivity=kinds))
        assert network.metered() is costs
    assert not network.sparing()


async def test_a_battery_that_does_not_answer_spares_nothing(monkeypatch):
    """A desktop without a battery goes at full pace."""
    phone = Native(monkeypatch, "wifi", True)

    async def fails(_self: Battery) -> bool:
        raise RuntimeError("no battery")

    monkeypatch.setattr(Battery, "is_in_battery_save_mode", fails)
    await phone.start()
    assert not phone.network.sparing()


def test_a_browser_that_knows_nothing_of_its_connection(monkeypatch):
    """Firefox and Safari have no such object: unknown, not sparing, and nothing breaks."""
    network = load(monkeypatch, SimpleNamespace(onLine=True))
    assert (network.online(), network.metered(), network.sparing()) == (True, None, False)
