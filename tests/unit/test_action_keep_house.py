"""Housekeeping and full phones: the store stays small, and deleting always works (S25)."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from tinydb import where

from app.actions.keep_house import FEW_FILES, tidy_once
from app.actions.make_room import with_room
from app.actions.services import Services
from app.store import NuanDB, StoreError, open_database


def phone(db: NuanDB) -> Services:
    return cast(Services, SimpleNamespace(db=db))


def size_of(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


class Pool:
    """A browser's pool of opened files that is nearly used up."""

    def __init__(self) -> None:
        self.left = FEW_FILES - 1

    def free(self) -> int:
        return self.left

    async def reserve(self, count: int) -> None:
        self.left = count


async def test_worn_segments_are_rewritten_while_nobody_waits(tmp_path: Path) -> None:
    """After thousands of changed drafts the store gives back the room, and everything is still there."""
    db = open_database(tmp_path, bytes(32))
    table = db.table("drafts")
    for number in range(40):
        table.upsert({"id": "a", "note": f"{number} " + "冷" * 20_000}, where("id") == "a")
    before = size_of(tmp_path)
    assert await tidy_once(phone(db), cast(Any, SimpleNamespace(free=lambda: 10**6))) > 0
    after = size_of(tmp_path)
    assert after < before / 2
    db.close()
    again = open_database(tmp_path, bytes(32))
    assert again.table("drafts").all()[0]["note"].startswith("39 ")
    again.close()


async def test_the_browsers_pool_of_files_never_runs_dry(tmp_path: Path) -> None:
    """Files are opened in advance, before the last ones are used."""
    with open_database(tmp_path, bytes(32)) as db:
        pool = Pool()
        await tidy_once(phone(cast(NuanDB, db)), cast(Any, pool))
    assert pool.left > FEW_FILES


def full(times: int) -> tuple[Services, list[str]]:
    """A store that says ``disk_full`` so many times, and what was done to it."""
    done: list[str] = []
    return cast(
        Services, SimpleNamespace(db=SimpleNamespace(release_ballast=lambda: done.append("ballast")))
    ), done


@pytest.mark.parametrize(("times", "expected"), [(0, ["deleted"]), (1, ["ballast", "deleted"])])
def test_deleting_works_on_a_full_phone(times: int, expected: list[str]) -> None:
    """The ballast is given back once, and only when it is needed."""
    services, done = full(times)
    left = [times]

    def delete() -> None:
        if left[0]:
            left[0] -= 1
            raise StoreError("disk_full")
        done.append("deleted")

    with_room(services, delete)
    assert done == expected


def test_another_error_is_not_hidden() -> None:
    """A poisoned store is told, not worked around."""
    services, done = full(0)

    def delete() -> None:
        raise StoreError("store_poisoned")

    with pytest.raises(StoreError, match="store_poisoned"):
        with_room(services, delete)
    assert done == []
