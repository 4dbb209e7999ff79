"""Who stands above a household follows its file, and only they: files move between unions (S2, S30)."""

from __future__ import annotations

import asyncio

import msgspec
import psycopg
import pytest
import pytest_asyncio
from fresh import enrolled, fresh_database
from sqlalchemy import text, update

from domain.codes import FileStatus
from domain.models import Assignment
from registry.db.migrate import upgrade
from registry.db.tables import users
from registry.service.codes import create_code
from registry.service.feed_write import for_tree, for_user
from registry.service.roster import assign, org_paths, put_delegation, put_households, unassign

WAITING = text(
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


@pytest.fixture
def home(county, people):
    mine = {one.household_id for one in county.assignments if one.user_id == people.cadre.user_id}
    return next(file for file in county.households if file.id in mine and file.status is FileStatus.ACTIVE)


@pytest.fixture
def other(county, home):
    """A union of another town."""
    return next(org for org in county.orgs if org.type == "town" and org.id != home.org_id)


async def stands(office, user_id, org_id):
    """From now on this user sees the subtree of that organisation."""
    async with office.engine.begin() as connection:
        await connection.execute(update(users).where(users.c.id == user_id).values(org_id=org_id))


async def put(office, county, file):
    async with office.engine.begin() as connection:
        await put_households(connection, county.county_id, office.keys, org_paths(county.orgs), [file])


async def until_it_waits(office):
    """Until somebody waits for the county's feed."""
    async with office.reader.connect() as connection:
        while not await connection.scalar(WAITING):  # noqa: ASYNC110 - PostgreSQL's lock has no event
            await asyncio.sleep(0.01)


async def files(phone, cursor=None):
    """Household → document or None, and the cursor after them."""
    found, cursor = await phone.sync(cursor)
    return {key[1]: doc for key, doc in found.items() if key[0] == "household"}, cursor


@pytest_asyncio.fixture
async def old_union(supervisor, office, people, home):
    """The phone of somebody who supervises the household's own union."""
    await stands(office, people.supervisor.user_id, home.org_id)
    return supervisor


@pytest_asyncio.fixture
async def new_union(client, office, people, other):
    """The phone of somebody who supervises the other one."""
    await stands(office, people.admin.user_id, other.id)
    return await enrolled(client, await create_code(office, people.admin.county, people.admin.user_id))


async def test_a_file_that_goes_to_another_union_leaves_the_old_one(
    old_union, new_union, cadre, office, county, home, other
):
    """The old union's phones lose it and no fresh one gets it; the new union's get it, as it is now; whoever
    visits the household keeps it; and it may come back."""
    before, cursor = await files(old_union)
    nothing, theirs = await files(new_union)
    _, mine = await files(cadre)
    assert home.id in before
    assert home.id not in nothing
    await put(office, county, msgspec.structs.replace(home, org_id=other.id, wish="新单位知道的事"))
    gone, cursor = await files(old_union, cursor)
    assert gone == {home.id: None}
    assert (await files(old_union))[0].get(home.id) is None, "a fresh phone gets none of it"
    come, _ = await files(new_union, theirs)
    assert {one: doc["wish"] for one, doc in come.items()} == {home.id: "新单位知道的事"}
    held, _ = await files(cadre, mine)
    assert held[home.id]["org_id"] == other.id
    await put(office, county, home)
    back, _ = await files(old_union, cursor)
    assert back[home.id]["org_id"] == home.org_id


async def test_a_worker_who_changes_employers_leaves_the_old_industry(supervisor, office, county, people):
    """The industrial tree is left like the territorial one (S30)."""
    builders = next(org for org in county.orgs if org.type == "industry")
    works = {org.id for org in county.orgs if org.parent_industrial == builders.id}
    file = next(file for file in county.households if file.worker.employer_id in works)
    await stands(office, people.supervisor.user_id, builders.id)
    before, cursor = await files(supervisor)
    assert file.id in before
    jobless = msgspec.structs.replace(file.worker, employer_id=None)
    await put(office, county, msgspec.structs.replace(file, worker=jobless))
    assert (await files(supervisor, cursor))[0] == {file.id: None}
    assert (await files(supervisor))[0].get(file.id) is None


async def test_a_move_inside_ones_own_subtree_takes_nothing_away(supervisor, office, county, home, other):
    """The county sees both unions: it keeps the file and reads the new one."""
    _, cursor = await files(supervisor)
    await put(office, county, msgspec.structs.replace(home, org_id=other.id))
    moved, _ = await files(supervisor, cursor)
    assert {one: doc["org_id"] for one, doc in moved.items()} == {home.id: other.id}
    assert (await files(supervisor))[0][home.id] is not None


async def test_a_delegation_leaves_whoever_leaves_it(supervisor, delegate, office, county, other):
    """Neither a member who travels no more nor the organisation that sent it before follows it further."""
    _, cursor = await delegate.sync()
    _, above = await supervisor.sync()
    others = tuple(one for one in county.delegation.members if one.user_id != delegate.me.user_id)
    changed = msgspec.structs.replace(county.delegation, members=others, leader=others[0])
    async with office.engine.begin() as connection:
        await put_delegation(connection, county.county_id, changed, org_paths(county.orgs)[other.id][0])
    assert (await delegate.sync(cursor))[0] == {("delegation", changed.id): None}
    seen, _ = await supervisor.sync(above)
    assert len(seen["delegation", changed.id]["members"]) == len(others), "the county stands above both"
    async with office.reader.connect() as connection:
        live = text("SELECT audience FROM changes WHERE kind = 'delegation' AND doc IS NOT NULL")
        told = set((await connection.execute(live)).scalars())
    members = {for_user(one.user_id) for one in others if one.user_id}
    assert told == members | {for_tree(org_paths(county.orgs)[other.id][0])}


def test_files_that_moved_before_leave_their_old_union_too(postgres):
    """An older database: what still follows a tree that the file has left is taken back, as news; the rest
    is not touched."""
    told = [
        ("tree:/o/old/", "household", "{}"),
        ("tree:/o/new/", "household", "{}"),
        ("tree:/i/", "household", "{}"),
        ("user:u", "household", "{}"),
        ("tree:/o/older/", "household", None),
        ("tree:/o/old/", "delegation", "{}"),
    ]
    with fresh_database(postgres) as url:
        upgrade(url, "0012")
        with psycopg.connect(url, autocommit=True) as found:
            found.execute(
                "INSERT INTO households (county, id, number, status, name, org_id, path, industrial_path, "
                "doc) VALUES ('c', 'h', '1', 'active', 'n', 'new', '/o/new/', '/i/', '{}'), "
                "('c', 'g', '2', 'active', 'n', 'old', '/o/old/', NULL, '{}')"
            )
            for row in told:
                found.execute(
                    "INSERT INTO changes (county, audience, kind, id, doc) VALUES ('c', %s, %s, 'h', %s)", row
                )
            found.execute(
                "INSERT INTO changes (county, audience, kind, id, doc) "
                "VALUES ('c', 'tree:/o/old/', 'household', 'g', '{}')"
            )
            was = dict(found.execute("SELECT audience || kind || id, position FROM changes").fetchall())
            upgrade(url)
            rows = found.execute("SELECT audience || kind || id, position, doc FROM changes").fetchall()
    changed = {key: doc for key, position, doc in rows if position != was[key]}
    assert changed == {"tree:/o/old/householdh": None}
    assert max(position for _, position, _ in rows) > max(was.values())
    assert {key for key, _, doc in rows if doc is None} == {
        "tree:/o/old/householdh",
        "tree:/o/older/householdh",
    }


async def test_a_household_that_is_assigned_anew_meanwhile_stays(delegate, office, county, people):
    """One assignment ends in the moment in which the same user gets the household another way: it stays."""
    home = county.households[-1].id
    own, with_others = [
        Assignment(user_id=people.delegate.user_id, household_id=home, delegation_id=by)
        for by in (None, county.delegation.id)
    ]
    async with office.engine.begin() as connection:
        await assign(connection, county.county_id, [own])
    before, cursor = await files(delegate)
    assert before[home] is not None

    async def ends():
        async with office.engine.begin() as connection:
            await unassign(connection, county.county_id, [own])

    async with asyncio.timeout(60), asyncio.TaskGroup() as both, office.engine.begin() as connection:
        await assign(connection, county.county_id, [with_others])  # holds the feed until it is committed
        both.create_task(ends())
        await until_it_waits(office)
    assert (await files(delegate, cursor))[0][home] is not None
    assert (await files(delegate))[0][home] is not None
    async with office.engine.begin() as connection:
        await unassign(connection, county.county_id, [with_others])
    assert (await files(delegate, cursor))[0] == {home: None}
