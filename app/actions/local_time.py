"""Local time for screens: the country has one zone, whatever the phone is set to."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from app.actions.services import Services

LOCAL = ZoneInfo("Asia/Shanghai")


def local_now(services: Services) -> datetime:
    """The device's clock, as local time."""
    return services.platform.clock.now().astimezone(LOCAL)


def today(services: Services) -> date:
    """The local day."""
    return local_now(services).date()
