"""Power lost at every single step of writing, rolling over and compacting: nothing acknowledged is lost."""

from __future__ import annotations

import pytest

from app.platform.browser.pool import PoolFolder
from app.platform.ports import DeviceFolder
from app.store import open_database
from tests.contracts.fake_device import Disk, FakeFolder, PowerLost, pool_handles
from tests.crash.store_work import CRYPTO, KEY, State, content, small_segments, work

__all__ = ["small_segments"]


def _folder(kind: str, disk: Disk) -> DeviceFolder:
    return FakeFolder(disk) if kind == "files" else PoolFolder(list(pool_handles(disk, 24)))


def _run(kind: str, disk: Disk, rounds: int) -> tuple[State, State]:
    """(what was acknowledged, what the interrupted write would have led to)."""
    seen: list[State] = [{"records": {}, "outbox": {}}]
    goal = seen[0]
    try:
        with open_database(_folder(kind, disk), KEY, crypto=CRYPTO) as db:
            for goal in work(db, seen.append, rounds):  # noqa: B007 (the last one counts)
                pass
            goal = content(db)
    except PowerLost:
        pass
    return seen[-1], goal


def _sweep(kind: str, kept: str, rounds: int) -> None:
    whole = Disk()
    _run(kind, whole, rounds)
    segments = [int(name[4:]) for name in _folder(kind, whole).names() if name.startswith("seg-")]
    assert 1 < len(segments) < max(segments)  # it rolled over and compacted
    for crash_at in range(whole.steps):
        disk = Disk(crash_at=crash_at)
        acknowledged, goal = _run(kind, disk, rounds)
        after = disk.after_power_loss(kept)
        with open_database(_folder(kind, after), KEY, crypto=CRYPTO) as db:
            found = content(db)
            assert found in (acknowledged, goal), f"step {crash_at}"
            assert {report.code for report in db.reports} <= {"tail_cut"}
            db.table("records").insert({"name": "after", "n": 1})
            while db.compact_step():
                pass
        with open_database(_folder(kind, after), KEY, crypto=CRYPTO) as db:
            found["records"]["after"] = 1
            assert content(db) == found, f"after step {crash_at}"
            assert db.reports == []


@pytest.mark.usefixtures("small_segments")
@pytest.mark.parametrize("kind", ["files", "pool"])
@pytest.mark.parametrize("kept", ["written", "flushed", "torn"])
def test_power_lost_at_every_step(kind, kept):
    """Whatever the step: the next start shows all that was acknowledged, and pairs stay whole (S25)."""
    _sweep(kind, kept, rounds=15)


@pytest.mark.slow
@pytest.mark.usefixtures("small_segments")
@pytest.mark.parametrize("kind", ["files", "pool"])
@pytest.mark.parametrize("kept", ["written", "flushed", "torn"])
def test_power_lost_at_every_step_of_a_long_day(kind, kept):
    """The same over more compactions, each of an already compacted store."""
    _sweep(kind, kept, rounds=48)
