"""Whether this server is about to stop: a mark that its parent process leaves for all its workers."""

from __future__ import annotations

import os
from pathlib import Path

ENV_RUN = "NUANFANG_RUN_DIR"
"""A folder of this run of the server: the mark, and the counters that its processes share."""
MARK = "draining"


def mark_draining() -> None:
    """From now on ``draining()`` is True in every process of this run."""
    folder = os.environ.get(ENV_RUN)
    if folder:
        (Path(folder) / MARK).touch()


def draining() -> bool:
    """True between SIGTERM and the end."""
    folder = os.environ.get(ENV_RUN)
    return folder is not None and (Path(folder) / MARK).exists()
