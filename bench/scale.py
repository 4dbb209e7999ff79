"""What a season does to the registry: the same questions and the same intake, over an empty database and
over ten million visits (``NUANFANG_BENCH_VISITS``: another number).

Questions go over HTTP to real server processes, as a supervisor of one county asks them. The baseline of each
figure is the same figure of the same run before the visits were loaded.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

import httpx
import msgspec

from bench.intake_world import PHONES, World, world
from bench.phone import Phone
from bench.scale_load import load
from domain.models import HouseholdFile
from registry.service.codes import create_code
from registry.service.coverage_sums import check_all

EACH = 50_000
"""Visits of one county: ten times what an average county has in a season."""
ASKED = 100
ROUNDS = 8
"""Of one batch from each of the intake bench's phones. With fewer, nobody works while one waits for the disk,
and the rate would say how long a wait is."""
BATCH = 200
SETTINGS = {"shared_buffers": "4GB", "wal_level": "minimal", "max_wal_senders": "0", "max_wal_size": "4GB"}
"""As an office's server would have it; the same before and after."""
PAGES = {
    "queue_first_page": {},
    "queue_unreviewed": {"unreviewed": "true"},
    "queue_flagged": {"flagged": "true"},
    "queue_town": {"town": "{town}", "unreviewed": "true"},
    "queue_address": {"town": "{address}"},
    "queue_author": {"author": "{author}"},
    "queue_surname": {"text": "{surname}"},
    "queue_common_sign": {"text": "1"},
    "queue_nobody": {"text": "nobody"},
    "queue_nowhere": {"town": "nowhere"},
    "queue_all_at_once": {"town": "{town}", "author": "{author}", "text": "{surname}", "unreviewed": "true"},
}
"""Filters of the supervisor's screen; what stands in braces is taken from the county."""
Lines = list[dict[str, Any]]


def run(quick: bool = False) -> Iterator[dict[str, Any]]:
    """JSON lines: ``name``, ``value``; milliseconds for questions, records per second for intake."""
    visits = int(os.environ.get("NUANFANG_BENCH_VISITS", 200_000 if quick else 10_000_000))
    return iter(asyncio.run(_measure(visits)))


async def _measure(visits: int) -> Lines:
    each = min(EACH, visits)
    homes = 2 * PHONES * (ROUNDS + 1) * BATCH
    async with world(homes + 2, PHONES, SETTINGS) as found:
        first = found.phones[0]
        photos = [b"one", b"two", b"three"]
        sealed = first.seal(first.visit(found.homes[-1], found.county.campaign.id, photos=photos))
        await first.send(sealed)
        office = await _supervisor(found)
        names = _names(found)
        before = await _questions(office, names), await _intake(found, 0)
        loaded = await asyncio.to_thread(load, found.url, sealed.id, visits // each - 1, each)
        await check_all(found.office)  # what is loaded by hand has no sums of coverage yet
        after = await _questions(office, names), await _intake(found, 1)
        return [
            {"name": "scale_loaded", "value": visits, "counties": visits // each, **asdict(loaded)},
            *[_asked(name, after[0][name], before[0][name]) for name in after[0]],
            *_compared(after[1], before[1]),
        ]


async def _supervisor(found: World) -> Phone:
    boss = next(user.id for user in found.county.users if "supervisor" in user.roles)
    phone = Phone(httpx.AsyncClient(base_url=found.base, timeout=120, trust_env=False))
    await phone.enrol(await create_code(found.office, found.county.county_id, boss))
    await phone.login()
    return phone


def _names(found: World) -> dict[str, str]:
    """A union, a town, the author of the loaded visits, and a surname that many have."""
    home, author = found.homes[-1], found.phones[0].me.user_id
    return {
        "town": next(org.name for org in found.county.orgs if org.id == home.org_id),
        "address": home.address.town,
        "author": next(user.name for user in found.county.users if user.id == author),
        "surname": Counter(file.worker.name[0] for file in found.homes).most_common(1)[0][0],
    }


async def _questions(office: Phone, names: Mapping[str, str]) -> dict[str, list[float]]:
    """Milliseconds of each answer, sorted."""
    await office.login()  # its token has run out while millions were loaded

    async def page(query: dict[str, str]) -> None:
        (await office.client.get("/v1/visits", params=query, headers=office.auth)).raise_for_status()

    async def coverage() -> None:
        (await office.client.get("/v1/coverage", headers=office.auth)).raise_for_status()

    asked = {name: {key: q[key].format(**names) for key in q} for name, q in PAGES.items()}
    took = {name: await _times(lambda q=query: page(q)) for name, query in asked.items()}  # type: ignore[misc]
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


@dataclass
class Round:
    """One batch of each phone at once: records per second, milliseconds of processor time per record."""

    rate: float
    cpu: dict[str, float]


async def _intake(found: World, turn: int) -> list[Round]:
    """Each record a visit to a household of its own, without photos; the first round warms up."""
    size = PHONES * BATCH
    mine = found.homes[turn * (ROUNDS + 1) * size :]
    rounds = []
    async with httpx.AsyncClient(base_url=found.base, timeout=120, trust_env=False) as client:
        for phone in found.phones:
            phone.client = client
            await phone.login()
        for start in range(0, (ROUNDS + 1) * size, size):
            some = mine[start : start + size]
            bodies = [_batch(phone, found, some[n::PHONES]) for n, phone in enumerate(found.phones)]
            shares, started = found.shares(), time.perf_counter()
            await asyncio.gather(*[_send(*one) for one in zip(found.phones, bodies, strict=True)])
            took = time.perf_counter() - started
            rounds.append(Round(size / took, found.shares().since(shares).each(size)))
    return rounds[1:]


def _batch(phone: Phone, found: World, homes: Sequence[HouseholdFile]) -> bytes:
    visits = [phone.visit(home, found.county.campaign.id) for home in homes]
    return msgspec.json.encode({"records": [phone.seal(one) for one in visits]})


async def _send(phone: Phone, body: bytes) -> None:
    headers = phone.auth | {"Content-Type": "application/json"}
    answer = await phone.client.post("/v1/records", content=body, headers=headers)
    answer.raise_for_status()
    assert all(one["state"] == "accepted" for one in answer.json()["results"])


def _compared(after: list[Round], before: list[Round]) -> Lines:
    """The rate, and the processor time of client, API and PostgreSQL: each a median, with its spread."""
    lines = [_ratio("scale_intake_records_per_s", [r.rate for r in after], [r.rate for r in before])]
    for part in after[0].cpu:
        values = [[one.cpu[part] for one in rounds] for rounds in (after, before)]
        lines.append(_ratio(f"scale_intake_{part}", *values))
    return lines


def _asked(name: str, after: list[float], before: list[float]) -> dict[str, Any]:
    return {
        "name": f"scale_{name}_ms_p95",
        "value": round(_p95(after), 1),
        "median": round(after[len(after) // 2], 1),
        "empty_p95": round(_p95(before), 1),
        "ratio": round(_p95(after) / _p95(before), 2),
    }


def _ratio(name: str, after: list[float], before: list[float]) -> dict[str, Any]:
    middle, empty = median(after), median(before)
    return {
        "name": name,
        "value": round(middle, 3),
        "spread": [round(min(after), 3), round(max(after), 3)],
        "empty": round(empty, 3),
        "empty_spread": [round(min(before), 3), round(max(before), 3)],
        "ratio": round(middle / empty, 2),
    }


def _p95(took: list[float]) -> float:
    return took[int(len(took) * 0.95)]
