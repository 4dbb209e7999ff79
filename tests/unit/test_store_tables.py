"""The product's tables by their key."""

import pytest

from app.platform.native.crypto import NativeCrypto
from app.store import open_database, tables
from tests.contracts.fake_device import Disk, FakeFolder


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def db(disk):
    with open_database(FakeFolder(disk), b"k" * 32, crypto=NativeCrypto()) as db:
        yield db


def test_put_replaces_the_whole_document(db):
    """A field that the new version lacks does not linger."""
    rows = tables.households(db)
    rows.put({"id": "h1", "name": "张三", "old": 1})
    rows.put({"id": "h1", "name": "张三丰"})
    assert rows.all() == [{"id": "h1", "name": "张三丰"}]
    assert rows.get("h1") == {"id": "h1", "name": "张三丰"}
    assert rows.get("h2") is None


def test_a_page_of_changes_is_one_write(db, disk):
    """Three hundred households from the feed cost one flush."""
    before = disk.syncs
    tables.households(db).put_many({"id": f"h{n}", "town": f"t{n % 6}"} for n in range(300))
    assert disk.syncs == before + 1
    assert tables.households(db).count() == 300
    assert len(tables.households(db).find("town", "t3")) == 50


def test_delete_takes_what_is_there(db):
    """Tombstones for unknown households do no harm."""
    tables.orgs(db).put({"id": "o1"})
    tables.orgs(db).delete("o1", "o2")
    assert tables.orgs(db).count() == 0


def test_the_same_bytes_are_not_written_again(db, disk):
    """A feed that repeats itself costs nothing."""
    tables.campaign(db).put({"id": "c1", "rules": {"R1": "block"}})
    before = disk.syncs
    tables.campaign(db).put({"id": "c1", "rules": {"R1": "block"}})
    assert disk.syncs == before


def test_meta_values(db):
    """Single values by key, with a default."""
    assert tables.get_meta(db, "cursor") is None
    assert tables.get_meta(db, "cursor", "0") == "0"
    tables.put_meta(db, "cursor", "17")
    tables.put_meta(db, "cursor", {"n": 18})
    assert tables.get_meta(db, "cursor") == {"n": 18}


def test_every_named_index_is_used(db):
    """A lookup by an indexed field does not read the other documents."""
    rows = tables.records(db)
    rows.put_many({"id": f"r{n}", "household_id": "h"} for n in range(50))
    rows.get("r1")
    memory = db._engine.memory
    assert "id" in memory.tables["records"].indexes
    for doc_id in list(memory.tables["records"].docs)[10:]:
        memory.tables["records"].docs[doc_id] = b"not json"
    assert rows.get("r5")["id"] == "r5"
