"""Equality indexes over encoded documents."""

from __future__ import annotations

from app.store.documents import decode

#: Types of values that an index holds; all compare equal only when their hashes do.
PLAIN = (str, int, float, bool, type(None))


class Index:
    """Ids by the hash of one field's value: small, and right enough, because the query decides again."""

    __slots__ = ("_ids", "field")

    def __init__(self, field: str) -> None:
        self.field = field
        self._ids: dict[int, int | set[int]] = {}

    def add(self, doc_id: int, raw: bytes) -> None:
        slot = self._slot(raw)
        if slot is None:
            return
        there = self._ids.get(slot)
        if there is None:
            self._ids[slot] = doc_id  # most fields are unique, and a set takes 200 bytes
        elif isinstance(there, set):
            there.add(doc_id)
        else:
            self._ids[slot] = {there, doc_id}

    def discard(self, doc_id: int, raw: bytes) -> None:
        slot = self._slot(raw)
        if slot is None:
            return
        there = self._ids.get(slot)
        if isinstance(there, set) and len(there) > 1:
            there.discard(doc_id)
        else:
            self._ids.pop(slot, None)

    def find(self, value: object) -> list[int]:
        there = self._ids.get(hash(value), ())
        return [there] if isinstance(there, int) else sorted(there)

    def _slot(self, raw: bytes) -> int | None:
        document = decode(raw)
        if self.field not in document:
            return None
        value = document[self.field]
        return hash(value) if isinstance(value, PLAIN) else None
