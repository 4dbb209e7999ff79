"""The way out: a sealed record, its outbox entry, its pictures and the chain head are one write.

An entry leaves the outbox only on an answer that echoes its id and hash (S25); a picture is done only
when the registry confirmed its SHA-256. Times are UTC texts (RFC 3339 with Z), which sort as times.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from tinydb import where

from app.store.errors import StoreError
from app.store.tables import Doc, get_meta, media, outbox, put_meta, records
from sync.errors import GONE

if TYPE_CHECKING:
    from app.store.database import NuanDB

#: Answers after which there is nothing left to send.
ANSWERED = ("received", "complete", "conflict", "quarantined")


class ChainHead(NamedTuple):
    """The device's last record: ``seq`` 0 and an empty hash before the first."""

    seq: int
    hash: str


def chain_head(db: NuanDB) -> ChainHead:
    """Where the next record has to continue: its seq is ``seq + 1``, its prev is ``hash``."""
    head = get_meta(db, "chain_head", {"seq": 0, "hash": ""})
    return ChainHead(head["seq"], head["hash"])


def seal_and_queue(
    db: NuanDB, record_doc: Mapping[str, Any], media_docs: Iterable[Mapping[str, Any]]
) -> None:
    """Keep a sealed record and queue it with its pictures, in ONE durable write.

    ``record_doc`` needs id, hash (lower-case hex of SHA-256 over the UTF-8 text), sig, text, type, seq,
    made_at; ``media_docs`` need sha256, kind, size, blob. Raises StoreError("chain_broken" |
    "record_hash_mismatch" | "record_exists" | "disk_full" …); then nothing was written."""
    record: Doc = {"state": "kept", "problem": None, "household_id": None, **record_doc}
    with db.batch():
        _check(db, record)
        records(db).table.insert(record)
        outbox(db).table.insert(_entry(record))
        for document in media_docs:
            media(db).table.insert(_picture(record["id"], document))
        put_meta(db, "chain_head", {"seq": record["seq"], "hash": record["hash"]})


def _check(db: NuanDB, record: Doc) -> None:
    if records(db).get(record["id"]) is not None:
        raise StoreError("record_exists", id=record["id"])
    if hashlib.sha256(record["text"].encode()).hexdigest() != record["hash"]:
        raise StoreError("record_hash_mismatch", id=record["id"])
    expected = chain_head(db).seq + 1
    if record["seq"] != expected:
        raise StoreError("chain_broken", expected=expected, got=record["seq"])


def _entry(record: Doc) -> Doc:
    return {
        "id": record["id"],
        "hash": record["hash"],
        "seq": record["seq"],
        "attempts": 0,
        "next_at": None,
        "last_error": None,
    }


def _picture(record_id: str, document: Mapping[str, Any]) -> Doc:
    fresh = {"state": "waiting", "offset": 0, "upload_url": None, "attempts": 0, "next_at": None}
    return {**fresh, **document, "record_id": record_id}


def pending(db: NuanDB, now: str | None = None) -> list[Doc]:
    """Outbox entries by seq; with ``now`` (UTC text) only those that are due."""
    return sorted((entry for entry in outbox(db).all() if _due(entry, now)), key=lambda entry: entry["seq"])


def pending_media(db: NuanDB, now: str | None = None) -> list[Doc]:
    """Pictures that the registry has not confirmed, in the order they were queued."""
    return [doc for doc in media(db).all() if doc["state"] != "received" and _due(doc, now)]


def _due(document: Doc, now: str | None) -> bool:
    return now is None or document["next_at"] is None or document["next_at"] <= now


def mark_sending(db: NuanDB, ids: Iterable[str]) -> None:
    """Before the network is touched: these records are on their way."""
    with db.batch():
        for record_id in ids:
            if outbox(db).get(record_id) is not None:
                _set_state(db, record_id, "sending")


def mark_failed(db: NuanDB, ids: Iterable[str], error: str, next_at: str | None) -> None:
    """No answer, or one that says try again: the entry stays, the record is kept as before."""
    with db.batch():
        for entry in (found for i in ids if (found := outbox(db).get(i)) is not None):
            change = {"attempts": entry["attempts"] + 1, "last_error": error, "next_at": next_at}
            outbox(db).table.update(change, where("id") == entry["id"])
            _set_state(db, entry["id"], "kept")


def mark_answered(db: NuanDB, record_id: str, record_hash: str, state: str, problem: object = None) -> bool:
    """The registry answered for this id and hash; ``state`` is one of ANSWERED, ``problem`` any JSON.

    True when the entry left the outbox. False when no entry has this id *and* hash: it stays."""
    if state not in ANSWERED:
        raise ValueError(f"not an answer: {state}")
    with db.batch():
        entry = outbox(db).get(record_id)
        if entry is None or entry["hash"] != record_hash:
            return False
        outbox(db).table.remove(where("id") == record_id)
        _set_state(db, record_id, state, problem)
        if state == "received":
            _complete(db, record_id)
        return True


def mark_media(db: NuanDB, sha256: str, **fields: Any) -> None:
    """Change the queue entries of one picture (state, offset, upload_url, attempts, next_at).

    Once it is ``state="received"`` its records may become complete."""
    with db.batch():
        media(db).table.update(fields, where("sha256") == sha256)
        if fields.get("state") == "received":
            for document in media(db).find("sha256", sha256):
                _complete(db, document["record_id"])


def _complete(db: NuanDB, record_id: str) -> None:
    """A received record whose pictures all arrived is complete."""
    record = records(db).get(record_id)
    arrived = all(doc["state"] == "received" for doc in media(db).find("record_id", record_id))
    if record is not None and record["state"] == "received" and arrived:
        _set_state(db, record_id, "complete", record["problem"])


def _set_state(db: NuanDB, record_id: str, state: str, problem: object = None) -> None:
    records(db).table.update({"state": state, "problem": problem}, where("id") == record_id)


def unsent(db: NuanDB) -> tuple[int, int]:
    """(records, pictures) that the registry has not confirmed; (0, 0) is half of "safe to wipe". A picture
    that is not on this phone either (its room was needed, and the registry lost it afterwards) is no reason
    to keep the phone."""
    left = [doc for doc in pending_media(db) if doc.get("last_error") != GONE]
    return outbox(db).count(), len(left)
