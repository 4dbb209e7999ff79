"""Deleting must work on a full phone, though even a deletion is a line more in the store's journal."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from app.actions.services import Services
from app.store.full_disk import with_ballast

T = TypeVar("T")


def with_room(services: Services, delete: Callable[[], T]) -> T:
    """Do ``delete``, with the store's ballast when there is no other room; raises as ``with_ballast``."""
    return with_ballast(services.db, delete)
