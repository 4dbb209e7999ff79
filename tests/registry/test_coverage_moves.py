"""Coverage is kept, not counted, and yet is what a count says, whatever happened before (S25)."""

from __future__ import annotations

import asyncio
from collections import Counter
from random import Random

import msgspec
import pytest
from sqlalchemy import text

from domain.codes import FileStatus, VisitResult
from domain.ids import new_id
from registry.service import intake_items
from registry.service.coverage import coverage_of
from registry.service.coverage_sums import check_all
from registry.service.principal import load_principal
from registry.service.roster import org_paths, put_campaign, put_households, put_orgs

REACHED = text("""
    SELECT household_id FROM records r WHERE county = :county AND campaign_id = :campaign
    AND type = 'visit' AND result = 'met' AND state = 'accepted' AND NOT EXISTS (
        SELECT FROM records c WHERE c.county = r.county AND c.corrects = r.id AND c.state = 'accepted')
""")
"""All visits in this file are one author's."""
HOMES = text("SELECT id, path, industrial_path FROM households WHERE county = :county AND status = 'active'")
TOLD = text("SELECT doc FROM changes WHERE kind = 'coverage' AND doc IS NOT NULL")
STEPS = 14


@pytest.fixture
def homes(county, people):
    """The demo cadre's active households."""
    mine = {one.household_id for one in county.assignments if one.user_id == people.cadre.user_id}
    return [file for file in county.households if file.id in mine and file.status is FileStatus.ACTIVE]


async def shown(office, phone, campaign):
    """Organisation → (active, reached), as a supervisor reads it."""
    async with office.reader.connect() as connection:
        who = await load_principal(connection, phone.me.county, phone.device_id)
    rows = (await coverage_of(office, who, campaign)).rows
    return {row.org_id: (row.active, row.reached) for row in rows}


async def counted(office, county, campaign):
    """The same, counted from the households and from the visits that stand, one by one."""
    asked = {"county": county, "campaign": campaign}
    async with office.reader.connect() as connection:
        reached = set((await connection.execute(REACHED, asked)).scalars())
        files = (await connection.execute(HOMES, asked)).all()
    active, met = Counter(), Counter()
    for file in files:
        orgs = {org for org in (file.path + (file.industrial_path or "")).split("/") if org}
        active.update(orgs)
        met.update(orgs if file.id in reached else ())
    return {org: (count, met[org]) for org, count in active.items()}


async def told(phone):
    """Organisation → (active, reached), as the phone heard it."""
    found, _ = await phone.sync()
    docs = [doc for (kind, _), doc in found.items() if kind == "coverage"]
    return {doc["org_id"]: (doc["active"], doc["reached"]) for doc in docs}


class Life:
    """What can happen to a county, in any order. ``campaigns``: known or not; ``closed`` files by id."""

    def __init__(self, dice, office, phone, supervisor, county, homes):
        self.dice, self.office, self.phone, self.boss = dice, office, phone, supervisor
        self.key, self.orgs = county.county_id, list(county.orgs)
        self.files = {home.id: home for home in homes}
        self.known, self.unknown = [county.campaign], []
        self.sealed = []

    async def put(self, *files):
        self.files |= {file.id: file for file in files}
        async with self.office.engine.begin() as connection:
            paths = org_paths(self.orgs)
            await put_households(connection, self.key, self.office.keys, paths, files)

    async def some_files_open_or_close(self):
        some = self.dice.sample(sorted(self.files.values(), key=lambda file: file.id), 5)
        states = [FileStatus.ACTIVE, FileStatus.LIFTED, FileStatus.RELAPSED, FileStatus.ACTIVE]
        await self.put(*[msgspec.structs.replace(one, status=self.dice.choice(states)) for one in some])

    async def a_file_goes_to_another_union(self):
        towns = sorted({file.org_id for file in self.files.values()} | {self.orgs[5].id, self.orgs[-1].id})
        one = self.dice.choice(sorted(self.files.values(), key=lambda file: file.id))
        await self.put(msgspec.structs.replace(one, org_id=self.dice.choice(towns)))

    async def a_new_file(self):
        one = self.dice.choice(sorted(self.files.values(), key=lambda file: file.id))
        fresh = new_id()
        await self.put(msgspec.structs.replace(one, id=fresh, number=fresh))

    async def an_organisation_moves(self):
        some = [n for n, org in enumerate(self.orgs) if org.parent_territorial and org.id != self.key]
        one, above = self.dice.sample(some, 2)
        parent = self.dice.choice([self.key, self.orgs[above].id])
        moved = msgspec.structs.replace(self.orgs[one], parent_territorial=parent, name=new_id())
        orgs = [*self.orgs[:one], moved, *self.orgs[one + 1 :]]
        if f"/{moved.id}/" in org_paths(self.orgs)[parent][0]:
            return  # below itself
        self.orgs = orgs
        async with self.office.engine.begin() as connection:
            await put_orgs(connection, self.key, self.orgs)

    async def a_campaign_is_put_in(self):
        fresh = self.unknown.pop() if self.unknown else self.known[0].id
        campaign = msgspec.structs.replace(self.known[0], id=fresh)
        async with self.office.engine.begin() as connection:
            await put_campaign(connection, self.key, campaign)
        if campaign.id not in {one.id for one in self.known}:
            self.known.append(campaign)

    async def visits(self, **more):
        if self.dice.random() < 0.3:
            self.unknown.append(new_id())
        ids = [one.id for one in self.known] + self.unknown
        results = [VisitResult.MET, VisitResult.MET, VisitResult.ABSENT]
        homes = self.dice.sample(sorted(self.files.values(), key=lambda file: file.id), 4)
        bodies = [
            self.phone.visit(home, self.dice.choice(ids), amount=None, result=self.dice.choice(results))
            for home in homes
        ]
        found = [self.phone.seal(body, **more) for body in bodies]
        self.sealed += found
        await self.phone.send(*found)

    async def visits_that_are_read_only_later(self):
        def not_today(item, _):
            return intake_items._quarantined(item, "bad_body", "")

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(intake_items, "_read_body", not_today)
            await self.visits()
        answer = await self.boss.client.get("/v1/quarantine", headers=self.boss.auth)
        for row in answer.json()["rows"]:
            url = f"/v1/quarantine/{row['id']}/retry"
            released = await self.boss.client.post(url, json={}, headers=self.boss.auth)
            assert released.json()["state"] == "released"

    async def a_visit_is_corrected(self):
        if not self.sealed:
            return
        await self.visits(corrects=self.dice.choice(self.sealed).id)


@pytest.mark.parametrize("seed", range(3))
async def test_after_anything_coverage_is_what_a_count_says(cadre, supervisor, county, homes, office, seed):
    """Files that open, close and move, organisations that move, campaigns put in late, visits, corrections:
    after each of them every campaign's figures are those of a count."""
    dice = Random(seed)
    life = Life(dice, office, cadre, supervisor, county, homes)
    steps = [
        life.some_files_open_or_close,
        life.a_file_goes_to_another_union,
        life.a_new_file,
        life.an_organisation_moves,
        life.a_campaign_is_put_in,
        life.visits,
        life.visits,
        life.visits_that_are_read_only_later,
        life.a_visit_is_corrected,
    ]
    for step in [*steps, *dice.choices(steps, k=STEPS)]:
        await step()
        for campaign in life.known:
            right = await counted(office, life.key, campaign.id)
            assert await shown(office, supervisor, campaign.id) == right, step.__name__
    assert await check_all(office) == 0


async def test_writers_at_the_same_time(cadre, delegate, supervisor, county, homes, office):
    """Two phones, an office that closes and opens files, and a campaign put in meanwhile: nothing is lost."""
    late = msgspec.structs.replace(county.campaign, id=new_id())

    async def go(phone, shift):
        for n in range(6):
            ids = (county.campaign.id, late.id)
            some = [homes[(n * 3 + shift + k) % 12] for k in range(4)]
            await phone.send(*[phone.seal(phone.visit(one, ids[n % 2], amount=None)) for one in some])

    async def close():
        states = [FileStatus.LIFTED, FileStatus.ACTIVE]
        for n in range(8):
            files = [msgspec.structs.replace(one, status=states[n % 2]) for one in homes[n % 3 : 12 : 2]]
            async with office.engine.begin() as connection:
                paths = org_paths(county.orgs)
                await put_households(connection, county.county_id, office.keys, paths, files)

    async def put():
        async with office.engine.begin() as connection:
            await put_campaign(connection, county.county_id, late)

    async with asyncio.timeout(300):
        await asyncio.gather(go(cadre, 0), go(delegate, 5), close(), put())
    for campaign in (county.campaign, late):
        right = await counted(office, county.county_id, campaign.id)
        assert await shown(office, supervisor, campaign.id) == right
    assert await check_all(office) == 0


async def test_a_file_that_closes_is_taken_out_of_the_figures(cadre, supervisor, county, homes, office):
    """A household that was reached and is then lifted counts neither as active nor as reached; one that is
    closed when it is visited never does."""
    await cadre.send(*[cadre.seal(cadre.visit(home, county.campaign.id)) for home in homes[:3]])
    before = (await told(supervisor))[county.county_id]
    closed = [msgspec.structs.replace(home, status=FileStatus.LIFTED) for home in (homes[0], homes[5])]
    async with office.engine.begin() as connection:
        await put_households(connection, county.county_id, office.keys, org_paths(county.orgs), closed)
    assert (await told(supervisor))[county.county_id] == (before[0] - 2, before[1] - 1)
    await cadre.send(cadre.seal(cadre.visit(homes[5], county.campaign.id)))
    assert (await told(supervisor))[county.county_id] == (before[0] - 2, before[1] - 1)
    right = await counted(office, county.county_id, county.campaign.id)
    assert {org: sums for org, sums in (await told(supervisor)).items() if sums[0]} == right


async def test_a_wrong_sum_is_found_and_put_right(supervisor, county, office):
    """What somebody spoilt by hand is found at night, said in the audit trail, and right afterwards."""
    async with office.engine.begin() as connection:
        spoil = "UPDATE changes SET doc = doc || '{\"reached\": 7}' WHERE kind = 'coverage' AND id LIKE :id"
        await connection.execute(text(spoil), {"id": f"%:{county.county_id}"})
        fewer = "DELETE FROM changes WHERE kind = 'coverage' AND id LIKE :id"
        await connection.execute(text(fewer), {"id": f"%:{county.households[0].org_id}"})
    assert await check_all(office) == 2
    right = await counted(office, county.county_id, county.campaign.id)
    assert await shown(office, supervisor, county.campaign.id) == right
    async with office.reader.connect() as connection:
        said = "SELECT details FROM audit WHERE action = 'coverage.recount'"
        assert (await connection.execute(text(said))).scalars().all() == [{"sums": 2}]
    assert await check_all(office) == 0


async def test_a_visit_for_a_campaign_nobody_knows_tells_nobody(cadre, county, homes, office):
    """Its figures wait until the office puts the campaign in; a phone cannot fill everybody's feed."""
    strange = msgspec.structs.replace(county.campaign, id=new_id())
    await cadre.send(cadre.seal(cadre.visit(homes[0], strange.id, amount=None)))

    async def campaigns():
        async with office.reader.connect() as connection:
            docs = (await connection.execute(TOLD)).scalars().all()
        return {doc["campaign_id"]: 0 for doc in docs} | {
            doc["campaign_id"]: doc["reached"] for doc in docs if doc["org_id"] == county.county_id
        }

    assert await campaigns() == {county.campaign.id: 0}
    async with office.engine.begin() as connection:
        await put_campaign(connection, county.county_id, strange)
    assert await campaigns() == {county.campaign.id: 0, strange.id: 1}


async def test_files_move_with_their_organisation(county, homes, office):
    """A union that comes under another one takes its files along: whoever stood above loses them from the
    feed, whoever stands above now gets them."""
    union = next(org for org in county.orgs if org.id == homes[0].org_id)
    above = next(org for org in county.orgs if org.parent_territorial == county.county_id and org != union)
    moved = msgspec.structs.replace(union, parent_territorial=above.id)
    async with office.engine.begin() as connection:
        orgs = [moved if org == union else org for org in county.orgs]
        paths = await put_orgs(connection, county.county_id, orgs)
    asked = {"id": homes[0].id, "old": f"tree:{org_paths(county.orgs)[union.id][0]}"}
    asked["new"] = f"tree:{paths[union.id][0]}"
    async with office.reader.connect() as connection:
        where = "SELECT path FROM households WHERE id = :id"
        assert await connection.scalar(text(where), asked) == paths[union.id][0]
        heard = "SELECT audience, doc IS NULL FROM changes WHERE id = :id AND audience IN (:old, :new)"
        rows = {tuple(row) for row in await connection.execute(text(heard), asked)}
    assert rows == {(asked["old"], True), (asked["new"], False)}


async def test_a_phone_hears_of_its_own_road_up(cadre, supervisor, county, homes, people, office):
    """A cadre's phone gets the sums of the own organisation and those above, a supervisor's all of them; a
    visit elsewhere costs the cadre's phone nothing (S25)."""
    user = next(one for one in county.users if one.id == people.cadre.user_id)
    path = org_paths(county.orgs)[user.org_id][0]
    right = await counted(office, county.county_id, county.campaign.id)
    assert await told(cadre) == {org: right[org] for org in path.strip("/").split("/") if org in right}
    assert await told(supervisor) == right
