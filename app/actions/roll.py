"""The households on this phone, decoded once and kept until the feed brings something new.

A phone holds its user's assignments only, so every household here is one to visit.
"""

from __future__ import annotations

import logging
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from app.store.tables import campaign, households
from domain.codes import FileStatus
from domain.models import Campaign, HouseholdFile
from domain.search import Entry, entry_for, search

if TYPE_CHECKING:
    from app.store import NuanDB

logger = logging.getLogger("nuanfang")


class Roll:
    """Reads ``households`` and ``campaign``; ``version`` tells whether what is in memory is still true."""

    def __init__(self, db: NuanDB) -> None:
        self._db = db
        self._version: object = None
        self._files: dict[str, HouseholdFile] = {}
        self._entries: list[Entry] = []

    def files(self, version: object) -> dict[str, HouseholdFile]:
        """By id, in the order of the file numbers; a new ``version`` (the feed's cursor) reads again."""
        if version is None or version != self._version:
            self._read()
            self._version = version
        return self._files

    def find(self, version: object, query: str, limit: int) -> list[str]:
        """Ids, best match first (name, pinyin, address, number, identity tail); see domain.search."""
        self.files(version)
        return search(self._entries, query, limit)

    def _read(self) -> None:
        found = [
            file for document in households(self._db).all() if (file := decode_file(document)) is not None
        ]
        found.sort(key=lambda file: file.number)
        self._files = {file.id: file for file in found}
        self._entries = [entry_for(file) for file in found]


def decode_file(document: dict[str, Any]) -> HouseholdFile | None:
    """One file that does not decode (written by a newer registry, say) must not hide the others."""
    try:
        return msgspec.convert(document, HouseholdFile)
    except msgspec.ValidationError:
        logger.exception("household %s does not decode", document.get("id"))
        return None


def is_active(file: HouseholdFile, today: date) -> bool:
    """Counts for coverage (S25): only active files do."""
    return file.status_on(today) is FileStatus.ACTIVE


def campaign_on(db: NuanDB, today: date) -> Campaign | None:
    """The drive of that local day; else the next to come, else the last that was."""
    found = [one for document in campaign(db).all() if (one := _campaign(document)) is not None]
    running = [one for one in found if one.starts_on <= today <= one.ends_on]
    coming = [one for one in found if one.starts_on > today]
    if running:
        return max(running, key=lambda one: one.starts_on)
    if coming:
        return min(coming, key=lambda one: one.starts_on)
    return max(found, key=lambda one: one.ends_on, default=None)


def _campaign(document: dict[str, Any]) -> Campaign | None:
    try:
        return msgspec.convert(document, Campaign)
    except msgspec.ValidationError:
        logger.exception("campaign %s does not decode", document.get("id"))
        return None
