"""The job itself: a cadre's visit with no signal ends on the supervisor's screen, verified."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from loop_phone import LoopPhone
from sqlalchemy import select, update

from domain.codes import FileStatus
from registry.db.tables import audit, record_bodies
from sync.errors import RefusedError

pytestmark = pytest.mark.postgres


@pytest.fixture
async def seen(cadre: LoopPhone, campaign: str) -> str:
    """Id of a visit with one photo that has arrived completely."""
    photo = b"\xff\xd8\xff\xe0" + os.urandom(300_000)
    cadre.line.up = False
    rid = await cadre.visit(cadre.homes()[0], campaign, [photo])
    await cadre.sync()
    cadre.line.up = True
    await cadre.sync()
    assert cadre.state(rid) == "complete"
    return rid


async def test_the_supervisor_sees_the_visit_with_everything(cadre, supervisor, seen):
    """S9: record, files, money, time bounds, rule results, and a chain that was really computed."""
    page = await supervisor.office.visits(unreviewed=True)
    assert [row.id for row in page.rows] == [seen]
    assert (page.rows[0].aid_total, page.rows[0].photos, page.rows[0].photos_missing) == ("500.00", 1, 0)
    detail = await supervisor.office.visit(seen)
    chain = detail.chain
    assert chain.verified
    assert (chain.hash_ok, chain.signature_ok, chain.prev_ok, chain.certificate_ok) == (
        True,
        True,
        True,
        True,
    )
    assert (chain.gaps, chain.seq, chain.device_id) == ([], 1, cadre.identity.device_id)
    assert {check.code for check in detail.checks} >= {"R4", "R8", "R10", "R12"}
    assert len(detail.media) == 5
    assert all(one.received for one in detail.media)
    for one in detail.media:
        data = await supervisor.office.media(one.sha256)
        assert hashlib.sha256(data).hexdigest() == one.sha256
    now = datetime.now(UTC)
    assert detail.earliest is not None
    earliest, latest = datetime.fromisoformat(detail.earliest), datetime.fromisoformat(detail.latest)
    assert now - timedelta(minutes=5) < earliest <= latest <= now


async def test_a_record_changed_in_the_database_is_no_longer_verified(supervisor, seen, office):
    """S9: "verified" is computed from the stored bytes each time; one changed yuan shows."""
    async with office.engine.begin() as connection:
        raw = await connection.scalar(select(record_bodies.c.raw).where(record_bodies.c.record_id == seen))
        forged = bytes(raw).replace(b'"500.00"', b'"900.00"')
        assert forged != raw
        mine = record_bodies.c.record_id == seen
        await connection.execute(update(record_bodies).where(mine).values(raw=forged))
    chain = (await supervisor.office.visit(seen)).chain
    assert not chain.verified
    assert not chain.hash_ok


async def test_a_verdict_comes_back_to_the_cadres_phone(cadre, supervisor, seen):
    """S9: what the supervisor doubts, the cadre reads beside the own record."""
    row = await supervisor.office.review(seen, "doubt", "照片里看不清门牌")
    assert row.reviewed
    assert (await supervisor.office.visits(unreviewed=True)).rows == []
    await cadre.sync()
    feedback = cadre.rows("feedback")[seen]
    assert "照片里看不清门牌" in msgspec.json.encode(feedback).decode()


async def test_coverage_counts_the_visited_household(cadre, supervisor, seen):
    """S25: one household of the campaign is reached."""
    answer = await supervisor.office.coverage()
    assert max(row.reached for row in answer.rows) == 1
    assert all(row.reached <= row.active for row in answer.rows)


async def test_a_masked_number_is_shown_for_a_reason_that_is_logged(supervisor, cadre, seen, office):
    """S9, R16: masked by default; a reveal writes who, what and why."""
    home = cadre.homes()[0]
    detail = await supervisor.office.visit(seen)
    assert home.worker.id_number not in msgspec.json.encode(detail.household).decode()
    shown = await supervisor.office.reveal_household(home.id, "worker.id_number", "核对签收人")
    assert shown == home.worker.id_number
    async with office.engine.connect() as connection:
        rows = (await connection.execute(select(audit).where(audit.c.reason == "核对签收人"))).all()
    assert [row.entity_id for row in rows] == [home.id]


async def test_a_cadre_may_not_look_over_others_shoulders(cadre, phones, seen):
    """S9: the supervisor's routes refuse a cadre's phone with a clear code."""
    with pytest.raises(RefusedError) as caught:
        await cadre.office.quarantine()
    assert caught.value.code == "forbidden"
    assert not caught.value.retry


async def test_what_cannot_be_read_is_listed_for_a_person(cadre, supervisor):
    """S9: the quarantine names the reason, the sender and the claimed id."""
    bad = cadre.seal({"this": "is no visit"})
    await cadre.sync()
    page = await supervisor.office.quarantine()
    assert [(row.claimed_id, row.reason) for row in page.rows] == [(bad, "bad_body")]
    assert page.rows[0].device_id == cadre.identity.device_id


async def test_a_visit_out_of_scope_is_flagged_on_the_supervisors_list(
    cadre, supervisor, county, people, campaign
):
    """S25: nothing given in the field is refused; the office decides what it means."""
    mine = {one.household_id for one in county.assignments if one.user_id == people.cadre.user_id}
    stranger = next(f for f in county.households if f.id not in mine and f.status is FileStatus.ACTIVE)
    rid = await cadre.visit(stranger, campaign)
    await cadre.sync()
    page = await supervisor.office.visits(flagged=True)
    assert [row.id for row in page.rows] == [rid]
    assert "out_of_scope" in page.rows[0].flags


async def test_a_gap_in_the_chain_is_shown_until_it_is_closed(cadre, supervisor, campaign):
    """S9: a record that arrives before the one it follows is not verified yet, and later is."""
    homes = cadre.homes()
    first = await cadre.visit(homes[0], campaign)
    second = await cadre.visit(homes[1], campaign)

    async def only_second(request, send):
        if request.url.path == "/v1/records":
            sealed = cadre.store.begin_records([second])
            return await send_instead(send, request, sealed)
        return None

    cadre.line.faults.append(only_second)
    await cadre.sync()
    chain = (await supervisor.office.visit(second)).chain
    assert (chain.prev_ok, chain.gaps, chain.verified) == (None, [1], False)
    cadre.line.faults.clear()
    await cadre.sync_later()
    assert cadre.state(first) in {"received", "complete"}
    assert (await supervisor.office.visit(second)).chain.verified


async def send_instead(send, request, sealed):
    """The same request with only these records in it."""
    import httpx

    body = msgspec.json.encode({"records": sealed})
    headers = {
        name: value
        for name, value in request.headers.items()
        if name.lower() not in {"content-length", "content-encoding"}
    }
    return await send(httpx.Request("POST", request.url, headers=headers, content=body))


@pytest.mark.parametrize("days", [-365, 365])
async def test_a_clock_moved_by_a_year_does_not_fool_the_supervisor(cadre, supervisor, campaign, days):
    """S25: the bounds hold although the phone's own time is a year off."""
    before = datetime.now(UTC)
    cadre.clock.wall_shift = timedelta(days=days)
    rid = await cadre.visit(cadre.homes()[0], campaign)
    await cadre.sync()
    detail = await supervisor.office.visit(rid)
    assert detail.earliest is not None
    assert before - timedelta(minutes=1) < datetime.fromisoformat(detail.earliest)
    assert datetime.fromisoformat(detail.latest) <= datetime.now(UTC)
    assert detail.chain.verified
