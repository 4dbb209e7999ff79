"""A process killed while it writes: the next one finds all that was acknowledged."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from pathlib import Path

import pytest

from app.store import open_database
from tests.crash.store_work import KEY, State, content, small_segments, work

__all__ = ["small_segments"]


def _child(folder: Path, pipe: int) -> None:
    def tell(kind: str, state: State) -> None:
        os.write(pipe, (json.dumps([kind, state]) + "\n").encode())

    with open_database(folder, KEY) as db:
        with db.batch():
            for name in ("records", "outbox"):
                db.table(name).truncate()
        tell("done", content(db))
        for goal in work(db, lambda state: tell("done", state), 10_000):
            tell("goal", goal)


def _start(folder: Path) -> tuple[int, int]:
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:  # the child never returns into pytest
        try:
            os.close(read_end)
            _child(folder, write_end)
        finally:
            os._exit(1)
    os.close(write_end)
    return pid, read_end


def _kill_after(pid: int, pipe: int, seconds: float) -> list[list[object]]:
    """What the child told before it died."""
    told = b""
    deadline = time.monotonic() + seconds
    os.set_blocking(pipe, False)
    killed = False
    while True:
        if not killed and time.monotonic() >= deadline:
            os.kill(pid, signal.SIGKILL)
            killed = True
        try:
            part = os.read(pipe, 1 << 20)
        except BlockingIOError:
            time.sleep(0.0005)
            continue
        if not part:
            break
        told += part
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL
    os.close(pipe)
    return [json.loads(line) for line in told.split(b"\n")[:-1]]


def _kill_loop(folder: Path, rounds: int, seed: int) -> int:
    chance = random.Random(seed)
    written = 0
    for number in range(rounds):
        pid, pipe = _start(folder)
        told = _kill_after(pid, pipe, chance.uniform(0.004, 0.12))
        with open_database(folder, KEY) as db:
            found = content(db)
        if not told:
            continue
        acknowledged = [state for kind, state in told if kind == "done"]
        goals = [state for kind, state in told[-1:] if kind == "goal"]
        assert found in acknowledged[-1:] + goals, f"round {number}"
        written += len(acknowledged)
    return written


@pytest.mark.usefixtures("small_segments")
def test_killed_while_writing(tmp_path):
    """Forty kills in the middle of writes, batches and compactions lose nothing acknowledged (S25)."""
    assert _kill_loop(tmp_path / "store", 40, seed=1) > 100


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.usefixtures("small_segments")
def test_killed_a_thousand_times(tmp_path):
    """A thousand kills lose nothing acknowledged."""
    assert _kill_loop(tmp_path / "store", 1000, seed=2) > 5000
