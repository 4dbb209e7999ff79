"""Which versions of questionnaires stay: what is offered, and what a draft or a sealed record still needs.

A draft begun with a version is finished with it, and a sealed record is read with the version it was filled
in, whatever the office publishes or withdraws meanwhile (issue 3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.store.tables import forms, records, surveys

if TYPE_CHECKING:
    from app.store.database import NuanDB
    from sync.protocol.messages import Change


def apply_form(db: NuanDB, change: Change) -> None:
    """One form version from the feed. Withdrawn or replaced, it stays while somebody here needs it, and is
    not offered any more. Call inside a batch."""
    if change.doc is not None:
        forms(db).put({**change.doc, "id": change.id})
        if change.doc.get("current", True):
            return
    if change.id in used_forms(db):
        _retire(db, change.id)
    else:
        forms(db).delete(change.id)


def keep_used_forms(db: NuanDB) -> None:
    """The feed starts anew: only what drafts and records need stays, not offered. Call inside a batch."""
    used = used_forms(db)
    for document in forms(db).all():
        if document["id"] in used:
            _retire(db, document["id"])
        else:
            forms(db).delete(document["id"])


def drop_unused_forms(db: NuanDB) -> int:
    """Forget replaced versions that nobody here needs any more; returns how many."""
    old = [one["id"] for one in forms(db).all() if not one.get("current", True)]
    gone = sorted(set(old) - used_forms(db)) if old else []
    if gone:
        forms(db).delete(*gone)
    return len(gone)


def used_forms(db: NuanDB) -> set[str]:
    """Keys of the versions that a draft or a sealed record was filled in with."""
    sealed = records(db).find("type", "survey")
    return {one["form_key"] for one in (*surveys(db).all(), *sealed) if "form_key" in one}


def _retire(db: NuanDB, key: str) -> None:
    document = forms(db).get(key)
    if document is not None and document.get("current", True):
        forms(db).put({**document, "current": False})
