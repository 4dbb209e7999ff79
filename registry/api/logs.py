"""Structured logs, one JSON object a line. Only fields of this list are ever written, so that no name, ID
number or text from a record can slip in."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import msgspec
import structlog

from registry.service.settings import ENV_LOG

ALLOWED = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "request_id",
        "method",
        "route",
        "status",
        "ms",
        "county",
        "campaign",
        "upload",
        "device",
        "code",
        "error",
        "places",
        "records",
        "accepted",
        "job",
        "count",
        "bytes",
        "revision",
        "port",
    }
)


def only_allowed(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop every field that is not on the list."""
    return {name: value for name, value in event.items() if name in ALLOWED}


def _json(event: Any, **_: Any) -> str:
    return msgspec.json.encode(event, enc_hook=repr).decode()


def _to_stderr(*_: Any) -> structlog.PrintLogger:
    return structlog.PrintLogger(sys.stderr)  # looked up each time: tests and daemons replace it


class Split:
    """Every line into a file; warnings and worse to standard error as well."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def info(self, line: str) -> None:
        """One line; opened each time, so that the file may be moved away while we run."""
        with self._file.open("a", encoding="utf-8") as out:
            out.write(line + "\n")

    debug = msg = info

    def warning(self, line: str) -> None:
        """Both places."""
        self.info(line)
        print(line, file=sys.stderr, flush=True)

    error = critical = exception = warning


def configure_logs(level: int = logging.INFO, file: str | None = None) -> None:
    """To standard error, or to ``file`` (default $NUANFANG_LOG_FILE); call once per process."""
    chosen = file or os.environ.get(ENV_LOG)
    split = Split(Path(chosen)) if chosen else None
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_allowed,
            structlog.processors.JSONRenderer(_json),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=(lambda *_: split) if split else _to_stderr,
        cache_logger_on_first_use=False,
    )
