"""Sending on a full disk: what has arrived may be freed, so nothing on the way there may need room itself."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import ParamSpec, TypeVar

from app.store.database import NuanDB
from app.store.errors import StoreError
from sync.ports import Failure, MediaEntry, OutboxEntry

log = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")
E = TypeVar("E", OutboxEntry, MediaEntry)


def with_ballast(db: NuanDB, write: Callable[[], T]) -> T:
    """Do ``write``; when the disk is full, give back the store's ballast and do it once more.

    The ballast is laid down again at the next start that has room. Raises StoreError("disk_full") when even
    that was not enough; nothing acknowledged is lost then.
    """
    try:
        return write()
    except StoreError as error:
        if error.code != "disk_full":
            raise
    db.release_ballast()
    return write()


def if_room(write: Callable[[], object]) -> bool:
    """Do ``write`` unless the disk is full: for notes that sending can do without; True when it was done."""
    try:
        write()
    except StoreError as error:
        if error.code != "disk_full":
            raise
        log.info("not noted, the disk is full")
        return False
    return True


def left_out_when_full(write: Callable[P, None]) -> Callable[P, None]:
    """A method as ``if_room`` does it."""

    @wraps(write)
    def tried(*args: P.args, **kwargs: P.kwargs) -> None:
        if_room(lambda: write(*args, **kwargs))

    return tried


class Unwritten:
    """Failures that found no room, until the app ends: whoever failed waits all the same."""

    def __init__(self) -> None:
        self._failed: dict[str, tuple[int, Failure]] = {}

    def add(self, failure: Failure) -> None:
        """``failure.id``: a record's, or an attachment's sha256."""
        tries, _ = self._failed.get(failure.id, (0, failure))
        self._failed[failure.id] = tries + 1, failure

    def drop(self, item: str) -> None:
        """The store knows better again."""
        self._failed.pop(item, None)

    def with_failures(self, item: str, entry: E) -> E:
        """The item's entry as it would stand in the store."""
        if item not in self._failed:
            return entry
        tries, failure = self._failed[item]
        attempts = entry.attempts + tries
        return replace(entry, attempts=attempts, next_at=failure.next_at, last_error=failure.code)
