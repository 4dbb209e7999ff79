"""Transactions: memory and journal change together or not at all."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from app.platform.errors import PlatformError
from app.platform.ports import Crypto, DeviceFolder
from app.store import compaction
from app.store.documents import encode
from app.store.errors import StoreError
from app.store.frames import CLEAR, DELETE, DROP, MARK, PUT, SCHEMA, Op
from app.store.journal import Journal
from app.store.kept import Keeper, Report
from app.store.memory import Memory, TableData

BALLAST = "ballast"
BALLAST_SIZE = 64 * 1024
_NO_TABLE = TableData()


class Engine:
    """One open store. All methods may be called from any thread; a transaction holds the lock."""

    def __init__(
        self,
        folder: DeviceFolder,
        crypto: Crypto,
        key: bytes,
        on_report: Callable[[Report], None] | None = None,
    ) -> None:
        self.keeper = Keeper(folder, on_report)
        self.memory = Memory()
        self.journal = Journal(folder, crypto, key, self.keeper)
        self.lock = threading.RLock()
        self._ops: list[Op] = []
        self._depth = 0
        self._closed = False
        try:
            self.journal.load(self.memory.load)
        except PlatformError as error:
            raise StoreError(error.code, **error.details) from error

    def repair(self) -> None:
        """Cut a torn tail, keep damaged bytes, lay down the ballast. Call once, after load."""
        try:
            self.journal.repair()
        except PlatformError as error:
            raise StoreError(error.code, **error.details) from error
        self._lay_ballast()

    # Reading

    def table(self, name: str) -> TableData:
        """The live data of a table (an empty one when it does not exist); hold ``lock`` while using it."""
        if self._closed:
            raise StoreError("store_closed")
        return self.memory.tables.get(name, _NO_TABLE)

    def names(self) -> list[str]:
        with self.lock:
            return list(self.memory.tables)

    def rows(self, name: str) -> list[tuple[int, bytes]]:
        with self.lock:
            return self.table(name).rows()

    def find(self, name: str, field: str, value: object) -> list[tuple[int, bytes]] | None:
        """Rows by index, or None when there is no index on that field."""
        with self.lock:
            if field not in self.memory.index_fields.get(name, ()):
                return None
            return self.table(name).find(field, value)

    # Writing

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All changes inside become one frame at the outermost end; an exception takes back its own.

        Raises StoreError; then memory is as it was and nothing is on disk that would be read back."""
        with self.lock:
            self._check_writable()
            undo, written = self.memory.mark(), len(self._ops)
            self._depth += 1
            try:
                yield
                if self._depth == 1 and self._ops:
                    self._acknowledge()
            except BaseException:
                self.memory.roll_back(undo)
                del self._ops[written:]
                raise
            finally:
                self._depth -= 1

    def _acknowledge(self) -> None:
        segment = self.journal.append(self._ops)
        self.memory.commit(segment, self._ops)
        self._ops.clear()

    def _check_writable(self) -> None:
        if self._closed:
            raise StoreError("store_closed")
        if self.journal.poisoned:
            raise StoreError("store_poisoned", reason=self.journal.poisoned)

    def _change(self, op: Op) -> None:
        if not self._depth:
            raise RuntimeError("changes belong inside a transaction")
        self.memory.change(op)
        self._ops.append(op)

    def put(self, name: str, doc_id: int, document: dict[str, object]) -> None:
        """Store a document unless its bytes are already there."""
        raw = encode(document)
        if not -(2**63) <= doc_id < 2**63:
            raise StoreError("document_not_storable", reason="document id out of range", doc_id=doc_id)
        if self.table(name).docs.get(doc_id) != raw:
            self._change(Op(PUT, name, doc_id, raw))

    def delete(self, name: str, doc_id: int) -> None:
        if doc_id not in self.table(name).docs:
            raise KeyError(doc_id)
        self._change(Op(DELETE, name, doc_id))

    def clear(self, name: str) -> None:
        data = self.memory.tables.get(name)
        if data is None:
            self.create_table(name)
        elif data.docs or data.last_id:
            self._change(Op(CLEAR, name))

    def drop(self, name: str) -> None:
        if name in self.memory.tables:
            self._change(Op(DROP, name))

    def create_table(self, name: str) -> None:
        """An empty table, unless it exists."""
        if name not in self.memory.tables:
            self._change(Op(MARK, name))

    def set_schema(self, number: int) -> None:
        self._change(Op(SCHEMA, "", number))

    # Housekeeping

    def compact_step(self) -> bool:
        """Rewrite at most about one segment; False when nothing is worth it. Never inside a batch."""
        with self.lock:
            self._check_writable()
            if self._depth:
                raise RuntimeError("no compaction inside a batch")
            run = compaction.choose(self.journal, self.memory)
            if run:
                self._rewrite(run)
            return bool(run)

    def _rewrite(self, run: list[int]) -> None:
        try:
            try:
                compaction.rewrite(self.journal, self.memory, run)
            except PlatformError as error:
                smallest = compaction.smallest(self.journal, self.memory)
                if error.code != "disk_full" or not smallest:
                    raise
                compaction.rewrite(self.journal, self.memory, smallest)
        except PlatformError as error:
            raise StoreError(error.code, **error.details) from error

    def _lay_ballast(self) -> None:
        """Bytes to give back when the disk is full, when even deleting needs room for a tombstone."""
        journal = self.journal
        try:
            if BALLAST in journal.folder.names():
                return
            file = journal.folder.open(BALLAST)
            try:
                file.append(journal.crypto.random(BALLAST_SIZE))
                file.sync()
            finally:
                file.close()
        except PlatformError:
            with suppress(PlatformError):
                journal.folder.remove(BALLAST)
            self.keeper.tell(Report("ballast_missing", size=BALLAST_SIZE))

    def release_ballast(self) -> None:
        with self.lock:
            try:
                self.journal.folder.remove(BALLAST)
            except PlatformError as error:
                raise StoreError(error.code, **error.details) from error

    def close(self) -> None:
        with self.lock:
            if not self._closed:
                self._closed = True
                self.journal.close()
                self.journal.folder.close()
