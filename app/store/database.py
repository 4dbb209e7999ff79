"""open_database: TinyDB on the crash-safe encrypted journal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tinydb import TinyDB
from tinydb.storages import Storage

from app.platform.errors import PlatformError
from app.platform.ports import Crypto, DeviceFolder
from app.store import migrations
from app.store.documents import decode
from app.store.engine import Engine
from app.store.errors import StoreError
from app.store.kept import Report
from app.store.table import NuanTable
from app.store.tables import INDEXES


class JournalStorage(Storage):
    """TinyDB's storage interface over the engine: whole-database read and write, for what asks for it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def read(self) -> dict[str, dict[str, Any]] | None:
        with self.engine.lock:
            names = self.engine.names()
            if not names:
                return None
            return {
                name: {str(doc_id): decode(raw) for doc_id, raw in self.engine.rows(name)} for name in names
            }

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Make the database equal to ``data``, as one frame of differences."""
        with self.engine.transaction():
            for name in self.engine.names():
                if name not in data:
                    self.engine.drop(name)
            for name, documents in data.items():
                self.engine.create_table(name)
                wanted = {int(doc_id): document for doc_id, document in documents.items()}
                for doc_id, _ in self.engine.rows(name):
                    if doc_id not in wanted:
                        self.engine.delete(name, doc_id)
                for doc_id, document in wanted.items():
                    self.engine.put(name, doc_id, dict(document))

    def close(self) -> None:
        self.engine.close()


class NuanDB(TinyDB):
    """A TinyDB whose writes are durable and encrypted when they return."""

    table_class = NuanTable

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        super().__init__(engine, storage=JournalStorage)

    @property
    def reports(self) -> list[Report]:
        """What opening had to cut, set aside or do without; empty after an orderly end."""
        return list(self._engine.keeper.reports)

    @property
    def schema(self) -> int:
        """The number of the last migration that was applied."""
        return self._engine.memory.schema

    @contextmanager
    def batch(self) -> Iterator[NuanDB]:
        """Several operations over several tables as one atomic, durable write.

        Reads inside see the pending changes. An exception takes everything back. Other threads wait;
        never await inside a batch."""
        with self._engine.transaction():
            yield self

    def ensure_index(self, table: str, field: str) -> None:
        """Answer ``where(field) == value`` on ``table`` without a scan, from now until close."""
        with self._engine.lock:
            self._engine.memory.index_fields.setdefault(table, set()).add(field)

    def compact_step(self) -> bool:
        """Give dead bytes back by rewriting about one segment (call when idle); False when done."""
        return self._engine.compact_step()

    def release_ballast(self) -> None:
        """Free a little room on a full disk, so that something can be removed; laid again at open."""
        self._engine.release_ballast()

    def tables(self) -> set[str]:
        return set(self._engine.names())

    def drop_table(self, name: str) -> None:
        with self._engine.transaction():
            self._engine.drop(name)
        self._tables.pop(name, None)

    def drop_tables(self) -> None:
        with self._engine.transaction():
            for name in self._engine.names():
                self._engine.drop(name)
        self._tables.clear()


def open_database(
    folder: str | Path | DeviceFolder,
    key: bytes,
    *,
    crypto: Crypto | None = None,
    on_report: Callable[[Report], None] | None = None,
    steps: Sequence[migrations.Migration] = migrations.MIGRATIONS,
) -> NuanDB:
    """Open or create the store in ``folder`` (a path, or a folder that the platform opened).

    ``key``: 32 bytes from secure storage. Synchronous. Raises StoreError("wrong_key" | "store_in_use" |
    "store_too_new" | "migration_failed" | "disk_full" | "file_failed"); damage never makes it fail, it
    is told in ``db.reports`` and to ``on_report``."""
    if len(key) != 32:
        raise StoreError("wrong_key", reason="a key has 32 bytes", size=len(key))
    crypto = crypto or _native_crypto()
    opened: DeviceFolder | None = None
    try:
        opened = _native_folder(folder) if isinstance(folder, str | Path) else folder
        opened.lock()
        engine = Engine(opened, crypto, key, on_report)
        migrations.check(engine.memory.schema, steps)
        engine.repair()
        database = NuanDB(engine)
        for table, field in INDEXES:
            database.ensure_index(table, field)
        migrations.apply(database, engine, steps)
    except BaseException as error:
        if opened is not None:
            opened.close()
        if isinstance(error, PlatformError):
            raise StoreError(error.code, **error.details) from error
        raise
    return database


def _native_folder(path: str | Path) -> DeviceFolder:
    from app.platform.native.files import NativeFolder  # not importable in the browser

    return NativeFolder(path)


def _native_crypto() -> Crypto:
    from app.platform.native.crypto import NativeCrypto  # not importable in the browser

    return NativeCrypto()
