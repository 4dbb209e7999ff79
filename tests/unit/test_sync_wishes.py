"""What the person allows, and the network that goes and comes back (issue 4, S25)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sync_fakes import FakeRegistry, Phone

from sync.link import FEED_EVERY, FEED_EVERY_SAVING, Link
from sync.plan import Lane, Policy, Step

WIFI_ONLY = Policy(photos_on_wifi_only=True)


class Line(httpx.AsyncBaseTransport):
    """Requests to the path ``hangs`` never come back: their sockets are dead."""

    def __init__(self, registry: FakeRegistry) -> None:
        self.registry, self.hangs, self.hung = registry, "nothing", 0
        self.ended = 0
        self.hanging = asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == self.hangs:
            self.hung += 1
            self.hanging.set()
            try:
                await asyncio.Event().wait()
            finally:
                self.ended += 1
        return self.registry(request)


@pytest.fixture
def registry() -> FakeRegistry:
    return FakeRegistry()


@pytest.fixture
async def phone(tmp_path: Path, registry: FakeRegistry) -> AsyncIterator[Phone]:
    made = Phone(tmp_path, registry)
    await made.enrol()
    yield made
    made.db.close()


@pytest.fixture
def metered(phone: Phone) -> list[bool]:
    """Whether data costs money; the phone is set to originals on Wi-Fi only."""
    costs = [True]
    phone.options = replace(phone.options, policy=WIFI_ONLY, metered=lambda: costs[0])
    phone.restart()
    return costs


@asynccontextmanager
async def running(phone: Phone) -> AsyncIterator[None]:
    task = asyncio.create_task(phone.runner.run_forever())
    try:
        yield
    finally:
        await phone.runner.stop()
        await task


async def until(condition: object) -> None:
    assert callable(condition)
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - a test looks from outside
            await asyncio.sleep(0.01)


def dead(phone: Phone, registry: FakeRegistry, path: str) -> Line:
    line = Line(registry)
    line.hangs = path
    phone.runner.client.http._client._transport = line
    return line


async def test_the_reading_says_what_waits_for_wifi(phone: Phone, metered: list[bool]) -> None:
    """S25: how many originals, how many bytes, and no promise of a time for them."""
    phone.visit(("photo", b"p" * 5000), ("thumb", b"t"))
    await phone.runner.run_until_idle()
    reading = phone.runner.status.reading
    assert (reading.wifi_photos, reading.wifi_bytes, reading.pending_media) == (1, 5000, 1)
    assert (reading.phase, reading.seconds_left) == ("waiting", None)


async def test_now_means_those_that_wait_and_no_later_ones(phone: Phone, metered: list[bool]) -> None:
    """S25: 现在就传 is for once; the next visit's originals wait for Wi-Fi again."""
    first = phone.visit(("photo", b"first"))
    await phone.runner.run_until_idle()
    assert phone.state(first) == "received"
    phone.runner.photos_now()
    await phone.runner.run_until_idle()
    second = phone.visit(("photo", b"second"))
    await phone.runner.run_until_idle()
    assert (phone.state(first), phone.state(second)) == ("complete", "received")


async def test_a_new_wish_counts_at_once(phone: Phone, metered: list[bool]) -> None:
    """S25: switched off while originals wait, they go without another tap."""
    rid = phone.visit(("photo", b"p"))
    async with running(phone):
        await until(lambda: phone.runner.status.reading.wifi_photos == 1)
        phone.runner.obey(Policy())
        await until(lambda: phone.state(rid) == "complete")


async def test_an_original_under_way_stops_when_it_begins_to_cost(
    phone: Phone, registry: FakeRegistry, metered: list[bool]
) -> None:
    """S25: leaving the Wi-Fi in the middle of a photo does not send the rest over mobile data."""
    metered[0] = False
    line = dead(phone, registry, "/v1/media")
    rid = phone.visit(("photo", b"p" * 1000))
    async with running(phone):
        await asyncio.wait_for(line.hanging.wait(), 10)
        metered[0] = True
        phone.wire.change(True)
        await until(lambda: line.ended == 1)
        await until(lambda: phone.runner.status.phase == "waiting")
        assert (phone.state(rid), phone.runner.status.reading.wifi_photos) == ("received", 1)
        line.hangs, metered[0] = "nothing", False
        phone.wire.change(True)
        await until(lambda: phone.state(rid) == "complete")


async def test_what_hangs_on_a_dead_network_is_begun_again_when_it_returns(
    phone: Phone, registry: FakeRegistry
) -> None:
    """S25: nobody waits half a minute for a socket of the network that is gone."""
    rid = phone.visit()
    line = dead(phone, registry, "/v1/records")
    async with running(phone):
        await asyncio.wait_for(line.hanging.wait(), 10)
        line.hangs = "nothing"
        phone.clock.pass_time(6)
        phone.wire.change(True)
        await until(lambda: phone.state(rid) == "complete")
    assert (line.hung, line.ended) == (1, 1)


async def test_what_was_begun_a_moment_ago_is_left_alone(phone: Phone, registry: FakeRegistry) -> None:
    """S25: a network that flickers does not cut requests that are new."""
    phone.visit()
    line = dead(phone, registry, "/v1/records")
    async with running(phone):
        await asyncio.wait_for(line.hanging.wait(), 10)
        fed = registry.count("GET", "/v1/changes")
        phone.clock.pass_time(4)
        phone.wire.change(True)
        await until(lambda: registry.count("GET", "/v1/changes") > fed)  # the word was heard
        assert (line.hung, line.ended) == (1, 0)


async def test_an_upload_stopped_before_it_began_leaves_its_lane_free(phone: Phone) -> None:
    """S25: however fast wishes change, no lane stays shut."""
    lanes = phone.runner._lanes
    assert lanes is not None
    lanes.start([Step(Lane.PHOTO, ("ab",))])
    lanes.hold_back(frozenset({"ab"}))
    await asyncio.gather(*lanes.tasks.values(), return_exceptions=True)
    await until(lambda: not lanes.tasks)


@pytest.mark.parametrize(
    ("chosen", "phones_own", "every"),
    [(False, False, FEED_EVERY), (True, False, FEED_EVERY_SAVING), (False, True, FEED_EVERY_SAVING)],
)
async def test_a_sparing_phone_asks_less_often(
    phone: Phone, chosen: bool, phones_own: bool, every: timedelta
) -> None:
    """S25: by the person's wish or the phone's own battery saver."""
    phone.options = replace(phone.options, policy=Policy(saver=chosen), sparing=lambda: phones_own)
    phone.restart()
    await phone.runner.run_until_idle()
    assert phone.runner._link.changes_at == phone.clock.now() + every


def test_a_wish_for_the_feed_while_it_is_read_is_heard_afterwards() -> None:
    """S25: what the office says of a record sent while the feed was on its way is not fetched hours later."""
    now, link = datetime(2026, 1, 1, tzinfo=UTC), Link(lambda: 0.0)
    link.want_feed(now)
    link.feed_begins()
    link.want_feed(now)  # a batch was taken in meanwhile
    link.succeeded(Lane.CHANGES, now)
    assert link.changes_at == now, "once more"
    link.feed_begins()
    link.succeeded(Lane.CHANGES, now)
    assert link.changes_at == now + FEED_EVERY
