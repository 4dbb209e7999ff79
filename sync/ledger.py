"""The phone's eye on the county's ledger (总账): every signed head must continue the one kept before.

A registry that was restored from an older copy, or one whose past was rewritten, grows another tree; whoever
kept an older head sees it. The heads come with the proofs of the phone's own records, and once a day one is
asked for, with the checkpoint: so a phone that has nothing left to send also learns that its records are gone
from the office, and sends them again (app.store.resend).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from domain.merkle import verify_consistency
from sync.client import Client
from sync.errors import LoginError, RefusedError
from sync.ports import Doubt, StorePort
from sync.protocol.log import ConsistencyAnswer, TreeHead
from sync.protocol.messages import Change

log = logging.getLogger(__name__)

LOOK_EVERY = timedelta(days=1)

Step = Literal["same", "late", "shrunk", "rewritten", "grown"]


def step_between(kept: TreeHead, seen: TreeHead) -> Step:
    """How ``seen`` follows ``kept``; ``late``: an older answer that overtook nothing; ``grown`` has still to
    be proven."""
    if seen.size == kept.size:
        return "same" if seen.root == kept.root else "rewritten"
    if seen.size > kept.size:
        return "grown"
    return "late" if seen.time <= kept.time else "shrunk"


def continues(kept: TreeHead, seen: TreeHead, answer: ConsistencyAnswer) -> bool:
    """Whether the proof shows that the tree of ``seen`` begins with that of ``kept`` (RFC 9162 §2.1.4.2)."""
    try:
        path = [bytes.fromhex(one) for one in answer.path]
        roots = bytes.fromhex(kept.root), bytes.fromhex(seen.root)
    except ValueError:
        return False
    return verify_consistency(kept.size, seen.size, *roots, path)


def newest_head(changes: Sequence[Change]) -> TreeHead | None:
    """The head of the proofs among these; raises nothing: what is no head is left to ``ledger_place``."""
    heads = [change.doc.get("head") for change in changes if change.kind == "proof" and change.doc]
    read = [head for one in heads if (head := _head(one)) is not None]
    return max(read, key=lambda head: (head.time, head.size), default=None)


async def ask_checkpoint(client: Client, store: StorePort, *, doubted: bool = False) -> None:
    """A batch of nothing: what does the registry hold of this phone? If that went back, or the registry's
    past is ``doubted``, the store queues again what may be lost. Raises WireError."""
    answer = await client.send_records([])
    store.finish_records([], answer.checkpoint, doubted=doubted)


class LedgerWatch:
    """For one enrolled registry."""

    def __init__(self, client: Client, store: StorePort) -> None:
        self._client, self._store = client, store

    async def look(self, seen: TreeHead | None) -> None:
        """After the feed, which may have brought a head. Raises WireError only when the line is at fault."""
        view, now = self._store.ledger(), self._client.clock.now()
        due = _due(view.asked_at, now)
        if view.asked_at is None:  # nothing is old yet
            self._store.keep_ledger(replace(view, asked_at=now))
            due = False
        try:
            if due:
                await ask_checkpoint(self._client, self._store)
                seen = await self._client.ledger_head() if view.head else seen
            if seen is not None:
                await self._compare(seen)
        except RefusedError as error:
            if isinstance(error, LoginError) or error.retry:
                raise
            log.info("the ledger could not be asked: %s", error)
        if due:
            self._store.keep_ledger(replace(self._store.ledger(), asked_at=now))

    async def _compare(self, seen: TreeHead) -> None:
        view, session = self._store.ledger(), self._store.session()
        if session is None:
            return
        self._client.check_head(seen, session.certificate.county)
        step: Step = "same" if view.head is None else step_between(view.head, seen)
        if step == "late":
            return
        if step == "grown" and view.head is not None:
            answer = await self._client.ledger_growth(view.head.size, seen.size)
            step = "same" if continues(view.head, seen, answer) else "rewritten"
        if step == "same" or view.head is None:
            self._store.keep_ledger(replace(view, head=seen))
            return
        log.warning("the ledger does not continue the head of %s: %s", view.head.time, step)
        doubt = view.doubt or Doubt(kept=view.head, seen=seen)  # the first one is the evidence
        self._store.keep_ledger(replace(view, doubt=doubt))
        await ask_checkpoint(self._client, self._store, doubted=True)
        self._store.keep_ledger(replace(self._store.ledger(), head=seen))  # not before all is queued again


def _due(asked_at: datetime | None, now: datetime) -> bool:
    """Also when the clock was put back meanwhile."""
    return asked_at is not None and not asked_at <= now < asked_at + LOOK_EVERY


def _head(fields: object) -> TreeHead | None:
    try:
        return msgspec.convert(fields, TreeHead)
    except msgspec.ValidationError:
        return None
