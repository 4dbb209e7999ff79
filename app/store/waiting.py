"""What waits to be sent, read again and again: only documents that changed are decoded.

The store keeps documents as immutable bytes; the same bytes object means the same document, so nothing has
to be invalidated.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from app.store.database import NuanDB
from app.store.documents import decode
from app.store.tables import Doc

T = TypeVar("T")


class Waiting(Generic[T]):
    """Rows of ``table`` as ``make(document)``; with ``field``, those where it equals one of ``values``."""

    def __init__(
        self, db: NuanDB, table: str, make: Callable[[Doc], T], field: str = "", values: tuple[str, ...] = ()
    ) -> None:
        self._engine, self._table, self._make = db._engine, table, make
        self._field, self._values = field, values
        self._made: dict[int, tuple[bytes, T]] = {}
        if field:
            db.ensure_index(table, field)

    def read(self) -> list[T]:
        """In the order they were stored."""
        fresh: dict[int, tuple[bytes, T]] = {}
        for doc_id, raw in self._rows():
            known = self._made.get(doc_id)
            fresh[doc_id] = known if known and known[0] is raw else (raw, self._make(decode(raw)))
        self._made = fresh
        return [made for _, made in fresh.values()]

    def _rows(self) -> list[tuple[int, bytes]]:
        if not self._field:
            return self._engine.rows(self._table)
        found = [
            row for value in self._values for row in self._engine.find(self._table, self._field, value) or ()
        ]
        return sorted(found)
