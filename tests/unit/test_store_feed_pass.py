"""A feed that starts over takes away what it does not name again, and nothing else (S25)."""

from __future__ import annotations

import pytest
from phone_world import ANCHOR

from app.platform.native.crypto import NativeCrypto
from app.store import open_database
from app.store.feed import SEEN
from app.store.sync_port import SyncStore
from app.store.tables import Rows, records
from sync.protocol.messages import Change
from tests.contracts.fake_device import Disk, FakeFolder

KEY = b"k" * 32


@pytest.fixture
def disk() -> Disk:
    return Disk()


def opened(disk):
    db = open_database(FakeFolder(disk), KEY, crypto=NativeCrypto())
    return db, SyncStore(db)


def homes(*ids, kind="household"):
    return [Change(kind=kind, id=one, doc={"name": one}) for one in ids]


def ids(db, table):
    return {one["id"] for one in Rows(db, table).all()}


def test_what_is_not_named_again_is_gone(disk):
    """Household, assignment and user of the lost days leave; what was named again has its new contents."""
    db, store = opened(disk)
    store.apply_changes([*homes("a", "b", "c"), *homes("u", kind="user")], "1", ANCHOR)
    again = [Change(kind="household", id="a", doc={"name": "anew"})]
    store.apply_changes(again, "2", ANCHOR, restart=True)
    assert ids(db, "households") == {"a", "b", "c"}, "not before the last page"
    store.apply_changes(homes("c"), "3", ANCHOR, last=True)
    assert ids(db, "households") == {"a", "c"}
    assert ids(db, "users") == set()
    assert Rows(db, "households").get("a")["name"] == "anew"
    assert SEEN not in db.tables()


def test_evidence_stays(disk):
    """What the registry once said of own records, and the records, stay whatever the feed names."""
    db, store = opened(disk)
    store.apply_changes([*homes("p", kind="proof"), *homes("f", kind="feedback")], "1", ANCHOR)
    records(db).put({"id": "r", "state": "complete", "type": "visit"})
    store.apply_changes(homes("a"), "2", ANCHOR, restart=True, last=True)
    assert (ids(db, "proofs"), ids(db, "feedback"), ids(db, "records")) == ({"p"}, {"f"}, {"r"})


def test_a_kill_between_two_pages_loses_nothing(disk):
    """The pass goes on after a restart of the app, with what it had seen."""
    db, store = opened(disk)
    store.apply_changes(homes("a", "b", "c"), "1", ANCHOR)
    store.apply_changes(homes("a"), "2", ANCHOR, restart=True)
    db.close()
    db, store = opened(disk)
    store.apply_changes(homes("b"), "3", ANCHOR, last=True)
    assert ids(db, "households") == {"a", "b"}


def test_starting_over_twice_counts_only_the_second_time(disk):
    """Put back again in the middle: what only the first attempt named is gone too."""
    db, store = opened(disk)
    store.apply_changes(homes("a", "b"), "1", ANCHOR)
    store.apply_changes(homes("a"), "2", ANCHOR, restart=True)
    store.apply_changes(homes("b"), "3", ANCHOR, restart=True, last=True)
    assert ids(db, "households") == {"b"}


def test_an_ordinary_last_page_takes_nothing_away(disk):
    """Only a feed that started over names everything."""
    db, store = opened(disk)
    store.apply_changes(homes("a", "b"), "1", ANCHOR, last=True)
    store.apply_changes(homes("c"), "2", ANCHOR, last=True)
    assert ids(db, "households") == {"a", "b", "c"}
