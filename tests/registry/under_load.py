"""Phones that keep sending while something happens to the registry's database."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import httpx
import msgspec
from phone import Phone
from sqlalchemy import text

from registry.db.migrate import upgrade
from registry.service.load_sample import demo_people, load_sample
from registry.service.office import Office, open_office
from registry.service.people import demo_codes
from registry.service.sample_county import SampleCounty
from registry.service.settings import Settings
from sync.protocol.messages import Checkpoint, RecordsAnswer
from sync.protocol.records import Sealed


@dataclass
class Told:
    """What the registry acknowledged to one phone: hashes, and the last signed checkpoint."""

    phone: Phone
    hashes: set[str] = field(default_factory=set)
    checkpoint: Checkpoint | None = None
    failures: int = 0
    busy: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a good part has been acknowledged and sending goes on."""


async def fill(settings: Settings) -> None:
    """A migrated database with the sample county."""
    await asyncio.to_thread(upgrade, settings.database_url)
    office = await open_office(settings)
    await load_sample(office)
    await office.close()


async def enrol_all(client: httpx.AsyncClient, office: Office, county: SampleCounty) -> list[Told]:
    codes = await demo_codes(office, demo_people(county))
    phones = []
    for code in codes.values():
        phone = Phone(client)
        await phone.enrol(code)
        await phone.login()
        phones.append(Told(phone))
    return phones


async def keep_sending(told: Told, county: SampleCounty, rounds: int) -> None:
    """Batch after batch; the same bytes again until they are acknowledged, as a phone does."""
    for number in range(rounds):
        if number * 3 >= rounds:
            told.busy.set()
        home = county.households[number % len(county.households)]
        body = told.phone.visit(home, county.campaign.id)
        batch = [told.phone.seal(body) for _ in range(3)]
        while not await _acknowledged(told, batch):
            told.failures += 1
            await asyncio.sleep(0.05)


async def _acknowledged(told: Told, batch: list[Sealed]) -> bool:
    try:
        answer = await told.phone.post_records(batch)
    except httpx.HTTPError:
        return False
    if answer.status_code != 200:
        return False
    found = msgspec.json.decode(answer.content, type=RecordsAnswer)
    told.hashes |= {one.hash for one in found.results if one.state in ("accepted", "duplicate")}
    told.checkpoint = found.checkpoint
    return {one.hash for one in batch} <= told.hashes


async def held(office: Office, county: str, device: str) -> tuple[list[str], str]:
    """Hashes in the database by number, and the chain's head as the device row says."""
    async with office.engine.connect() as connection:
        rows = await connection.execute(
            text(
                "SELECT hash FROM records WHERE county = :c AND device_id = :d "
                "AND state = 'accepted' ORDER BY seq"
            ),
            {"c": county, "d": device},
        )
        hashes = [row.hash for row in rows]
        head = await connection.execute(
            text("SELECT head_hash FROM devices WHERE county = :c AND id = :d"), {"c": county, "d": device}
        )
        return hashes, head.scalar_one()


async def nothing_lost(office: Office, told: Told) -> None:
    """Each acknowledged record is there once, and the chain ends where the phone's does."""
    hashes, head = await held(office, told.phone.me.county, told.phone.device_id)
    assert len(hashes) == len(set(hashes))
    assert told.hashes <= set(hashes)
    assert told.checkpoint is not None
    assert head == told.checkpoint.head == told.phone.prev
