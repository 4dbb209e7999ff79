"""Carrying out one step of the plan, and noting in the store how it went. The state is written to the store
before the network is touched, so a killed app finds ``sending`` and sends again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import aclosing

from domain.errors import NuanFangError
from sync.client import Client
from sync.errors import GONE, TOO_OLD, AnswerError, LocalError, LoginError, RefusedError, WireError
from sync.ledger import LedgerWatch, newest_head
from sync.link import DOWN_CODES, NO_CONNECTION, Link
from sync.pace import Pace
from sync.plan import Lane, Step, back_off
from sync.ports import Failure, MediaPort, StorePort
from sync.protocol.log import TreeHead
from sync.upload import Uploader, below


class Steps:
    """One method per kind of step, for one enrolled registry."""

    def __init__(
        self,
        client: Client,
        store: StorePort,
        media: MediaPort,
        link: Link,
        progress: Callable[[], None],
        pace: Pace,
    ) -> None:
        self.client, self._store, self._clock, self._link = client, store, client.clock, link
        self._uploader, self._pace = Uploader(client, store, media, progress, pace), pace
        self._ledger = LedgerWatch(client, store)

    async def carry_out(self, step: Step) -> None:
        """Do it; raises WireError after the store has been told."""
        match step.lane:
            case Lane.PROBE:
                await self.client.health()
            case Lane.TOKEN:
                await self.client.ensure_token()
            case Lane.CHANGES:
                await self._fetch()
            case Lane.RECORDS:
                await self._send(step.ids)
            case Lane.CHECK:
                await self._check(step.ids)
            case _:
                await self._upload(step.ids[0])

    async def _send(self, ids: Sequence[str]) -> None:
        sealed = self._store.begin_records(ids)
        if len(sealed) < len(ids):
            held = {record.id for record in sealed}
            lost = LocalError("record_missing")
            self._records_failed([i for i in ids if i not in held], lost)
            if not sealed:
                raise lost
        ids = [record.id for record in sealed]
        try:
            answer = await self.client.send_records(sealed, self._pace.seconds_for)
        except WireError as error:
            if error.code == "network_timeout":
                self._link.too_slow(len(ids))
            self._records_failed(ids, error)
            raise
        self._link.carried(len(ids))
        try:
            self._store.finish_records(answer.results, answer.checkpoint)
        except NuanFangError as error:  # they are there, but will have to be sent again to be believed
            self._records_failed(ids, _of_the_store(error))
            raise
        for result in answer.results:
            self._link.known_missing.update(result.missing)
        echoed = {result.id for result in answer.results}
        silent = [i for i in ids if i not in echoed]
        self._link.want_feed(self._clock.now())
        if silent:
            mismatch = AnswerError("answer_mismatch")
            self._records_failed(silent, mismatch)
            raise mismatch

    def _records_failed(self, ids: Sequence[str], error: WireError) -> None:
        self._link.forgiven.difference_update(ids)
        if self._blameless(error, Lane.RECORDS):
            self._store.release_records(ids)
            return
        tries = {entry.id: entry.attempts + 1 for entry in self._store.outbox()}
        retry = error.retry or len(ids) > 1  # in company nobody knows whose fault it was
        jitter = self._link.jitter()  # one for all, so that they become due together
        self._store.fail_records([self._failure(i, tries.get(i, 1), error, retry, jitter) for i in ids])

    async def _check(self, sha256s: Sequence[str]) -> None:
        try:
            answer = await self.client.missing(sha256s)
        except WireError as error:
            hopeless = isinstance(error, RefusedError | AnswerError) and error.code not in DOWN_CODES
            if not _unjudged(error) and (hopeless or self._link.tries(Lane.CHECK)):
                self._link.known_missing.update(sha256s)  # a failing question must not hold up the answer
            raise
        missing = set(answer.missing)
        for sha256, begun in answer.begun.items():
            if sha256 in missing and sha256 in sha256s:
                url = below(self.client.http.base_url, begun.location)
                self._store.media_progress(sha256, begun.offset, url)
        self._link.known_missing |= missing
        held = [sha256 for sha256 in sha256s if sha256 not in missing]
        if held:
            self._store.media_received(held)

    async def _upload(self, sha256: str) -> None:
        entry = next((item for item in self._store.media() if item.sha256 == sha256), None)
        if entry is None:
            return
        self._store.begin_media(sha256)
        try:
            await self._uploader.upload(entry)
        except NuanFangError as failed:
            error = failed if isinstance(failed, WireError) else _of_the_store(failed)
            self._link.forgiven.discard(sha256)
            self._link.known_missing.discard(sha256)  # a lost answer may hide a finished upload: ask again
            if self._blameless(error, sha256):
                self._store.release_media(sha256)
            else:
                jitter = self._link.jitter()
                self._store.fail_media(self._failure(sha256, entry.attempts + 1, error, error.retry, jitter))
            raise
        self._link.suspects.discard(sha256)
        self._link.known_missing.discard(sha256)
        if self.client.shut_out:
            self._link.want_feed(self._clock.now())  # perhaps that was the last of it

    async def _fetch(self) -> None:
        """The feed, page by page: each page and its cursor are one write. A device that was shut out gets
        none; a person is told so when its work is handed over."""
        self._link.feed_begins()
        more, head = True, None
        while more:
            session = self._store.session()
            if session is None or self._handing_over():
                return
            try:
                more, seen = await self._fetch_after(session.cursor)
            except LoginError:
                if self._handing_over():
                    return
                raise
            head = seen or head
        await self._ledger.look(head)

    async def _fetch_after(self, cursor: str | None) -> tuple[bool, TreeHead | None]:
        """One answer of the feed: whether there is more and it moved, and the newest head of the ledger in
        it."""
        more, head = False, None
        async with aclosing(self.client.changes(cursor)) as pages:
            async for answer, anchor in pages:
                self._store.apply_changes(
                    answer.changes, answer.cursor, anchor, restart=answer.restart, last=not answer.more
                )
                if answer.cursor != cursor:
                    self._link.advanced(Lane.CHANGES)
                more, cursor = answer.more and answer.cursor != cursor, answer.cursor
                head = newest_head(answer.changes) or head
        return more, head

    def _handing_over(self) -> bool:
        """True while there is work to hand over; raises LoginError when that is done."""
        if self.client.shut_out is None:
            return False
        if self._store.outbox() or any(entry.last_error != GONE for entry in self._store.media()):
            return True
        raise self.client.shut_out

    def _blameless(self, error: WireError, item: str) -> bool:
        """The item was never judged; but who finds no connection twice in a row is to blame (Link.again)."""
        return _unjudged(error) or (error.code in NO_CONNECTION and not self._link.again(item))

    def _failure(self, item: str, attempts: int, error: WireError, retry: bool, jitter: float) -> Failure:
        wait = back_off(attempts, jitter, retry=retry, after_s=error.after_s)
        code = "network_broken" if error.code == "network_unreachable" else error.code
        return Failure(item, code, self._clock.now() + wait)


def _of_the_store(error: NuanFangError) -> LocalError:
    """It arrived, and could not be noted: the item waits, so that the others have their turn."""
    return LocalError(error.code, retry=True)


def _unjudged(error: WireError) -> bool:
    """The device must log in or be updated first."""
    return error.code == TOO_OLD or isinstance(error, LoginError)
