"""A campaign is made known while its visits already arrive: all of them are kept, at the first try (F)."""

from __future__ import annotations

import asyncio

import msgspec
import psycopg
import pytest
from sqlalchemy import text
from test_intake import homes as homes
from test_intake import states
from test_partitions import placed

from domain.ids import new_id
from registry.service import campaigns
from registry.service.campaigns import open_missed
from registry.service.roster import put_campaign

BATCHES = 12
WAITING = text(
    "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation IN ('record_bodies'::regclass, "
    "'parts.record_bodies_common'::regclass) AND database = (SELECT oid FROM pg_database "
    "WHERE datname = current_database())"
)


@pytest.fixture
def campaign(county):
    return msgspec.structs.replace(county.campaign, id=new_id())


async def until_it_waits(office):
    """Until somebody waits for the table of what was signed."""
    async with office.reader.connect() as connection:
        while not await connection.scalar(WAITING):  # noqa: ASYNC110 - PostgreSQL's lock has no event
            await asyncio.sleep(0.01)


async def test_a_visit_that_arrives_in_that_moment(cadre, office, county, homes, campaign, database):
    """Its batch waits for the parts and is written there; it neither fails nor goes astray."""
    async with asyncio.timeout(60), asyncio.TaskGroup() as both, office.engine.begin() as connection:
        await put_campaign(connection, county.county_id, campaign)
        sent = both.create_task(cadre.send(cadre.seal(cadre.visit(homes[0], campaign.id))))
        await until_it_waits(office)
    assert states(sent.result()) == [("accepted", None)]
    assert placed(database, "record_bodies", campaign.id) == (0, 1)
    assert placed(database, "reached", campaign.id) == (0, 1)


async def test_many_campaigns_while_many_visits_arrive(
    cadre, delegate, supervisor, office, county, homes, database
):
    """Phones that send for campaigns which are being put in, in any order: no batch is refused, nobody waits
    in a circle."""
    known = [msgspec.structs.replace(county.campaign, id=new_id()) for _ in range(BATCHES // 2)]

    async def send(phone, shift):
        for n in range(BATCHES):
            ids = [known[(n // 2 + more * shift) % len(known)].id for more in range(3)]
            found = [phone.seal(phone.visit(homes[(n + shift) % len(homes)], one)) for one in ids]
            assert {state for state, _ in states(await phone.send(*found))} == {"accepted"}

    async def put():
        for one in known:
            async with office.engine.begin() as connection:
                await put_campaign(connection, county.county_id, one)

    async with asyncio.timeout(300):
        await asyncio.gather(put(), send(cadre, 1), send(delegate, 2), send(supervisor, 3))
    assert [placed(database, "record_bodies", one.id)[0] for one in known] == [0] * len(known)


async def test_somebody_reads_the_table_for_long(
    cadre, office, county, homes, campaign, database, monkeypatch
):
    """During a backup the campaign is put in all the same and visits go on; its parts come with the night."""
    monkeypatch.setattr(campaigns, "PATIENCE", "20ms")
    with psycopg.connect(database) as backup:
        backup.execute("LOCK TABLE record_bodies IN ACCESS SHARE MODE")
        async with office.engine.begin() as connection:
            await put_campaign(connection, county.county_id, campaign)
            assert await connection.scalar(text("SELECT current_setting('lock_timeout')")) == "0"
        assert states(await cadre.send(cadre.seal(cadre.visit(homes[0], campaign.id)))) == [
            ("accepted", None)
        ]
        assert await open_missed(office) == 0
    assert placed(database, "record_bodies", campaign.id) == (1, 1)
    assert await open_missed(office) == 1
    assert placed(database, "record_bodies", campaign.id) == (0, 1)
    assert await open_missed(office) == 0
