"""Everything at once: answers lost, requests tripled, phones killed; nothing is lost or doubled."""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter

import httpx
import pytest
from loop_phone import LoopPhone
from sqlalchemy import func, select

from registry.db.tables import media as held_media
from registry.db.tables import media_refs, records
from registry.service import tokens
from sync.proof import safe_to_wipe

pytestmark = pytest.mark.postgres
JPEG = b"\xff\xd8\xff\xe0"
ROUNDS = 12


@pytest.fixture(autouse=True)
def no_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """A phone that is killed every other minute asks for more tokens than an hour allows."""
    monkeypatch.setattr(tokens, "MOST_PER_DEVICE", 10**6)


class Chaos:
    """Spoils a phone's line as the dice say; ``dice`` is seeded, so that a failure can be played again."""

    def __init__(self, phone: LoopPhone, dice: random.Random) -> None:
        self.phone, self.dice = phone, dice
        self.happened: Counter[str] = Counter()
        self.calm = False
        self.dying: asyncio.Event = asyncio.Event()
        phone.line.faults.append(self.fault)

    async def fault(self, request, send):
        """Each request arrives three times side by side; then perhaps nobody hears, or the phone dies."""
        if self.calm:
            return None
        if self.dice.random() < 0.15:
            self.happened["no connection"] += 1
            raise httpx.ConnectError("no connection", request=request)
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


async def rounds(phone: LoopPhone, campaign: str, count: int, seed: int) -> tuple[list[str], Counter[str]]:
    """``count`` rounds of chaos with a visit in each; then calm until the phone thinks all is sent."""
    dice = random.Random(seed)
    chaos = Chaos(phone, dice)
    made = []
    for _ in range(count):
        home = dice.choice(phone.homes())
        photos = [JPEG + os.urandom(dice.choice((300, 40_000, 300_000)))] if dice.random() < 0.5 else []
        made.append(await phone.visit(home, campaign, photos))
        for _ in range(3):
            await chaos.sync()
    chaos.calm = True
    for _ in range(40):
        if not phone.store.outbox() and not phone.store.media():
            break
        await phone.sync_later(1, 30_000)
    return made, chaos.happened


async def nothing_lost_or_doubled(phone: LoopPhone, office, made: list[str]) -> None:
    """What the phone made is what the registry holds, and every status is true."""
    device = phone.identity.device_id
    async with office.engine.connect() as connection:
        rows = (await connection.execute(select(records.c.id).where(records.c.device_id == device))).scalars()
        assert sorted(rows) == sorted(made)
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


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_dozen_rounds_of_chaos_lose_and_double_nothing(cadre, campaign, office, seed):
    """S25: every request three times at once, answers lost at random, the phone killed at random."""
    made, happened = await rounds(cadre, campaign, ROUNDS, seed)
    await nothing_lost_or_doubled(cadre, office, made)
    assert sum(happened.values()) > ROUNDS // 2


@pytest.mark.slow
@pytest.mark.timeout(3600)
async def test_a_thousand_rounds_of_chaos_lose_and_double_nothing(cadre, campaign, office):
    """S25: the same a thousand times: zero lost, zero doubled, every status true."""
    made: list[str] = []
    happened: Counter[str] = Counter()
    for seed in range(20):
        fresh, told = await rounds(cadre, campaign, 50, seed)
        made, happened = made + fresh, happened + told
        await nothing_lost_or_doubled(cadre, office, made)
        cadre.line.faults.clear()
    assert len(made) == 1000
    assert min(happened[name] for name in ("answer lost", "connection broken", "phone killed")) > 20
