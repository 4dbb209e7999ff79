"""When something really happened, although the phone's clock may be wrong or was moved (DESIGN §4).

A phone cannot prove a moment, but two facts bound it: the last time the registry signed before the event,
plus what the monotonic clock counted since, and the moment the registry received it. A monotonic clock may
stand still while a phone sleeps, never run ahead, so both bounds stay true.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from msgspec import Meta, Struct

UtcTime = Annotated[datetime, Meta(tz=True)]
Nanoseconds = Annotated[int, Meta(ge=0)]


class EventTime(Struct, frozen=True, kw_only=True):
    """One event: the device's own clocks, and the last server-signed time with the clocks at its arrival."""

    device_time: UtcTime
    monotonic_ns: Nanoseconds
    boot_id: str
    server_time: UtcTime | None = None
    server_monotonic_ns: Nanoseconds | None = None
    server_boot_id: str | None = None


class Sent(Struct, frozen=True, kw_only=True):
    """The device's monotonic clock when it sent the batch."""

    monotonic_ns: Nanoseconds
    boot_id: str


def bounds(
    event: EventTime, received_at: datetime, sent: Sent | None = None
) -> tuple[datetime | None, datetime]:
    """(earliest, latest) of the event in aware UTC; earliest is None when the device never met the registry.

    ``received_at`` is the registry's clock at arrival. ``event.device_time`` is not read: whoever changes the
    phone's clock changes nothing here.
    """
    latest = _latest(event, received_at, sent)
    earliest = _earliest(event)
    if earliest is not None and earliest > latest:
        earliest = latest  # clock drift over weeks without a restart: the registry's own clock wins
    return earliest, latest


def clock_error(event: EventTime, received_at: datetime, sent: Sent | None = None) -> timedelta:
    """How far the device's clock stands outside the bounds; zero inside, negative when it is behind."""
    earliest, latest = bounds(event, received_at, sent)
    if event.device_time > latest:
        return event.device_time - latest
    if earliest is not None and event.device_time < earliest:
        return event.device_time - earliest
    return timedelta(0)


def happened_before(first: EventTime, second: EventTime) -> bool | None:
    """Whether ``first`` came no later than ``second``; None when the phone restarted in between."""
    if first.boot_id != second.boot_id:
        return None
    return first.monotonic_ns <= second.monotonic_ns


def _earliest(event: EventTime) -> datetime | None:
    if event.server_time is None:
        return None
    if event.server_boot_id != event.boot_id or event.server_monotonic_ns is None:
        return event.server_time
    elapsed = event.monotonic_ns - event.server_monotonic_ns
    if elapsed < 0:
        return None  # an anchor from after the event proves nothing about how early it was
    return event.server_time + timedelta(microseconds=elapsed // 1000)


def _latest(event: EventTime, received_at: datetime, sent: Sent | None) -> datetime:
    if sent is None or sent.boot_id != event.boot_id or sent.monotonic_ns < event.monotonic_ns:
        return received_at
    return received_at - timedelta(microseconds=(sent.monotonic_ns - event.monotonic_ns) // 1000)
