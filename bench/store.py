"""The phone's database against stock TinyDB: ratios from one run, bytes and flushes counted.

Times on a shared machine wander, so the two are interleaved (one insert of theirs, a burst of ours) and
compared as medians; bytes and flushes do not wander, and a phone's slow storage pays for those.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tinydb import TinyDB
from tinydb.storages import JSONStorage

from app.platform.native.files import NativeFile, NativeFolder
from app.store import NuanDB, open_database

KEY = bytes(range(32))
BURST = 20
_NOTE = "入户走访，老人独居，患高血压多年，子女在外务工；希望协助办理医疗救助，冬季取暖补贴尚未到账。"


def document(number: int) -> dict[str, Any]:
    """A visit of about 1 KB."""
    return {
        "id": f"01935c3e-7b00-7000-8000-{number:012d}",
        "household_id": f"h{number % 300}",
        "state": "kept",
        "made_at": f"2026-01-{number % 28 + 1:02d}T12:00:00Z",
        "needs": {"medical": number % 4, "housing": number % 3, "security": number % 2},
        "photos": [f"{number:064x}", f"{number + 1:064x}"],
        "note": _NOTE * 5 + str(number),
    }


class CountingFile(NativeFile):
    """Counts what reaches the device."""

    written = 0
    flushed = 0

    def append(self, data: bytes) -> None:
        CountingFile.written += len(data)
        super().append(data)

    def sync(self) -> None:
        CountingFile.flushed += 1
        super().sync()


class CountingFolder(NativeFolder):
    def open(self, name: str) -> NativeFile:
        return CountingFile(self, self._of(name))


class CountingJSONStorage(JSONStorage):
    """Stock storage as it ships (it writes everything and fsyncs), counting bytes."""

    written = 0

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        super().write(data)
        CountingJSONStorage.written += self._handle.tell()


def run(quick: bool) -> Iterator[dict[str, Any]]:
    """Lines of {"name", "value", "unit", …}; ``quick`` leaves out the 100,000-document store."""
    for records in (1_000, 10_000):
        yield from _insert(records, repeats=7 if records > 1_000 else 25)
    for documents in (10_000,) if quick else (10_000, 100_000):
        yield from _open(documents)


def _insert(records: int, repeats: int) -> Iterator[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        ours = open_database(CountingFolder(place / "ours"), KEY)
        theirs = TinyDB(place / "stock.json", storage=CountingJSONStorage)
        documents = [document(number) for number in range(records)]
        ours.insert_multiple(documents)
        ours.ensure_index("_default", "id")
        ours.ensure_index("_default", "household_id")
        theirs.insert_multiple(documents)
        fast, slow = _interleave(ours, theirs, records, repeats)
        ratios = [b / statistics.median(fast) for b in slow]
        shared = {"runs": repeats, "records": records}
        yield {
            "name": f"store_insert_ratio_{records}",
            "value": round(statistics.median(slow) / statistics.median(fast), 1),
            "unit": "times",
            "ours_ms": round(statistics.median(fast) * 1e3, 3),
            "stock_ms": round(statistics.median(slow) * 1e3, 3),
            "spread": [round(min(ratios), 1), round(max(ratios), 1)],
            **shared,
        }
        yield _line(f"store_insert_bytes_{records}", CountingFile.written / len(fast), "bytes", **shared)
        yield _line(f"store_insert_flushes_{records}", CountingFile.flushed / len(fast), "flushes", **shared)
        yield _line(
            f"store_stock_insert_bytes_{records}", CountingJSONStorage.written / repeats, "bytes", **shared
        )
        ours.close()
        theirs.close()


def _interleave(ours: NuanDB, theirs: TinyDB, first: int, repeats: int) -> tuple[list[float], list[float]]:
    ours.insert(document(first + 10**6))  # so that no measured insert pays for building the indexes
    CountingFile.written = CountingFile.flushed = CountingJSONStorage.written = 0
    fast: list[float] = []
    slow: list[float] = []
    for number in range(first, first + repeats * BURST, BURST):
        slow.append(_timed(theirs.insert, document(number)))
        fast += [_timed(ours.insert, document(number + more)) for more in range(BURST)]
    return fast, slow


def _timed(insert: Callable[[dict[str, Any]], int], given: dict[str, Any]) -> float:
    started = time.perf_counter()
    insert(given)
    return time.perf_counter() - started


_OPENING = """
import json, sys, time
import app.platform.native.crypto
from app.store import open_database
from bench.store import KEY, resident
before, started = resident(), time.perf_counter()
db = open_database(sys.argv[1], KEY)
opened, memory = time.perf_counter() - started, resident() - before
table = db.table("records")
started = time.perf_counter()
from tinydb import where
table.get(where("id") == "x")
index = time.perf_counter() - started
started = time.perf_counter()
for number in range(100):
    table.get(where("id") == f"01935c3e-7b00-7000-8000-{number:012d}")
found = (time.perf_counter() - started) / 100
indexed = resident() - before
print(json.dumps([opened, memory, index, found, indexed]))
"""


def resident() -> int:
    """Resident bytes of this process (Linux)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _open(documents: int) -> Iterator[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as name:
        with open_database(Path(name) / "store", KEY) as db:
            table = db.table("records")
            for start in range(0, documents, 10):
                table.insert_multiple(document(number) for number in range(start, start + 10))
        command = [sys.executable, "-c", _OPENING, str(Path(name) / "store")]
        root = Path(__file__).parent.parent
        runs = [
            json.loads(subprocess.run(command, cwd=root, capture_output=True, check=True, text=True).stdout)
            for _ in range(3)
        ]
    opened, memory, index, found, indexed = (statistics.median(values) for values in zip(*runs, strict=True))
    times = sorted(round(each[0], 3) for each in runs)
    yield _line(f"store_open_s_{documents}", opened, "s", spread=[times[0], times[-1]])
    yield _line(f"store_memory_mb_{documents}", memory / 1e6, "MB")
    yield _line(f"store_memory_with_index_mb_{documents}", indexed / 1e6, "MB")
    yield _line(f"store_index_build_s_{documents}", index, "s")
    yield _line(f"store_find_ms_{documents}", found * 1e3, "ms")


def _line(name: str, value: float, unit: str, **more: object) -> dict[str, Any]:
    return {"name": name, "value": round(value, 3), "unit": unit, **more}
