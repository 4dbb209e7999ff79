"""Is this phone's clock wrong? Told so that photos, receipts and lists bear the right day (S9, DESIGN §4).

What a record proves never depends on it: its bounds come from signed times (domain.event_time).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from app.store.sync_port import read_anchor
from domain.event_time import SLACK

if TYPE_CHECKING:
    from app.actions.services import Services
    from sync.ports import TimeAnchor


def clock_doubt(services: Services) -> timedelta | None:
    """How far the wall clock is off, positive when it is fast; None: right, or nobody can say."""
    anchor, clock = read_anchor(services.db), services.platform.clock
    if anchor is None:
        return None
    counted = clock.monotonic_ns() - anchor.received_ns if clock.boot_id() == anchor.boot_id else 0
    return clock_off(anchor, clock.now(), timedelta(microseconds=counted // 1000))


def clock_off(anchor: TimeAnchor, now: datetime, counted: timedelta) -> timedelta | None:
    """``now``: the wall clock; ``counted``: by the monotonic clock since the anchor came, zero after
    a restart.

    Slow is certain: later than the signed time it must be. Fast was seen when the anchor came, and holds
    until the clock is set back.
    """
    signed = datetime.fromisoformat(anchor.time.server_time)
    behind = now - (signed + counted)
    if behind < -SLACK:
        return behind
    if anchor.device_time is None:
        return None
    ahead = anchor.device_time - signed
    unmoved = now >= anchor.device_time + counted - SLACK
    return ahead if ahead > SLACK and unmoved else None
