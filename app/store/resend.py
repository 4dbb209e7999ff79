"""When the registry was restored from an older copy: send again what it lost.

The phone still holds every sealed record. Sending is safe to repeat, so what the registry has after all is
simply answered as a duplicate, and of pictures it is first asked which it holds. What it had put aside for a
person is sent again too: that person's queue was restored as well.
"""

from __future__ import annotations

from collections.abc import Iterable

from tinydb import where

from app.store.database import NuanDB
from app.store.outbox import ANSWERED
from app.store.tables import Doc, get_meta, media, outbox, records
from sync.protocol.messages import Checkpoint

FRESH: Doc = {"attempts": 0, "next_at": None, "last_error": None}
ASK_AGAIN: Doc = {"state": "waiting", "offset": 0, "upload_url": None, "reached": 0, **FRESH}


def requeue_lost(db: NuanDB, checkpoint: Checkpoint, *, doubted: bool = False) -> int:
    """Queue again all answered records after ``checkpoint`` if it stands before the one kept; returns how
    many. ``doubted``: the registry's ledger contradicts itself, so it was restored whatever the checkpoint
    says: one that was held up by a gap in the chain cannot go back. Either way the registry is asked again
    for every picture. Call inside the batch that keeps the new checkpoint."""
    kept = get_meta(db, "checkpoint")
    if not doubted and (kept is None or checkpoint.seq >= kept["seq"]):
        return 0
    lost = records(db).table.search((where("seq") > checkpoint.seq) & (where("state").one_of(list(ANSWERED))))
    for record in lost:
        outbox(db).put({"id": record["id"], "hash": record["hash"], "seq": record["seq"], **FRESH})
        records(db).put({**record, "state": "kept", "problem": None})
    _ask_all_again(db)
    return len(lost)


def requeue_files(db: NuanDB, sha256s: Iterable[str]) -> None:
    """The registry lacks these, or perhaps does: those that it had confirmed wait once more, and their
    records are not complete. Call inside a batch."""
    for sha256 in sha256s:
        if any(document["state"] == "received" for document in media(db).find("sha256", sha256)):
            _ask_again(db, sha256)


def doubt_files(db: NuanDB, record_id: str, missing: int) -> None:
    """The office says that it lacks ``missing`` files of this record. When that is more than wait here, it
    has lost what it had confirmed; if the word was only late, one question shows it. Call inside a batch."""
    files = {document["sha256"]: document["state"] for document in media(db).find("record_id", record_id)}
    confirmed = [sha256 for sha256, state in files.items() if state == "received"]
    if missing > len(files) - len(confirmed):
        requeue_files(db, confirmed)


def _ask_all_again(db: NuanDB) -> None:
    """In one go: a season has thousands of files, and the screen waits."""
    named = {document["record_id"] for document in media(db).all()}
    media(db).table.update(ASK_AGAIN)
    incomplete = (where("state") == "complete") & where("id").test(named.__contains__)
    records(db).table.update({"state": "received"}, incomplete)


def _ask_again(db: NuanDB, sha256: str) -> None:
    media(db).table.update(ASK_AGAIN, where("sha256") == sha256)
    for document in media(db).find("sha256", sha256):
        record = records(db).get(document["record_id"])
        if record is not None and record["state"] == "complete":
            records(db).put({**record, "state": "received"})
