"""What the road needs from the phone: a store, the bytes of attachments, a clock, and the system's word on
connectivity. Structural: nothing here imports app. ``app.store.sync_port.SyncStore`` implements StorePort.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from sync.protocol.keys import KeyStep
from sync.protocol.log import TreeHead
from sync.protocol.messages import Certificate, Change, Checkpoint, Me, RecordResult, SignedTime
from sync.protocol.records import GENESIS, Sealed

MediaKind = Literal["thumb", "photo", "signature"]


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """One record still to be sent. ``size``: bytes as it travels (JSON of Sealed, before compression);
    ``last_error``: code of the last failure."""

    id: str
    hash: str
    seq: int
    size: int
    attempts: int = 0
    next_at: datetime | None = None
    last_error: str | None = None


@dataclass(frozen=True, slots=True)
class MediaEntry:
    """One attachment of a sealed record, still to be sent. ``size`` and ``offset`` in bytes."""

    sha256: str
    record_id: str
    kind: MediaKind
    size: int
    offset: int = 0
    upload_url: str | None = None
    attempts: int = 0
    next_at: datetime | None = None
    last_error: str | None = None


@dataclass(frozen=True, slots=True)
class TimeAnchor:
    """A server-signed time and this device's clocks around it: it was signed between ``sent_ns`` and
    ``received_ns`` of the monotonic clock of ``boot_id``. ``device_time``: the wall clock when it arrived."""

    time: SignedTime
    boot_id: str
    sent_ns: int
    received_ns: int
    device_time: datetime | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """What enrolment gave. ``registry_key``: base64url of the pinned Ed25519 key; ``key_steps``: to those
    after it."""

    base_url: str
    device_id: str
    me: Me
    registry_key: str
    certificate: Certificate
    cursor: str | None = None
    key_steps: tuple[KeyStep, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """An attempt that did not succeed: its code, and when to try again."""

    id: str
    code: str
    next_at: datetime


@dataclass(frozen=True, slots=True)
class ChainState:
    """The head of this phone's chain, what is still unsent, and the registry's last signed word on it."""

    seq: int = 0
    head: str = GENESIS
    unsent: int = 0
    media_left: int = 0
    checkpoint: Checkpoint | None = None
    troubled: tuple[str, ...] = field(default=())
    """Ids of records in state conflict or quarantined."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Two heads signed by the registry, of which the later does not continue the earlier one: evidence."""

    kept: TreeHead
    seen: TreeHead
    told: bool = False
    """The person has read it."""


@dataclass(frozen=True, slots=True)
class LedgerView:
    """What this phone knows of its county's ledger: the newest head it believed, and when it last asked."""

    head: TreeHead | None = None
    asked_at: datetime | None = None
    doubt: Doubt | None = None


class StorePort(Protocol):
    """The phone's database as the road sees it. Every method is one durable write, or none."""

    def session(self) -> Session | None: ...
    def anchor(self) -> TimeAnchor | None:
        """The last one of the registry that we are enrolled at."""

    def save_enrolment(self, session: Session, anchor: TimeAnchor, *, reset_feed: bool) -> None:
        """Keep who we are. ``reset_feed``: forget what the feed brought for somebody else."""

    def save_me(self, me: Me, anchor: TimeAnchor, key_steps: Sequence[KeyStep]) -> None:
        """What a token told: the person's role may change while enrolled, and so may the registry's keys."""

    def outbox(self) -> list[OutboxEntry]:
        """Oldest seq first."""

    def begin_records(self, ids: Sequence[str]) -> list[Sealed]:
        """Write state ``sending`` first, then hand out the frozen bytes, in order of seq."""

    def finish_records(
        self, results: Sequence[RecordResult], checkpoint: Checkpoint, *, doubted: bool = False
    ) -> None:
        """Only results that echo id and hash: move the records on, drop their outbox entries, keep the
        checkpoint: one write. A checkpoint that goes back queues again what it no longer covers, and every
        attachment is asked for anew; so does any checkpoint when the registry's past is ``doubted``."""

    def fail_records(self, failures: Sequence[Failure]) -> None:
        """Count the attempt; the record stays where it is."""

    def release_records(self, ids: Sequence[str]) -> None:
        """Back from ``sending`` to ``kept`` without counting: it was not their fault."""

    def media(self) -> list[MediaEntry]:
        """Attachments of sealed records that the registry has not confirmed."""

    def begin_media(self, sha256: str) -> None:
        """Write state ``sending`` before the network is touched."""

    def media_progress(self, sha256: str, offset: int, upload_url: str | None) -> None:
        """How far the registry has it. Failed attempts are forgotten only when that is further than ever
        before: an upload that always dies at the same place gets nowhere."""

    def media_received(self, sha256s: Sequence[str]) -> None:
        """The registry confirmed the hash; a record whose attachments are all in becomes ``complete``."""

    def confirmed_files(self) -> list[str]:
        """sha256 of every attachment that the registry once confirmed."""

    def files_lost(self, sha256s: Sequence[str]) -> None:
        """The registry lacks these, though it had confirmed them: they wait once more."""

    def fail_media(self, failure: Failure) -> None:
        """``failure.id`` is the sha256."""

    def release_media(self, sha256: str) -> None:
        """Back from ``sending`` to ``waiting`` without counting."""

    def apply_changes(
        self,
        changes: Sequence[Change],
        cursor: str,
        anchor: TimeAnchor,
        *,
        restart: bool = False,
        last: bool = False,
    ) -> None:
        """One page and its cursor in one write; a change without ``doc`` removes. ``restart``: the feed
        starts over with this page, and what is not named up to the ``last`` one is gone."""

    def chain(self) -> ChainState: ...
    def ledger(self) -> LedgerView: ...
    def keep_ledger(self, view: LedgerView) -> None:
        """What ``ledger`` says from now on; forgotten when the phone is enrolled at another registry."""


class MediaPort(Protocol):
    """The bytes of attachments."""

    async def open(self, sha256: str) -> bytes:
        """All bytes; raises LocalError("media_missing") when they are not on this phone."""


class ClockPort(Protocol):
    """As app.platform.ports.Clock."""

    def now(self) -> datetime: ...
    def monotonic_ns(self) -> int: ...
    def boot_id(self) -> str: ...


class ConnectivityPort(Protocol):
    """As app.platform.ports.Connectivity."""

    def online(self) -> bool: ...
    def subscribe(self, callback: Callable[[bool], None]) -> Callable[[], None]: ...
