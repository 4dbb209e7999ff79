"""Housekeeping gives bytes back, forgets nothing, and may be interrupted anywhere."""

from __future__ import annotations

import copy

import pytest
from tinydb import where

from app.platform.native.crypto import NativeCrypto
from app.store import NuanDB, StoreError, compaction, open_database
from tests.contracts.fake_device import Disk, FakeFolder, PowerLost

CRYPTO = NativeCrypto()


@pytest.fixture(autouse=True)
def _small_segments(monkeypatch):
    monkeypatch.setattr("app.store.journal.SEGMENT_SIZE", 1024)
    monkeypatch.setattr("app.store.compaction.SEGMENT_SIZE", 1024)


def _open(disk: Disk) -> NuanDB:
    return open_database(FakeFolder(disk), b"k" * 32, crypto=CRYPTO)


def _segments(disk: Disk) -> list[int]:
    return [int(name[4:]) for name in sorted(disk.files) if name.startswith("seg-")]


def _content(db: NuanDB) -> dict[str, list[dict]]:
    return {name: db.table(name).all() for name in sorted(db.tables())}


@pytest.fixture
def worn() -> Disk:
    """A store in which one draft was saved many times among a few other changes."""
    disk = Disk()
    with _open(disk) as db:
        for number in range(60):
            db.table("drafts").upsert({"id": "d", "step": number, "note": "x" * 80}, where("id") == "d")
            db.table("notes").upsert({"id": f"n{number % 4}", "n": number}, where("id") == f"n{number % 4}")
            if number % 9 == 8:
                db.table("notes").remove(where("n") < number - 2)
    assert len(_segments(disk)) > 8
    return disk


def test_dead_bytes_are_given_back(worn):
    """A draft saved sixty times takes the room of a few."""
    used = worn.used()
    with _open(worn) as db:
        before, steps = _content(db), 0
        while db.compact_step():
            steps += 1
        assert _content(db) == before
    assert 0 < steps < 20
    assert used - worn.used() > 5000
    assert len(_segments(worn)) <= 3
    with _open(worn) as db:
        assert _content(db) == before
        assert not db.compact_step()


@pytest.mark.parametrize("kept", ["written", "flushed", "torn"])
def test_power_lost_inside_a_long_rewrite(worn, kept):
    """Three and more old segments become one; interrupted anywhere, the newest state is what counts."""
    with _open(worn) as db:
        before = _content(db)
    longest, crash_at = 0, 0
    while True:
        disk = copy.deepcopy(worn)
        disk.crash_at = disk.steps + crash_at
        had = len(_segments(disk))
        try:
            with _open(disk) as db:
                while db.compact_step():
                    longest = max(longest, had - len(_segments(disk)))
                    had = len(_segments(disk))
        except PowerLost:
            with _open(disk.after_power_loss(kept)) as db:
                assert _content(db) == before, f"step {crash_at}"
                assert db.reports == []
            crash_at += 1
            continue
        break
    assert longest >= 2
    assert crash_at > 15


@pytest.mark.parametrize("kept", ["written", "flushed", "torn"])
def test_power_lost_between_removing_rewritten_segments(kept):
    """While the old segments of a rewrite go one by one, none of them brings an older version back."""
    worn = Disk()
    with _open(worn) as db:
        for number in range(9):  # the last version lies inside the run, older ones in each segment before it
            db.table("a").upsert({"id": "k", "n": number, "note": "x" * 100}, where("id") == "k")
            db.table("a").upsert({"id": number % 2}, where("id") == number % 2)
            db.table("a").remove(where("id") == number % 2)
        for number in range(12):
            db.table("b").insert({"n": number, "note": "y" * 200})
        before = _content(db)
    finished, crash_at = False, 0
    while not finished:
        disk = copy.deepcopy(worn)
        try:
            with _open(disk) as db:
                run = _segments(disk)[:4]
                assert db._engine.memory.tables["a"].where[1] in run[2:]
                disk.crash_at = disk.steps + crash_at
                compaction.rewrite(db._engine.journal, db._engine.memory, run)
                finished = True
        except PowerLost:
            crash_at += 1
        with _open(disk.after_power_loss(kept)) as db:
            assert _content(db) == before, f"step {crash_at}"
    assert _segments(disk)[0] == run[0]
    assert not set(run[1:]) & set(_segments(disk))


def test_ids_and_empty_tables_are_remembered():
    """After housekeeping a removed id is still not used again, and an emptied table is still there."""
    disk = Disk()
    with _open(disk) as db:
        db.table("a").insert_multiple({"n": n} for n in range(20))
        db.table("b").insert({"n": 1})
        db.table("b").remove(doc_ids=[1])
        db.table("a").remove(where("n") > 9)
        for number in range(60):
            db.table("c").upsert({"id": 1, "n": number, "note": "x" * 50}, where("id") == 1)
        while db.compact_step():
            pass
        everything = [op for number in _segments(disk)[:-1] for op in db._engine.journal.read_ops(number)]
    assert not any(op.kind == 2 for op in everything)  # no tombstone is left
    with _open(disk) as db:
        assert db.tables() >= {"a", "b", "c"}
        assert db.table("a").insert({}) == 21
        assert db.table("b").insert({}) == 2


def test_a_tombstone_stays_while_an_older_segment_needs_it(worn):
    """A removed document does not come back because its removal was tidied away too early."""
    disk = Disk()
    with _open(disk) as db:
        table = db.table("a")
        table.insert_multiple(
            {"n": n, "note": "x" * 60} for n in range(10)
        )  # mostly live: not worth a rewrite
        for number in range(30):
            db.table("b").insert({"n": number, "note": "y" * 60})
        table.remove(doc_ids=[5])
        db.table("b").remove(where("n") > 2)
        for number in range(30):
            db.table("c").upsert({"id": 1, "n": number, "note": "z" * 50}, where("id") == 1)
        while db.compact_step():
            pass
        assert len(table) == 9
    with _open(disk) as db:
        assert len(db.table("a")) == 9
        assert len(db.table("b")) == 3


def test_what_a_failed_batch_gave_back_survives_housekeeping():
    """Documents whose removal or change was taken back are still there after a rewrite and a restart."""
    disk = Disk()
    with _open(disk) as db:
        db.table("a").insert_multiple({"n": n} for n in range(10))
        for change in (
            lambda t: t.remove(where("n") < 5),
            lambda t: t.update({"n": -1}),
            lambda t: t.truncate(),
        ):
            with pytest.raises(KeyError), db.batch():  # noqa: PT012
                change(db.table("a"))
                db.table("a").insert({"n": 99})
                raise KeyError
        for number in range(40):
            db.table("c").upsert({"id": 1, "n": number, "note": "z" * 50}, where("id") == 1)
        while db.compact_step():
            pass
    with _open(disk) as db:
        assert [doc["n"] for doc in db.table("a")] == list(range(10))


def test_not_inside_a_batch(worn):
    """Housekeeping waits until the batch is over."""
    with _open(worn) as db:
        with db.batch(), pytest.raises(RuntimeError):
            db.compact_step()
        assert db.compact_step()


def test_a_full_disk_stops_housekeeping_only(worn):
    """Without room to rewrite there is a clear error, and the store goes on."""
    with _open(worn) as db:
        before = _content(db)
        worn.capacity = worn.used() + 40
        with pytest.raises(StoreError) as error:
            db.compact_step()
        assert error.value.code == "disk_full"
        assert _content(db) == before
        worn.capacity = 10**9
        assert db.compact_step()
        db.insert({"after": 1})
    with _open(worn) as db:
        assert len(db) == 1
        assert db.reports == []


def test_a_save_never_waits_for_the_whole_store(monkeypatch, tmp_path):
    """One step rewrites about one segment, however large the store is."""
    monkeypatch.undo()
    with open_database(tmp_path / "store", b"k" * 32) as db:
        table = db.table("records")
        for start in range(0, 5000, 50):
            table.insert_multiple({"n": n, "note": "访" * 300} for n in range(start, start + 50))
        table.remove(where("n").test(lambda n: n % 2 == 0))
        written = []
        journal = db._engine.journal
        create = journal.create

        def counted(number, groups):
            segment = create(number, groups)
            written.append(segment.size)
            return segment

        monkeypatch.setattr(journal, "create", counted)
        while db.compact_step():
            pass
        assert len(written) > 1
        assert max(written) <= 1.1 * 1024 * 1024
        assert len(table) == 2500
