"""What the registry's feed brings, by kind; and forgetting it all when the phone changes hands."""

from __future__ import annotations

from collections.abc import Sequence

from app.store.database import NuanDB
from app.store.form_versions import apply_form, keep_used_forms
from app.store.left import Aside, keep_all_needed
from app.store.resend import doubt_files
from app.store.tables import Doc, Rows, records
from sync.protocol.messages import Change, ChangeKind

TABLE_OF: dict[ChangeKind, str] = {
    "household": "households",
    "org": "orgs",
    "user": "users",
    "assignment": "assignments",
    "delegation": "delegations",
    "campaign": "campaign",
    "allocation": "allocations",
    "form": "forms",
    "feedback": "feedback",
    "proof": "proofs",
    "coverage": "coverage",
}
"""Each document is kept under its change's id."""


SEEN = "feed_seen"
"""One document per page of a feed that starts over (app.store.feed_pass)."""
RELEASED = ("received", "complete")


def prepare_feed(db: NuanDB) -> None:
    """Look-up by id is quick in every table that the feed fills."""
    for name in TABLE_OF.values():
        db.ensure_index(name, "id")


def apply_page(db: NuanDB, changes: Sequence[Change]) -> None:
    """One page, in the order it came; a change without ``doc`` removes (what a draft needs stays aside). Call
    inside a batch."""
    aside = Aside(db)
    for change in changes:
        if change.kind == "form":
            apply_form(db, change)
        elif change.doc is None:
            aside.before_removal(TABLE_OF[change.kind], (change.id,))
            Rows(db, TABLE_OF[change.kind]).delete(change.id)
        else:
            _put(db, TABLE_OF[change.kind], {**change.doc, "id": change.id})
            aside.came(change.id)
            if change.kind == "feedback":
                _note_release(db, change.id, change.doc)
                _note_missing(db, change.id, change.doc)


def _note_release(db: NuanDB, record_id: str, doc: Doc) -> None:
    """The office could not read it at first and has released it since: it is a record like any other."""
    record = records(db).get(record_id)
    if record is not None and record["state"] == "quarantined" and doc.get("state") in RELEASED:
        records(db).put({**record, "state": doc["state"], "problem": None})


def _note_missing(db: NuanDB, record_id: str, doc: Doc) -> None:
    """The office holds the record and lacks files of it. Of a doubled id it holds another record."""
    record, missing = records(db).get(record_id), doc.get("missing")
    if record is not None and record["state"] in RELEASED and isinstance(missing, int) and missing > 0:
        doubt_files(db, record_id, missing)


def _put(db: NuanDB, name: str, document: Doc) -> None:
    """As Rows.put, without asking TinyDB to read the document before it: a first sync writes 20,000."""
    engine = db._engine
    found = engine.find(name, "id", document["id"])
    if found is None:
        Rows(db, name).put(document)
        return
    engine.put(name, found[0][0] if found else max(0, engine.table(name).last_id) + 1, document)


def forget_feed(db: NuanDB) -> None:
    """Drop what the feed brought; sealed records, drafts, pictures and what they need of it stay.
    Call inside a batch."""
    keep_all_needed(db)
    for name in TABLE_OF.values():
        if name == "forms":
            keep_used_forms(db)
        elif name in db.tables():
            db.drop_table(name)
    if SEEN in db.tables():
        db.drop_table(SEEN)
