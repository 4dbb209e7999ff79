"""Old stores open; a failed or unknown migration leaves the store untouched."""

from __future__ import annotations

import contextlib
import copy
import json
import shutil
from pathlib import Path

import pytest
from tinydb import where

from app.platform.native.crypto import NativeCrypto
from app.store import NuanDB, StoreError, open_database, outbox
from app.store.migrations import MIGRATIONS
from tests.contracts.fake_device import Disk, FakeFolder, PowerLost

KEY = b"k" * 32
STORES = Path(__file__).parent.parent / "fixtures" / "stores"


def _open(disk: Disk, steps=MIGRATIONS) -> NuanDB:
    return open_database(FakeFolder(disk), KEY, crypto=NativeCrypto(), steps=steps)


def _bytes(disk: Disk) -> dict[str, bytes]:
    return {name: bytes(data.now) for name, data in disk.files.items()}


def _rename(db: NuanDB) -> None:
    db.table("people").update(lambda doc: doc.update(full_name=doc.pop("name")))


def _add_table(db: NuanDB) -> None:
    db.table("new").insert({"from": "migration"})


def _fail(db: NuanDB) -> None:
    db.table("people").truncate()
    raise ValueError("bug")


ONE = ((1, "first", lambda db: None),)
TWO_MORE = (*ONE, (2, "rename", _rename), (3, "add", _add_table))


@pytest.fixture
def old() -> Disk:
    disk = Disk()
    with _open(disk, ONE) as db:
        db.table("people").insert_multiple([{"name": "张三"}, {"name": "李四"}])
    return disk


def test_the_numbers_have_no_gap():
    """Migrations are numbered 1, 2, 3 … and none is missing."""
    assert [number for number, _, _ in MIGRATIONS] == list(range(1, len(MIGRATIONS) + 1))


def test_due_migrations_run_once_in_order(old):
    """An update of the app changes the documents at the first start only."""
    for _ in range(2):
        with _open(old, TWO_MORE) as db:
            assert db.schema == 3
            assert db.table("people").all() == [{"full_name": "张三"}, {"full_name": "李四"}]
            assert len(db.table("new")) == 1


def test_a_failed_migration_leaves_the_store_as_it_was(old):
    """A bug in the update costs no data: the old app still opens the store."""
    with pytest.raises(StoreError) as error:
        _open(old, (*TWO_MORE, (4, "broken", _fail)))
    assert error.value.code == "migration_failed"
    assert error.value.details["number"] == 4
    with _open(old, ONE) as db:
        assert db.table("people").all() == [{"name": "张三"}, {"name": "李四"}]
        assert "new" not in db.tables()


def test_power_lost_while_migrating(old):
    """The store is at the old schema or at the new one, never between."""
    for crash_at in range(30):
        disk = copy.deepcopy(old)
        disk.crash_at = disk.steps + crash_at
        with contextlib.suppress(PowerLost):
            _open(disk, TWO_MORE).close()
        with _open(disk.after_power_loss("torn"), TWO_MORE) as db:
            assert db.table("people").all() == [{"full_name": "张三"}, {"full_name": "李四"}]
            assert len(db.table("new")) == 1


def test_a_store_of_a_newer_app_is_not_touched(old):
    """An older app refuses a newer store and changes no byte, not even a torn tail."""
    _open(old, TWO_MORE).close()
    old.files["seg-00000001"].now += b"torn"
    before = _bytes(old)
    with pytest.raises(StoreError) as error:
        _open(old, ONE)
    assert error.value.code == "store_too_new"
    assert error.value.details == {"found": 3, "known": 1}
    assert _bytes(old) == before


def test_the_schema_survives_compaction(old, monkeypatch):
    """Housekeeping never forgets which migrations ran."""
    monkeypatch.setattr("app.store.journal.SEGMENT_SIZE", 1024)
    monkeypatch.setattr("app.store.compaction.SEGMENT_SIZE", 1024)
    with _open(old, TWO_MORE) as db:
        for number in range(60):
            db.table("people").upsert({"n": number, "note": "x" * 50}, where("n").exists())
        while db.compact_step():
            pass
    with _open(old, TWO_MORE) as db:
        assert db.schema == 3
        assert len(db.table("new")) == 1


@pytest.mark.parametrize("path", sorted(STORES.glob("*/store")), ids=lambda path: path.parent.name)
def test_frozen_old_stores_open(path, tmp_path):
    """Every store that an earlier app wrote still opens, and all of its documents are there."""
    copied = tmp_path / "store"
    shutil.copytree(path, copied)
    expected = json.loads((path.parent / "expected.json").read_text(encoding="utf-8"))
    with open_database(copied, bytes.fromhex(expected["key"])) as db:
        assert [report.code for report in db.reports] == expected["reports"]
        assert db.schema == MIGRATIONS[-1][0]
        for name, documents in expected["tables"].items():
            assert {str(doc.doc_id): doc for doc in db.table(name)} == documents
        assert outbox.chain_head(db).seq == expected["chain_seq"]
        db.table("records").insert({"id": "after"})


def test_there_are_frozen_stores():
    """The fixtures are really there."""
    assert len(list(STORES.glob("*/store"))) >= 2
