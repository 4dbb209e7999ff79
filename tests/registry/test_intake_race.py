"""Two phones in the same moment: what only the other one shows is found all the same (R12, R13)."""

from __future__ import annotations

import asyncio

import msgspec
import pytest
from phone import picture
from sqlalchemy import func, select

from domain.codes import FileStatus
from registry.db.tables import records
from registry.service import intake, intake_race


@pytest.fixture
def homes(county):
    return [file for file in county.households if file.status is FileStatus.ACTIVE]


@pytest.fixture
def both_looked(monkeypatch):
    """Neither of the first two batches goes on before the other one has looked at what is there."""
    looked = asyncio.Barrier(2)
    first, load = [2], intake.load_facts

    async def slowly(*given):
        facts = await load(*given)
        if first[0]:
            first[0] -= 1
            await looked.wait()
        return facts

    monkeypatch.setattr(intake, "load_facts", slowly)


async def flags_of(office, sealed):
    async with office.engine.connect() as connection:
        wanted = select(records.c.flags).where(records.c.id.in_([one.id for one in sealed]))
        return [set(row.flags) for row in await connection.execute(wanted)]


def bodies(cadre, delegate, county, homes, what):
    """One photo for two households, or one person paid at two doors."""
    if what == "R12":
        photos = [[picture("the same")], [picture("the same")]]
        return [
            phone.visit(home, county.campaign.id, amount=None, photos=some)
            for phone, home, some in zip((cadre, delegate), homes, photos, strict=False)
        ]
    paid, other = cadre.visit(homes[0], county.campaign.id), delegate.visit(homes[1], county.campaign.id)
    person = msgspec.structs.replace(other.aid[0], beneficiary=paid.aid[0].beneficiary)
    return [paid, msgspec.structs.replace(other, aid=(person,))]


@pytest.mark.parametrize("what", ["R12", "R13"])
async def test_two_visits_in_one_moment_do_not_both_pass(
    cadre, delegate, county, homes, office, both_looked, what
):
    """R12, R13: whoever commits second is flagged, as if it had come a minute later; each is there once."""
    phones = cadre, delegate
    sealed = [
        phone.seal(body)
        for phone, body in zip(phones, bodies(cadre, delegate, county, homes, what), strict=True)
    ]
    async with asyncio.timeout(60):
        answers = await asyncio.gather(*[phone.send(one) for phone, one in zip(phones, sealed, strict=True)])
    assert [one.state for answer in answers for one in answer.results] == ["accepted", "accepted"]
    assert sum(what in flags for flags in await flags_of(office, sealed)) == 1
    async with office.engine.connect() as connection:
        assert await connection.scalar(select(func.count()).select_from(records)) == 2


async def test_a_batch_that_is_overtaken_for_ever_still_arrives(
    cadre, delegate, county, homes, office, monkeypatch
):
    """S25: a flag that is missing in a race never keeps a record out."""

    async def always(*_):
        raise intake_race.OvertakenError

    monkeypatch.setattr(intake, "need_nothing_new", always)
    answer = await cadre.send(cadre.seal(cadre.visit(homes[0], county.campaign.id)))
    assert [one.state for one in answer.results] == ["accepted"]


async def test_pictures_of_nothing_are_not_compared(cadre, county, homes, office, monkeypatch):
    """R12: a covered lens looks like every other one, so nobody asks for those; what shows something, and a
    very file that was used twice, is still found."""
    heard, load = [], intake.load_facts

    async def listen(*given):
        heard.append(await load(*given))
        return heard[-1]

    monkeypatch.setattr(intake, "load_facts", listen)
    prints = {
        "flat": "0" * 16,
        "nearly flat": "ffffffffffffdffe",
        "rich": "00000000000f00ff",
        "same": "0" * 16,
    }
    for number, (what, dhash) in enumerate(prints.items()):
        found = []
        for name, home in enumerate(homes[2 * number : 2 * number + 2]):
            photo = picture(what if what == "same" else (what, name))
            body = cadre.visit(home, county.campaign.id, amount=None, photos=[photo])
            body = msgspec.structs.replace(
                body, photos=(msgspec.structs.replace(body.photos[0], dhash=dhash),)
            )
            found.append(cadre.seal(body))
            await cadre.send(found[-1])
        seen = {one.household_number for some in heard[-1].prints.values() for one in some}
        others = {homes[2 * number].number} if what in ("rich", "same") else set()
        assert seen - {homes[2 * number + 1].number} == others, what
        assert ["R12" in flags for flags in await flags_in_order(office, found)] == [False, bool(others)]


async def flags_in_order(office, sealed):
    async with office.engine.connect() as connection:
        rows = await connection.execute(select(records.c.id, records.c.flags))
        flags = {row.id: row.flags for row in rows}
    return [flags[one.id] for one in sealed]
