"""Is there a network? Flet's connectivity service tells."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from flet import Connectivity, ConnectivityChangeEvent, ConnectivityType

from app.platform.listeners import Listeners

logger = logging.getLogger(__name__)

START_S = 3.0
#: These carry no traffic of ours by themselves.
_NOTHING = {ConnectivityType.NONE, ConnectivityType.BLUETOOTH}


class FletConnectivity:
    """Implements app.platform.ports.Connectivity. Until ``start`` has asked the system, it says online:
    a hint that costs one vain attempt, where the opposite would hold work back."""

    def __init__(self, service: Connectivity) -> None:
        self._service = service
        self._listeners = Listeners(True)
        service.on_change = self._changed

    async def start(self) -> None:
        """Ask once for the state at the beginning; a silent service must not keep the app shut."""
        try:
            kinds = await asyncio.wait_for(self._service.get_connectivity(), START_S)
        except Exception:
            logger.warning("connectivity unknown; the road finds out by trying", exc_info=True)
            return
        self._listeners.set(_online(kinds))

    def online(self) -> bool:
        return self._listeners.value

    def subscribe(self, callback: Callable[[bool], None]) -> Callable[[], None]:
        return self._listeners.subscribe(callback)

    def _changed(self, event: ConnectivityChangeEvent) -> None:
        self._listeners.set(_online(event.connectivity))


def _online(kinds: list[ConnectivityType]) -> bool:
    return not set(kinds) <= _NOTHING
