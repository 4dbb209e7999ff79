"""The moment of an event by this phone's clocks, with the last server-signed time beside it (DESIGN §4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from app.actions.services import Services
from app.store.sync_port import read_anchor
from domain.event_time import EventTime
from sync.ports import TimeAnchor


def event_now(services: Services) -> EventTime:
    """Now: device clock, monotonic clock, and the anchor when the registry was ever reached."""
    clock = services.platform.clock
    anchor = read_anchor(services.db)
    known = _anchor(anchor) if anchor else {}
    return EventTime(
        device_time=clock.now(), monotonic_ns=clock.monotonic_ns(), boot_id=clock.boot_id(), **known
    )


def event_builtins(event: EventTime) -> dict[str, Any]:
    """As it is kept in a draft."""
    plain: dict[str, Any] = msgspec.to_builtins(event)
    return plain


def _anchor(anchor: TimeAnchor) -> dict[str, Any]:
    """The server signed before the answer arrived: counting from the arrival keeps the lower bound true."""
    return {
        "server_time": datetime.fromisoformat(anchor.time.server_time),
        "server_monotonic_ns": anchor.received_ns,
        "server_boot_id": anchor.boot_id,
    }
