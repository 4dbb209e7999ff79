"""Numbered changes to the shape of the stored documents, applied at open, all in one write.

Append only: a released migration is never edited, and a frozen store made before it stays in
tests/fixtures/stores. A migration gets the database inside a batch and may use the whole TinyDB API.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from app.store.errors import StoreError

if TYPE_CHECKING:
    from app.store.database import NuanDB
    from app.store.engine import Engine

Migration = tuple[int, str, Callable[["NuanDB"], None]]


def _chain_head(db: NuanDB) -> None:
    """The device's record chain starts empty: no record yet, no hash."""
    meta = db.table("meta")
    if not any(document["key"] == "chain_head" for document in meta):
        meta.insert({"key": "chain_head", "value": {"seq": 0, "hash": ""}})


MIGRATIONS: tuple[Migration, ...] = ((1, "chain_head", _chain_head),)


def check(found: int, steps: Sequence[Migration]) -> None:
    """Raises StoreError("store_too_new") before anything is touched."""
    known = max((number for number, _, _ in steps), default=0)
    if found > known:
        raise StoreError("store_too_new", found=found, known=known)


def apply(db: NuanDB, engine: Engine, steps: Sequence[Migration]) -> None:
    """Bring the store to the newest schema in one frame, or leave it as it was.

    Raises StoreError("migration_failed", number=…, name=…)."""
    due = sorted((step for step in steps if step[0] > db.schema), key=lambda step: step[0])
    if not due:
        return
    with db.batch():
        for number, name, function in due:
            try:
                function(db)
            except Exception as error:
                raise StoreError("migration_failed", number=number, name=name) from error
            engine.set_schema(number)
