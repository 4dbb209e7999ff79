"""When something really happened, although the phone's clock may be wrong or was moved (DESIGN §4, ADR 0019).

A phone cannot prove a moment, but facts bound it: the last time the registry signed before the event, the
moment the registry received it, and what the phone's monotonic clock counted from the first and up to the
second. A monotonic clock may stand still while a phone sleeps, never run ahead, so both bounds stay true.

Proved, even against an altered app, are the signed time and the moment of arrival. What was counted between
is the phone's word, as is its wall clock: it can choose a moment between the two, never one outside.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, NamedTuple

from msgspec import Meta, Struct

UtcTime = Annotated[datetime, Meta(tz=True)]
Nanoseconds = Annotated[int, Meta(ge=0)]
SLACK = timedelta(minutes=10)
"""A wall clock that is wrong by less counts as right: an answer may have been as long on its way."""


class EventTime(Struct, frozen=True, kw_only=True):
    """One event: the device's own clocks, and the last server-signed time with the clocks at its arrival."""

    device_time: UtcTime
    monotonic_ns: Nanoseconds
    boot_id: str
    server_time: UtcTime | None = None
    server_monotonic_ns: Nanoseconds | None = None
    server_boot_id: str | None = None


class SealedTime(EventTime, frozen=True, kw_only=True):
    """When a record was sealed: only its head has one, which is what the registry goes by.

    ``server_sig``: the registry's signature on ``server_time`` (SignedTime.sig). ``server_device_time``: the
    device's wall clock when that arrived, so that a clock which was wrong then can be put right now.
    """

    server_sig: str | None = None
    server_device_time: UtcTime | None = None

    def plain(self) -> EventTime:
        """The same moment as the record's body tells it."""
        return EventTime(**{name: getattr(self, name) for name in EventTime.__struct_fields__})

    def unproven(self) -> SealedTime:
        """Without the signed time: what is left when its signature is missing or wrong."""
        return SealedTime(device_time=self.device_time, monotonic_ns=self.monotonic_ns, boot_id=self.boot_id)


class Sent(Struct, frozen=True, kw_only=True):
    """The device's monotonic clock when it sent the batch."""

    monotonic_ns: Nanoseconds
    boot_id: str


def bounds(
    event: EventTime, received_at: datetime, sent: Sent | None = None, since: datetime | None = None
) -> tuple[datetime | None, datetime]:
    """(earliest, latest) of the event in aware UTC; earliest is None when no signed time came before it.

    ``received_at`` is the registry's clock at arrival. ``event.device_time`` is not read: whoever changes the
    phone's clock changes nothing here.

    ``sent`` stands outside of the record's signature. It brings ``latest`` back from the arrival by what was
    counted between event and sending, but never to before ``earliest``: when the two contradict each other
    (drift over weeks, or a lie), the record with the signed time in it wins. Without an earliest it is
    believed back to ``since``, when the registry enrolled the device, and without that not at all.
    """
    earliest = _earliest(event)
    if earliest is not None:
        earliest = min(earliest, received_at)  # drift over weeks without a restart
    return earliest, _latest(event, received_at, sent, earliest or since)


class Reckoned(NamedTuple):
    """An event's place in time. ``earliest``, ``latest``: ``bounds``. ``at``: the best single answer to when
    it was, always within them: for lists, and for the day. ``wrong_by``: how far the device's clock stands
    outside of them, or before ``since``; zero inside, negative when it is behind."""

    earliest: datetime | None
    latest: datetime
    at: datetime
    wrong_by: timedelta


def reckon(
    event: EventTime, received_at: datetime, sent: Sent | None = None, since: datetime | None = None
) -> Reckoned:
    """All that can be said of when it was; parameters as in ``bounds``.

    ``at`` is the phone's wall clock, put right by what it was wrong by at the last signed time, or else as it
    stands, if that can be true; else what was counted up to the sending, or from the signed time on; else the
    nearest bound, which without an earliest is ``since``. Raises OverflowError for an event that no calendar
    holds.
    """
    earliest, latest = bounds(event, received_at, sent, since)
    first = min(earliest or since or event.device_time, latest)
    counted_back = sent is not None and sent.boot_id == event.boot_id and latest < received_at
    counted_on = earliest is not None and event.server_boot_id == event.boot_id
    by_counting = latest if counted_back else earliest if counted_on else None
    at = _by_wall_clock(event, first, latest) or by_counting or min(max(event.device_time, first), latest)
    return Reckoned(earliest, latest, at, _wrong_by(event.device_time, earliest or since, latest))


def moment_before(event: EventTime, then: EventTime, at: datetime, since: datetime | None = None) -> datetime:
    """When ``event`` was, on the phone that did ``then`` later, at ``at``: a visit's start from its end.

    By the monotonic clock, or after a restart by the wall clock, which may have been changed meanwhile: never
    after ``at``, nor before ``since`` and the signed time that ``event`` names.
    """
    if event.boot_id == then.boot_id:
        between = _counted(event.monotonic_ns, then.monotonic_ns)
    else:
        between = then.device_time - event.device_time
    known = [min(one, at) for one in (event.server_time, since) if one is not None]
    try:
        start = at - max(between, timedelta(0))
    except OverflowError:
        return max(known, default=at)
    return max([start, *known])


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


def _latest(event: EventTime, received_at: datetime, sent: Sent | None, floor: datetime | None) -> datetime:
    if sent is None or floor is None or sent.boot_id != event.boot_id:
        return received_at
    counted = _counted(event.monotonic_ns, sent.monotonic_ns)
    return received_at - max(min(counted, received_at - floor), timedelta(0))


def _counted(start_ns: int, end_ns: int) -> timedelta:
    """What a monotonic clock counted; negative when it ran backwards, at most what a timedelta holds."""
    microseconds = (end_ns - start_ns) // 1000
    most = timedelta.max // timedelta(microseconds=1)
    return timedelta(microseconds=max(-most, min(microseconds, most)))


def _by_wall_clock(event: EventTime, first: datetime, latest: datetime) -> datetime | None:
    """What the device's wall clock says, the likeliest first, if that can be true."""
    for guess in _wall_clock(event):
        if first - guess <= SLACK and guess - latest <= SLACK:
            return min(max(guess, first), latest)
    return None


def _wrong_by(said: datetime, first: datetime | None, latest: datetime) -> timedelta:
    if said > latest:
        return said - latest
    return min(said - first, timedelta(0)) if first is not None else timedelta(0)


def _wall_clock(event: EventTime) -> list[datetime]:
    said = [event.device_time]
    if isinstance(event, SealedTime) and event.server_device_time and event.server_time:
        wrong_by = event.server_device_time - event.server_time
        if abs(wrong_by) > SLACK:
            said.insert(0, event.device_time - wrong_by)
    return said
