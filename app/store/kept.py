"""Bytes that could not be read are never thrown away: they are kept beside the journal and reported."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from app.platform.errors import PlatformError
from app.platform.ports import DeviceFolder

#: Enough for any real accident; a failing device must not fill itself with its own ruins.
MOST_KEPT = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Report:
    """What opening found. ``code``: tail_cut (bytes after the last whole frame), frame_damaged,
    segment_damaged, ballast_missing. ``kept_in`` is a file name in the store's folder, or None when
    there was no room to keep the bytes (then they stay where they are)."""

    code: str
    segment: str = ""
    offset: int = 0
    size: int = 0
    kept_in: str | None = None


class Keeper:
    """Appends to ``lost.torn`` and ``lost.damaged``: one JSON line, then the bytes."""

    def __init__(self, folder: DeviceFolder, on_report: Callable[[Report], None] | None = None) -> None:
        self._folder = folder
        self._on_report = on_report
        self.reports: list[Report] = []

    def tell(self, report: Report) -> None:
        self.reports.append(report)
        if self._on_report is not None:
            self._on_report(report)

    def keep(self, code: str, segment: str, offset: int, data: bytes) -> bool:
        """True when the bytes are durable elsewhere; reports either way."""
        name = "lost.torn" if code == "tail_cut" else "lost.damaged"
        head = {"segment": segment, "offset": offset, "size": len(data)}
        saved = self._save(name, json.dumps(head).encode() + b"\n" + data + b"\n")
        self.tell(Report(code, segment, offset, len(data), name if saved else None))
        return saved

    def _save(self, name: str, entry: bytes) -> bool:
        try:
            file = self._folder.open(name)
        except PlatformError:
            return False
        try:
            if file.size() + len(entry) > MOST_KEPT:
                return False
            if entry not in file.read(0, file.size()):  # opened twice with the same damage
                file.append(entry)
                file.sync()
        except PlatformError:
            return False
        finally:
            file.close()
        return True
