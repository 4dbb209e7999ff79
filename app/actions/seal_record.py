"""One sealed record more in this device's chain, with its files, in one durable write (DESIGN §4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from app.actions.services import Services
from app.store.outbox import chain_head, seal_and_queue
from app.store.sync_port import utc_text
from domain.errors import InputError
from domain.event_time import SealedTime
from domain.models.base import Model
from sync.protocol import versions
from sync.protocol.records import GENESIS, RecordHead, RecordType, seal

Media = list[dict[str, Any]]
"""Files the registry will ask for: sha256, kind, size, blob; small ones first, each once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToSeal:
    """What a finished piece of work is sealed as. ``facts`` are kept beside the record, for lists."""

    type: RecordType
    id: str
    body: Model
    ended: SealedTime
    media: Media
    campaign: str | None
    household: str | None
    facts: Mapping[str, Any] = field(default_factory=dict)


def seal_record(services: Services, work: ToSeal, also: Callable[[], None]) -> None:
    """Seal and queue; ``also`` runs inside the same write (the draft goes). Visits and questionnaires share
    one chain: seq and prev go on from the last of either.

    Raises InputError("not_enrolled"), StoreError("disk_full" …): then nothing was written."""
    me, identity = services.me, services.identity
    if me is None or identity is None:
        raise InputError("not_enrolled")
    with services.db.batch():
        head = chain_head(services.db)
        record = RecordHead(
            v=versions.MAX,
            id=work.id,
            type=work.type,
            county=me.county,
            device=identity.device_id,
            author=me.user_id,
            seq=head.seq + 1,
            prev=head.hash or GENESIS,
            event_time=msgspec.to_builtins(work.ended),
            body=msgspec.to_builtins(work.body),
            campaign=work.campaign,
            household=work.household,
        )
        sealed = seal(record, identity.sign)
        document = {
            "id": sealed.id,
            "hash": sealed.hash,
            "sig": sealed.sig,
            "text": sealed.record,
            "type": work.type,
            "seq": record.seq,
            "made_at": utc_text(work.ended.device_time),
            "household_id": work.household,
        }
        seal_and_queue(services.db, {**work.facts, **document}, work.media)
        also()


def each_once(found: Sequence[tuple[str, str, int]]) -> Media:
    """(sha256, kind, size) in the order to send → queue entries; the first of equal files counts."""
    once = {name: (kind, size) for name, kind, size in reversed(found)}
    return [
        {"sha256": name, "kind": kind, "size": size, "blob": name}
        for name, (kind, size) in reversed(once.items())
    ]


def tell_sealed(services: Services) -> None:
    """Lists draw again and the road sets off."""
    services.draft_bell.ring()
    services.bell.ring()
    if services.runner is not None:
        services.runner.kick()
