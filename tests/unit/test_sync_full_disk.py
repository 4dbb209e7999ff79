"""A full disk stops no sending: only what has arrived may be freed, so sending needs no room (issue 4)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sync_fakes import FakeRegistry, Phone, problem, states

from app.store.errors import StoreError
from app.store.journal import Journal


@pytest.fixture
def registry() -> FakeRegistry:
    return FakeRegistry()


@pytest.fixture
async def phone(tmp_path: Path, registry: FakeRegistry) -> AsyncIterator[Phone]:
    made = Phone(tmp_path, registry)
    await made.enrol()
    yield made
    made.db.close()


class Disk:
    """Full when told: then no write to the journal finds room; ``ballast``: what giving that back frees."""

    def __init__(self, phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
        self.full, self.ballast, self.freed = False, 0, 0
        append, release = Journal.append, type(phone.db).release_ballast

        def write(journal: Journal, ops: list[object]) -> int:
            if self.full and not self.freed:
                raise StoreError("disk_full")
            self.freed = max(0, self.freed - 1)
            return append(journal, ops)  # type: ignore[arg-type]

        def give_back(db: object) -> None:
            self.freed, self.ballast = self.ballast, 0
            release(db)  # type: ignore[arg-type]

        monkeypatch.setattr(Journal, "append", write)
        monkeypatch.setattr(type(phone.db), "release_ballast", give_back)


@pytest.fixture
def disk(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(phone, monkeypatch)


async def live(phone: Phone, seconds: float, step: float) -> None:
    for _ in range(int(seconds / step)):
        await phone.runner.run_until_idle()
        phone.clock.pass_time(step)


async def test_the_ballast_is_enough_to_note_what_arrived(
    phone: Phone, registry: FakeRegistry, disk: Disk
) -> None:
    """S25: the answer to the records is kept although the disk is full, so their photos may be freed."""
    rid = phone.visit()
    disk.full, disk.ballast = True, 1
    await phone.runner.run_until_idle()
    assert phone.state(rid) == "complete"
    assert phone.store.outbox() == []


async def test_everything_leaves_a_phone_without_any_room(
    phone: Phone, registry: FakeRegistry, disk: Disk
) -> None:
    """S25: records and photos arrive though nothing can be noted; nothing counts as sent, and when there is
    room again all of it is noted without sending a photo twice."""
    ids = [phone.visit(("photo", bytes([n]) * 9), ("thumb", bytes([n]) * 5)) for n in range(6)]
    disk.full = True
    await live(phone, 600, 5)
    assert len(registry.texts) == 6
    assert len(registry.media) == 12
    assert len(phone.store.outbox()) == 6, "the store is the truth"
    assert phone.runner.status.last_error == "disk_full"
    assert registry.count("POST", "/v1/records") <= 30, "asked ever less often"
    disk.full = False
    phone.runner.kick()
    await live(phone, 1800, 60)
    assert states(phone, ids) == ["complete"] * 6
    assert len(registry.uploads) == 12


async def test_more_than_one_batch_leaves_a_phone_without_any_room(
    phone: Phone, registry: FakeRegistry, disk: Disk
) -> None:
    """S25: the oldest two hundred, sent again and again, do not keep the others back."""
    with phone.db.batch():
        for number in range(250):
            phone.visit(body={"n": number})
    disk.full = True
    await live(phone, 60, 5)
    assert len(registry.texts) == 250


async def test_what_fails_waits_also_when_that_cannot_be_noted(
    phone: Phone, registry: FakeRegistry, disk: Disk
) -> None:
    """S25: a photo and a record that the registry stumbles over are not tried every other second."""
    registry.faults.append(
        lambda r: problem("internal") if r.url.path in {"/v1/media", "/v1/records"} else None
    )
    phone.visit(("photo", b"p"))
    disk.full = True
    await live(phone, 1800, 1)
    assert 5 <= registry.count("POST", "/v1/records") <= 12
    assert 5 <= sum(path == "/v1/media" for _, path in registry.seen) <= 12
    assert phone.store.outbox()[0].attempts >= 5
    assert phone.store.media()[0].attempts >= 5
