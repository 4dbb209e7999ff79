"""Visits stand in the queue where their household stands today (S9, S30)."""

from __future__ import annotations

import msgspec
import psycopg
import pytest
from form_office import ANSWERS, check_form, filling, publish_at_once
from sqlalchemy import select, text

from domain.codes import FileStatus
from domain.ids import new_id
from registry.db.tables import counties, records, surveys
from registry.service import visits_follow
from registry.service.coverage_sums import check_all
from registry.service.roster import org_paths, put_households, put_orgs
from registry.service.visits_follow import follow_all, follow_moved
from sync.protocol.messages import VisitPage


@pytest.fixture
def homes(county, people):
    mine = {one.household_id for one in county.assignments if one.user_id == people.cadre.user_id}
    return [file for file in county.households if file.id in mine and file.status is FileStatus.ACTIVE]


async def shown(supervisor, **params):
    answer = await supervisor.client.get("/v1/visits", params=params, headers=supervisor.auth)
    return {row.id for row in msgspec.json.decode(answer.content, type=VisitPage).rows}


async def put(office, county, *files):
    async with office.engine.begin() as connection:
        await put_households(connection, county.county_id, office.keys, org_paths(county.orgs), files)


async def move(office, county, org_id, parent_id):
    """The organisation comes under another one; returns the paths before and now."""
    orgs = [
        msgspec.structs.replace(org, parent_territorial=parent_id) if org.id == org_id else org
        for org in county.orgs
    ]
    async with office.engine.begin() as connection:
        paths = await put_orgs(connection, county.county_id, orgs)
    return org_paths(county.orgs)[org_id][0], paths[org_id][0]


def at_the_union(visit, org_id):
    """The same visit without a household."""
    return msgspec.structs.replace(visit, household_id=None, org_id=org_id, aid=())


async def places(office):
    async with office.reader.connect() as connection:
        return set((await connection.execute(select(records.c.path))).scalars())


async def marked(office):
    async with office.reader.connect() as connection:
        return (await connection.execute(select(counties.c.moved_at))).scalars().all() != [None]


async def test_a_renamed_household_is_found_by_its_new_name(cadre, supervisor, county, homes, office):
    """Name, number, town and employer as the file has them now, at once; nobody finds it by the old ones."""
    sealed = cadre.seal(cadre.visit(homes[0], county.campaign.id, amount=None))
    await cadre.send(sealed)
    works = next(org for org in county.orgs if org.parent_industrial)
    changed = msgspec.structs.replace(
        homes[0],
        number="N-77",
        worker=msgspec.structs.replace(homes[0].worker, name="欧阳新名", employer_id=works.id),
        address=msgspec.structs.replace(homes[0].address, town="新镇"),
    )
    await put(office, county, changed)
    for asked in ({"text": "欧阳新"}, {"text": "N-7"}, {"town": "新镇"}):
        assert await shown(supervisor, **asked) == {sealed.id}
    assert await shown(supervisor, text=homes[0].worker.name) == set()
    assert await shown(supervisor, town=homes[0].address.town) == set()
    async with office.reader.connect() as connection:
        path = await connection.scalar(select(records.c.industrial_path))
    assert path == org_paths(county.orgs)[works.id][1]


async def test_visits_follow_an_organisation_that_moves(cadre, county, homes, office, monkeypatch):
    """Those to its households and those to the union itself, in steps; the sums of coverage stay right."""
    monkeypatch.setattr(visits_follow, "UP_TO", visits_follow.UP_TO.replace("LIMIT 1000", "LIMIT 2"))
    union = homes[0].org_id
    at_home = [cadre.seal(cadre.visit(home, county.campaign.id, amount=None)) for home in homes[:4]]
    await cadre.send(*at_home, cadre.seal(at_the_union(cadre.visit(homes[4], county.campaign.id), union)))
    other = next(org for org in county.orgs if org.type == "town" and org.id != union)
    before, now = await move(office, county, union, other.id)
    assert await places(office) == {before}
    assert await marked(office)
    assert await follow_moved(office) == 5
    assert await places(office) == {now}
    assert await marked(office), "until a pass finds nothing, for a row that somebody held was left"
    assert await follow_moved(office) == 0
    assert not await marked(office)
    assert await check_all(office) == 0


async def test_nobody_waits_for_a_row_that_is_held(cadre, county, homes, office, database):
    """A visit that is just being judged is left, and follows with the next pass."""
    one, two = [cadre.seal(cadre.visit(home, county.campaign.id, amount=None)) for home in homes[:2]]
    await cadre.send(one, two)
    before, now = await move(office, county, homes[0].org_id, _elsewhere(county, homes[0].org_id))
    with psycopg.connect(database) as judging:
        judging.execute("UPDATE records SET reviewed = true WHERE id = %s", [one.id])
        assert await follow_moved(office) == 1
        assert await places(office) == {before, now}
        judging.commit()
    assert await follow_moved(office) == 1
    assert await places(office) == {now}


async def test_what_moves_meanwhile_is_followed_too(cadre, county, homes, office, monkeypatch):
    """A mark that was left while the job was at work is not taken away."""
    follow = visits_follow.follow

    async def another_moves(*given):
        found = await follow(*given)
        async with office.engine.begin() as connection:
            await visits_follow.mark_moved(connection, county.county_id)
        return found

    await put(office, county, homes[0])
    monkeypatch.setattr(visits_follow, "follow", another_moves)
    assert await follow_moved(office) == 0
    assert await marked(office)
    monkeypatch.undo()
    await follow_moved(office)
    assert not await marked(office)


async def test_each_night_all_are_looked_through(cadre, supervisor, county, homes, office):
    """What somebody changed by hand is right by the morning, without any mark."""
    sealed = cadre.seal(cadre.visit(homes[0], county.campaign.id, amount=None))
    await cadre.send(sealed)
    async with office.engine.begin() as connection:
        await connection.execute(text("UPDATE records SET home_name = 'x', path = '/nowhere/'"))
    assert await shown(supervisor, text=homes[0].worker.name) == set()
    assert await follow_all(office) == 1
    assert await shown(supervisor, text=homes[0].worker.name) == {sealed.id}
    assert await follow_all(office) == 0


async def test_what_intake_writes_needs_no_putting_right(cadre, county, homes, office):
    """A visit to a file, to a union and to a household nobody knows stand right from the beginning; one to a
    file that came later follows it."""
    strange = msgspec.structs.replace(homes[1], id=new_id(), number="S-1")
    await cadre.send(
        cadre.seal(cadre.visit(homes[0], county.campaign.id, amount=None)),
        cadre.seal(cadre.visit(strange, county.campaign.id, amount=None)),
        cadre.seal(at_the_union(cadre.visit(homes[2], county.campaign.id), homes[2].org_id)),
    )
    assert await follow_all(office) == 0
    await put(office, county, strange)
    async with office.reader.connect() as connection:
        found = select(records.c.home_number).where(records.c.household_id == strange.id)
        assert await connection.scalar(found) == "S-1"
    assert await follow_all(office) == 0


def _elsewhere(county, org_id):
    return next(org.id for org in county.orgs if org.type == "town" and org.id != org_id)


async def test_questionnaires_follow_their_household_and_their_union(cadre, county, homes, office):
    """One filled at a door, one without a household: both stand where their union stands now (S18, S30)."""
    union = homes[0].org_id
    await publish_at_once(office, county, check_form(), subject="household")
    await publish_at_once(office, county, check_form(form_id="works"), subject="org")
    docs, _ = await cadre.sync()
    filled = [
        filling(cadre, docs["form", "check@1"], ANSWERS, household_id=homes[0].id),
        filling(cadre, docs["form", "works@1"], ANSWERS, org_id=union),
    ]
    answer = await cadre.send(*[cadre.seal(one, type="survey") for one in filled])
    assert [one.state for one in answer.results] == ["accepted", "accepted"]
    other = next(org for org in county.orgs if org.type == "town" and org.id != union)
    before, now = await move(office, county, union, other.id)
    assert await stands(office) == {before}
    assert await follow_moved(office) == 4, "both, and the record of each"
    assert await stands(office) == {now}


async def stands(office):
    async with office.reader.connect() as connection:
        return set((await connection.execute(select(surveys.c.path))).scalars())
