"""A full disk, a failing flush, two programs, several threads."""

from __future__ import annotations

import os
import subprocess
import threading
from pathlib import Path

import pytest
from tinydb import where

from app.platform.browser.pool import PoolFolder
from app.store import NuanDB, StoreError, open_database
from tests.contracts.fake_device import Disk, FakeFolder, pool_handles
from tests.crash.store_work import CRYPTO, KEY, small_segments

__all__ = ["small_segments"]


@pytest.fixture
def tiny_disk(tmp_path):
    """A real file system of 2 MB; needs root."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small tmpfs needs root; the fake disk below tests the same")
    place = tmp_path / "tiny"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this machine does not let us mount a tmpfs")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def _fill(db: NuanDB) -> list[int]:
    """Insert until the disk is full; returns what was acknowledged."""
    done: list[int] = []
    for number in range(100_000):
        try:
            db.insert({"n": number, "note": "访" * 300})
        except StoreError as error:
            assert error.code == "disk_full"  # noqa: PT017 (most inserts must succeed)
            return done
        done.append(number)
    pytest.fail("the disk never filled")


def _check_full(reopen, *, pool: bool = False) -> None:
    with reopen() as db:
        done = _fill(db)
        assert len(done) > 100
        assert [doc["n"] for doc in db.all()] == done  # memory equals disk
        with pytest.raises(StoreError) as error:
            db.insert({"n": -1, "note": "访" * 3000})
        assert error.value.code == "disk_full"
        with pytest.raises(StoreError):
            db.table("other").insert_multiple([{"x": "y" * 5000}] * 10)
        assert len(db.table("other")) == 0
    with reopen() as db:
        assert [doc["n"] for doc in db.all()] == done
        assert {report.code for report in db.reports} <= {"ballast_missing"}
        db.release_ballast()
        assert len(db.remove(where("n") < len(done) // 2)) == len(done) // 2
        while db.compact_step():
            pass
        db.insert({"n": -5, "note": "room again" * 300})
    with reopen() as db:
        assert [doc["n"] for doc in db.all()] == [*done[len(done) // 2 :], -5]


def test_a_really_full_disk(tiny_disk):
    """On a full 2 MB file system: a clear error, memory equals disk, nothing lost, and a way out."""
    _check_full(lambda: open_database(tiny_disk / "store", KEY))


def test_a_full_fake_disk():
    """The same on a device in memory."""
    disk = Disk(capacity=3_000_000)
    _check_full(lambda: open_database(FakeFolder(disk), KEY, crypto=CRYPTO))


def test_a_full_browser_quota():
    """The same when the browser's quota is used up."""
    disk = Disk(capacity=3_000_000)
    _check_full(lambda: open_database(PoolFolder(list(pool_handles(disk, 16))), KEY, crypto=CRYPTO))


def test_a_torn_tail_on_a_full_disk_is_not_cut():
    """When there is no room to keep the torn bytes they stay where they are, and work goes on later."""
    disk = Disk()
    with open_database(FakeFolder(disk), KEY, crypto=CRYPTO) as db:
        db.insert({"n": 1})
    torn = bytes(disk.files["seg-00000001"].now) + b"half a frame"
    disk.files["seg-00000001"].now[:] = torn
    disk.capacity = disk.used()
    with open_database(FakeFolder(disk), KEY, crypto=CRYPTO) as db:
        assert db.all() == [{"n": 1}]
        assert [(r.code, r.kept_in) for r in db.reports] == [("tail_cut", None)]
    assert bytes(disk.files["seg-00000001"].now) == torn
    with open_database(FakeFolder(disk), KEY, crypto=CRYPTO) as db:
        disk.capacity = 10**9
        db.insert({"n": 2})
        while db.compact_step():
            pass
    with open_database(FakeFolder(disk), KEY, crypto=CRYPTO) as db:
        assert db.all() == [{"n": 1}, {"n": 2}]
        assert b"half a frame" in b"".join(bytes(data.now) for data in disk.files.values())


@pytest.mark.usefixtures("small_segments")
def test_the_browser_pool_running_out_of_files():
    """With no prepared file left the last segment grows, and housekeeping still works after reserving."""
    disk = Disk()
    folder = PoolFolder(list(pool_handles(disk, 3)))
    with open_database(folder, KEY, crypto=CRYPTO) as db:
        for number in range(100):
            db.insert({"n": number, "note": "x" * 100})
        assert folder.free() == 1  # one is left for compaction
        folder.add(list(pool_handles(disk, 6))[3:])
        for number in range(100, 120):
            db.insert({"n": number, "note": "x" * 100})
        db.remove(where("n") < 100)
        while db.compact_step():
            pass
    with open_database(PoolFolder(list(pool_handles(disk, 6))), KEY, crypto=CRYPTO) as db:
        assert [doc["n"] for doc in db.all()] == list(range(100, 120))


def test_a_failed_flush_poisons_the_store():
    """After a failed flush nobody knows what is on disk: reading goes on, writing waits for a reopening."""
    disk = Disk()
    db = open_database(FakeFolder(disk), KEY, crypto=CRYPTO)
    db.insert({"n": 1})
    disk.sync_fails = True
    with pytest.raises(StoreError) as error:
        db.insert({"n": 2})
    assert error.value.code == "store_poisoned"
    disk.sync_fails = False
    for act in (lambda: db.insert({"n": 3}), lambda: db.remove(doc_ids=[1]), db.compact_step):
        with pytest.raises(StoreError) as error:
            act()
        assert error.value.code == "store_poisoned"
    assert db.all() == [{"n": 1}]
    db.close()
    with open_database(FakeFolder(disk), KEY, crypto=CRYPTO) as db:
        assert db.all()[0] == {"n": 1}
        db.insert({"n": 4})


def test_an_interrupted_write_is_taken_back(monkeypatch):
    """Ctrl-C inside a write: memory, and what the next start reads, stay as before."""
    disk = Disk()
    db = open_database(FakeFolder(disk), KEY, crypto=CRYPTO)
    db.insert({"n": 1})
    file = db._engine.journal._active

    def interrupted(data: bytes) -> None:
        type(file).append(file, data[:7])
        raise KeyboardInterrupt

    monkeypatch.setattr(file, "append", interrupted)
    with pytest.raises(KeyboardInterrupt):
        db.insert({"n": 2})
    monkeypatch.undo()
    db.insert({"n": 3})
    db.close()
    with open_database(FakeFolder(disk), KEY, crypto=CRYPTO) as db:
        assert db.all() == [{"n": 1}, {"n": 3}]
        assert db.reports == []


def test_the_second_program_hears_who_has_the_store(tmp_path: Path):
    """Another process holding the store is named by its pid, and its work is not disturbed."""
    ready, go = os.pipe(), os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            with open_database(tmp_path / "store", KEY) as db:
                db.insert({"from": "child"})
                os.write(ready[1], b"x")
                os.read(go[0], 1)
                db.insert({"from": "child again"})
        finally:
            os._exit(0)
    os.read(ready[0], 1)
    with pytest.raises(StoreError) as error:
        open_database(tmp_path / "store", KEY)
    assert error.value.code == "store_in_use"
    assert error.value.details["holder"] == pid
    os.write(go[1], b"x")
    os.waitpid(pid, 0)
    with open_database(tmp_path / "store", KEY) as db:
        assert [doc["from"] for doc in db] == ["child", "child again"]


def test_four_threads(tmp_path: Path):
    """Four threads insert, update, read and batch at once: every acknowledged write is there."""
    errors: list[BaseException] = []

    def run(worker: int) -> None:
        try:
            for number in range(100):
                with db.batch():
                    db.table("records").insert({"id": f"{worker}-{number}", "n": 0})
                    db.table("outbox").insert({"id": f"{worker}-{number}"})
                db.table("records").update({"n": 1}, where("id") == f"{worker}-{number}")
                assert db.table("records").get(where("id") == f"{worker}-{number}")["n"] == 1
                assert len(db.table("records").all()) >= number
                if number % 25 == 0:
                    db.compact_step()
        except BaseException as error:
            errors.append(error)

    with open_database(tmp_path / "store", KEY) as db:
        threads = [threading.Thread(target=run, args=(worker,)) for worker in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert errors == []
    with open_database(tmp_path / "store", KEY) as db:
        wanted = {f"{worker}-{number}" for worker in range(4) for number in range(100)}
        assert {doc["id"] for doc in db.table("records")} == wanted
        assert {doc["id"] for doc in db.table("outbox")} == wanted
        assert len({doc.doc_id for doc in db.table("records")}) == 400
        assert all(doc["n"] == 1 for doc in db.table("records"))
