"""Records arrive: accepted once, whatever the network does; nothing is lost (E, F, S25, R1–R13)."""

from __future__ import annotations

import asyncio
import gzip

import msgspec
import pytest
import zstandard
from phone import Phone, picture
from sqlalchemy import func, select, text

from domain.codes import AidForm, FileStatus, FundSource, VisitResult
from domain.ids import new_id
from registry.db.tables import (
    ITS_BODY,
    aid_lines,
    last_visits,
    photo_prints,
    quarantine,
    record_bodies,
    record_checks,
    records,
)
from registry.service.codes import create_code
from registry.service.keys import verify
from sync.protocol.canonical import canonical
from sync.protocol.messages import MAX_BATCH_BYTES
from sync.protocol.records import GENESIS, unb64


@pytest.fixture
def homes(county, people):
    """The demo cadre's active households."""
    mine = {one.household_id for one in county.assignments if one.user_id == people.cadre.user_id}
    return [file for file in county.households if file.id in mine and file.status is FileStatus.ACTIVE]


def states(answer):
    return [(one.state, one.problem) for one in answer.results]


async def count(office, table, *where):
    async with office.engine.connect() as connection:
        return await connection.scalar(select(func.count()).select_from(table).where(*where))


async def one_row(office, record_id):
    async with office.engine.connect() as connection:
        whole = select(records, record_bodies.c.raw).join(record_bodies, ITS_BODY)
        return (await connection.execute(whole.where(records.c.id == record_id))).one()


async def test_a_visit_is_accepted_and_asks_for_its_photos(cadre, county, homes, office):
    """A visit arrives, is accepted, and the answer names the photos still to send."""
    record = cadre.seal(cadre.visit(homes[0], county.campaign.id, photos=[b"one"]))
    answer = await cadre.send(record)
    (result,) = answer.results
    assert (result.id, result.hash, result.state, result.problem) == (
        record.id,
        record.hash,
        "accepted",
        None,
    )
    assert len(result.missing) == 5
    row = await one_row(office, record.id)
    assert bytes(row.raw) == record.record.encode()
    assert (row.household_id, row.photos, str(row.aid_total)) == (homes[0].id, 1, "500.00")


async def test_the_checkpoint_is_signed(cadre, county, homes):
    """The registry signs what it holds of a device without a gap: the proof that a phone may be wiped."""
    record = cadre.seal(cadre.visit(homes[0], county.campaign.id))
    point = (await cadre.send(record)).checkpoint
    assert (point.device_id, point.seq, point.head) == (cadre.device_id, 1, record.hash)
    body = msgspec.to_builtins(point)
    sig = unb64(body.pop("sig"))
    assert verify(unb64(cadre.enrolled.registry_key), sig, canonical(body).encode())


async def test_a_lost_answer_costs_nothing(cadre, county, homes, office):
    """The same bytes again are a duplicate; there is one row and the same missing photos."""
    record = cadre.seal(cadre.visit(homes[0], county.campaign.id, photos=[b"one"]))
    first = await cadre.send(record)
    second = await cadre.send(record)
    assert states(second) == [("duplicate", None)]
    assert second.results[0].missing == first.results[0].missing
    assert second.checkpoint.head == first.checkpoint.head
    assert await count(office, records) == 1
    assert await count(office, aid_lines) == 1


async def test_parallel_doubles_make_one_row(cadre, county, homes, office):
    """Eight identical batches at once: each record is there exactly once, and every answer is right."""
    batch = [cadre.seal(cadre.visit(home, county.campaign.id)) for home in homes[:5]]
    answers = await asyncio.gather(*[cadre.send(*batch) for _ in range(8)])
    assert await count(office, records) == 5
    assert await count(office, aid_lines) == 5
    accepted = [one for answer in answers for one in answer.results if one.state == "accepted"]
    assert len(accepted) == 5
    assert {answer.checkpoint.head for answer in answers} == {batch[-1].hash}


async def test_one_record_twice_in_a_batch(cadre, county, homes):
    """The second of two identical items is a duplicate."""
    record = cadre.seal(cadre.visit(homes[0], county.campaign.id))
    assert states(await cadre.send(record, record)) == [("accepted", None), ("duplicate", None)]


async def test_the_same_id_with_other_bytes_keeps_both(cadre, county, homes, office):
    """Same id, other content: a conflict; nothing is overwritten, nothing is thrown away."""
    body = cadre.visit(homes[0], county.campaign.id)
    first = cadre.seal(body)
    second = cadre.seal(msgspec.structs.replace(body, note="另一份"), id=first.id)
    assert states(await cadre.send(first)) == [("accepted", None)]
    assert states(await cadre.send(second)) == [("conflict", "id_reused")]
    assert states(await cadre.send(second, first)) == [("conflict", "id_reused"), ("duplicate", None)]
    assert await count(office, records, records.c.id == first.id) == 2


async def test_a_fork_keeps_both(cadre, county, homes, office):
    """Two records with one number (a phone restored from a copy): the second is a conflict."""
    first = cadre.seal(cadre.visit(homes[0], county.campaign.id))
    fork = cadre.seal(cadre.visit(homes[1], county.campaign.id), seq=1, prev=GENESIS)
    answer = await cadre.send(first, fork)
    assert states(answer) == [("accepted", None), ("conflict", "seq_reused")]
    assert (answer.checkpoint.seq, answer.checkpoint.head) == (1, first.hash)
    assert await count(office, records) == 2


async def test_a_gap_is_accepted_and_closes(cadre, county, homes):
    """Records out of order are accepted; the checkpoint waits at the gap and jumps when it closes."""
    one, two, three = [cadre.seal(cadre.visit(home, county.campaign.id)) for home in homes[:3]]
    assert (await cadre.send(one)).checkpoint.seq == 1
    assert (await cadre.send(three)).checkpoint.seq == 1
    answer = await cadre.send(two)
    assert (answer.checkpoint.seq, answer.checkpoint.head) == (3, three.hash)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_a_broken_chain_is_flagged(cadre, county, homes, office, order):
    """A record that names another predecessor than the one held is flagged, in whatever order they come."""
    pair = [
        cadre.seal(cadre.visit(homes[0], county.campaign.id)),
        cadre.seal(cadre.visit(homes[1], county.campaign.id), prev="f" * 64),
    ]
    for place in order:
        assert states(await cadre.send(pair[place])) == [("accepted", None)]
    assert "chain_broken" in (await one_row(office, pair[1].id)).flags
    assert "chain_broken" not in (await one_row(office, pair[0].id)).flags


async def test_one_broken_item_never_blocks_another(cadre, county, homes, office):
    """A batch with a broken item: the others are accepted, the broken one is kept with its bytes."""
    good = [cadre.seal(cadre.visit(home, county.campaign.id)) for home in homes[:2]]
    broken = {"id": "x", "hash": "y", "something": "else"}
    answer = await cadre.send(good[0], broken, 7, good[1])
    assert states(answer) == [
        ("accepted", None),
        ("quarantined", "not_sealed"),
        ("quarantined", "not_sealed"),
        ("accepted", None),
    ]
    assert (answer.results[1].id, answer.results[1].hash) == ("x", "y")
    async with office.engine.connect() as connection:
        kept = {bytes(row.raw) for row in await connection.execute(select(quarantine))}
    assert kept == {msgspec.json.encode(broken), b"7"}


async def test_a_resent_broken_item_is_one_case(cadre, office):
    """Sending the same unreadable bytes again opens no second case."""
    for _ in range(3):
        assert states(await cadre.send({"id": "x"})) == [("quarantined", "not_sealed")]
    assert await count(office, quarantine) == 1


def spoiled(phone, record, how):
    """A record damaged in one way, and the code it must get."""
    if how == "hash_mismatch":
        return msgspec.structs.replace(record, record=record.record.replace("met", "mat"))
    if how == "bad_signature":
        return msgspec.structs.replace(record, sig=record.sig[:-4] + "AAAA")
    if how == "bad_base64":
        return msgspec.structs.replace(record, sig="***")
    if how == "id_mismatch":
        return msgspec.structs.replace(record, id=new_id())
    if how == "not_canonical":
        text = record.record.replace('"v":1', '"v": 1')
        from sync.protocol.canonical import sha256_hex
        from sync.protocol.records import Sealed, b64

        sig = b64(phone.key.sign(text.encode()))
        return Sealed(id=record.id, hash=sha256_hex(text), sig=sig, record=text)
    raise AssertionError(how)


@pytest.mark.parametrize(
    "how", ["hash_mismatch", "bad_signature", "bad_base64", "id_mismatch", "not_canonical"]
)
async def test_a_damaged_record_is_quarantined(cadre, county, homes, office, how):
    """Whatever is wrong with the seal has its own code; the bytes are kept, no row is made."""
    record = spoiled(cadre, cadre.seal(cadre.visit(homes[0], county.campaign.id)), how)
    answer = await cadre.send(record)
    assert states(answer) == [("quarantined", how)]
    assert (answer.results[0].id, answer.results[0].hash) == (record.id, record.hash)
    assert await count(office, records) == 0
    assert await count(office, quarantine, quarantine.c.reason == how) == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"device": new_id()}, "foreign_device"),
        ({"author": new_id()}, "foreign_author"),
        ({"county": "other"}, "bad_record"),
        ({"v": 9}, "bad_record"),
        ({"seq": 0}, "bad_record"),
        ({"event_time": {"device_time": "yesterday"}}, "bad_record"),
    ],
)
async def test_a_record_of_somebody_else_is_quarantined(cadre, county, homes, change, code):
    """A record of another device, person, county or version is kept aside for a person to look at."""
    record = cadre.seal(cadre.visit(homes[0], county.campaign.id), **change)
    assert states(await cadre.send(record)) == [("quarantined", code)]


async def test_an_unreadable_body_keeps_its_place_in_the_chain(cadre, county, homes, office):
    """A signed record whose body this registry cannot read is kept, listed, and no hole in the chain."""
    body = msgspec.to_builtins(cadre.visit(homes[0], county.campaign.id)) | {"result": "teleported"}
    odd = cadre.seal(body)
    good = cadre.seal(cadre.visit(homes[1], county.campaign.id))
    answer = await cadre.send(odd, good)
    assert states(answer) == [("quarantined", "bad_body"), ("accepted", None)]
    assert answer.checkpoint.seq == 2
    assert states(await cadre.send(odd)) == [("quarantined", "bad_body")]
    assert await count(office, quarantine) == 1
    assert (await one_row(office, odd.id)).state == "quarantined"


async def test_a_household_out_of_scope_is_accepted_and_flagged(cadre, county, people, homes, office):
    """Somebody else's household: what was done at the door is evidence, so it is kept and flagged."""
    mine = {one.household_id for one in county.assignments if one.user_id == people.cadre.user_id}
    other = next(file for file in county.households if file.id not in mine)
    record = cadre.seal(cadre.visit(other, county.campaign.id))
    assert states(await cadre.send(record)) == [("accepted", "out_of_scope")]
    assert states(await cadre.send(record)) == [("duplicate", "out_of_scope")]
    assert "out_of_scope" in (await one_row(office, record.id)).flags
    nowhere = msgspec.structs.replace(homes[0], id=new_id())
    assert states(await cadre.send(cadre.seal(cadre.visit(nowhere, county.campaign.id)))) == [
        ("accepted", "out_of_scope")
    ]


async def test_rules_are_evaluated_again_and_only_flag(cadre, county, homes, office):
    """Central money as goods breaks R1 and R2: accepted, flagged, with the rules' answers kept."""
    body = cadre.visit(
        homes[0], county.campaign.id, source=FundSource.CENTRAL_FISCAL, form=AidForm.IN_KIND, amount="800.00"
    )
    record = cadre.seal(body)
    assert states(await cadre.send(record)) == [("accepted", None)]
    row = await one_row(office, record.id)
    assert {"R1", "R2"} <= set(row.flags)
    async with office.engine.connect() as connection:
        results = await connection.scalar(select(record_checks.c.results))
    assert {one["code"] for one in results if one["outcome"] == "fail"} >= {"R1", "R2"}


async def test_the_same_aid_twice_is_flagged_across_batches(cadre, county, homes, office):
    """A second gift of the same source and type to the same person breaks R13, also within one batch."""
    first, second, third = [cadre.seal(cadre.visit(homes[0], county.campaign.id)) for _ in range(3)]
    await cadre.send(first)
    await cadre.send(second, third)
    assert "R13" not in (await one_row(office, first.id)).flags
    assert "R13" in (await one_row(office, second.id)).flags
    assert "R13" in (await one_row(office, third.id)).flags


async def test_what_a_visit_names_twice_is_kept_once(cadre, county, homes, office):
    """A visit with one photo twice is taken in; one with two aid lines of one id waits in quarantine (R8)."""
    record = cadre.seal(cadre.visit(homes[0], county.campaign.id, photos=[b"one", b"one", b"two"]))
    body = msgspec.to_builtins(cadre.visit(homes[1], county.campaign.id))
    broken = cadre.seal(body | {"aid": body["aid"] * 2})
    answer = await cadre.send(record, broken)
    assert states(answer) == [("accepted", None), ("quarantined", "bad_body")]
    assert await count(office, photo_prints, photo_prints.c.record_id == record.id) == 2


async def test_the_last_visit_is_the_newest_one(cadre, county, homes, office):
    """A later visit replaces the last one (S14); one that waited on another phone for days does not."""

    async def last():
        async with office.engine.connect() as connection:
            mine = last_visits.c.household_id == homes[0].id
            return (await connection.execute(select(last_visits).where(mine))).one()

    await cadre.send(cadre.seal(cadre.visit(homes[0], county.campaign.id, amount=None)))
    first = await last()
    newer = cadre.seal(cadre.visit(homes[0], county.campaign.id, result=VisitResult.ABSENT, amount=None))
    await cadre.send(newer)
    assert (await last()).doc["record_id"] == newer.id
    assert (await last()).at > first.at
    async with office.engine.begin() as connection:
        ahead = last_visits.update().values(at=func.now() + text("interval '1 day'"))
        await connection.execute(ahead)
    await cadre.send(cadre.seal(cadre.visit(homes[0], county.campaign.id, amount=None)))
    assert (await last()).doc["record_id"] == newer.id


@pytest.mark.parametrize("late", [False, True])
async def test_a_correction_does_not_count_the_money_twice(cadre, county, homes, office, late):
    """A correction voids the lines of the record it names, also when that comes after it."""
    first = cadre.seal(cadre.visit(homes[0], county.campaign.id))
    second = cadre.seal(cadre.visit(homes[0], county.campaign.id), corrects=first.id)
    for record in (second, first) if late else (first, second):
        await cadre.send(record)
    assert await count(office, aid_lines, aid_lines.c.status == "voided") == 1
    assert await count(office, aid_lines, aid_lines.c.status == "signed") == 1


async def test_one_photo_for_two_households_is_flagged(cadre, county, homes, office):
    """The same picture at another household breaks R12."""
    data = picture(1)
    first = cadre.seal(cadre.visit(homes[0], county.campaign.id, photos=[data]))
    second = cadre.seal(cadre.visit(homes[1], county.campaign.id, photos=[data]))
    await cadre.send(first)
    await cadre.send(second)
    assert "R12" not in (await one_row(office, first.id)).flags
    assert "R12" in (await one_row(office, second.id)).flags


async def test_coverage_counts_a_household_once(cadre, county, homes):
    """A met household counts once in its town and its county (S25); an absent one does not."""
    found, cursor = await cadre.sync()
    town, top = (f"{county.campaign.id}:{one}" for one in (homes[0].org_id, county.county_id))
    before = found["coverage", town]["reached"], found["coverage", top]["reached"]
    active = sum(file.status is FileStatus.ACTIVE for file in county.households)
    assert found["coverage", top]["active"] == active
    await cadre.send(
        cadre.seal(cadre.visit(homes[0], county.campaign.id)),
        cadre.seal(cadre.visit(homes[0], county.campaign.id, amount=None)),
        cadre.seal(cadre.visit(homes[1], county.campaign.id, amount=None, result=VisitResult.ABSENT)),
    )
    found, _ = await cadre.sync(cursor)
    assert (found["coverage", town]["reached"], found["coverage", top]["reached"]) == (
        before[0] + 1,
        before[1] + 1,
    )
    visited = {key[1]: doc["last_visit"]["result"] for key, doc in found.items() if key[0] == "household"}
    assert visited == {homes[0].id: "met", homes[1].id: "absent"}


async def test_every_record_answers_on_the_feed(cadre, county, homes):
    """The author's phone hears of each record; one without attachments is complete at once."""
    record = cadre.seal(cadre.visit(homes[0], county.campaign.id, amount=None))
    await cadre.send(record)
    found, _ = await cadre.sync()
    assert found["feedback", record.id]["state"] == "complete"


async def test_other_kinds_of_records_are_kept_too(cadre, office):
    """A follow-up or a revocation has its place in the chain."""
    answer = await cadre.send(cadre.seal({"any": "thing"}, type="follow_up"))
    assert states(answer) == [("accepted", None)]
    assert answer.checkpoint.seq == 1


async def test_two_devices_with_one_id(cadre, client, office, county, people, homes):
    """Another device that uses the same id at the same time is a conflict, never a lost record."""
    second = Phone(client)
    await second.enrol(await create_code(office, county.county_id, people.cadre.user_id))
    await second.login()
    shared = [new_id() for _ in range(10)]
    one = [cadre.seal(cadre.visit(homes[0], county.campaign.id), id=name) for name in shared]
    two = [second.seal(second.visit(homes[0], county.campaign.id), id=name) for name in reversed(shared)]
    answers = await asyncio.gather(cadre.send(*one), second.send(*two))
    found = [state for answer in answers for state in states(answer)]
    assert sorted(found, key=str) == [("accepted", None)] * 10 + [("conflict", "id_reused")] * 10
    assert await count(office, records) == 20


# --- the batch itself --------------------------------------------------------------------------------


def problem(answer):
    return answer.status_code, answer.json()["code"]


@pytest.mark.parametrize(("encoding", "pack"), [("gzip", gzip.compress), ("zstd", zstandard.compress)])
async def test_a_batch_may_be_compressed(cadre, county, homes, encoding, pack):
    """gzip and zstd are both understood."""
    body = msgspec.json.encode({"records": [cadre.seal(cadre.visit(homes[0], county.campaign.id))]})
    headers = cadre.auth | {"Content-Type": "application/json", "Content-Encoding": encoding}
    answer = await cadre.client.post("/v1/records", content=pack(body), headers=headers)
    assert answer.json()["results"][0]["state"] == "accepted"


@pytest.mark.parametrize(("encoding", "pack"), [("gzip", gzip.compress), ("zstd", zstandard.compress)])
async def test_a_bomb_is_refused_early(cadre, encoding, pack):
    """A few kilobytes that would unpack to 200 MB are refused without unpacking them."""
    import tracemalloc

    body = pack(b" " * 200 * 1024 * 1024)
    headers = cadre.auth | {"Content-Type": "application/json", "Content-Encoding": encoding}
    tracemalloc.start()
    answer = await cadre.client.post("/v1/records", content=body, headers=headers)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert problem(answer) == (413, "too_large")
    assert peak < 30 * 1024 * 1024


@pytest.mark.parametrize(
    ("body", "headers", "expected"),
    [
        (b"{", {}, (400, "bad_request")),
        (b"[]", {}, (400, "bad_request")),
        (b'{"records": 5}', {}, (400, "bad_request")),
        (b"\xff\xfe", {}, (400, "bad_request")),
        (b"x", {"Content-Encoding": "gzip"}, (400, "bad_request")),
        (gzip.compress(b'{"records":[]}', mtime=0)[:-9], {"Content-Encoding": "gzip"}, (400, "bad_request")),
        (b"x", {"Content-Encoding": "br"}, (415, "unsupported_media_type")),
        (b"{}", {"Content-Type": "text/plain"}, (415, "unsupported_media_type")),
        (b" " * (MAX_BATCH_BYTES + 1), {}, (413, "too_large")),
        (msgspec.json.encode({"records": [1] * 201}), {}, (413, "too_large")),
    ],
)
async def test_a_batch_that_is_no_batch_is_refused(cadre, office, body, headers, expected):
    """A broken envelope is refused as a whole with a clear code; the phone keeps its records."""
    sent = cadre.auth | {"Content-Type": "application/json"} | headers
    assert problem(await cadre.client.post("/v1/records", content=body, headers=sent)) == expected
    assert await count(office, quarantine) == 0


async def test_an_empty_batch_tells_the_checkpoint(cadre):
    """Sending nothing answers where the registry stands."""
    answer = await cadre.send()
    assert (answer.checkpoint.seq, answer.checkpoint.head) == (0, GENESIS)


async def test_a_failure_in_the_middle_keeps_nothing(cadre, county, homes, office, monkeypatch):
    """If the registry fails halfway, nothing of the batch is there, and the next try succeeds."""
    from registry.service import intake

    record = cadre.seal(cadre.visit(homes[0], county.campaign.id))
    real = intake.tell

    async def broken(*_):
        raise RuntimeError("halfway")

    monkeypatch.setattr(intake, "tell", broken)
    assert problem(await cadre.post_records([record])) == (500, "internal")
    assert await count(office, records) == 0
    monkeypatch.setattr(intake, "tell", real)
    assert states(await cadre.send(record)) == [("accepted", None)]


@pytest.mark.parametrize("text", ["\\u0000", "\x7f", "𠮷", "\u2028"])
async def test_odd_characters_travel_unchanged(cadre, county, homes, office, text):
    """Rare Chinese characters and control characters arrive as they were signed."""
    body = msgspec.structs.replace(cadre.visit(homes[0], county.campaign.id), note=f"住{text}址\x00")
    record = cadre.seal(body)
    assert states(await cadre.send(record)) == [("accepted", None)]
    assert bytes((await one_row(office, record.id)).raw).decode() == record.record
