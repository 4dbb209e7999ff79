"""No queue hammers the registry, and none waits for a question that only it cannot get through (issue 4)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest
from sync_fakes import FakeRegistry, Fault, Phone, first_times, problem

from sync.plan import MAX_DELAY
from sync.protocol.canonical import sha256_hex
from sync.protocol.messages import Change

HOUR = 3600
ABSURD = "9" * 20
"""Seconds that no timedelta holds."""


@pytest.fixture
def registry() -> FakeRegistry:
    return FakeRegistry()


@pytest.fixture
async def phone(tmp_path: Path, registry: FakeRegistry) -> AsyncIterator[Phone]:
    made = Phone(tmp_path, registry)
    await made.enrol()
    yield made
    made.db.close()


async def live(phone: Phone, seconds: float, step: float) -> None:
    """Let the phone's clocks run on, and the runner look at every step."""
    for _ in range(int(seconds / step)):
        await phone.runner.run_until_idle()
        phone.clock.pass_time(step)


def always(path: str, said: Callable[[httpx.Request], httpx.Response | Exception]) -> tuple[list[int], Fault]:
    """Every request to ``path`` gets this; counts them."""
    asked = [0]

    def fault(request: httpx.Request) -> httpx.Response | Exception | None:
        if request.url.path != path:
            return None
        asked[0] += 1
        return said(request)

    return asked, fault


def timed_out(request: httpx.Request) -> Exception:
    return httpx.ReadTimeout("slow", request=request)


def no_connection(request: httpx.Request) -> Exception:
    return httpx.ConnectError("Failed to fetch", request=request)


def busy(request: httpx.Request) -> httpx.Response:
    return problem("busy")


FAILURES = pytest.mark.parametrize("said", [timed_out, no_connection, busy], ids=lambda said: said.__name__)


@pytest.mark.parametrize("path", ["/v1/changes", "/v1/records", "/v1/health", "/v1/token"])
async def test_an_absurd_wish_to_wait_is_cut_to_a_quarter_of_an_hour(
    phone: Phone, registry: FakeRegistry, path: str
) -> None:
    """S25: whatever number something on the way writes into Retry-After, the phone asks once, waits, and goes
    on when it is over."""
    rid = phone.visit()
    asked, fault = always(path, lambda request: problem("busy", **{"Retry-After": ABSURD}))
    registry.faults = [fault]
    if path == "/v1/health":
        registry.faults.append(first_times(1, httpx.ConnectError("x"), ("POST", "/v1/records")))
        registry.faults.append(first_times(1, httpx.ConnectError("x"), ("GET", "/v1/changes")))
    for _ in range(5):
        await phone.runner.run_until_idle()
        phone.clock.pass_time(3)
    assert asked[0] == 1
    registry.faults.clear()
    phone.clock.pass_time(MAX_DELAY.total_seconds() + 1)
    await phone.runner.run_until_idle()
    await phone.runner.run_until_idle()
    assert phone.state(rid) == "complete"


@FAILURES
async def test_a_feed_that_never_answers_is_asked_ever_less_often(
    phone: Phone, registry: FakeRegistry, said: Callable[[httpx.Request], httpx.Response | Exception]
) -> None:
    """S25: a registry in trouble is not asked every other second because its health page is well; what can be
    sent is sent meanwhile."""
    asked, fault = always("/v1/changes", said)
    registry.faults.append(fault)
    rid = phone.visit(("photo", b"p"))
    await live(phone, HOUR / 2, 1)
    assert 5 <= asked[0] <= 12, "waits doubling from 2 seconds"
    assert phone.state(rid) == "complete"
    registry.faults.clear()
    registry.pages = [[Change(kind="household", id="h1", doc={"number": "1"})]]
    phone.runner.kick()
    await phone.runner.run_until_idle()
    assert phone.store.session().cursor == "1", "a person's wish is heard at once"  # type: ignore[union-attr]


async def test_a_feed_that_moves_on_before_it_breaks_is_asked_again_soon(
    phone: Phone, registry: FakeRegistry
) -> None:
    """S25: a first sync over a line that cuts every second answer gets on without ever longer waits."""
    registry.pages = [[Change(kind="household", id=f"h{n}", doc={"n": n})] for n in range(40)]
    turn = [0]

    def cut(request: httpx.Request) -> Exception | None:
        turn[0] += request.url.path == "/v1/changes"
        return timed_out(request) if request.url.path == "/v1/changes" and turn[0] % 2 else None

    registry.faults.append(cut)
    await live(phone, 200, 2)
    session = phone.store.session()
    assert session is not None
    assert session.cursor == "40"


@FAILURES
async def test_photos_go_although_nobody_says_which_are_there(
    phone: Phone, registry: FakeRegistry, said: Callable[[httpx.Request], httpx.Response | Exception]
) -> None:
    """S25: /v1/media/missing is a convenience; while it gets no answer, photos are simply sent."""
    asked, fault = always("/v1/media/missing", said)
    registry.faults.append(fault)
    first = phone.visit(("photo", b"p"), ("thumb", b"t"))
    await live(phone, 60, 2)
    assert phone.state(first) == "complete"
    second = phone.visit(("photo", b"p2"))
    await live(phone, HOUR, 10)
    assert phone.state(second) == "complete"
    assert asked[0] <= 12


async def test_an_upload_already_begun_does_not_wait_for_a_question(
    phone: Phone, registry: FakeRegistry
) -> None:
    """S25: half a photo goes on while it is unknown whether another one is wanted."""
    large = bytes(400_000)
    first = phone.visit(("photo", large))
    registry.faults.append(first_times(1, httpx.ReadError("cut"), ("PATCH", "/v1/media/")))
    await phone.runner.run_until_idle()
    assert 0 < phone.store.media()[0].offset < len(large)
    asked, fault = always("/v1/media/missing", timed_out)
    registry.faults[:] = [fault]
    phone.visit(("thumb", b"t"))
    while not asked[0]:
        phone.clock.pass_time(1)
        await phone.runner.run_until_idle()
    phone.clock.pass_time(2)
    await phone.runner.run_until_idle()
    assert sha256_hex(large) in registry.media
    assert phone.state(first) == "complete"


async def test_records_that_kill_every_connection_in_a_browser_are_sent_ever_less_often(
    phone: Phone, registry: FakeRegistry
) -> None:
    """S25: something on the way that lets no batch through does not cost two megabytes every other second."""
    asked, fault = always("/v1/records", no_connection)
    registry.faults.append(fault)
    rid = phone.visit()
    await live(phone, HOUR / 2, 1)
    assert 5 <= asked[0] <= 12
    registry.faults.clear()
    phone.runner.kick()
    await live(phone, MAX_DELAY.total_seconds() * 1.1, 60)
    assert phone.state(rid) == "complete"
