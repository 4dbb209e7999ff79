"""TinyDB's Table on the engine: an operation hands the journal only the documents it changed.

TinyDB's own methods do the work wherever they can; they reach the data through the two private hooks
``_read_table`` and ``_update_table``, which is why TinyDB is pinned. Differences that a caller can see:
results are fresh copies, ordered by document id; nothing is cached; ids are not used twice after a
removal; an update that raises midway changes nothing; ``persist_empty`` never empties a table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from typing import Any

from tinydb.queries import QueryInstance, QueryLike
from tinydb.table import Document, Table

from app.store.documents import decode
from app.store.engine import Engine
from app.store.index import PLAIN

Fields = Mapping[str, Any] | Callable[[MutableMapping[str, Any]], None]


class TableView(MutableMapping[int, Any]):
    """What an updater sees inside a transaction: documents by id; changes in place are noticed."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine, self._name = engine, name
        self._touched: dict[int, dict[str, Any]] = {}

    def __getitem__(self, doc_id: int) -> dict[str, Any]:
        document = self._touched.get(doc_id)
        if document is None:
            document = self._touched[doc_id] = decode(self._engine.table(self._name).docs[doc_id])
        return document

    def __setitem__(self, doc_id: int, document: Mapping[str, Any]) -> None:
        self._touched.pop(doc_id, None)
        self._engine.put(self._name, doc_id, dict(document))

    def __delitem__(self, doc_id: int) -> None:
        self._engine.delete(self._name, doc_id)
        self._touched.pop(doc_id, None)

    def __contains__(self, doc_id: object) -> bool:
        return doc_id in self._engine.table(self._name).docs

    def __iter__(self) -> Iterator[int]:
        return iter([doc_id for doc_id, _ in self._engine.rows(self._name)])

    def __len__(self) -> int:
        return len(self._engine.table(self._name).docs)

    def clear(self) -> None:
        self._touched.clear()
        self._engine.clear(self._name)

    def flush(self) -> None:
        """Write back what was changed in place."""
        for doc_id, document in self._touched.items():
            self._engine.put(self._name, doc_id, document)


class NuanTable(Table):
    """A TinyDB table whose every write is one durable frame."""

    def __init__(self, storage: Any, name: str, cache_size: int = 0, persist_empty: bool = False) -> None:
        super().__init__(storage, name, cache_size=0)
        self._engine: Engine = storage.engine
        if persist_empty:
            with self._engine.transaction():
                self._engine.create_table(name)

    def search(self, cond: QueryLike) -> list[Document]:
        """All matching documents; no query cache (it mistakes one regular expression for another)."""
        return [Document(document, doc_id) for doc_id, document in self._matching(cond)]

    def count(self, cond: QueryLike) -> int:
        return sum(1 for _ in self._matching(cond))

    def get(
        self,
        cond: QueryLike | None = None,
        doc_id: int | None = None,
        doc_ids: list[int] | None = None,
    ) -> Any:
        """One Document or None; with ``doc_ids`` the list of those that exist."""
        if doc_id is not None:
            return self._one(doc_id)
        if doc_ids is not None:
            return [found for each in sorted(set(doc_ids)) if (found := self._one(each)) is not None]
        if cond is None:
            raise RuntimeError("You have to pass either cond or doc_id or doc_ids")
        for found_id, document in self._matching(cond):
            return Document(document, found_id)
        return None

    def contains(self, cond: QueryLike | None = None, doc_id: int | None = None) -> bool:
        if doc_id is None and cond is None:
            raise RuntimeError("You have to pass either cond or doc_id")
        return self.get(cond, doc_id) is not None

    def update(
        self,
        fields: Any,
        cond: QueryLike | None = None,
        doc_ids: Iterable[int] | None = None,
    ) -> list[int]:
        with self._engine.transaction():
            if doc_ids is None and cond is not None:
                doc_ids = [doc_id for doc_id, _ in self._matching(cond)]
            return super().update(fields, doc_ids=doc_ids)

    def upsert(self, document: Mapping[str, Any], cond: QueryLike | None = None) -> list[int]:
        with self._engine.transaction():
            return super().upsert(document, cond)

    def remove(self, cond: QueryLike | None = None, doc_ids: Iterable[int] | None = None) -> list[int]:
        with self._engine.transaction():
            if doc_ids is None and cond is not None:
                doc_ids = [doc_id for doc_id, _ in self._matching(cond)]
            return super().remove(doc_ids=doc_ids)

    def __len__(self) -> int:
        with self._engine.lock:
            return len(self._engine.table(self.name).docs)

    def __iter__(self) -> Iterator[Document]:
        for doc_id, raw in self._engine.rows(self.name):
            yield Document(decode(raw), doc_id)

    def _one(self, doc_id: int) -> Document | None:
        try:
            number = int(doc_id)
        except (ValueError, TypeError, OverflowError):
            return None  # as TinyDB: an id that cannot be is no error
        with self._engine.lock:
            raw = self._engine.table(self.name).docs.get(number)
        return None if raw is None else Document(decode(raw), number)

    def _matching(self, cond: QueryLike) -> Iterator[tuple[int, dict[str, Any]]]:
        """An index narrows the candidates; the query itself always decides."""
        for doc_id, raw in self._candidates(cond):
            document = decode(raw)
            if cond(document):
                yield doc_id, document

    def _candidates(self, cond: QueryLike) -> list[tuple[int, bytes]]:
        if isinstance(cond, QueryInstance):
            for field, value in _equalities(cond._hash):
                rows = self._engine.find(self.name, field, value)
                if rows is not None:
                    return rows
        return self._engine.rows(self.name)

    def _get_next_id(self) -> int:
        with self._engine.lock:
            return max(0, self._engine.table(self.name).last_id) + 1

    def _read_table(self) -> dict[str, Mapping[str, Any]]:
        return {str(doc_id): decode(raw) for doc_id, raw in self._engine.rows(self.name)}

    def _update_table(self, updater: Callable[[Any], None]) -> None:
        with self._engine.transaction():
            view = TableView(self._engine, self.name)
            updater(view)
            view.flush()
            self._engine.create_table(self.name)

    def insert(self, document: Mapping[str, Any]) -> int:
        with self._engine.transaction():
            return super().insert(document)


def _equalities(query_hash: object) -> Iterator[tuple[str, object]]:
    """The ``field == plain value`` tests that every match of the query must pass."""
    if not isinstance(query_hash, tuple) or len(query_hash) < 2:
        return
    if query_hash[0] == "and":
        for part in query_hash[1]:
            yield from _equalities(part)
    elif query_hash[0] == "==" and len(query_hash[1]) == 1:
        field, value = query_hash[1][0], query_hash[2]
        if type(field) is str and type(value) in PLAIN:  # an enum equals its value but hashes otherwise
            yield field, value
