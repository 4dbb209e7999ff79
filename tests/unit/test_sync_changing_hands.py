"""A phone that is enrolled anew, or logs in again, leaves nothing of the former state behind (issue 4)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from sync_fakes import FakeRegistry, Phone

from app.store.errors import StoreError
from app.store.sync_port import SyncStore
from app.store.tables import Rows
from sync.protocol.messages import Change


@pytest.fixture
def registry() -> FakeRegistry:
    return FakeRegistry()


@pytest.fixture
async def phone(tmp_path: Path, registry: FakeRegistry) -> AsyncIterator[Phone]:
    made = Phone(tmp_path, registry)
    await made.enrol()
    yield made
    made.db.close()


class Held(httpx.AsyncBaseTransport):
    """Answers for the feed wait until ``go``; ``asked`` counts them."""

    def __init__(self, registry: FakeRegistry) -> None:
        self.registry, self.go, self.asked = registry, asyncio.Event(), 0
        self.entered = asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/changes":
            self.asked += 1
            self.entered.set()
            await self.go.wait()
        return self.registry(request)


async def until(condition: object) -> None:
    assert callable(condition)
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - a test looks from outside
            await asyncio.sleep(0.01)


async def test_a_change_of_registries_in_mid_air_leaves_nothing_of_the_old_one(
    phone: Phone, registry: FakeRegistry
) -> None:
    """S25: the old registry is asked no more, and its late answer is not shown beside the new one's."""
    registry.pages = [[Change(kind="household", id="old", doc={"number": "1"})]]
    new = FakeRegistry(clock=phone.clock)
    new.pages = [[Change(kind="household", id="new", doc={"number": "2"})]]
    line = Held(registry)
    phone.runner.client.http._client._transport = line
    running = asyncio.create_task(phone.runner.run_forever())
    await asyncio.wait_for(line.entered.wait(), 10)
    phone.runner._transport = httpx.MockTransport(new)
    await phone.enrol()
    line.go.set()
    await until(lambda: Rows(phone.db, "households").count())
    await phone.runner.stop()
    await running
    assert line.asked == 1
    assert [doc["id"] for doc in Rows(phone.db, "households").all()] == ["new"]
    session = phone.store.session()
    assert session is not None
    assert session.cursor == "1"
    assert asyncio.all_tasks() == {asyncio.current_task()}, "no request is left to itself"


async def test_an_enrolment_that_cannot_be_kept_changes_nothing(
    phone: Phone, registry: FakeRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S25: with a full disk the phone stays with its first registry and goes on working for it."""

    def full(*_: object, **__: object) -> None:
        raise StoreError("disk_full")

    monkeypatch.setattr(SyncStore, "save_enrolment", full)
    with pytest.raises(StoreError):
        await phone.enrol()
    rid = phone.visit()
    await phone.runner.run_until_idle()
    assert phone.state(rid) == "complete"


async def test_a_photo_under_way_when_the_login_is_refused_goes_at_once_after_it(
    phone: Phone, registry: FakeRegistry
) -> None:
    """S25: also one that had found no connection a moment before; nobody judged it."""
    rid = phone.visit(("photo", b"p"))
    tried = [0]

    def fault(request: httpx.Request) -> Exception | None:
        if request.url.path != "/v1/media":
            return None
        tried[0] += 1
        if tried[0] == 1:
            return httpx.ConnectError("x", request=request)
        registry.revoked = True
        return None

    registry.faults.append(fault)
    for _ in range(20):
        await phone.runner.run_until_idle()
        phone.clock.pass_time(1)
    assert tried[0] == 2
    assert phone.runner.status.phase == "needs_login"
    assert [(entry.attempts, entry.next_at) for entry in phone.store.media()] == [(0, None)]
    registry.revoked = False
    registry.faults.clear()
    await phone.enrol()
    await phone.runner.run_until_idle()
    assert phone.state(rid) == "complete"
