"""The feed down: each phone learns what is in its scope, once, and what left it (DESIGN §4)."""

from __future__ import annotations

import json

import msgspec
import pytest
from form_office import person
from phone import Phone
from sqlalchemy import update

from domain.codes import Role
from domain.models import Assignment
from registry.db.tables import users
from registry.service import feed_cursor, feed_read
from registry.service.roster import assign, unassign
from sync.protocol.records import b64


def of_kind(found, kind):
    return {key[1]: doc for key, doc in found.items() if key[0] == kind}


def homes(county, user_id):
    return {one.household_id for one in county.assignments if one.user_id == user_id}


async def test_a_cadre_gets_only_the_assigned_households(cadre, county, people):
    """A phone holds its user's households, whole, and nobody else's."""
    found, _ = await cadre.sync()
    mine = of_kind(found, "household")
    assert set(mine) == homes(county, people.cadre.user_id)
    assert len(of_kind(found, "assignment")) == len(mine)
    one = next(file for file in county.households if file.id in mine)
    assert mine[one.id]["worker"]["id_number"] == one.worker.id_number
    assert set(of_kind(found, "campaign")) == {county.campaign.id}
    assert len(of_kind(found, "org")) == len(county.orgs)
    assert of_kind(found, "delegation") == {}
    assert all("phone" not in doc and "id_number" not in doc for doc in of_kind(found, "user").values())


async def test_a_second_sync_brings_nothing(cadre):
    """Nothing changed, nothing travels."""
    _, cursor = await cadre.sync()
    page = await cadre.changes(cursor)
    assert page["changes"] == []
    assert page["more"] is False


async def test_the_feed_comes_in_pages(supervisor, county, monkeypatch):
    """A first sync of any size arrives in pages that can be resumed."""
    whole, _ = await supervisor.sync()
    monkeypatch.setattr(feed_read, "PAGE", 7)
    first = await supervisor.changes()
    assert (len(first["changes"]), first["more"]) == (7, True)
    assert (await supervisor.sync())[0] == whole


@pytest.mark.parametrize("pages", ["0", "-3"])
async def test_no_page_is_one_page(supervisor, pages):
    """Whoever asks for no page at all gets the first, never an empty body."""
    one = await supervisor.client.get("/v1/changes", headers=supervisor.auth)
    none = await supervisor.client.get("/v1/changes", params={"pages": pages}, headers=supervisor.auth)
    assert none.json()["changes"] == one.json()["changes"] != []


async def test_a_supervisor_gets_the_subtree_masked(supervisor, county):
    """A supervisor follows the whole county, with ID numbers masked and health left out."""
    found, _ = await supervisor.sync()
    mine = of_kind(found, "household")
    assert len(mine) == len(county.households)
    file = county.households[0]
    worker = mine[file.id]["worker"]
    assert worker["id_number"] == f"{file.worker.id_number[:6]}********{file.worker.id_number[-4:]}"
    assert "health" not in worker
    assert "health" in worker["masked"]


async def test_a_household_that_moves_to_another_cadre_leaves_the_phone(cadre, office, county, people):
    """When an assignment moves away the phone gets tombstones; when it comes back, the household."""
    _, cursor = await cadre.sync()
    mine = [one for one in county.assignments if one.user_id == people.cadre.user_id]
    async with office.engine.begin() as connection:
        await unassign(connection, county.county_id, mine[:1])
    gone, cursor = await cadre.sync(cursor)
    assert of_kind(gone, "household") == {mine[0].household_id: None}
    assert list(of_kind(gone, "assignment").values()) == [None]
    async with office.engine.begin() as connection:
        await assign(connection, county.county_id, mine[:1])
    back, _ = await cadre.sync(cursor)
    assert of_kind(back, "household")[mine[0].household_id]["id"] == mine[0].household_id


async def test_a_household_held_twice_stays_when_one_assignment_ends(delegate, office, county, people):
    """A household that the delegation still visits does not leave the phone with another assignment."""
    own = Assignment(user_id=people.delegate.user_id, household_id=county.assignments[-1].household_id)
    async with office.engine.begin() as connection:
        await assign(connection, county.county_id, [own])
    _, cursor = await delegate.sync()
    async with office.engine.begin() as connection:
        await unassign(connection, county.county_id, [own])
    found, _ = await delegate.sync(cursor)
    assert of_kind(found, "household") == {}
    assert list(of_kind(found, "assignment").values()) == [None]


async def test_a_delegation_member_gets_the_delegation(delegate, county, people):
    """Members follow their delegation, and hold the households of its itinerary."""
    found, _ = await delegate.sync()
    assert set(of_kind(found, "delegation")) == {county.delegation.id}
    assert delegate.me.delegation_id == county.delegation.id
    assert set(of_kind(found, "household")) == homes(county, people.delegate.user_id)


async def test_a_role_that_ends_takes_the_subtree_back(supervisor, office, county, people):
    """A supervisor who becomes a cadre loses the county's households on the next sync."""
    _, cursor = await supervisor.sync()
    async with office.engine.begin() as connection:
        where = users.c.id == people.supervisor.user_id
        await connection.execute(update(users).where(where).values(roles=["cadre"]))
    gone, cursor = await supervisor.sync(cursor)
    lost = of_kind(gone, "household")
    assert len(lost) == len(county.households)
    assert set(lost.values()) == {None}
    assert (await supervisor.sync(cursor))[0] == {}


async def test_a_broken_cursor_is_refused(cadre):
    """What is no cursor of anybody's gets a clear error."""
    answer = await cadre.client.get("/v1/changes", params={"since": "nonsense!"}, headers=cadre.auth)
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")


@pytest.mark.parametrize("who", ["statistician", "cadre"])
async def test_nobody_names_a_place_that_is_not_his(client, cadre, county, people, who):
    """A cursor written by hand starts over as the reader's own: nobody else's files (R16)."""
    asking = cadre if who == "cadre" else await person(client, county, Role.STATISTICIAN)
    whole, _ = await asking.sync()
    if who == "statistician":
        assert {doc["worker"]["name"] for doc in of_kind(whole, "household").values()}.isdisjoint(
            file.worker.name for file in county.households
        )
    for names in ([f"user:{people.delegate.user_id}"], ["user:%", "tree:%"]):
        places = dict.fromkeys(names, 0)
        for forged in (
            b64(json.dumps({"leaving": places}).encode()),
            b64(bytes(8) + msgspec.msgpack.encode([0, {}, places])),
        ):
            answer = await asking.changes(forged)
            assert answer["restart"] is True
            assert {(one["kind"], one["id"]) for one in answer["changes"]} <= whole.keys()
            assert all(one["doc"] == whole[one["kind"], one["id"]] for one in answer["changes"])


async def test_a_cursor_is_nobody_elses(cadre, delegate):
    """A place that another person was given is none of one's own: it starts over."""
    _, cursor = await delegate.sync()
    assert (await cadre.changes(cursor))["restart"] is True


async def test_who_only_counts_from_now_on_forgets_the_names(supervisor, office, people):
    """A supervisor becomes a statistician: every file comes again without names (DOMAIN 7)."""
    whole, cursor = await supervisor.sync()
    async with office.engine.begin() as connection:
        where = users.c.id == people.supervisor.user_id
        await connection.execute(update(users).where(where).values(roles=["statistician"]))
    assert (await supervisor.changes(cursor))["restart"] is True
    again, _ = await supervisor.sync(cursor)
    before, now = of_kind(whole, "household"), of_kind(again, "household")
    assert now.keys() == before.keys()
    assert all(now[one]["worker"]["name"] != before[one]["worker"]["name"] for one in now)


async def test_a_reader_who_loses_an_assignment_sees_the_file_masked(supervisor, office, county, people):
    """Whole while it is assigned, masked as soon as it is not (R16)."""
    home = county.households[0]
    own = Assignment(user_id=people.supervisor.user_id, household_id=home.id)
    async with office.engine.begin() as connection:
        await assign(connection, county.county_id, [own])
    found, cursor = await supervisor.sync()
    assert of_kind(found, "household")[home.id]["worker"]["id_number"] == home.worker.id_number
    async with office.engine.begin() as connection:
        await unassign(connection, county.county_id, [own])
    found, _ = await supervisor.sync(cursor)
    assert "****" in of_kind(found, "household")[home.id]["worker"]["id_number"]


async def test_a_database_put_back_starts_every_phone_over(cadre, monkeypatch):
    """Another time line of the database: positions are given out again there, so no place holds (S25)."""
    whole, cursor = await cadre.sync()
    assert "restart" not in await cadre.changes(cursor)
    monkeypatch.setattr(feed_cursor, "_era", lambda *_: 7)
    again = await cadre.changes(cursor)
    assert again["restart"] is True
    assert {(one["kind"], one["id"]) for one in again["changes"]} == whole.keys()
    assert "restart" not in await cadre.changes(again["cursor"])


async def test_each_restore_is_another_time_line(office):
    """What the era is made of: the cluster, and its time line as PostgreSQL counts it."""
    async with office.reader.connect() as connection:
        row = (await connection.execute(feed_cursor.TIME_LINE, {"county": "c"})).one()
    assert (row.newest, row.line) == (None, "00000001")
    assert feed_cursor._era(row.cluster, "00000001") != feed_cursor._era(row.cluster, "00000002")
    assert feed_cursor._era(row.cluster, row.line) != feed_cursor._era(row.cluster + 1, row.line)


async def test_two_phones_have_their_own_place(client, cadre, office, county, people):
    """A new phone of the same user starts at the beginning."""
    from registry.service.codes import create_code

    await cadre.sync()
    second = Phone(client)
    await second.enrol(await create_code(office, county.county_id, people.cadre.user_id))
    await second.login()
    found, _ = await second.sync()
    assert len(of_kind(found, "household")) == len(homes(county, people.cadre.user_id))


async def test_a_big_answer_is_compressed(cadre):
    """The feed travels gzipped."""
    answer = await cadre.client.get("/v1/changes", headers={**cadre.auth, "Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
