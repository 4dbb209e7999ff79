"""A phone's clock that is put right, or wrong, delays nothing (issue 4: 时钟异常)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sync_fakes import FakeRegistry, Phone, first_times, problem

from sync.errors import UnreachableError
from sync.link import FEED_EVERY, Link
from sync.plan import MAX_DELAY, Lane

SHIFTS = [timedelta(days=-365), timedelta(hours=-7), timedelta(hours=-5), timedelta(minutes=-20)]
SHIFTS += [timedelta(hours=5), timedelta(days=365)]


@pytest.fixture
def registry() -> FakeRegistry:
    return FakeRegistry()


@pytest.fixture
async def phone(tmp_path: Path, registry: FakeRegistry) -> AsyncIterator[Phone]:
    made = Phone(tmp_path, registry)
    await made.enrol()
    yield made
    made.db.close()


@pytest.mark.parametrize("shift", SHIFTS, ids=str)
@pytest.mark.parametrize("restart", [False, True])
async def test_what_failed_before_the_clock_was_moved_goes_soon_after(
    phone: Phone, registry: FakeRegistry, shift: timedelta, restart: bool
) -> None:
    """S25: by minutes, hours or a year, forwards or back, with or without a restart of the app between."""
    registry.faults.append(first_times(1, problem("internal"), ("POST", "/v1/records")))
    rid = phone.visit(("photo", b"p"))
    await phone.runner.run_until_idle()
    phone.clock.wall += shift
    phone.clock.mono += 10**9
    if restart:
        phone.restart()
    await phone.runner.run_until_idle()
    assert phone.state(rid) == "complete"


@pytest.mark.parametrize("shift", SHIFTS, ids=str)
async def test_a_phone_without_a_network_probes_on_when_its_clock_is_moved(
    phone: Phone, registry: FakeRegistry, shift: timedelta
) -> None:
    """S25: nobody waits five hours for the next look at the line because the clock was five hours fast."""
    registry.faults.append(lambda r: httpx.ConnectError("x", request=r))
    rid = phone.visit()
    for _ in range(10):
        await phone.runner.run_until_idle()
        phone.clock.pass_time(10)
    registry.faults.clear()
    phone.clock.wall += shift
    await phone.runner.run_until_idle()
    phone.clock.pass_time(MAX_DELAY.total_seconds())
    await phone.runner.run_until_idle()
    assert phone.state(rid) == "complete"


async def test_the_feed_is_not_late_by_what_the_clock_was_fast(phone: Phone, registry: FakeRegistry) -> None:
    """S25: what the office writes is heard of within ten minutes as ever."""
    await phone.runner.run_until_idle()
    phone.clock.wall -= timedelta(hours=5)
    asked = registry.count("GET", "/v1/changes")
    phone.clock.pass_time(FEED_EVERY.total_seconds())
    await phone.runner.run_until_idle()
    assert registry.count("GET", "/v1/changes") == asked + 1


async def test_now_means_what_failed_too(phone: Phone, registry: FakeRegistry) -> None:
    """S25: 现在就传 does not leave a record that failed before to its quarter of an hour; what a person has
    to see to is not sent again for it."""
    registry.faults.append(lambda r: problem("internal") if r.url.path == "/v1/records" else None)
    rid = phone.visit()
    for _ in range(200):
        await phone.runner.run_until_idle()
        phone.clock.pass_time(10)
    assert phone.store.outbox()[0].attempts >= 8
    registry.faults[:] = [lambda r: problem("too_large") if r.url.path == "/v1/records" else None]
    phone.runner.kick()
    await phone.runner.run_until_idle()
    asked = registry.count("POST", "/v1/records")
    phone.runner.kick()
    await phone.runner.run_until_idle()
    assert registry.count("POST", "/v1/records") == asked
    registry.faults.clear()
    phone.clock.pass_time(7 * 3600)
    await phone.runner.run_until_idle()
    assert phone.state(rid) == "complete"


def test_a_clock_that_is_trued_by_seconds_ends_no_wait() -> None:
    """S25: phones correct their clocks all the time."""
    now, link = datetime(2026, 1, 1, tzinfo=UTC), Link(lambda: 0.0)
    link.look_at(now, 10**12)
    link.failed(Lane.PROBE, UnreachableError(), now)
    link.look_at(now - timedelta(seconds=30), 10**12)
    assert Lane.PROBE in link.not_before
    link.look_at(now - timedelta(seconds=120), 10**12)
    assert link.not_before == {}
