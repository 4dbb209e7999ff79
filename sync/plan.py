"""What to do next: a pure function of what is waiting and what time it is.

Work runs in lanes that do not wait for each other, so that one stuck item delays nothing but itself; a lane
does one thing at a time, those of pictures as many as the line can bear. Text goes first, thumbnails next,
originals last: a lane of a lower class starts nothing new while a higher class has something due, or text is
under way; originals fill the room that the last thumbnails leave. An item that failed is not due until its
own back-off is over, and then queues behind the fresh ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sync.errors import retryable
from sync.ports import MediaEntry, OutboxEntry
from sync.protocol.messages import MAX_BATCH_BYTES, MAX_RECORDS

BASE_DELAY = timedelta(seconds=2)
MAX_DELAY = timedelta(minutes=15)
"""Longest wait after a failure that may pass by itself."""
PERMANENT_DELAY = timedelta(hours=6)
"""Wait after a refusal that the same bytes will hardly overcome: a newer registry may take them."""
ENVELOPE_BYTES = 16
"""What the batch's JSON adds around each record, with room to spare."""
NARROWED = 3
"""Refusals after which a record has travelled alone."""
CHECK_MEDIA = 200
"""Most hashes in one question to /v1/media/missing."""
GLOBAL_CODES = frozenset(
    {
        "network_unreachable",
        "network_certificate",
        "network_timeout",
        "answer_unreadable",
        "busy",
        "rate_limited",
    }
)
"""Failures that say nothing about the item itself."""


class Lane(StrEnum):
    """One thing at a time in each, but for THUMB and PHOTO."""

    PROBE = "probe"
    TOKEN = "token"  # noqa: S105
    RECORDS = "records"
    CHANGES = "changes"
    CHECK = "check"
    THUMB = "thumb"
    SIGNATURE = "signature"
    PHOTO = "photo"


WIDE = frozenset({Lane.THUMB, Lane.PHOTO})
"""Several at once: each waits for its answer, and the line would stand idle meanwhile."""
UPLOADS = WIDE | {Lane.SIGNATURE}


@dataclass(frozen=True, slots=True)
class Step:
    """Do this now. ``ids``: record ids (RECORDS) or sha256 (CHECK and the media lanes)."""

    lane: Lane
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """What the person allows: originals only where data costs nothing."""

    photos_on_wifi_only: bool = False
    saver: bool = False
    """Spare battery and data: one upload at a time, the feed less often (sync.link)."""


@dataclass(frozen=True, slots=True)
class State:
    """All that the decision depends on."""

    enrolled: bool = True
    online: bool = True
    """False after a connection failed, until a probe succeeds."""
    token: bool = True
    """An access token that is still valid for a while."""
    not_before: Mapping[Lane, datetime] = field(default_factory=dict)
    """Back-off of whole lanes: probing a dead line, a refused login, a store that cannot write. It stays here
    when it is over, until the lane succeeds."""
    outbox: tuple[OutboxEntry, ...] = ()
    media: tuple[MediaEntry, ...] = ()
    known_missing: frozenset[str] = frozenset()
    """sha256 which the registry said, since this start, that it lacks."""
    forgiven: frozenset[str] = frozenset()
    """Ids whose back-off no longer counts: they failed by the network, and the network has come back; or a
    person said "now"."""
    together: int | None = None
    """How many records the line bears in one request, as shown since this start; None: not shown."""
    changes_at: datetime | None = None
    """When the feed is due; None: not wanted."""
    busy: frozenset[Lane] = frozenset()
    flying: frozenset[str] = frozenset()
    """sha256 of the uploads under way."""
    streams: int = 1
    """How many uploads the line can bear in a wide lane (sync.pace)."""
    metered: bool = False
    policy: Policy = Policy()
    let_go: frozenset[str] = frozenset()
    """sha256 of the originals that a person sent on their way without waiting for Wi-Fi."""


def plan(state: State, now: datetime) -> list[Step]:
    """The steps to start now, none in a lane that is full; empty when there is nothing to do yet."""
    full = state.busy - UPLOADS  # of uploads only so many are wanted as there is room for
    waiting = {lane for lane in Lane if not due(state.not_before.get(lane), now)}
    return [step for step in _wanted(state, now) if step.lane not in full | waiting]


def held(state: State) -> list[MediaEntry]:
    """The originals that wait for a network which costs nothing."""
    if not (state.metered and state.policy.photos_on_wifi_only):
        return []
    return [entry for entry in state.media if entry.kind == "photo" and entry.sha256 not in state.let_go]


def next_wake(state: State, now: datetime) -> datetime | None:
    """The earliest moment at which ``plan`` may say something new without an event; None: only an event."""
    if not state.enrolled:
        return None
    if not state.online:
        waits = [state.not_before.get(Lane.PROBE)]
    elif not state.token:
        waits = [state.not_before.get(Lane.TOKEN)]
    else:
        items: list[OutboxEntry | MediaEntry] = [*state.outbox, *state.media]
        waits = [entry.next_at for entry in items if not _over(entry, now)]
        waits += [state.changes_at, *state.not_before.values()]
    return min((at for at in waits if at is not None and not due(at, now)), default=None)


def _wanted(state: State, now: datetime) -> list[Step]:
    """What should be done, were every lane free."""
    if not state.enrolled:
        return []
    if not state.online:
        return [Step(Lane.PROBE)]
    if not state.token:
        return [Step(Lane.TOKEN)]
    if Lane.TOKEN in state.busy:
        return []
    steps: list[Step] = []
    batch = batch_of(state.outbox, now, state.forgiven, state.together)
    if batch:
        steps.append(Step(Lane.RECORDS, batch))
    if state.changes_at is not None and due(state.changes_at, now):
        steps.append(Step(Lane.CHANGES))
    if not _held(state, Lane.RECORDS, bool(batch), now):
        steps += _media(state, now)
    return steps


def _held(state: State, lane: Lane, wanted: bool, now: datetime) -> bool:
    """Lower classes wait for this lane: it is at work, or has something that may start now."""
    return lane in state.busy or (wanted and due(state.not_before.get(lane), now))


def due(at: datetime | None, now: datetime, longest: timedelta = PERMANENT_DELAY) -> bool:
    """True when ``at`` has come. A wait longer than any we set means that the clock was put back: due."""
    return at is None or at <= now or at - now > longest


def _over(entry: OutboxEntry | MediaEntry, now: datetime) -> bool:
    """The item's own back-off is over."""
    hopeful = entry.last_error is None or retryable(entry.last_error)
    return due(entry.next_at, now, MAX_DELAY if hopeful else PERMANENT_DELAY)


def batch_of(
    outbox: tuple[OutboxEntry, ...],
    now: datetime,
    forgiven: frozenset[str] = frozenset(),
    together: int | None = None,
) -> tuple[str, ...]:
    """Ids of the due records for one request, oldest first, within the wire's limits.

    A record that was refused in company travels in ever smaller company (200, 25, 3, 1), so that a batch
    which makes the registry stumble is narrowed down to the record that does it. One whose time ran out
    travels in half of it each time: a slow line bears less at once; ``together``: what it has borne since.
    """
    chosen: list[str] = []
    size, room = 0, MAX_RECORDS
    for entry in outbox:
        if entry.id not in forgiven and not _over(entry, now):
            continue
        cap = min(room, _company(entry, together))
        total = size + entry.size + ENVELOPE_BYTES
        if len(chosen) >= cap or (chosen and total > MAX_BATCH_BYTES):
            continue
        chosen.append(entry.id)
        size, room = total, cap
    return tuple(chosen)


def back_off(attempts: int, jitter: float, *, retry: bool = True, after_s: float | None = None) -> timedelta:
    """Wait before attempt number ``attempts`` + 1; ``jitter`` in [0, 1) spreads phones apart by up to half.

    ``after_s``: the registry's own Retry-After, honoured up to MAX_DELAY.
    """
    if not retry:
        return PERMANENT_DELAY * (0.5 + jitter / 2)
    doublings: int = 2 ** min(max(attempts, 1) - 1, 20)
    wait = min(BASE_DELAY * doublings, MAX_DELAY) * (0.5 + jitter / 2)
    longest = MAX_DELAY.total_seconds()  # a header may name more seconds than a timedelta holds
    return wait if after_s is None else max(wait, timedelta(seconds=min(after_s, longest)))


def _company(entry: OutboxEntry, together: int | None) -> int:
    if entry.last_error == "network_timeout":
        return together or max(1, MAX_RECORDS >> min(entry.attempts, 8))
    if entry.last_error == "disk_full" and entry.attempts > NARROWED:
        return MAX_RECORDS  # a single answer finds no room to be noted either: they wait for it together
    if entry.last_error is None or entry.last_error in GLOBAL_CODES:
        return MAX_RECORDS
    return max(1, MAX_RECORDS >> (3 * min(entry.attempts, 8)))


def _media(state: State, now: datetime) -> list[Step]:
    waiting = {entry.sha256 for entry in held(state)}
    ready = [e for e in state.media if e.sha256 not in waiting and _ready(state, e, now)]
    unknown = tuple(
        entry.sha256
        for entry in ready
        if entry.upload_url is None and entry.sha256 not in state.known_missing
    )[:CHECK_MEDIA]
    asking = [Step(Lane.CHECK, unknown)] if _held(state, Lane.CHECK, bool(unknown), now) else []
    if asking and Lane.CHECK not in state.not_before:
        return asking
    # a question that fails holds up no other
    ready = [entry for entry in ready if entry.sha256 not in unknown]
    thumbs = _next(Lane.THUMB, ready, state)
    waiting_thumbs = sum(_may_start(Lane.THUMB, entry, state) for entry in ready)
    if len(thumbs) < waiting_thumbs:
        return asking + thumbs  # they fill the line
    photos = _next(Lane.PHOTO, ready, state, len(thumbs) + _under_way(Lane.THUMB, state))
    return asking + thumbs + _next(Lane.SIGNATURE, ready, state) + photos


def _ready(state: State, entry: MediaEntry, now: datetime) -> bool:
    return entry.sha256 in state.forgiven or _over(entry, now)


def _under_way(lane: Lane, state: State) -> int:
    return sum(entry.kind == lane.value and entry.sha256 in state.flying for entry in state.media)


def _may_start(lane: Lane, entry: MediaEntry, state: State) -> bool:
    return entry.kind == lane.value and entry.sha256 not in state.flying


def _next(lane: Lane, ready: list[MediaEntry], state: State, taken: int = 0) -> list[Step]:
    """As many of the lane's kind as there is room for beside ``taken`` others, the least tried first:
    stubborn ones queue behind."""
    under_way = _under_way(lane, state)
    room = (state.streams if lane in WIDE and not state.policy.saver else 1) - under_way - taken
    if lane is Lane.PHOTO and Lane.SIGNATURE in state.busy:
        room = max(room - 1, int(not under_way))
    mine = [entry for entry in ready if _may_start(lane, entry, state)]
    mine.sort(key=lambda entry: entry.attempts)
    return [Step(lane, (entry.sha256,)) for entry in mine[: max(room, 0)]]
