"""Store → outbox → runner → registry on PostgreSQL → what the registry says back, on good and bad lines."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import msgspec
import pytest
from loop_phone import CutStream, LoopPhone
from sqlalchemy import select, text

from app.store.tables import get_meta
from domain.codes import FileStatus
from registry.db.tables import quarantine, records
from registry.service import feed_cursor, feed_read
from registry.service.roster import assign, unassign
from sync.errors import RefusedError
from sync.proof import safe_to_wipe

pytestmark = pytest.mark.postgres


async def held(office, record_id):
    """The registry's rows of this id."""
    async with office.engine.connect() as connection:
        return (await connection.execute(select(records).where(records.c.id == record_id))).all()


async def test_the_first_sync_brings_exactly_this_cadres_households(cadre, county, people):
    """S25: after enrolling, the phone holds its own households, campaign and organisations, and no others."""
    mine = {one.household_id for one in county.assignments if one.user_id == people.cadre.user_id}
    assert set(cadre.rows("households")) == mine
    assert set(cadre.rows("campaign")) == {county.campaign.id}
    assert len(cadre.rows("orgs")) == len(county.orgs)
    assert cadre.runner.status.phase == "idle"


async def test_a_visit_made_offline_arrives_by_itself(cadre, campaign, office):
    """S25: no network while it is made, none lost when it comes back; both sides then hold the same head."""
    cadre.line.up = False
    rid = await cadre.visit(cadre.homes()[0], campaign)
    await cadre.sync()
    assert (cadre.state(rid), cadre.runner.status.phase) == ("kept", "offline")
    assert await held(office, rid) == []
    cadre.line.up = True
    await cadre.sync()
    (row,) = await held(office, rid)
    assert row.state == "accepted"
    assert cadre.state(rid) in {"received", "complete"}
    chain = cadre.store.chain()
    assert chain.checkpoint is not None
    assert (chain.checkpoint.seq, chain.checkpoint.head) == (1, row.hash) == (chain.seq, chain.head)


async def test_a_lost_answer_then_a_retry_is_one_record(cadre, campaign, office):
    """S25: the registry answers duplicate, the phone says received, the database holds one."""
    cadre.line.lose_answers("POST", "/v1/records")
    rid = await cadre.visit(cadre.homes()[0], campaign)
    await cadre.sync()
    assert len(await held(office, rid)) == 1
    # the feed's answer may come after the one that was lost: then the line is back, and it went again at once
    assert [entry.attempts for entry in cadre.store.outbox()] in ([1], [])
    await cadre.sync_later()
    assert len(await held(office, rid)) == 1
    assert cadre.state(rid) in {"received", "complete"}
    assert cadre.line.count("POST", "/v1/records") == 2


@pytest.mark.parametrize("how", ["double", "both_at_once"])
async def test_a_batch_that_arrives_twice_counts_once(cadre, campaign, office, how):
    """S25: a nervous proxy sends everything twice, one after the other or at the same moment."""
    getattr(cadre.line, how)("POST", "/v1/records")
    ids = [await cadre.visit(home, campaign) for home in cadre.homes()[:3]]
    await cadre.sync()
    assert [len(await held(office, rid)) for rid in ids] == [1, 1, 1]
    assert {cadre.state(rid) for rid in ids} <= {"received", "complete"}
    assert cadre.store.chain().checkpoint.seq == 3


async def test_a_phone_killed_while_sending_loses_and_doubles_nothing(cadre, campaign, office):
    """S25: the app dies after the registry took the batch and before the answer; it is sent again."""
    rid = await cadre.visit(cadre.homes()[0], campaign)
    reached = cadre.line.hang("POST", "/v1/records")
    running = asyncio.create_task(cadre.runner.run_forever())
    await asyncio.wait_for(reached.wait(), 10)
    cadre.kill()
    assert cadre.state(rid) == "sending"
    cadre.line.faults.clear()
    await cadre.sync()
    assert len(await held(office, rid)) == 1
    assert cadre.state(rid) in {"received", "complete"}
    running.cancel()


async def test_a_phone_killed_at_every_step_brings_everything_in(cadre, campaign, office):
    """S25: killed at the first request, then at the second, and so on; in the end all has arrived once."""
    homes = cadre.homes()[:2]
    ids = [await cadre.visit(home, campaign, [b"\xff\xd8\xff\xe0" + home.id.encode()]) for home in homes]
    kills = 0
    while cadre.store.outbox() or cadre.store.media():
        hanging = cadre.line.hang_after(kills)
        running = asyncio.create_task(cadre.runner.run_forever())
        _, waiting = await asyncio.wait({running, hanging}, timeout=3, return_when=asyncio.FIRST_COMPLETED)
        cadre.kill()
        for task in waiting:
            task.cancel()
        cadre.line.faults = []
        kills += 1
    assert kills > 5
    assert {cadre.state(rid) for rid in ids} == {"complete"}
    assert [len(await held(office, rid)) for rid in ids] == [1, 1]


async def test_a_token_that_expires_in_the_middle_stops_nothing(cadre, campaign, office):
    """S25: the registry refuses the old token, the phone gets a new one, the batch goes through."""
    rid = await cadre.visit(cadre.homes()[0], campaign)
    client = cadre.runner.client
    client._token = type(client._token)("not.a.token", client._token.good_until_ns)
    await cadre.sync()
    assert cadre.state(rid) in {"received", "complete"}
    assert len(await held(office, rid)) == 1


async def test_a_code_works_once(phones, cadre):
    """E: a used code on another phone is refused with a clear code; the first phone may repeat it."""
    second = await phones("cadre", enrol=False)
    with pytest.raises(RefusedError) as caught:
        await second.enrol()
    assert caught.value.code == "enrol_code_invalid"
    await cadre.enrol()
    assert cadre.session.me.role == "cadre"


async def test_a_lost_answer_to_enrolment_is_repeated(phones):
    """E: the same phone with the same code gets its certificate after all."""
    phone = await phones("cadre", enrol=False)
    phone.line.lose_answers("POST", "/v1/enrol")
    with pytest.raises(Exception, match="network_timeout"):
        await phone.enrol()
    assert phone.store.session() is None
    await phone.enrol()
    await phone.sync()
    assert phone.homes()


async def test_a_record_that_cannot_be_read_is_quarantined_and_blocks_nobody(cadre, campaign, office):
    """S25: its bytes are kept for a person; the visits before and after it arrive; the phone lists it."""
    first = await cadre.visit(cadre.homes()[0], campaign)
    bad = cadre.seal({"this": "is no visit"})
    last = await cadre.visit(cadre.homes()[1], campaign)
    await cadre.sync()
    assert cadre.state(bad) == "quarantined"
    assert cadre.problem(bad) == "bad_body"
    assert {cadre.state(first), cadre.state(last)} <= {"received", "complete"}
    assert cadre.store.outbox() == []
    assert cadre.store.chain().troubled == (bad,)
    async with office.engine.connect() as connection:
        rows = (await connection.execute(select(quarantine).where(quarantine.c.claimed_id == bad))).all()
    assert [row.reason for row in rows] == ["bad_body"]
    assert b"is no visit" in rows[0].raw


async def test_two_texts_with_one_id_are_both_kept(cadre, phones, campaign, office):
    """S25: the second phone is told of the conflict, and the registry holds both texts."""
    other = await phones("delegate")
    rid = await cadre.visit(cadre.homes()[0], campaign)
    await cadre.sync()
    body = msgspec.to_builtins(other.body(other.homes()[0], campaign))
    other.seal(body, id=rid)
    await other.sync()
    assert (other.state(rid), other.problem(rid)) == ("conflict", "id_reused")
    assert sorted(row.state for row in await held(office, rid)) == ["accepted", "conflict"]


async def test_a_visit_out_of_scope_is_kept_and_flagged(cadre, county, people, campaign, office):
    """S25: a cadre helps at a door that is not assigned; nothing is lost, and the office sees it."""
    mine = {one.household_id for one in county.assignments if one.user_id == people.cadre.user_id}
    stranger = next(f for f in county.households if f.id not in mine and f.status is FileStatus.ACTIVE)
    rid = await cadre.visit(stranger, campaign)
    await cadre.sync()
    assert cadre.state(rid) in {"received", "complete"}
    assert cadre.problem(rid) == "out_of_scope"
    (row,) = await held(office, rid)
    assert "out_of_scope" in row.flags


async def test_what_leaves_the_scope_leaves_the_phone_and_comes_back(cadre, county, people, office):
    """S25: tombstones and returns through the feed, page by page."""
    mine = [one for one in county.assignments if one.user_id == people.cadre.user_id][:2]
    async with office.engine.begin() as connection:
        await unassign(connection, county.county_id, mine)
    await cadre.sync()
    assert not {one.household_id for one in mine} & set(cadre.rows("households"))
    async with office.engine.begin() as connection:
        await assign(connection, county.county_id, mine)
    await cadre.sync()
    assert {one.household_id for one in mine} <= set(cadre.rows("households"))


async def test_a_database_put_back_takes_back_what_never_was(cadre, county, people, office, monkeypatch):
    """S25: the office gave a household after the backup that the registry now stands on; other news has the
    positions of the lost ones. The phone hears everything again and forgets what nobody says any more."""
    mine = [one for one in county.assignments if one.user_id == people.cadre.user_id]
    lost = mine[0].household_id
    assert lost in cadre.rows("households")
    async with office.engine.begin() as connection:  # the days after the backup, as if they had not been
        for table in ("changes WHERE id LIKE :lost", "assignments WHERE household_id LIKE :lost"):
            await connection.execute(text(f"DELETE FROM {table}"), {"lost": f"%{lost}%"})
    monkeypatch.setattr(feed_cursor, "_era", lambda *_: 7)
    await cadre.sync()
    assert lost not in cadre.rows("households")
    assert set(cadre.rows("households")) == {one.household_id for one in mine} - {lost}
    assert {one["household_id"] for one in cadre.rows("assignments").values()}.isdisjoint({lost})


async def test_the_first_sync_may_be_cut_at_any_page(phones, county, people, monkeypatch):
    """S25: the line breaks after every page and the app is killed; nothing is fetched twice or missed."""
    monkeypatch.setattr(feed_read, "PAGE", 15)
    phone = await phones("cadre", enrol=False)
    await phone.enrol()
    cursors = []
    for _ in range(60):

        async def one_page(request, send):
            if request.url.path != "/v1/changes":
                return None
            answer = await send(request)
            first, end, rest = answer.content.partition(b"\n")
            phone.line.faults.append(no_more)
            return httpx.Response(200, stream=CutStream(first + end + rest[:100], bool(rest)))

        async def no_more(request, send):
            raise httpx.ConnectError("down", request=request)

        phone.line.faults = [one_page]
        await phone.sync()
        phone.kill()
        cursors.append(get_meta(phone.db, "cursor"))
        if len(cursors) > 1 and cursors[-1] == cursors[-2]:
            break
    mine = {one.household_id for one in county.assignments if one.user_id == people.cadre.user_id}
    assert len(cursors) > 3
    assert set(phone.rows("households")) == mine


async def test_feedback_on_own_records_comes_back(cadre, campaign):
    """S25: the feed tells the author how far the office has it."""
    rid = await cadre.visit(cadre.homes()[0], campaign)
    await cadre.sync()
    feedback = cadre.rows("feedback")[rid]
    assert feedback["state"] in {"received", "complete"}
    covered = cadre.rows("coverage").values()
    assert any(doc["reached"] == 1 for doc in covered), "and coverage has moved"


@pytest.mark.parametrize("days", [-365, 365])
async def test_a_clock_moved_by_a_year_does_not_move_the_visit(cadre, campaign, office, days):
    """S25: the registry bounds the moment by its own signed time and its own clock."""
    before = datetime.now(UTC)
    cadre.clock.wall_shift = timedelta(days=days)
    rid = await cadre.visit(cadre.homes()[0], campaign)
    await cadre.sync()
    (row,) = await held(office, rid)
    assert before - timedelta(seconds=30) <= row.earliest <= row.latest <= datetime.now(UTC)
    assert row.latest - row.earliest < timedelta(minutes=1)


async def test_five_hundred_visits_of_an_offline_week_arrive(cadre, campaign, office, county):
    """S25: three batches, in order, one checkpoint at the end."""
    homes = cadre.homes()
    cadre.line.up = False
    with cadre.db.batch():
        for number in range(450):
            body = msgspec.to_builtins(cadre.body(homes[number % len(homes)], campaign))
            cadre.seal(body)
    cadre.line.up = True
    await cadre.sync()
    assert cadre.line.count("POST", "/v1/records") == 3
    chain = cadre.store.chain()
    assert chain.unsent == 0
    assert chain.checkpoint.seq == 450
    async with office.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM records WHERE state = 'accepted'")) == 450


async def test_an_empty_outbox_and_equal_heads_are_the_proof(cadre, campaign):
    """S25: safe to wipe only after the registry signed the same head and all files are in."""
    assert safe_to_wipe(cadre.store.chain()).safe
    await cadre.visit(cadre.homes()[0], campaign, [b"\xff\xd8\xff\xe0photo"])
    assert not safe_to_wipe(cadre.store.chain()).safe
    await cadre.sync()
    assert safe_to_wipe(cadre.store.chain()).safe


def test_the_loop_phone_uses_no_shortcut(cadre: LoopPhone) -> None:
    """The line is the only way between this phone and the registry."""
    assert cadre.line.seen
    assert {path.split("/")[1] for _, path, _ in cadre.line.seen} == {"v1"}
