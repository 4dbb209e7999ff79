"""When the registry's signed head goes back, it was restored from an older copy: send again what it lost.

The phone still holds every sealed record. Sending is safe to repeat, so what the registry has after all is
simply answered as a duplicate, and pictures it holds are not sent again. What it had put aside for a person
is sent again too: that person's queue was restored as well.
"""

from __future__ import annotations

from tinydb import where

from app.store.database import NuanDB
from app.store.outbox import ANSWERED
from app.store.tables import get_meta, media, outbox, records
from sync.protocol.messages import Checkpoint


def requeue_lost(db: NuanDB, checkpoint: Checkpoint) -> int:
    """Queue again all answered records after ``checkpoint`` if it stands before the one kept; returns how
    many. Call inside the batch that keeps the new checkpoint."""
    kept = get_meta(db, "checkpoint")
    if kept is None or checkpoint.seq >= kept["seq"]:
        return 0
    lost = records(db).table.search((where("seq") > checkpoint.seq) & (where("state").one_of(list(ANSWERED))))
    for record in lost:
        fresh = {"attempts": 0, "next_at": None, "last_error": None}
        outbox(db).put({"id": record["id"], "hash": record["hash"], "seq": record["seq"], **fresh})
        records(db).put({**record, "state": "kept", "problem": None})
        again = {"state": "waiting", "offset": 0, "upload_url": None, **fresh}
        media(db).table.update(again, where("record_id") == record["id"])
    return len(lost)
