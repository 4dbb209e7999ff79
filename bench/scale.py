"""What a season does to the registry: the same questions and the same intake, over an empty database and
over ten million visits (``NUANFANG_BENCH_VISITS``: another number).

Questions go over HTTP to real server processes, as a supervisor of one county asks them. The baseline of each
figure is the same figure of the same run before the visits were loaded.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import httpx
import msgspec

from bench.intake_world import World, world
from bench.phone import Phone
from bench.scale_load import load
from registry.service.codes import create_code

EACH = 50_000
"""Visits of one county: ten times what an average county has in a season."""
ASKED = 60
BATCHES = 6
BATCH = 200
PAGES = {
    "queue_first_page": {},
    "queue_unreviewed": {"unreviewed": "true"},
    "queue_flagged": {"flagged": "true"},
}
Lines = list[dict[str, Any]]


def run(quick: bool = False) -> Iterator[dict[str, Any]]:
    """JSON lines: ``name``, ``value``; milliseconds for questions, records per second for intake."""
    visits = int(os.environ.get("NUANFANG_BENCH_VISITS", 200_000 if quick else 10_000_000))
    return iter(asyncio.run(_measure(visits)))


async def _measure(visits: int) -> Lines:
    each = min(EACH, visits)
    async with world(2 * 2 * BATCHES * BATCH + 2, phones=2) as found:
        first = found.phones[0]
        sealed = first.seal(first.visit(found.homes[-1], found.county.campaign.id, photos=[b"one", b"two"]))
        await first.send(sealed)
        office = await _supervisor(found)
        before = await _questions(office), await _intake(found, 0)
        started = time.perf_counter()
        await asyncio.to_thread(load, found.url, sealed.id, visits // each - 1, each)
        loaded = time.perf_counter() - started
        after = await _questions(office), await _intake(found, 1)
        return [
            {
                "name": "scale_loaded",
                "value": visits,
                "counties": visits // each,
                "seconds": round(loaded, 1),
            },
            *[_asked(name, after[0][name], before[0][name]) for name in after[0]],
            _ratio("scale_intake_records_per_s", after[1], before[1]),
        ]


async def _supervisor(found: World) -> Phone:
    boss = next(user.id for user in found.county.users if "supervisor" in user.roles)
    phone = Phone(httpx.AsyncClient(base_url=found.base, timeout=120, trust_env=False))
    await phone.enrol(await create_code(found.office, found.county.county_id, boss))
    await phone.login()
    return phone


async def _questions(office: Phone) -> dict[str, list[float]]:
    """Milliseconds of each answer, sorted."""

    async def page(query: dict[str, str]) -> None:
        (await office.client.get("/v1/visits", params=query, headers=office.auth)).raise_for_status()

    async def coverage() -> None:
        (await office.client.get("/v1/coverage", headers=office.auth)).raise_for_status()

    took = {name: await _times(lambda q=query: page(q)) for name, query in PAGES.items()}  # type: ignore[misc]
    tenth = await _tenth(office)
    took["queue_tenth_page"] = await _times(lambda: page({"after": tenth} if tenth else {}))
    return took | {"coverage_of_the_tree": await _times(coverage)}


async def _tenth(office: Phone) -> str:
    """The cursor after nine pages; empty when there are fewer."""
    place = ""
    for _ in range(9):
        query = {"after": place} if place else {}
        answer = await office.client.get("/v1/visits", params=query, headers=office.auth)
        place = answer.json()["next"] or ""
        if not place:
            break
    return place


async def _times(ask: Callable[[], Awaitable[None]]) -> list[float]:
    took = []
    for _ in range(ASKED):
        started = time.perf_counter()
        await ask()
        took.append((time.perf_counter() - started) * 1000)
    return sorted(took)


async def _intake(found: World, turn: int) -> float:
    """Records per second of two phones side by side, each record a visit to a household of its own."""

    async def one(number: int) -> None:
        phone = found.phones[number]
        mine = found.homes[:-2][number::2][turn * BATCHES * BATCH : (turn + 1) * BATCHES * BATCH]
        for start in range(0, len(mine), BATCH):
            visits = [phone.visit(home, found.county.campaign.id) for home in mine[start : start + BATCH]]
            batches[number].append(msgspec.json.encode({"records": [phone.seal(one) for one in visits]}))

    async def send(number: int) -> None:
        phone = found.phones[number]
        for body in batches[number]:
            headers = phone.auth | {"Content-Type": "application/json"}
            (await phone.client.post("/v1/records", content=body, headers=headers)).raise_for_status()

    batches: list[list[bytes]] = [[], []]
    await asyncio.gather(one(0), one(1))
    async with httpx.AsyncClient(base_url=found.base, timeout=120, trust_env=False) as client:
        for phone in found.phones:
            phone.client = client
        started = time.perf_counter()
        await asyncio.gather(send(0), send(1))
        return 2 * BATCHES * BATCH / (time.perf_counter() - started)


def _asked(name: str, after: list[float], before: list[float]) -> dict[str, Any]:
    return {
        "name": f"scale_{name}_ms_p95",
        "value": round(_p95(after), 1),
        "median": round(after[len(after) // 2], 1),
        "empty_p95": round(_p95(before), 1),
        "ratio": round(_p95(after) / _p95(before), 2),
    }


def _ratio(name: str, after: float, before: float) -> dict[str, Any]:
    ratio = round(after / before, 2)
    return {"name": name, "value": round(after, 1), "empty": round(before, 1), "ratio": ratio}


def _p95(took: list[float]) -> float:
    return took[int(len(took) * 0.95)]
