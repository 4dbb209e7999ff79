"""The store as the road sees it: implements sync.ports.StorePort and MediaPort over the phone's tables.

Meta keys written here: ``session`` (who we are, and the registry's pinned key), ``cursor`` (of the feed),
``time_anchor`` (the last server-signed time with the clocks at its arrival), ``checkpoint``, ``ledger``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import msgspec

from app.store.database import NuanDB
from app.store.feed import apply_page, forget_feed, prepare_feed
from app.store.feed_pass import begin_pass, note_page
from app.store.full_disk import Unwritten, if_room, left_out_when_full, with_ballast
from app.store.outbox import (
    chain_head,
    mark_answered,
    mark_failed,
    mark_media,
    mark_sending,
    unsent,
)
from app.store.resend import requeue_files, requeue_lost
from app.store.tables import Doc, get_meta, media, outbox, put_meta, records
from app.store.waiting import Waiting
from sync.ports import (
    ChainState,
    Failure,
    LedgerView,
    MediaEntry,
    MediaKind,
    OutboxEntry,
    Session,
    TimeAnchor,
)
from sync.protocol.keys import KeyStep
from sync.protocol.messages import Change, Checkpoint, Me, RecordResult, ResultState
from sync.protocol.records import GENESIS, Sealed

STATE_AFTER: dict[ResultState, str] = {
    "accepted": "received",
    "duplicate": "received",
    "conflict": "conflict",
    "quarantined": "quarantined",
}
_KINDS: dict[str, MediaKind] = {"thumb": "thumb", "signature": "signature"}


def read_anchor(db: NuanDB) -> TimeAnchor | None:
    """The last server-signed time, for domain.event_time.SealedTime: server_time = ``time.server_time``,
    server_monotonic_ns = ``received_ns``, server_boot_id = ``boot_id``, server_sig = ``time.sig``,
    server_device_time = ``device_time``."""
    kept = get_meta(db, "time_anchor")
    return None if kept is None else msgspec.convert(kept, TimeAnchor)


def read_session(db: NuanDB) -> Session | None:
    """Who this phone is certified for; None before enrolment."""
    kept = get_meta(db, "session")
    return None if kept is None else msgspec.convert({**kept, "cursor": get_meta(db, "cursor")}, Session)


class SyncStore:
    """sync.ports.StorePort over one open database."""

    def __init__(self, db: NuanDB) -> None:
        self._db = db
        self._sizes: dict[str, int] = {}
        self._outbox = Waiting(db, "outbox", self._entry)
        self._media = Waiting(db, "media", _media_entry, "state", ("waiting", "sending"))
        self._unwritten = Unwritten()
        prepare_feed(db)

    def session(self) -> Session | None:
        return read_session(self._db)

    def anchor(self) -> TimeAnchor | None:
        return read_anchor(self._db)

    def save_enrolment(self, session: Session, anchor: TimeAnchor, *, reset_feed: bool) -> None:
        with self._db.batch():
            if reset_feed:
                forget_feed(self._db)
                put_meta(self._db, "ledger", None)
            self._put_session(session)
            put_meta(self._db, "cursor", session.cursor)
            self._put_anchor(anchor)

    @left_out_when_full
    def save_me(self, me: Me, anchor: TimeAnchor, key_steps: Sequence[KeyStep]) -> None:
        session = self.session()
        with self._db.batch():
            told = session and replace(session, me=me, key_steps=tuple(key_steps))
            if told and told != session:
                self._put_session(told)
            self._put_anchor(anchor)

    def outbox(self) -> list[OutboxEntry]:
        waiting = sorted(self._outbox.read(), key=lambda entry: entry.seq)
        return [self._unwritten.with_failures(entry.id, entry) for entry in waiting]

    def begin_records(self, ids: Sequence[str]) -> list[Sealed]:
        if_room(lambda: mark_sending(self._db, ids))  # the outbox itself is the truth
        found = [doc for i in ids if (doc := records(self._db).get(i)) is not None]
        return [_sealed(doc) for doc in sorted(found, key=lambda doc: doc["seq"])]

    def finish_records(
        self, results: Sequence[RecordResult], checkpoint: Checkpoint, *, doubted: bool = False
    ) -> None:
        with_ballast(self._db, lambda: self._finish_records(results, checkpoint, doubted))
        for result in results:
            self._unwritten.drop(result.id)

    def _finish_records(self, results: Sequence[RecordResult], checkpoint: Checkpoint, doubted: bool) -> None:
        with self._db.batch():
            for result in results:
                mark_answered(self._db, result.id, result.hash, STATE_AFTER[result.state], result.problem)
                self._sizes.pop(result.id, None)
            requeue_lost(self._db, checkpoint, doubted=doubted)
            put_meta(self._db, "checkpoint", msgspec.to_builtins(checkpoint))

    def fail_records(self, failures: Sequence[Failure]) -> None:
        self._note_failures(failures, lambda: self._fail_records(failures))

    def _note_failures(self, failures: Sequence[Failure], write: Callable[[], None]) -> None:
        noted = if_room(write)
        for failure in failures:
            if noted:
                self._unwritten.drop(failure.id)
            else:
                self._unwritten.add(failure)

    def _fail_records(self, failures: Sequence[Failure]) -> None:
        with self._db.batch():
            for failure in failures:
                mark_failed(self._db, [failure.id], failure.code, utc_text(failure.next_at))

    @left_out_when_full
    def release_records(self, ids: Sequence[str]) -> None:
        with self._db.batch():
            for record_id in ids:
                if outbox(self._db).get(record_id) is not None:
                    _set_record(self._db, record_id, "kept")

    def media(self) -> list[MediaEntry]:
        once = {entry.sha256: entry for entry in reversed(self._media.read())}
        return [self._unwritten.with_failures(entry.sha256, entry) for entry in reversed(once.values())]

    @left_out_when_full
    def begin_media(self, sha256: str) -> None:
        mark_media(self._db, sha256, state="sending")

    @left_out_when_full
    def media_progress(self, sha256: str, offset: int, upload_url: str | None) -> None:
        with self._db.batch():
            for doc in media(self._db).find("sha256", sha256)[:1]:
                reached = doc.get("reached", 0)
                fresh = {"attempts": 0, "next_at": None, "reached": offset} if offset > reached else {}
                mark_media(self._db, sha256, offset=offset, upload_url=upload_url, **fresh)

    def media_received(self, sha256s: Sequence[str]) -> None:
        with_ballast(self._db, lambda: self._media_received(sha256s))
        for sha256 in sha256s:
            self._unwritten.drop(sha256)

    def _media_received(self, sha256s: Sequence[str]) -> None:
        with self._db.batch():
            for sha256 in sha256s:
                mark_media(self._db, sha256, state="received", upload_url=None, last_error=None)

    def fail_media(self, failure: Failure) -> None:
        self._note_failures([failure], lambda: self._fail_media(failure))

    def _fail_media(self, failure: Failure) -> None:
        with self._db.batch():
            for doc in media(self._db).find("sha256", failure.id)[:1]:
                mark_media(
                    self._db,
                    failure.id,
                    state="waiting",
                    attempts=doc["attempts"] + 1,
                    last_error=failure.code,
                    next_at=utc_text(failure.next_at),
                )

    @left_out_when_full
    def release_media(self, sha256: str) -> None:
        mark_media(self._db, sha256, state="waiting")

    def confirmed_files(self) -> list[str]:
        return sorted({doc["sha256"] for doc in media(self._db).find("state", "received")})

    def files_lost(self, sha256s: Sequence[str]) -> None:
        with self._db.batch():
            requeue_files(self._db, sha256s)

    def apply_changes(
        self,
        changes: Sequence[Change],
        cursor: str,
        anchor: TimeAnchor,
        *,
        restart: bool = False,
        last: bool = False,
    ) -> None:
        with self._db.batch():
            if restart:
                begin_pass(self._db)
            apply_page(self._db, changes)
            note_page(self._db, changes, last=last)
            put_meta(self._db, "cursor", cursor)
            self._put_anchor(anchor)

    def chain(self) -> ChainState:
        head, (left, pictures) = chain_head(self._db), unsent(self._db)
        kept = get_meta(self._db, "checkpoint")
        return ChainState(
            seq=head.seq,
            head=head.hash or GENESIS,
            unsent=left,
            media_left=pictures,
            checkpoint=None if kept is None else msgspec.convert(kept, Checkpoint),
            troubled=tuple(_ids(records(self._db).find("state", "conflict")))
            + tuple(_ids(records(self._db).find("state", "quarantined"))),
        )

    def ledger(self) -> LedgerView:
        kept = get_meta(self._db, "ledger")
        return LedgerView() if kept is None else msgspec.convert(kept, LedgerView)

    def keep_ledger(self, view: LedgerView) -> None:
        put_meta(self._db, "ledger", msgspec.to_builtins(view))

    def _entry(self, doc: Doc) -> OutboxEntry:
        return OutboxEntry(
            id=doc["id"],
            hash=doc["hash"],
            seq=doc["seq"],
            size=self._size(doc["id"]),
            attempts=doc["attempts"],
            next_at=_moment(doc["next_at"]),
            last_error=doc["last_error"],
        )

    def _size(self, record_id: str) -> int:
        """Bytes of a record as it travels: it never changes, so it is counted once."""
        if record_id not in self._sizes:
            record = records(self._db).get(record_id)
            self._sizes[record_id] = 0 if record is None else len(msgspec.json.encode(_sealed(record)))
        return self._sizes[record_id]

    def _put_session(self, session: Session) -> None:
        document = msgspec.to_builtins(session)
        document.pop("cursor")
        put_meta(self._db, "session", document)

    def _put_anchor(self, anchor: TimeAnchor) -> None:
        put_meta(self._db, "time_anchor", msgspec.to_builtins(anchor))


def utc_text(moment: datetime) -> str:
    """RFC 3339 with Z and milliseconds: such texts sort as times."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _sealed(doc: Doc) -> Sealed:
    return Sealed(id=doc["id"], hash=doc["hash"], sig=doc["sig"], record=doc["text"])


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _media_entry(doc: Doc) -> MediaEntry:
    return MediaEntry(
        sha256=doc["sha256"],
        record_id=doc["record_id"],
        kind=_KINDS.get(doc["kind"], "photo"),
        size=doc["size"],
        offset=doc["offset"],
        upload_url=doc["upload_url"],
        attempts=doc["attempts"],
        next_at=_moment(doc["next_at"]),
        last_error=doc.get("last_error"),
    )


def _set_record(db: NuanDB, record_id: str, state: str) -> None:
    document = records(db).get(record_id)
    if document is not None:
        records(db).put({**document, "state": state})


def _ids(documents: Iterable[Doc]) -> list[str]:
    return [document["id"] for document in documents]
