"""What to say about the network, if anything. Offline is no alarm: visits work without it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sync.status import Reading


class RoadSign(Enum):
    """The value is the last part of the msgid ``common.sync.…``."""

    CLOCK = "clock"
    CLOCK_FAST = "clock_fast"
    CLOCK_SLOW = "clock_slow"
    OFFLINE = "offline"
    OFFLINE_WAITING = "offline_waiting"
    SENDING = "sending"
    WAITING = "waiting"
    PHOTOS = "photos"
    PHOTOS_WAITING = "photos_waiting"
    WIFI = "wifi"
    LOGIN = "login"
    UPDATE = "update"
    PROBLEM = "problem"
    ARRIVED = "arrived"
    """Never the state of the road, only what is said for a moment after something was sent (``Strip``)."""


def time_left(reading: Reading) -> tuple[str, int] | None:
    """How long the rest takes at the measured rate: (last part of ``common.sync.left.…``, count). Rounded up,
    so that it is rather sooner than later; None: not known, then nothing is promised."""
    seconds = reading.seconds_left
    if seconds is None or reading.phase != "working":
        return None
    minutes = math.ceil(seconds / 60)
    if minutes <= 1:
        return "soon", 1
    return ("minutes", minutes) if minutes < 90 else ("hours", math.ceil(minutes / 60))


def clock_sign(off: timedelta) -> RoadSign:
    """For a wall clock that is wrong by ``off`` (app.actions.clock_doubt)."""
    return RoadSign.CLOCK_FAST if off > timedelta(0) else RoadSign.CLOCK_SLOW


def road_sign(reading: Reading, troubled: int, off: timedelta | None = None) -> RoadSign | None:
    """The one thing worth saying, the most important first; None when all is sent and online."""
    if reading.phase == "needs_login":
        return RoadSign.LOGIN
    if reading.phase == "needs_update":
        return RoadSign.UPDATE
    if troubled:  # the office's matter, for days perhaps: it must not hide what the person can do
        return RoadSign.PROBLEM
    if off is not None:
        return clock_sign(off)
    if reading.last_error == "network_certificate":
        return RoadSign.CLOCK
    if reading.phase == "offline" or reading.online is False:
        return RoadSign.OFFLINE_WAITING if reading.pending_records else RoadSign.OFFLINE
    if reading.pending_records:
        return RoadSign.SENDING if reading.phase == "working" else RoadSign.WAITING
    if reading.wifi_photos and reading.wifi_photos == reading.pending_media:
        return RoadSign.WIFI
    if reading.pending_media:
        return RoadSign.PHOTOS if reading.phase == "working" else RoadSign.PHOTOS_WAITING
    return None


_ON_ITS_WAY = {RoadSign.SENDING, RoadSign.PHOTOS}
_PAUSES = {RoadSign.WAITING, RoadSign.PHOTOS_WAITING}


@dataclass(frozen=True, slots=True)
class Strip:
    """What the strip says, and whether the person was told of a sending that has not come to its end."""

    sign: RoadSign | None = None
    sending: bool = False


def next_strip(before: Strip, sign: RoadSign | None) -> Strip:
    """The strip as the road now stands. When a sending, even one with a pause in it, leaves nothing to say:
    all has arrived, until the strip is let go (``Strip()``). Anything else in between breaks that off."""
    if sign is None:
        told = before.sending or before.sign is RoadSign.ARRIVED
        return Strip(RoadSign.ARRIVED) if told else Strip()
    return Strip(sign, sign in _ON_ITS_WAY or (before.sending and sign in _PAUSES))
