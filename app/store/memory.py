"""The tables in memory: encoded documents by id, where each was written, and equality indexes.

Documents stay as bytes: a third of the memory of dicts, and every read decodes a fresh copy.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from app.store.frames import CLEAR, DELETE, DROP, MARK, PUT, SCHEMA, Op, op_size
from app.store.index import Index

#: Segment number of what is not yet in any segment.
PENDING = 0


class TableData:
    """One table. ``last_id`` is the highest id ever used, so that ids are not used twice."""

    __slots__ = ("docs", "in_order", "indexes", "last_id", "where")

    def __init__(self) -> None:
        self.docs: dict[int, bytes] = {}
        self.where: dict[int, int] = {}
        self.last_id = 0
        self.in_order = True
        self.indexes: dict[str, Index] = {}

    def put(self, doc_id: int, raw: bytes, segment: int) -> None:
        old = self.docs.get(doc_id)
        if old is None and doc_id < self.last_id:
            self.in_order = False
        self.docs[doc_id] = raw
        self.where[doc_id] = segment
        self.last_id = max(self.last_id, doc_id)
        if self.indexes:
            self._reindex(doc_id, old, raw)

    def delete(self, doc_id: int) -> None:
        old = self.docs.pop(doc_id)
        del self.where[doc_id]
        if self.indexes:
            self._reindex(doc_id, old, None)

    def rows(self) -> list[tuple[int, bytes]]:
        """A snapshot of (id, bytes), by id, whatever the order on disk has become."""
        if not self.in_order:
            self.docs = dict(sorted(self.docs.items()))
            self.in_order = True
        return list(self.docs.items())

    def find(self, field: str, value: object) -> list[tuple[int, bytes]]:
        """Rows whose ``field`` equals a plain ``value``; builds the index on first use."""
        index = self.indexes.get(field)
        if index is None:
            index = self.indexes[field] = Index(field)
            for doc_id, raw in self.docs.items():
                index.add(doc_id, raw)
        return [(doc_id, self.docs[doc_id]) for doc_id in index.find(value)]

    def _reindex(self, doc_id: int, old: bytes | None, new: bytes | None) -> None:
        for index in self.indexes.values():
            if old is not None:
                index.discard(doc_id, old)
            if new is not None:
                index.add(doc_id, new)


class _Undo(NamedTuple):
    """How a change is taken back: a document's former bytes, or a whole table's former data."""

    table: str
    doc_id: int = 0
    raw: bytes | None = None
    segment: int = PENDING
    whole: bool = False
    data: TableData | None = None
    last_id: int = 0


class Memory:
    """All tables, with undo for what is not yet acknowledged, and the dead bytes of each segment."""

    def __init__(self) -> None:
        self.tables: dict[str, TableData] = {}
        self.index_fields: dict[str, set[str]] = {}
        self.schema = 0
        #: Bytes of superseded operations by segment number.
        self.dead: Counter[int] = Counter()
        #: Bytes of tombstones by segment number, dead once all older segments are clean.
        self.tombs: Counter[int] = Counter()
        self._undo: list[_Undo] = []
        self._old_schema = 0

    def load(self, op: Op, segment: int) -> None:
        """Replay one operation of the journal."""
        self._change(op, segment)
        self._settle(segment, (op,))

    def change(self, op: Op) -> None:
        """Apply a pending operation; commit() or roll_back() must follow."""
        self._change(op, PENDING)

    def mark(self) -> int:
        """A point that roll_back can return to."""
        return len(self._undo)

    def commit(self, segment: int, ops: Iterable[Op]) -> None:
        """The pending operations are durable in ``segment``."""
        for op in ops:
            data = self.tables.get(op.table)
            if op.kind == PUT and data is not None and data.where.get(op.doc_id) == PENDING:
                data.where[op.doc_id] = segment
        self._settle(segment, ops)

    def roll_back(self, mark: int) -> None:
        """Take back every change since ``mark``."""
        while len(self._undo) > mark:
            undo = self._undo.pop()
            if undo.whole:
                self._restore(undo)
                continue
            data = self.tables[undo.table]
            if undo.raw is not None:
                data.put(undo.doc_id, undo.raw, undo.segment)
            elif undo.doc_id in data.docs:
                data.delete(undo.doc_id)
            data.last_id = undo.last_id
        if mark == 0:
            self.schema = self._old_schema

    def _restore(self, undo: _Undo) -> None:
        if undo.data is None:
            self.tables.pop(undo.table, None)
        else:
            self.tables[undo.table] = undo.data

    def _change(self, op: Op, segment: int) -> None:
        kind, name, doc_id, raw = op
        if kind == SCHEMA:
            self.schema = doc_id
        elif kind in (CLEAR, DROP):
            self._undo.append(_Undo(name, whole=True, data=self.tables.pop(name, None)))
            if kind == CLEAR:
                self.tables[name] = TableData()
        else:
            self._change_one(kind, self._ensure(name), name, doc_id, raw, segment)

    def _change_one(self, kind: int, data: TableData, name: str, doc_id: int, raw: bytes, at: int) -> None:
        old, before = data.docs.get(doc_id), data.last_id
        if kind == MARK:
            data.last_id = max(before, doc_id)
            return
        self._undo.append(_Undo(name, doc_id, old, data.where.get(doc_id, PENDING), last_id=before))
        if kind == PUT:
            data.put(doc_id, raw, at)
        elif old is not None:
            data.delete(doc_id)

    def _ensure(self, name: str) -> TableData:
        data = self.tables.get(name)
        if data is None:
            data = self.tables[name] = TableData()
            self._undo.append(_Undo(name, whole=True))
        return data

    def _settle(self, segment: int, ops: Iterable[Op]) -> None:
        """Everything an undo could bring back is dead where it was written; then forget the undo."""
        for undo in self._undo:
            if undo.raw is not None:
                self.dead[undo.segment or segment] += op_size(undo.table, undo.raw)
            if undo.data is not None:
                for doc_id, at in undo.data.where.items():
                    self.dead[at or segment] += op_size(undo.table, undo.data.docs[doc_id])
        for op in ops:
            if op.kind in (DELETE, CLEAR, DROP):
                self.tombs[segment] += op_size(op.table, b"")
        self._undo.clear()
        self._old_schema = self.schema
