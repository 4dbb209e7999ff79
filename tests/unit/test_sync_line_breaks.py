"""A line breaks with all its connections at once; only some of them hear of it (S25)."""

from __future__ import annotations

import asyncio
import os
import socket
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from sync_fakes import FakeRegistry, Phone

from app.platform.native.http import ASK_AFTER_S, transport
from sync.errors import RefusedError, UnreachableError
from sync.link import Link
from sync.plan import BASE_DELAY, MAX_DELAY, Lane

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


class Line:
    """In front of the registry. ``breaks``: so many uploads lose their connection; the first question for the
    feed gets no answer while they do, and hears nothing."""

    def __init__(self, breaks: int, how: type[httpx.TransportError]) -> None:
        self.registry, self.breaks, self.how = FakeRegistry(), breaks, how
        self.clock = self.registry.clock
        self.asked: Counter[str] = Counter()
        self.left_open = asyncio.Event()
        self.whole = True

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if self.whole:
            return self.registry(request)
        self.asked[path] += 1
        if path == "/v1/changes" and self.asked[path] == 1:
            self.left_open.set()
            await asyncio.Event().wait()
        if request.method == "PATCH":  # for ever
            self.asked["patch"] += 1
            raise self.how("reset", request=request)
        if path == "/v1/media" and self.asked[path] <= self.breaks:
            await self.left_open.wait()
            raise self.how("reset", request=request)
        return self.registry(request)


@asynccontextmanager
async def carried(
    folder: Path, breaks: int, how: type[httpx.TransportError] = httpx.ReadError
) -> AsyncIterator[tuple[Phone, Line]]:
    line = Line(breaks, how)
    phone = Phone(folder, line)  # type: ignore[arg-type]
    await phone.enrol()
    await phone.runner.run_until_idle()
    yield phone, line
    phone.db.close()


@pytest.mark.parametrize("how", [httpx.ReadError, httpx.ConnectError], ids=["native", "browser"])
async def test_after_a_second_broken_connection_nobody_waits_on_the_dead_line(
    tmp_path: Path, how: type[httpx.TransportError]
) -> None:
    """S25: two uploads break; the feed, asked before on the same line, is asked again at once, not after a
    minute of waiting for an answer that was lost."""
    async with carried(tmp_path, 2, how) as (phone, line):
        line.whole = False
        rid = phone.visit(("photo", os.urandom(900)), ("photo", os.urandom(800)))
        phone.runner.kick()
        async with asyncio.timeout(10):
            await phone.runner.run_until_idle()
        for _ in range(2):  # the probe, then everything
            phone.clock.pass_time(5)
            await phone.runner.run_until_idle()
        assert line.asked["/v1/changes"] >= 2
        assert phone.state(rid) == "complete"


async def test_one_upload_that_always_breaks_ends_nothing_else(tmp_path: Path) -> None:
    """S25: something on the way kills a photo again and again, within seconds; nobody else is disturbed."""
    async with carried(tmp_path, 0) as (phone, line):
        line.whole = False
        phone.visit(("photo", os.urandom(400_000)))
        phone.runner.kick()
        running = asyncio.create_task(phone.runner.run_until_idle())
        for tries in (1, 2, 3):
            async with asyncio.timeout(10):
                while line.asked["patch"] < tries or phone.store.media()[0].attempts < 1:
                    phone.clock.pass_time(0.5)
                    phone.runner._start_steps()
                    await asyncio.sleep(0)
        assert line.asked["/v1/changes"] == 1, "the feed that was asked first still waits for its answer"
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await phone.runner.stop()


@pytest.mark.parametrize(
    "error",
    [UnreachableError("network_timeout"), RefusedError("rate_limited", retry=True, after_s=3.0)],
    ids=["timeout", "429"],
)
def test_all_that_fails_together_is_one_failure(error: UnreachableError | RefusedError) -> None:
    """S25: eight uploads that end in the same moment do not make the phone wait as after eight attempts in a
    row; attempts in a row still do."""
    link = Link(jitter=lambda: 0.99)
    for _ in range(8):
        link.failed(Lane.PHOTO, error, NOW)
    first = link.not_before[Lane.PROBE] - NOW
    assert BASE_DELAY / 2 <= first <= 2 * BASE_DELAY
    for _ in range(12):
        link.failed(Lane.PROBE, UnreachableError("network_unreachable"), link.not_before[Lane.PROBE])
    last = link.not_before[Lane.PROBE]
    link.failed(Lane.PROBE, UnreachableError("network_unreachable"), last)
    assert MAX_DELAY / 2 <= link.not_before[Lane.PROBE] - last <= MAX_DELAY


def test_a_longer_wish_to_wait_counts_among_failures_together() -> None:
    """S25: who says 429 and names a time is heard, also when others have failed in the same moment."""
    link = Link(jitter=lambda: 0.0)
    link.failed(Lane.PHOTO, UnreachableError("network_timeout"), NOW)
    link.failed(Lane.PHOTO, RefusedError("busy", retry=True, after_s=60.0), NOW)
    link.failed(Lane.PHOTO, UnreachableError("network_timeout"), NOW)
    assert (link.not_before[Lane.PROBE] - NOW).total_seconds() == 60


async def test_the_kernel_asks_whether_a_silent_line_is_still_there() -> None:
    """S25: an answer that was lost with its line is not waited for until the request's own time is over."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        carrier = transport()
        stream = await carrier._pool._network_backend.connect_tcp(
            "127.0.0.1", server.getsockname()[1], socket_options=carrier._pool._socket_options
        )
        own = stream.get_extra_info("socket")
        assert own.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        assert own.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == ASK_AFTER_S
        await stream.aclose()
        await carrier.aclose()
