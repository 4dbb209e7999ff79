"""A household that only a corrected visit had met is not reached: whatever comes first (S25)."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import insert, select, text

from domain.codes import FileStatus, VisitResult
from registry.db.migrate import upgrade
from registry.db.tables import reached
from registry.service import intake
from registry.service.coverage_sums import check_all

SUM = text("SELECT (doc ->> 'reached')::int FROM changes WHERE kind = 'coverage' AND id = :id")
WAITING = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")


@pytest.fixture
def homes(county):
    return [file for file in county.households if file.status is FileStatus.ACTIVE]


@pytest.fixture
def standing(office, county):
    """Household → the visit that counts; coverage says the same, and the nightly count finds no fault."""

    async def looked_up():
        async with office.engine.connect() as connection:
            rows = (await connection.execute(select(reached.c.household_id, reached.c.record_id))).all()
            top = await connection.scalar(SUM, {"id": f"{county.campaign.id}:{county.county_id}"})
        assert (top or 0) == len(rows)
        assert await check_all(office) == 0
        return {row.household_id: row.record_id for row in rows}

    return looked_up


def visit(phone, home, county, result=VisitResult.MET, **other):
    return phone.seal(phone.visit(home, county.campaign.id, amount=None, result=result), **other)


@pytest.mark.parametrize("order", ["together", "before", "after"])
async def test_nobody_was_met_after_all(cadre, county, homes, standing, order):
    """The correction says that nobody was at home: the household is not reached, in whatever order."""
    met = visit(cadre, homes[0], county)
    absent = visit(cadre, homes[0], county, VisitResult.ABSENT, corrects=met.id)
    batches = {"together": [[met, absent]], "before": [[absent], [met]], "after": [[met], [absent]]}
    for batch in batches[order]:
        await cadre.send(*batch)
    assert await standing() == {}


async def test_another_visit_stands_for_it(cadre, delegate, county, homes, standing):
    """Whom a colleague has met too stays reached, by the colleague's visit."""
    mine, other = visit(cadre, homes[0], county), visit(delegate, homes[0], county)
    await cadre.send(mine)
    await delegate.send(other)
    assert await standing() == {homes[0].id: mine.id}
    await cadre.send(visit(cadre, homes[0], county, VisitResult.ABSENT, corrects=mine.id))
    assert await standing() == {homes[0].id: other.id}


async def test_a_correction_of_something_else_keeps_it(cadre, county, homes, standing):
    """Met as before: reached by the correction; a correction of that which says otherwise takes it back."""
    first = visit(cadre, homes[0], county)
    second = visit(cadre, homes[0], county, corrects=first.id)
    await cadre.send(first, second)
    assert await standing() == {homes[0].id: second.id}
    await cadre.send(visit(cadre, homes[0], county, VisitResult.ABSENT, corrects=second.id))
    assert await standing() == {}


async def test_it_was_another_household(cadre, county, homes, standing):
    """A visit noted at the wrong household is moved: that one is not reached, the right one is."""
    wrong = visit(cadre, homes[0], county)
    await cadre.send(wrong)
    right = visit(cadre, homes[1], county, corrects=wrong.id)
    await cadre.send(right)
    assert await standing() == {homes[1].id: right.id}


async def test_nobody_takes_back_anothers_visit(cadre, delegate, county, homes, standing):
    """A correction of a colleague's record is kept and changes nothing of it."""
    mine = visit(cadre, homes[0], county)
    await cadre.send(mine)
    await delegate.send(visit(delegate, homes[0], county, VisitResult.ABSENT, corrects=mine.id))
    assert await standing() == {homes[0].id: mine.id}


async def test_a_colleague_meets_it_in_the_same_moment(
    cadre, delegate, county, homes, office, standing, monkeypatch
):
    """One takes the household back while another has just met it and is not yet done: it is reached."""
    wrong, other = visit(cadre, homes[0], county), visit(delegate, homes[0], county)
    await cadre.send(wrong)
    paused, go_on, real = asyncio.Event(), asyncio.Event(), intake.tell

    async def slowly(connection, who, *rest):
        if who.device_id == delegate.device_id:
            paused.set()
            await go_on.wait()
        return await real(connection, who, *rest)

    monkeypatch.setattr(intake, "tell", slowly)
    async with asyncio.timeout(120):
        meeting = asyncio.create_task(delegate.send(other))
        await paused.wait()
        moved = visit(cadre, homes[1], county, corrects=wrong.id)
        correcting = asyncio.create_task(cadre.send(moved))
        while not correcting.done():
            async with office.reader.connect() as connection:
                if await connection.scalar(WAITING):
                    break
        go_on.set()
        await asyncio.gather(meeting, correcting)
    assert await standing() == {homes[0].id: other.id, homes[1].id: moved.id}


async def test_an_older_database_takes_back_what_was_not_met(
    cadre, delegate, county, homes, office, settings, standing
):
    """Households that were left as reached by a corrected visit are put right once; others stay."""
    wrong, twice, good = [visit(cadre, home, county) for home in homes[:3]]
    other = visit(delegate, homes[1], county)
    put_right = [
        visit(cadre, home, county, VisitResult.ABSENT, corrects=one.id)
        for home, one in ((homes[0], wrong), (homes[1], twice))
    ]
    await cadre.send(wrong, twice, good)
    await delegate.send(other)
    await cadre.send(*put_right)
    right = {homes[1].id: other.id, homes[2].id: good.id}
    assert await standing() == right
    async with office.engine.begin() as connection:  # as it was until now
        rows = (await connection.execute(select(reached))).all()
        old = {**rows[0]._mapping, "household_id": homes[0].id, "record_id": wrong.id}
        await connection.execute(insert(reached).values(old))
        mine = reached.c.household_id == homes[1].id
        await connection.execute(reached.update().where(mine).values(record_id=twice.id))
        one_more = "doc || jsonb_build_object('reached', (doc ->> 'reached')::int + 1)"
        await connection.execute(
            text(f"UPDATE changes SET doc = {one_more} WHERE kind = 'coverage' AND id = :id"),
            {"id": f"{county.campaign.id}:{county.county_id}"},
        )
        await connection.execute(text("UPDATE alembic_version SET version_num = '0013'"))
    await asyncio.to_thread(upgrade, settings.database_url)
    assert await standing() == right
