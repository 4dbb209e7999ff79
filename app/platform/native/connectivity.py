"""Is there a network, and does it cost money? Flet's connectivity and battery services tell."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

from flet import Battery, Connectivity, ConnectivityChangeEvent, ConnectivityType

from app.platform.listeners import Listeners

logger = logging.getLogger(__name__)

START_S = 3.0
#: These carry no traffic of ours by themselves.
_NOTHING = {ConnectivityType.NONE, ConnectivityType.BLUETOOTH}
_FREE = {ConnectivityType.WIFI, ConnectivityType.ETHERNET}
BATTERY_FRESH_S = 300.0
#: No system tells when the battery saver is switched, so it is asked for anew.


class FletConnectivity:
    """Implements app.platform.ports.Connectivity. Until ``start`` has asked the system, it says online:
    a hint that costs one vain attempt, where the opposite would hold work back."""

    def __init__(self, service: Connectivity, battery: Battery | None = None) -> None:
        self._service, self._battery = service, battery
        self._metered: bool | None = None
        self._saving, self._asked_at = False, float("-inf")
        self._asking: asyncio.Task[None] | None = None
        self._listeners = Listeners(True)
        service.on_change = self._changed

    async def start(self) -> None:
        """Ask once for the state at the beginning; a silent service must not keep the app shut."""
        try:
            kinds = await asyncio.wait_for(self._service.get_connectivity(), START_S)
        except Exception:
            logger.warning("connectivity unknown; the road finds out by trying", exc_info=True)
            return
        self._heard(kinds)

    def online(self) -> bool:
        return self._listeners.value

    def metered(self) -> bool | None:
        return self._metered

    def sparing(self) -> bool:
        """As the system last said; asked anew in the background when that is a while ago."""
        stale = time.monotonic() - self._asked_at > BATTERY_FRESH_S
        if self._battery is not None and stale and self._asking is None:
            self._asked_at = time.monotonic()
            self._asking = asyncio.ensure_future(self._ask_battery(self._battery))
        return self._saving

    def subscribe(self, callback: Callable[[bool], None]) -> Callable[[], None]:
        return self._listeners.subscribe(callback)

    def _changed(self, event: ConnectivityChangeEvent) -> None:
        self._heard(event.connectivity)

    def _heard(self, kinds: list[ConnectivityType]) -> None:
        before, self._metered = self._metered, _costs(kinds)
        online = _online(kinds)
        if online == self._listeners.value and self._metered != before:
            self._listeners.tell()
        self._listeners.set(online)

    async def _ask_battery(self, battery: Battery) -> None:
        try:
            self._saving = await asyncio.wait_for(battery.is_in_battery_save_mode(), START_S) is True
        except Exception:
            logger.info("battery saver unknown", exc_info=True)
            self._saving = False
        finally:
            self._asking = None


def _online(kinds: list[ConnectivityType]) -> bool:
    return not set(kinds) <= _NOTHING


def _costs(kinds: list[ConnectivityType]) -> bool | None:
    """Wi-Fi beside mobile data is what the system uses; a VPN alone does not tell what carries it."""
    if _FREE & set(kinds):
        return False
    return True if ConnectivityType.MOBILE in kinds else None
