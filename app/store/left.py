"""What the feed takes away while work about it is under way here stays aside until that work is done (S25).

A household may be assigned to somebody else between the signing and 完成. What was seen, given and signed is
handed in all the same, and the office decides: so the file, the organisation or the campaign that an open
visit or questionnaire names is kept here, out of every list, and goes when the last such draft has gone.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from app.store.tables import Doc, Rows, drafts, left, surveys

if TYPE_CHECKING:
    from app.store.database import NuanDB

NAMED: dict[str, str] = {"households": "household", "orgs": "org", "campaign": "campaign"}
"""Tables of the feed, and the field by which a draft names one of their documents."""


class Aside:
    """For one page of the feed: what the drafts need is looked up once, when something goes. Use inside one
    batch."""

    def __init__(self, db: NuanDB) -> None:
        self._db = db
        self._needed: dict[str, set[str]] | None = None
        self._kept = {document["id"] for document in left(db).all()}

    def before_removal(self, table: str, ids: Collection[str]) -> None:
        """Keep those of ``ids`` that a draft needs."""
        if table not in NAMED:
            return
        if self._needed is None:
            self._needed = needed(self._db)
        for one in self._needed[table].intersection(ids):
            document = Rows(self._db, table).get(one)
            if document is not None:
                left(self._db).put({"id": one, "table": table, "doc": document})
                self._kept.add(one)

    def came(self, one: str) -> None:
        """The feed brought it (again): there is one copy of it, the feed's."""
        if one in self._kept:
            left(self._db).delete(one)
            self._kept.discard(one)


def keep_all_needed(db: NuanDB) -> None:
    """The feed is about to be forgotten whole. Call inside that batch."""
    aside = Aside(db)
    for table, ids in needed(db).items():
        aside.before_removal(table, ids)


def drop_left(db: NuanDB) -> None:
    """A draft has gone: what no other draft needs goes too. Call inside the same batch."""
    kept = left(db).all()
    if kept:
        wanted = needed(db)
        left(db).delete(*(one["id"] for one in kept if one["id"] not in wanted[one["table"]]))


def find_kept(db: NuanDB, table: str, one: str) -> Doc | None:
    """The document as the feed holds it now, else as it was when it left."""
    found = Rows(db, table).get(one)
    return _aside(db, table, one) if found is None else found


def is_left(db: NuanDB, table: str, one: str) -> bool:
    """Whether it is here for a draft only."""
    return _aside(db, table, one) is not None


def _aside(db: NuanDB, table: str, one: str) -> Doc | None:
    kept = left(db).get(one)
    return kept["doc"] if kept is not None and kept["table"] == table else None


def left_of(db: NuanDB, table: str) -> list[Doc]:
    """Those of a table that have left; a few at most."""
    return [one["doc"] for one in left(db).all() if one["table"] == table]


def needed(db: NuanDB) -> dict[str, set[str]]:
    """By table: ids that a visit or questionnaire under way names."""
    under_way = [*drafts(db).all(), *surveys(db).all()]
    return {table: {one[name] for one in under_way if one.get(name)} for table, name in NAMED.items()}
