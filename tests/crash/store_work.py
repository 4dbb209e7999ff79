"""The work that the crash tests interrupt, and what must be true afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from tinydb import where

from app.platform.native.crypto import NativeCrypto
from app.store import NuanDB

KEY = b"k" * 32
CRYPTO = NativeCrypto()
State = dict[str, dict[str, int]]


@pytest.fixture
def small_segments(monkeypatch):
    """Segments of 2 KB, so that a few writes reach rollover and compaction."""
    monkeypatch.setattr("app.store.journal.SEGMENT_SIZE", 2048)
    monkeypatch.setattr("app.store.compaction.SEGMENT_SIZE", 2048)


def content(db: NuanDB) -> State:
    """Number by name in each table."""
    return {name: {doc["name"]: doc["n"] for doc in db.table(name)} for name in ("records", "outbox")}


def work(db: NuanDB, acknowledged: Callable[[State], None], rounds: int) -> Iterator[State]:
    """Pairs over two tables, updates, removals, truncation and compaction. Yields what a write will lead
    to before it starts and calls ``acknowledged`` when it returned."""
    records, outbox = db.table("records"), db.table("outbox")
    for number in range(rounds):
        name, goal = f"r{number}", content(db)
        goal["records"][name] = goal["outbox"][name] = number
        yield goal
        with db.batch():
            records.insert({"name": name, "n": number, "note": "入户走访" * 20})
            outbox.insert({"name": name, "n": number})
        acknowledged(goal)
        goal = content(db)
        goal["records"]["draft"] = number
        yield goal
        records.upsert({"name": "draft", "n": number, "note": "家访草稿" * 20}, where("name") == "draft")
        acknowledged(goal)
        if number % 3 == 2:
            goal = content(db)
            goal["records"][f"r{number - 1}"] = -number
            goal["outbox"].pop(f"r{number - 2}", None)
            yield goal
            with db.batch():
                records.update({"n": -number}, where("name") == f"r{number - 1}")
                outbox.remove(where("name") == f"r{number - 2}")
            acknowledged(goal)
        if number % 7 == 6:
            goal = {**content(db), "outbox": {}}
            yield goal
            outbox.truncate()
            acknowledged(goal)
        if number % 5 == 4:
            old = [f"r{n}" for n in range(number - 6)]
            goal = content(db)
            goal["records"] = {name: n for name, n in goal["records"].items() if name not in old}
            yield goal
            records.remove(where("name").one_of(old))
            acknowledged(goal)
        yield content(db)
        db.compact_step()
