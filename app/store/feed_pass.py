"""The feed from its beginning over what is here already: what it does not name again is no longer so.

The registry starts over when its database was put back to an earlier moment: what the phone heard after that
moment never was, and nobody sends word of its end. Each page notes what it names, in the same write; the last
one takes away the rest. Interrupted anywhere, it goes on with the next page.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.store.database import NuanDB
from app.store.feed import SEEN, TABLE_OF, apply_page
from app.store.tables import Rows
from sync.protocol.messages import Change, ChangeKind

KEPT: tuple[ChangeKind, ...] = ("feedback", "proof")
"""About own records: evidence of what the registry once said."""


def begin_pass(db: NuanDB) -> None:
    """From here on everything is named again. Call inside a batch."""
    if SEEN in db.tables():
        db.drop_table(SEEN)
    Rows(db, SEEN).put({"id": 0, "named": []})


def note_page(db: NuanDB, changes: Sequence[Change], *, last: bool) -> None:
    """After a page was applied; nothing unless a pass was begun. Call inside a batch."""
    if SEEN not in db.tables():
        return
    pages = Rows(db, SEEN)
    pages.put({"id": pages.count(), "named": [[one.kind, one.id] for one in changes if one.doc is not None]})
    if last:
        named = {(kind, key) for page in pages.all() for kind, key in page["named"]}
        apply_page(
            db, [Change(kind=kind, id=key, doc=None) for kind, key in _here(db) if (kind, key) not in named]
        )
        db.drop_table(SEEN)


def _here(db: NuanDB) -> list[tuple[ChangeKind, str]]:
    kinds = [kind for kind in TABLE_OF if kind not in KEPT and TABLE_OF[kind] in db.tables()]
    return [(kind, one["id"]) for kind in kinds for one in Rows(db, TABLE_OF[kind]).all()]
