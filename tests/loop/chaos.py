"""Everything at once: answers lost, every request tripled, phones and the registry killed."""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import httpx
from loop_phone import BadLine, LoopPhone
from sqlalchemy import delete, func, select

from bench.link_registry import BenchRegistry
from registry.db.tables import media as held_media
from registry.db.tables import media_refs, rates, records
from sync.proof import safe_to_wipe

JPEG = b"\xff\xd8\xff\xe0"
DEATHS = 0.006
"""Of the registry, per request."""


class Server:
    """A registry process that can be killed and started again, and the line to it over real sockets."""

    def __init__(self, database: str, folder: Path) -> None:
        self._registry, self._running = BenchRegistry(database, folder), ExitStack()
        self._changing = asyncio.Lock()
        self._replacing: asyncio.Future[None] | None = None
        self.port = 0

    async def start(self) -> None:
        self.port = await asyncio.to_thread(self._running.enter_context, self._registry.serving(kill=True))

    async def close(self) -> None:
        """At the end of a test."""
        await self.settled()
        await self.stop()

    async def stop(self) -> None:
        """SIGKILL, for it and its workers."""
        await asyncio.to_thread(self._running.close)

    async def dies(self) -> None:
        """It is killed, and somebody starts another, also when whoever asked for that dies meanwhile."""
        self._replacing = asyncio.ensure_future(self._replace())
        await asyncio.shield(self._replacing)

    async def settled(self) -> None:
        """Wait until whoever was killed has been replaced."""
        if self._replacing is not None:
            await self._replacing
        async with self._changing:
            return

    async def _replace(self) -> None:
        async with self._changing:
            await self.stop()
            await self.start()


class SocketLine(BadLine):
    """As BadLine, to ``server`` instead of an app in this process."""

    def __init__(self, server: Server) -> None:
        super().__init__(None)
        self.inner = httpx.AsyncHTTPTransport()  # type: ignore[assignment]
        self.server = server

    async def deliver(self, request: httpx.Request) -> httpx.Response:
        url = request.url.copy_with(host="127.0.0.1", port=self.server.port)
        return await super().deliver(
            httpx.Request(
                request.method,
                url,
                headers=request.headers,
                content=request.content,
                extensions=request.extensions,
            )
        )


class Chaos:
    """Spoils a phone's line as the dice say; ``dice`` is seeded. ``server``: may be killed too."""

    def __init__(self, phone: LoopPhone, dice: random.Random, server: Server | None = None) -> None:
        self.phone, self.dice, self.server = phone, dice, server
        self.happened: Counter[str] = Counter()
        self.calm = False
        self.dying: asyncio.Event = asyncio.Event()
        phone.line.faults.append(self.fault)

    async def fault(self, request, send):
        """Each request arrives three times side by side; then perhaps nobody hears, or somebody dies."""
        if self.calm:
            return None
        if self.dice.random() < 0.15:
            self.happened["no connection"] += 1
            raise httpx.ConnectError("no connection", request=request)
        if self.server and self.dice.random() < DEATHS:
            return await self._registry_dies(request, send)
        answers = await asyncio.gather(send(request), send(request), send(request))
        what = self.dice.random()
        if what < 0.2:
            self.happened["answer lost"] += 1
            raise httpx.ReadTimeout("lost", request=request)
        if what < 0.3:
            self.happened["connection broken"] += 1
            raise httpx.ReadError("broken", request=request)
        if what < 0.38:
            self.happened["phone killed"] += 1
            self.dying.set()
            await asyncio.sleep(3600)
        if request.url.path == "/v1/token":  # an assertion counts once: its replays are refused, rightly
            return min(answers, key=lambda answer: answer.status_code)
        return self.dice.choice(answers)

    async def _registry_dies(self, request, send):
        """Somewhere in the middle of this request, and of whatever else it was doing."""
        self.happened["registry killed"] += 1
        three = asyncio.gather(send(request), send(request), send(request), return_exceptions=True)
        await asyncio.sleep(self.dice.uniform(0, 0.03))
        await self.server.dies()
        answer = (await three)[0]
        if isinstance(answer, BaseException):
            raise answer
        return answer

    async def sync(self) -> None:
        """One sync, in which the phone may be killed."""
        self.dying = asyncio.Event()
        self.phone.runner.kick()
        running = asyncio.create_task(self.phone.runner.run_until_idle())
        dying = asyncio.create_task(self.dying.wait())
        await asyncio.wait({running, dying}, return_when=asyncio.FIRST_COMPLETED)
        if self.dying.is_set():
            self.phone.kill()
        for task in (running, dying):
            task.cancel()
        await asyncio.gather(running, dying, return_exceptions=True)
        self.phone.clock.pass_time(self.dice.choice((1, 30, 1000)))


async def rounds(
    phone: LoopPhone, campaign: str, count: int, seed: int, server: Server | None = None
) -> tuple[list[str], Counter[str]]:
    """``count`` rounds of chaos with a visit in each; then calm until the phone thinks all is sent."""
    dice = random.Random(seed)
    chaos = Chaos(phone, dice, server)
    made = []
    for _ in range(count):
        home = dice.choice(phone.homes())
        photos = [JPEG + os.urandom(dice.choice((300, 40_000, 300_000)))] if dice.random() < 0.5 else []
        made.append(await phone.visit(home, campaign, photos))
        for _ in range(3):
            await chaos.sync()
    chaos.calm = True
    if server:
        await server.settled()
    for _ in range(40):
        if not phone.store.outbox() and not phone.store.media():
            break
        await phone.sync_later(1, 30_000)
    phone.line.faults.remove(chaos.fault)
    return made, chaos.happened


async def no_limits(office) -> None:
    """A phone that is killed every other minute asks for more tokens than an hour allows."""
    async with office.engine.begin() as connection:
        await connection.execute(delete(rates))


async def nothing_lost_or_doubled(phone: LoopPhone, office, made: list[str]) -> None:
    """What the phone made is what the registry holds, and every status is true."""
    device = phone.identity.device_id
    async with office.engine.connect() as connection:
        rows = (await connection.execute(select(records.c.id).where(records.c.device_id == device))).scalars()
        assert sorted(rows) == sorted(made), phone.runner.status.reading
        named = select(media_refs.c.sha256).where(media_refs.c.record_id.in_(made))
        wanted = set((await connection.execute(named)).scalars())
        held = (await connection.execute(select(held_media.c.sha256))).scalars().all()
        assert len(held) == len(set(held))
        assert wanted <= set(held)
        numbers = select(func.min(records.c.seq), func.max(records.c.seq), func.count())
        where = records.c.device_id == device
        assert (await connection.execute(numbers.where(where))).one() == (1, len(made), len(made))
    assert {phone.state(rid) for rid in made} == {"complete"}
    assert safe_to_wipe(phone.store.chain()).safe
