"""The moment of an event by this phone's clocks, with the last server-signed time beside it (DESIGN §4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from app.actions.services import Services
from app.store.sync_port import read_anchor
from domain.event_time import EventTime, SealedTime
from sync.ports import ClockPort, TimeAnchor


def event_now(services: Services) -> EventTime:
    """Now: device clock, monotonic clock, and the anchor when the registry was ever reached."""
    return sealed_now(services).plain()


def sealed_now(services: Services) -> SealedTime:
    """The same with the registry's signature of the anchor: for the head of a record, which is what the
    registry goes by, so that each record has its 90 bytes once."""
    return sealed_by(services.platform.clock, read_anchor(services.db))


def sealed_by(clock: ClockPort, anchor: TimeAnchor | None) -> SealedTime:
    """Now by this clock."""
    known = _anchor(anchor) if anchor else {}
    return SealedTime(
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
        "server_sig": anchor.time.sig,
        "server_device_time": anchor.device_time,
    }
