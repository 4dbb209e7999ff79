"""Filled questionnaires arrive: always kept, read again with their own form, flagged (S18, S40)."""

from __future__ import annotations

import asyncio

import msgspec
import pytest
from form_office import ANSWERS, check_form, filling, form_file, publish_at_once
from phone import picture, sha256
from sqlalchemy import select

from domain.codes import FileStatus
from forms import Hooks, Session, load
from registry.db.tables import media_refs, photo_prints, quarantine, record_checks, records, survey_values
from registry.db.tables import surveys as kept
from registry.service import intake


@pytest.fixture
def homes(county, people):
    mine = {one.household_id for one in county.assignments if one.user_id == people.cadre.user_id}
    return [file for file in county.households if file.id in mine and file.status is FileStatus.ACTIVE]


@pytest.fixture
async def doc(office, county, cadre):
    """The form as the cadre's phone has it."""
    await publish_at_once(office, county, check_form(), subject="household")
    found, _ = await cadre.sync()
    return found["form", "check@1"]


def survey(phone, doc, answers, **about):
    return phone.seal(filling(phone, doc, answers, **about), type="survey")


async def rows(office, table, *where):
    async with office.engine.connect() as connection:
        return (await connection.execute(select(table).where(*where))).all()


async def flags_of(office, record_id):
    (row,) = await rows(office, records, records.c.id == record_id)
    return row.flags


async def test_a_filling_is_taken_in_with_its_facts_and_values(cadre, office, doc, homes):
    """Accepted without a flag; every choice and short answer can be found, personal ones are not copied."""
    record = survey(cadre, doc, ANSWERS, household_id=homes[0].id)
    (result,) = (await cadre.send(record)).results
    assert (result.state, result.problem) == ("accepted", None)
    assert await flags_of(office, record.id) == []
    (facts,) = await rows(office, kept, kept.c.record_id == record.id)
    assert (facts.form_id, facts.version, facts.household_id) == ("check", "1", homes[0].id)
    found = {
        (v.path, v.row, v.place): (v.value, v.number)
        for v in await rows(office, survey_values, survey_values.c.record_id == record.id)
    }
    assert found["/data/sector", "", 0] == ("mine", None)
    assert found["/data/found", "", 1] == ("wages", None)
    assert found["/data/found", "", 2] == ("safety", None)
    assert found["/data/owed", "", 0][1] == 12000
    assert str(found["/data/worker/pay", "1", 0][1]) == "3000.50"
    assert found["/data/worker/worker_name", "2", 0][0] == "李强"
    assert found["/data/people", "", 0] == ("2", 2)
    assert not any(path == "/data/boss_phone" for path, _, _ in found)
    again = (await cadre.send(record)).results[0]
    assert again.state == "duplicate"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"sector": ""}, ("/data/sector", "required")),
        ({"sector": "farm"}, ("/data/sector", "not_a_choice")),
        ({"owed": "-1"}, ("/data/owed", "constraint")),
        ({"owed": "many"}, ("/data/owed", "wrong_type")),
        ({"found": "safety"}, ("/data/owed", "irrelevant")),
        ({"more": "x"}, ("/data/more", "unknown_question")),
        ({"worker": [{}]}, ("/data/worker[1]/worker_name", "required")),
        ({"worker": "nobody"}, ("/data/worker", "unknown_question")),
        ({"worker": [{"worker_name": "x"}] * 1001}, ("/data/worker", "too_many_rows")),
        ({"sector": {"a": "b"}}, ("/data/sector", "wrong_type")),
        ({"boss_phone": "1\u00002"}, ("/data/boss_phone", "wrong_type")),
    ],
)
async def test_answers_that_the_form_forbids_are_kept_and_flagged(cadre, office, doc, homes, change, fault):
    """What a phone would not have let pass is accepted, flagged, and named by question."""
    answers = {key: value for key, value in (ANSWERS | change).items() if value != ""}
    record = survey(cadre, doc, answers, household_id=homes[0].id)
    (result,) = (await cadre.send(record)).results
    assert (result.state, result.problem) == ("accepted", None)
    assert await flags_of(office, record.id) == ["answers_invalid"]
    (checks,) = await rows(office, record_checks, record_checks.c.record_id == record.id)
    named = [(one["params"]["path"], one["message_id"]) for one in checks.results]
    assert (fault[0], f"forms.problem.{fault[1]}") in named


async def test_the_engine_and_the_registry_agree(cadre, office, doc, homes):
    """What the phone's own engine seals without a problem is not flagged here either."""
    session = Session(load(doc["xform"]), hooks=Hooks.live())
    for path, value in {"sector": "shop", "found": "wages", "owed": "5"}.items():
        session.set(f"/data/{path}", value)
    for number in range(1, 31):
        row = session.add_row("/data/worker") if number > 1 else "/data/worker[1]"
        session.set(f"{row}/worker_name", f"职工{number}")
    assert session.finish() == []
    record = survey(cadre, doc, session.to_json()["answers"], household_id=homes[0].id)
    await cadre.send(record)
    assert await flags_of(office, record.id) == []


async def test_an_unknown_version_is_accepted(cadre, office, doc, homes):
    """A form the registry never published: the record is kept and flagged, nothing is lost."""
    other = doc | {"xform": doc["xform"] + " ", "version": "9"}
    other["xform_sha256"] = sha256(other["xform"].encode())
    record = survey(cadre, other, ANSWERS | {"deep": [{"x": "y"}]}, household_id=homes[0].id)
    assert (await cadre.send(record)).results[0].state == "accepted"
    assert await flags_of(office, record.id) == ["form_unknown"]
    (facts,) = await rows(office, kept, kept.c.record_id == record.id)
    assert (facts.form_id, facts.version) == ("check", "9")


async def test_outside_the_scope_is_flagged(cadre, office, county, doc, homes):
    """A household of somebody else: accepted, flagged, and the phone is told."""
    mine = {home.id for home in homes}
    other = next(
        file for file in county.households if file.id not in mine and file.paired_helper != cadre.me.user_id
    )
    record = survey(cadre, doc, ANSWERS, household_id=other.id)
    assert (await cadre.send(record)).results[0].problem == "out_of_scope"
    assert await flags_of(office, record.id) == ["out_of_scope"]


async def test_what_cannot_be_read_is_quarantined(cadre, office, doc, homes):
    """A body without its household, or without answers: kept with its bytes, in the chain."""
    body = msgspec.to_builtins(filling(cadre, doc, ANSWERS, household_id=homes[0].id))
    records_ = [
        cadre.seal(body | {"household_id": None}, type="survey"),
        cadre.seal(body | {"answers": "none"}, type="survey", household=None),
        cadre.seal(body, type="survey", household=homes[1].id),
    ]
    answer = await cadre.send(*records_)
    assert [(one.state, one.problem) for one in answer.results] == [("quarantined", "bad_body")] * 3
    assert answer.checkpoint.seq == 3
    assert len(await rows(office, quarantine)) == 3


@pytest.mark.parametrize("shape", ["groups", "lists"])
async def test_answers_nested_a_thousand_deep_do_no_harm(cadre, doc, homes, shape):
    """Deep nests are taken or quarantined, and the next record comes through."""
    deep = "x"
    for _ in range(900):
        deep = {"a": deep} if shape == "groups" else [deep]
    bad = survey(cadre, doc, {"worker": deep}, household_id=homes[0].id)
    good = survey(cadre, doc, ANSWERS, household_id=homes[0].id)
    states = [one.state for one in (await cadre.send(bad, good)).results]
    assert states[0] in {"accepted", "quarantined"}
    assert states[1] == "accepted"


async def test_files_are_missing_until_they_come(cadre, office, doc, homes):
    """Photo, thumbnail and signature are asked for; what came is not asked again; a photo's print is kept."""
    photo, drawing = picture(1), picture(2)
    files = (
        form_file(cadre, "/data/photo", "a.jpg", photo),
        form_file(cadre, "/data/photo", "b.png", drawing, "drawing"),
    )
    record = survey(cadre, doc, ANSWERS | {"photo": "a.jpg"}, household_id=homes[0].id, files=files)
    (result,) = (await cadre.send(record)).results
    assert set(result.missing) == {sha256(photo), sha256(b"t" + photo), sha256(drawing)}
    kinds = {one.sha256: one.kind for one in await rows(office, media_refs)}
    assert kinds == {sha256(photo): "photo", sha256(b"t" + photo): "thumb", sha256(drawing): "drawing"}
    assert len(await rows(office, photo_prints, photo_prints.c.record_id == record.id)) == 1
    await cadre.upload(photo)
    (again,) = (await cadre.send(record)).results
    assert set(again.missing) == {sha256(b"t" + photo), sha256(drawing)}


async def test_one_photo_for_two_households_is_flagged(cadre, office, county, doc, homes):
    """R12 between questionnaires and visits, both ways round."""
    data = picture(7)
    files = (form_file(cadre, "/data/photo", "a.jpg", data),)
    first = survey(cadre, doc, ANSWERS | {"photo": "a.jpg"}, household_id=homes[0].id, files=files)
    same = survey(cadre, doc, ANSWERS | {"photo": "a.jpg"}, household_id=homes[0].id, files=files)
    other = survey(cadre, doc, ANSWERS | {"photo": "a.jpg"}, household_id=homes[1].id, files=files)
    for record in (first, same, other):
        await cadre.send(record)
    assert [await flags_of(office, one.id) for one in (first, same, other)] == [[], [], ["R12"]]
    visit = cadre.visit(homes[2], county.campaign.id, photos=[data])
    stolen = msgspec.structs.replace(visit.photos[0], original_sha256=files[0].original_sha256)
    record = cadre.seal(msgspec.structs.replace(visit, photos=(stolen,)))
    await cadre.send(record)
    assert "R12" in await flags_of(office, record.id)


async def test_of_two_copies_at_once_the_later_is_flagged(cadre, delegate, office, doc, homes, monkeypatch):
    """R12: while the first one's answers were being read, the same photo came from another household."""
    files = (form_file(cadre, "/data/photo", "a.jpg", picture(7)),)
    first = survey(cadre, doc, ANSWERS | {"photo": "a.jpg"}, household_id=homes[0].id, files=files)
    other = survey(delegate, doc, ANSWERS | {"photo": "a.jpg"}, household_id=homes[1].id, files=files)
    reading, go_on, real = asyncio.Event(), asyncio.Event(), intake.load_facts

    async def slowly(connection, keys, who, items):
        if who.device_id == cadre.device_id:
            reading.set()
            await go_on.wait()
        return await real(connection, keys, who, items)

    monkeypatch.setattr(intake, "load_facts", slowly)
    sending = asyncio.create_task(cadre.send(first))
    await reading.wait()
    await delegate.send(other)
    go_on.set()
    await sending
    assert [("R12" in await flags_of(office, one.id)) for one in (first, other)] == [True, False]


@pytest.mark.parametrize("late", [False, True])
async def test_a_correction_takes_the_place_of_what_it_corrects(cadre, office, doc, homes, late):
    """The old filling stays as evidence and is marked as replaced, also when it arrives last."""
    old = survey(cadre, doc, ANSWERS, household_id=homes[0].id)
    new = cadre.seal(
        filling(cadre, doc, ANSWERS | {"owed": "9"}, household_id=homes[0].id), type="survey", corrects=old.id
    )
    for batch in ([new], [old]) if late else ([old, new],):
        await cadre.send(*batch)
    found = {row.record_id: row.replaced_by for row in await rows(office, kept)}
    assert found == {old.id: new.id, new.id: None}
