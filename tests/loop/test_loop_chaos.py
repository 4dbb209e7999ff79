"""Everything at once: answers lost, requests tripled, phones and the registry killed; nothing is lost or
doubled."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from chaos import Server, SocketLine, no_limits, nothing_lost_or_doubled, rounds
from loop_phone import LoopPhone

from registry.service import tokens
from registry.service.settings import ENV_KEY

pytestmark = pytest.mark.postgres
ROUNDS = 12


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_dozen_rounds_of_chaos_lose_and_double_nothing(cadre, campaign, office, seed, monkeypatch):
    """S25: every request three times at once, answers lost at random, the phone killed at random."""
    monkeypatch.setattr(tokens, "MOST_PER_DEVICE", 10**6)
    made, happened = await rounds(cadre, campaign, ROUNDS, seed)
    await nothing_lost_or_doubled(cadre, office, made)
    assert sum(happened.values()) > ROUNDS // 2


@pytest_asyncio.fixture
async def server(database, settings, tmp_path: Path, monkeypatch) -> AsyncIterator[Server]:
    """A registry process on this test's database."""
    monkeypatch.setenv(ENV_KEY, base64.urlsafe_b64encode(settings.master_key).decode())
    made = Server(database, tmp_path)
    await made.start()
    yield made
    await made.close()


@pytest.mark.slow
@pytest.mark.timeout(7200)
async def test_a_thousand_rounds_of_chaos_lose_and_double_nothing(server, codes, campaign, office, tmp_path):
    """S25: the same a thousand times over sockets, and the registry's processes die by SIGKILL as well: zero
    lost, zero doubled, every status true."""
    phone = LoopPhone(tmp_path / "phone", SocketLine(server), codes["cadre"])
    await phone.enrol()
    await phone.sync()
    made: list[str] = []
    happened: Counter[str] = Counter()
    for seed in range(100):
        await no_limits(office)
        fresh, told = await rounds(phone, campaign, 10, seed, server)
        made, happened = made + fresh, happened + told
        await nothing_lost_or_doubled(phone, office, made)
        print(f"{len(made)} rounds, {dict(happened)}")
    assert len(made) == 1000
    assert min(happened[name] for name in ("answer lost", "connection broken", "phone killed")) > 20
    assert happened["registry killed"] > 20
    await phone.close()
