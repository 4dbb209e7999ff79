"""Deleting must work on a full phone, though even a deletion is a line more in the store's journal."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from app.actions.services import Services
from app.store.errors import StoreError

T = TypeVar("T")


def with_room(services: Services, delete: Callable[[], T]) -> T:
    """Do ``delete``; when the disk is full, give back the store's ballast and do it once more.

    The ballast is laid down again at the next start that has room. Raises StoreError("disk_full") when even
    that was not enough; nothing acknowledged is lost then.
    """
    try:
        return delete()
    except StoreError as error:
        if error.code != "disk_full":
            raise
    services.db.release_ballast()
    return delete()
