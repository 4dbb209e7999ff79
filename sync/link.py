"""What the runner remembers about the line itself: reachable or not, logged in or not, how long to wait.

Held in memory only: after a restart everything is simply tried.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sync.errors import (
    TOO_OLD,
    LocalError,
    LoginError,
    RefusedError,
    UnreachableError,
    WireError,
    retryable,
)
from sync.plan import GLOBAL_CODES, MAX_DELAY, Lane, back_off
from sync.protocol.messages import MAX_RECORDS

FEED_EVERY = timedelta(minutes=10)
"""The feed is asked this often while nothing else happens."""
FEED_EVERY_SAVING = timedelta(hours=1)
"""The same while battery and data are spared."""
CLOCK_SLACK = timedelta(minutes=1)
"""A clock put back by less is let be: nothing waits much longer for it."""
DOWN_CODES = frozenset({"busy", "rate_limited"})
"""Refusals that speak for the whole registry, not for the item."""
NO_CONNECTION = frozenset({"network_unreachable", "network_certificate"})
"""Nothing was sent: no item can be at fault."""
LANES_THAT_WAIT = frozenset({Lane.TOKEN, Lane.CHANGES, Lane.CHECK})
"""They have no item that could back off by itself."""
ITEM_FAULTS = frozenset({"record_missing", "media_missing", "media_unreadable", "media_damaged", "disk_full"})
"""Faults of this phone that the item itself waits for, not its lane."""


@dataclass
class Link:
    """``jitter`` gives numbers in [0, 1)."""

    jitter: Callable[[], float]
    known: bool = False
    """Whether anything has been heard or failed yet."""
    online: bool = True
    outage: bool = False
    """The line was really down, or somebody said "now": the next success forgives network delays."""
    hurried: bool = False
    """Somebody said "now", or the clock was put back: it forgives whatever may pass by itself."""
    needs_login: bool = False
    saving: bool = False
    """Battery and data are spared now."""
    not_before: dict[Lane, datetime] = field(default_factory=dict)
    changes_at: datetime | None = None
    """When the feed is asked again; set it by ``want_feed``."""
    last_success: datetime | None = None
    errors: dict[Lane, str] = field(default_factory=dict)
    """Code of each lane's last failure, until that lane succeeds; the newest stands last."""
    known_missing: set[str] = field(default_factory=set)
    forgiven: set[str] = field(default_factory=set)
    together: int | None = None
    """How many records the line bears in one request (sync.plan.State)."""
    suspects: set[str] = field(default_factory=set)
    """Uploads and lanes that ended without a connection: perhaps the line, perhaps themselves."""
    _failures: dict[Lane, int] = field(default_factory=dict)
    _start: datetime | None = None
    """When the monotonic clock stood at zero, by the wall clock."""
    _feed_wanted: bool = False
    """A wish for the feed that came after it was last asked: what is being read does not answer that."""

    @property
    def last_error(self) -> str | None:
        """What to tell a person."""
        return next(reversed(self.errors.values()), None)

    def succeeded(self, lane: Lane, now: datetime) -> bool:
        """Something was answered; True when that ends an outage."""
        outage, self.outage = self.outage, False
        self.known = self.online = True
        self.last_success = now
        self._clear(lane)
        if lane is not Lane.PROBE:  # a probe alone does not show that work gets through
            self.needs_login = False
            self._clear(Lane.PROBE)
            self._clear(Lane.TOKEN)
            self.errors = {at: code for at, code in self.errors.items() if code not in GLOBAL_CODES}
        if outage:  # what could not be asked while the line was bad is asked now
            for waiting in LANES_THAT_WAIT - ({Lane.TOKEN} if self.needs_login else set()):
                self.not_before.pop(waiting, None)
        if lane is Lane.CHANGES and not self._feed_wanted:
            self.changes_at = now + (FEED_EVERY_SAVING if self.saving else FEED_EVERY)
        return outage

    def advanced(self, lane: Lane) -> None:
        """Part of it has been done and need not be done again: its next failure is a first one."""
        self._failures.pop(lane, None)
        self.suspects.discard(lane)

    def tries(self, lane: Lane) -> int:
        """How often the lane has failed by itself since it last succeeded."""
        return self._failures.get(lane, 0)

    def failed(self, lane: Lane, error: WireError, now: datetime) -> None:
        """Note what a failure says about the line; the item's own back-off is the caller's."""
        self.known = self.known or not isinstance(error, LocalError)
        self.errors.pop(lane, None)
        self.errors[lane] = error.code
        if isinstance(error, LoginError) or (lane is Lane.TOKEN and _refused_for_good(error)):
            self.needs_login = error.code != TOO_OLD
            self.not_before[Lane.TOKEN] = now + MAX_DELAY
        elif error.code == "network_broken" and lane not in LANES_THAT_WAIT | {Lane.PROBE}:
            return  # one connection broke; whether the line did, the next one shows
        elif isinstance(error, UnreachableError) or error.code in DOWN_CODES or lane is Lane.PROBE:
            self.online = False
            own = lane in LANES_THAT_WAIT and (error.code not in NO_CONNECTION or self.again(lane))
            self.outage = self.outage or lane is Lane.PROBE or (error.code in NO_CONNECTION and not own)
            self._wait(Lane.PROBE, error, now)
            if own:  # a probe that succeeds does not show that this gets through
                self._wait(lane, error, now)
        elif lane in LANES_THAT_WAIT or error.code == TOO_OLD or _device_fault(error):
            self._wait(lane, error, now)

    def carried(self, records: int) -> None:
        """So many were answered for in one request: twice as many may be tried."""
        if self.together is not None:
            self.together = min(max(self.together, 2 * records), MAX_RECORDS)

    def too_slow(self, records: int) -> None:
        """The time ran out for so many in one request."""
        self.together = max(1, records // 2)

    def again(self, item: str) -> bool:
        """An upload or a lane found no connection; True when that happened to it before, with no success of
        its own since: then it is its own fault until shown otherwise (a browser does not tell a broken
        connection from none)."""
        suspected = item in self.suspects
        self.suspects.add(item)
        return suspected

    def want_feed(self, now: datetime) -> None:
        """There is something to hear of; a feed that is being read at this moment is asked once more."""
        self.changes_at = now
        self._feed_wanted = True

    def feed_begins(self) -> None:
        """It is asked now."""
        self._feed_wanted = False

    def hurry(self, now: datetime) -> None:
        """A person or the system says: try now."""
        self.want_feed(now)
        self.outage = self.hurried = True
        self.not_before.clear()

    def look_at(self, now: datetime, monotonic_ns: int) -> None:
        """All waits end by the wall clock; when that was put back they would be too long, so none counts."""
        start = now - timedelta(microseconds=monotonic_ns // 1000)
        if self._start is not None and start < self._start - CLOCK_SLACK:
            self.hurry(now)
        self._start = start

    def forgives(self, code: str | None) -> bool:
        """After an outage: whether what failed with this may go at once."""
        return code is not None and (code in GLOBAL_CODES or (self.hurried and retryable(code)))

    def _clear(self, lane: Lane) -> None:
        self._failures.pop(lane, None)
        self.not_before.pop(lane, None)
        self.errors.pop(lane, None)
        self.suspects.discard(lane)

    def _wait(self, lane: Lane, error: WireError, now: datetime) -> None:
        """All that was under way fails when a line breaks, and that is one failure, not eight in a row."""
        waits = self.not_before.get(lane, now)
        self._failures[lane] = tries = max(self._failures.get(lane, 0) + (waits <= now), 1)
        until = now + back_off(tries, self.jitter(), retry=error.retry, after_s=error.after_s)
        self.not_before[lane] = max(waits, until)


def _refused_for_good(error: WireError) -> bool:
    return isinstance(error, RefusedError) and not error.retry


def _device_fault(error: WireError) -> bool:
    """Not the item's fault: the store could not write, or we have a bug. The lane waits."""
    return isinstance(error, LocalError) and error.code not in ITEM_FAULTS
