"""Where we are, through Flet's geolocator: the same service on phones and in the browser's page.

(A worker, where Python runs in the browser, has no geolocation of its own.)
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from flet_geolocator import (
    Geolocator,
    GeolocatorConfiguration,
    GeolocatorPermissionStatus,
    GeolocatorPosition,
    GeolocatorPositionAccuracy,
)

from app.platform.errors import PlatformError
from app.platform.ports import Fix

_GRANTED = {GeolocatorPermissionStatus.ALWAYS, GeolocatorPermissionStatus.WHILE_IN_USE}
_ASKABLE = {GeolocatorPermissionStatus.DENIED, GeolocatorPermissionStatus.UNABLE_TO_DETERMINE}
#: Browsers that do not say whether they may still answer when asked for the place.
_WORTH_TRYING = _GRANTED | {GeolocatorPermissionStatus.UNABLE_TO_DETERMINE}
_UNKNOWN_ACCURACY_M = 9999.0
_OLDEST = timedelta(days=1)


class FletLocation:
    """Implements app.platform.ports.Location."""

    def __init__(self, geolocator: Geolocator) -> None:
        self._geolocator = geolocator

    async def current(self, timeout_s: float = 20.0) -> Fix:
        """Asks for permission the first time, which may take the person a while: not part of the timeout."""
        await self._allowed()
        try:
            async with asyncio.timeout(timeout_s):
                found = await self._geolocator.get_current_position(_wanted())
        except TimeoutError:
            raise PlatformError("location_timeout") from None
        except Exception as error:
            raise _failed(error) from error
        return fix_of(found, datetime.now(UTC))

    async def _allowed(self) -> None:
        try:
            status = await self._geolocator.get_permission_status()
            if status in _ASKABLE:
                status = await self._geolocator.request_permission()
            enabled = await self._geolocator.is_location_service_enabled()
        except Exception as error:
            raise _failed(error) from error
        if not enabled:
            raise PlatformError("location_off")
        if status not in _WORTH_TRYING:
            raise PlatformError("location_denied")


def _wanted() -> GeolocatorConfiguration:
    return GeolocatorConfiguration(accuracy=GeolocatorPositionAccuracy.BEST)


def fix_of(found: GeolocatorPosition, now: datetime) -> Fix:
    """Flet's answer as ours. An accuracy of 0 means that the system did not say."""
    if found.latitude is None or found.longitude is None:
        raise PlatformError("location_off")
    return Fix(
        latitude=float(found.latitude),
        longitude=float(found.longitude),
        accuracy_m=float(found.accuracy or _UNKNOWN_ACCURACY_M),
        at=_instant(found.timestamp, now),
        mocked=bool(found.mocked),
    )


def _instant(given: Any, now: datetime) -> datetime:
    """The time of the fix in UTC; a missing or absurd one becomes now."""
    if isinstance(given, str):
        try:
            given = datetime.fromisoformat(given)
        except ValueError:
            return now
    if isinstance(given, int | float):
        given = datetime.fromtimestamp(given / 1000, UTC)
    if not isinstance(given, datetime):
        return now
    instant = given.astimezone(UTC)
    return instant if abs(now - instant) < _OLDEST else now


def _failed(error: Exception) -> PlatformError:
    """Flet passes the plugin's words on as text."""
    words = str(error).lower()
    if "denied" in words or "permission" in words:
        return PlatformError("location_denied", reason=str(error))
    if "timeout" in words or "timed out" in words:
        return PlatformError("location_timeout", reason=str(error))
    return PlatformError("location_off", reason=str(error))
