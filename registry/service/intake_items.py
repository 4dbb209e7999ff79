"""Intake, first step, no database: what is each item, and may it be believed?

Every item is judged alone: one that cannot be read never holds up the others. CPU only, so a big batch runs
in a thread.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import msgspec

from domain.errors import InputError
from domain.event_time import SealedTime, Sent, bounds, reckon
from domain.models import SurveyBody, VisitBody
from registry.service.attachments import Attachment, attachments_of
from registry.service.errors import RefusedError
from registry.service.keys import Keys, verify
from registry.service.principal import Principal
from registry.service.surveys.attachments import files_of
from registry.service.times import now, wire
from sync.protocol.messages import MAX_RECORDS
from sync.protocol.records import RecordHead, Sealed, unseal

MOST_SEQ = 2**53
LONGEST_NAME = 100
"""Of what a head names: an id has 36 characters, a hash 64, and the database's indexes have an end."""
DEEPEST = 150
"""Levels of objects and lists in one another; a questionnaire of groups in groups has ten."""
MOST_MONEY = Decimal(10) ** 12
"""What one visit gives stays below: more does not go into the ledger's columns."""


class Envelope(msgspec.Struct, frozen=True):
    """The batch, its items still as raw JSON."""

    records: list[msgspec.Raw]
    sent: msgspec.Raw = msgspec.Raw(b"null")


class Claim(msgspec.Struct, frozen=True):
    """What an item that is no sealed record says of itself, so that the answer can echo it."""

    id: object = ""
    hash: object = ""


@dataclass(slots=True)
class Item:
    """One item on its way through intake; ``problem`` set here means quarantine."""

    raw: bytes
    id: str = ""
    hash: str = ""
    sealed: Sealed | None = None
    head: RecordHead | None = None
    event: SealedTime | None = None
    visit: VisitBody | None = None
    survey: SurveyBody | None = None
    problem: str | None = None
    detail: str = ""
    flags: list[str] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)
    """What a readable body names."""

    @property
    def chained(self) -> bool:
        """Signed and numbered: it takes its place in the chain even if its body is unreadable."""
        return self.head is not None and self.event is not None

    @property
    def about(self) -> VisitBody | SurveyBody | None:
        """The body, of the types whose body is read."""
        return self.visit or self.survey


def split_batch(body: bytes) -> tuple[list[bytes], Sent | None]:
    """The items' own bytes, and when the phone sent them, as it says: an older one says nothing, and what
    cannot be read is nothing. Raises RefusedError("bad_request" | "too_large")."""
    try:
        batch = msgspec.json.decode(body, type=Envelope)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise RefusedError("bad_request", "the batch is not a JSON object with records") from error
    if len(batch.records) > MAX_RECORDS:
        raise RefusedError("too_large", most=MAX_RECORDS)
    with suppress(msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return [bytes(item) for item in batch.records], msgspec.json.decode(batch.sent, type=Sent)
    return [bytes(item) for item in batch.records], None


def examine_all(items: list[bytes], principal: Principal, keys: Keys) -> list[Item]:
    """Judge every item."""
    return [examine(raw, principal, keys) for raw in items]


def examine(raw: bytes, principal: Principal, keys: Keys) -> Item:
    """Decode, check hash, form, signature, who it is from, and its body."""
    item = Item(raw=raw)
    try:
        item.sealed = msgspec.json.decode(raw, type=Sealed)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return _quarantined(_claims(item), "not_sealed", str(error))
    item.id, item.hash = item.sealed.id, item.sealed.hash
    try:
        head = unseal(item.sealed, lambda sig, data: verify(principal.public_key, sig, data))
        _require_own(head, principal)
        _require_flat(head, raw)
        event = msgspec.convert(head.event_time, SealedTime)
        at = now()
        bounds(event, at)  # as it says; and as it is believed it can be reckoned with and written down
        event = _believed(item, event, principal, keys)
        wire(reckon(event, at, since=principal.enrolled_at).at)
    except InputError as error:
        return _quarantined(item, error.code, str(error.details.get("reason", "")))
    except (msgspec.ValidationError, OverflowError) as error:
        return _quarantined(item, "bad_record", str(error))
    item.head, item.event = head, event
    if principal.closed and _came_too_late(item, event, principal):
        return item
    return _read_body(item, head)


def _believed(item: Item, event: SealedTime, principal: Principal, keys: Keys) -> SealedTime:
    """A signed time proves nothing without its signature (earlier apps kept none); a wrong one is flagged."""
    if event.server_time is None or event.server_sig is None:
        return event.unproven()
    if keys.signed(principal.device_id, event.server_time, event.server_sig):
        return event
    item.flags.append("signed_time")
    return event.unproven()


def _came_too_late(item: Item, event: SealedTime, principal: Principal) -> bool:
    """From a device that only hands its work over: flagged; sealed after the revocation, as the signed time
    in it proves, it waits for a person."""
    item.flags.append(principal.closed)
    earliest, revoked = bounds(event, now())[0], principal.revoked_at
    if earliest is None or revoked is None or earliest <= revoked:
        return False
    _quarantined(item, principal.closed, "sealed after the revocation")
    return True


def _require_own(head: RecordHead, principal: Principal) -> None:
    if head.device != principal.device_id:
        raise InputError("foreign_device")
    if head.author != principal.user_id:
        raise InputError("foreign_author")
    if head.county != principal.county or head.v != 1 or not 1 <= head.seq < MOST_SEQ:
        raise InputError("bad_record", reason="county, version or seq")
    names = head.id, head.prev, head.household, head.corrects
    if any(len(name) > LONGEST_NAME for name in names if name):
        raise InputError("bad_record", reason="a name too long")
    if any("\0" in name for name in (*names, head.campaign) if name):
        raise InputError("bad_record", reason="a name with a character that is none")


def _require_flat(head: RecordHead, raw: bytes) -> None:
    """Whoever looks at it one day walks down; only what has so many brackets can be so deep."""
    if raw.count(b"{") + raw.count(b"[") <= DEEPEST:
        return
    level: list[Any] = [head.body, head.event_time]
    for _ in range(DEEPEST):
        inner = [kid for one in level for kid in (one.values() if isinstance(one, dict) else one)]
        level = [one for one in inner if isinstance(one, dict | list)]
        if not level:
            return
    raise InputError("bad_record", reason="nested too deeply")


def _read_body(item: Item, head: RecordHead) -> Item:
    try:
        if head.type == "visit":
            item.visit = msgspec.convert(head.body, VisitBody)
        elif head.type == "survey":
            item.survey = msgspec.convert(head.body, SurveyBody)
    except (msgspec.ValidationError, InputError) as error:
        return _quarantined(item, "bad_body", str(error))
    about = item.about
    if about is None:
        return item
    if head.household not in (None, about.household_id) or head.campaign not in (None, about.campaign_id):
        item.visit = item.survey = None
        return _quarantined(item, "bad_body", "head and body name different households or campaigns")
    if item.visit is not None and sum(line.amount for line in item.visit.aid) >= MOST_MONEY:
        item.visit = None
        return _quarantined(item, "bad_body", "more money than the ledger can hold")
    item.files = files_of(about) if isinstance(about, SurveyBody) else attachments_of(about)
    return item


def _claims(item: Item) -> Item:
    try:
        claim = msgspec.json.decode(item.raw, type=Claim)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return item
    item.id, item.hash = str(claim.id)[:80], str(claim.hash)[:80]
    return item


def _quarantined(item: Item, code: str, detail: str) -> Item:
    item.problem, item.detail = code, detail[:300]
    return item
