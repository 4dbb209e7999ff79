"""What could not be read is settled by a person: released or dismissed; nothing is lost (S9)."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from domain.errors import InputError
from registry.db.tables import aid_lines, audit, devices, quarantine, records, users
from registry.service import intake_items
from registry.service.intake_rules import LOCAL
from registry.service.log.append import append_all
from registry.service.times import now


async def post(phone, item, what, body=None):
    answer = await phone.client.post(f"/v1/quarantine/{item}/{what}", json=body or {}, headers=phone.auth)
    return answer.json()


async def only(office, table):
    async with office.engine.connect() as connection:
        return (await connection.execute(select(table))).one()


@pytest.fixture
async def unread(cadre, county, people, office, monkeypatch):
    """A visit that yesterday's code could not read."""
    mine = {one.household_id for one in county.assignments if one.user_id == people.cadre.user_id}
    home = next(one for one in county.households if one.id in mine and one.status == "active")
    sealed = cadre.seal(cadre.visit(home, county.campaign.id))
    with monkeypatch.context() as patched:
        patched.setattr(
            intake_items, "_read_body", lambda item, _: intake_items._quarantined(item, "bad_body", "")
        )
        (result,) = (await cadre.send(sealed)).results
    assert (result.state, result.problem) == ("quarantined", "bad_body")
    return sealed, (await only(office, quarantine)).id


async def test_a_visit_is_released_and_goes_the_way_of_all(unread, cadre, supervisor, office):
    """Decoded again it is an accepted visit: on the list, in the feed, in the ledger; once."""
    sealed, item = unread
    assert (await post(supervisor, item, "retry"))["state"] == "released"
    row = await only(office, records)
    assert (row.state, row.problem, row.visit_type) == ("accepted", None, "home")
    listed = (await supervisor.client.get("/v1/visits", headers=supervisor.auth)).json()
    assert [one["id"] for one in listed["rows"]] == [sealed.id]
    found, _ = await cadre.sync()
    assert found["feedback", sealed.id]["state"] == "received"
    assert await append_all(office) == 1
    assert (await supervisor.client.get("/v1/quarantine", headers=supervisor.auth)).json()["total"] == 0
    assert (await post(supervisor, item, "retry"))["code"] == "not_found"
    (again,) = (await cadre.send(sealed)).results
    assert again.state == "duplicate"


async def test_a_broken_chain_stays_flagged(cadre, county, people, office, supervisor, monkeypatch):
    """What was wrong with the record's place among the others is still wrong when it can be read."""
    mine = {one.household_id for one in county.assignments if one.user_id == people.cadre.user_id}
    home = next(one for one in county.households if one.id in mine and one.status == "active")
    sealed = cadre.seal(cadre.visit(home, county.campaign.id), prev="f" * 64)
    with monkeypatch.context() as patched:
        patched.setattr(
            intake_items, "_read_body", lambda item, _: intake_items._quarantined(item, "bad_body", "")
        )
        await cadre.send(sealed)
    assert (await post(supervisor, (await only(office, quarantine)).id, "retry"))["state"] == "released"
    row = await only(office, records)
    assert row.state == "accepted"
    assert "chain_broken" in row.flags


async def test_a_released_visit_gives_way_to_its_correction(unread, cadre, county, supervisor, office):
    """Its author has sent it again meanwhile: the money counts once."""
    sealed, item = unread
    body = json.loads(sealed.record)["body"]
    home = next(one for one in county.households if one.id == body["household_id"])
    await cadre.send(cadre.seal(cadre.visit(home, county.campaign.id), corrects=sealed.id))
    assert (await post(supervisor, item, "retry"))["state"] == "released"
    async with office.engine.connect() as connection:
        lines = await connection.execute(select(aid_lines.c.record_id == sealed.id, aid_lines.c.status))
        assert sorted(tuple(one) for one in lines) == [(False, "signed"), (True, "voided")]


async def test_what_had_no_place_is_dated_on_its_arrival(
    cadre, county, people, office, supervisor, monkeypatch
):
    """S9: a record kept outside of its phone's chain, and released days later, came when it came."""
    mine = {one.household_id for one in county.assignments if one.user_id == people.cadre.user_id}
    home = next(one for one in county.households if one.id in mine and one.status == "active")
    sealed = cadre.seal(cadre.visit(home, county.campaign.id))

    def strict(*_):
        raise InputError("bad_record")

    with monkeypatch.context() as patched:
        patched.setattr(intake_items, "_require_own", strict)
        (result,) = (await cadre.send(sealed)).results
    assert (result.state, result.problem) == ("quarantined", "bad_record")
    came = now() - timedelta(days=9)
    async with office.engine.begin() as connection:
        assert (await connection.execute(select(records))).first() is None
        await connection.execute(update(quarantine).values(received_at=came))
        await connection.execute(update(devices).values(enrolled_at=came - timedelta(days=1)))
    assert (await post(supervisor, (await only(office, quarantine)).id, "retry"))["state"] == "released"
    row = await only(office, records)
    assert (row.state, row.received_at) == ("accepted", came)
    assert row.latest <= came
    assert (await only(office, aid_lines)).given_on == came.astimezone(LOCAL).date()


async def test_two_people_settle_an_item_once(cadre, supervisor, office):
    """Whoever comes second hears that it is settled; the first one's reason stands alone."""
    await cadre.send({"no": "record"})
    item = (await only(office, quarantine)).id
    reasons = [f"理由{number}" for number in range(4)]
    answers = await asyncio.gather(*[post(supervisor, item, "dismiss", {"reason": one}) for one in reasons])
    (won,) = [one for one, answer in zip(reasons, answers, strict=True) if answer.get("state") == "dismissed"]
    assert (await only(office, quarantine)).settled_why == won
    async with office.engine.connect() as connection:
        noted = select(audit.c.reason).where(audit.c.action == "quarantine.dismissed")
        assert list((await connection.execute(noted)).scalars()) == [won]


async def test_another_towns_strays_are_not_listed(cadre, supervisor, county, office):
    """A reader sees what came from phones of the own subtree, and settles nothing else (S9, S30)."""
    await cadre.send({"no": "record"})
    item = (await only(office, quarantine)).id
    elsewhere = next(one.id for one in county.orgs if one.type == "town" and one.id != cadre.me.org_id)
    async with office.engine.begin() as connection:
        mine = users.c.id == supervisor.me.user_id
        await connection.execute(update(users).where(mine).values(org_id=elsewhere))
    listed = (await supervisor.client.get("/v1/quarantine", headers=supervisor.auth)).json()
    assert (listed["total"], listed["rows"]) == (0, [])
    assert (await post(supervisor, item, "dismiss", {"reason": "不是本镇的"}))["code"] == "not_found"
    assert (await only(office, quarantine)).state == "open"


async def test_what_still_cannot_be_read_stays(cadre, supervisor, office):
    """The answer says what is wrong; it stays on the list with its bytes."""
    await cadre.send({"no": "record"})
    item = (await only(office, quarantine)).id
    answer = await post(supervisor, item, "retry")
    assert (answer["state"], answer["problem"]) == ("open", "not_sealed")
    assert (await only(office, quarantine)).state == "open"


async def test_dismissing_needs_a_reason_and_keeps_the_bytes(cadre, supervisor, office):
    """It leaves the list; who, why and the bytes stay."""
    await cadre.send({"no": "record"})
    item = (await only(office, quarantine)).id
    for body in ({}, {"reason": "   "}):
        assert (await post(supervisor, item, "dismiss", body))["code"] == "validation_failed"
    assert (await post(cadre, item, "dismiss", {"reason": "测试数据"}))["code"] == "forbidden"
    assert (await post(cadre, item, "retry"))["code"] == "forbidden"
    assert (await post(supervisor, item, "dismiss", {"reason": "测试数据"}))["state"] == "dismissed"
    row = await only(office, quarantine)
    assert (row.state, row.settled_by, row.settled_why) == ("dismissed", supervisor.me.user_id, "测试数据")
    assert bytes(row.raw) == b'{"no":"record"}'
    async with office.engine.connect() as connection:
        noted = await connection.execute(
            select(audit.c.reason, audit.c.user_id).where(audit.c.action == "quarantine.dismissed")
        )
        assert [tuple(one) for one in noted] == [("测试数据", supervisor.me.user_id)]
