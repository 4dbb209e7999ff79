"""Finishing a questionnaire seals it and queues it with its files in one write (S18, S25)."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress

import msgspec
import pytest
from survey_world import add_org, begin, form_doc, kill, publish, survey_world
from visit_steps import jpeg, signed
from visit_world import KEY, World, make_household

from app.actions.discard_survey import discard_survey
from app.actions.discard_visit import discard_visit
from app.actions.fill_survey import Filling, open_survey
from app.actions.finish_survey import finish_survey
from app.actions.finish_visit import finish_visit
from app.actions.list_surveys import surveys_of
from app.actions.read_survey import read_survey
from app.actions.start_survey import start_survey
from app.actions.start_visit import start_visit
from app.actions.survey_drafts import all_surveys, find_survey
from app.actions.wipe import UnsafeWipeError, proof_of, wipe
from app.platform.errors import PlatformError
from app.store import StoreError, open_database
from app.store.feed import apply_page
from app.store.outbox import chain_head
from app.store.tables import media, outbox, records, survey_parts, surveys
from domain.errors import InputError
from domain.models.survey import SurveyBody
from sync.protocol.messages import Change
from sync.protocol.records import GENESIS, RecordHead, Sealed, unseal
from tests.contracts.fake_device import Disk, FakeFolder, PowerLost


@pytest.fixture
def world(tmp_path) -> World:
    return survey_world(tmp_path / "store")


def head_of(world: World, record_id: str) -> RecordHead:
    """The record as the registry would read it, its signature checked."""
    document = records(world.db).get(record_id)
    assert document is not None
    sealed = Sealed(id=document["id"], hash=document["hash"], sig=document["sig"], record=document["text"])
    return unseal(
        sealed, lambda sig, raw: world.identity.crypto.ed25519_verify(world.identity.public, sig, raw)
    )


def body_of(world: World, record_id: str) -> SurveyBody:
    return msgspec.convert(head_of(world, record_id).body, SurveyBody)


async def filled(world: World, **about: str) -> Filling:
    """Everything the assessment asks for, with a photo, a signature, a row and its photo."""
    filling = begin(world, **about)
    for path, value in {"/data/name": "王秀英", "/data/ill": "yes", "/data/people[1]/who": "小雨"}.items():
        filling.answer(path, value)
    await filling.attach("/data/photo", jpeg(1), kind="photo")
    await filling.attach("/data/sign", b"strokes", kind="drawing", content_type="image/png", source="made")
    await filling.attach("/data/people[1]/face", jpeg(2), kind="photo", source="album")
    return filling


async def test_a_finished_questionnaire_is_a_signed_record_in_the_outbox(world):
    """S18: answers, form version and hash, whom and when; the draft and all its parts are gone."""
    filling = await filled(world)
    record = await finish_survey(world.services, filling.draft.id)
    head, body = head_of(world, record), body_of(world, record)
    assert (head.type, head.household, head.campaign) == ("survey", world.household.id, world.campaign.id)
    assert (body.form_id, body.version, body.subject) == ("needs", "1", "household")
    assert body.xform_sha256 == form_doc().xform_sha256
    assert body.answers["name"] == "王秀英"
    assert body.answers["people"][0]["who"] == "小雨"
    assert body.answers["count"] == "1"
    assert outbox(world.db).get(record) is not None
    assert surveys(world.db).count() == survey_parts(world.db).count() == 0
    assert world.runner.kicks == 1


async def test_the_forms_own_metadata_are_filled_in(world):
    """Issue 3: start, end, today, username, phonenumber."""
    world.services.db.table("users").update({"phone": "13800000000"})
    filling = begin(world)
    filling.answer("/data/name", "王秀英")
    world.clock.wait(600)
    answers = body_of(world, await finish_survey(world.services, filling.draft.id)).answers
    assert answers["began"].startswith("2027-01-20T19:30:00")
    assert answers["ended"].startswith("2027-01-20T19:40:00")
    assert (answers["day"], answers["filler"], answers["phone"]) == ("2027-01-20", "李建国", "13800000000")


async def test_its_times_have_the_bounds_of_any_event(world):
    """DESIGN §4: begun and ended carry the device's clocks and the last signed time."""
    filling = begin(world)
    filling.answer("/data/name", "王秀英")
    world.clock.wait(600)
    body = body_of(world, await finish_survey(world.services, filling.draft.id))
    assert body.ended.monotonic_ns - body.started.monotonic_ns >= 600 * 10**9
    assert body.started.server_time is not None
    assert body.started.boot_id == body.ended.boot_id == "boot-1"


async def test_every_file_is_queued_once_small_ones_first(world):
    """R12: thumbnails, then drawings, then photos; each is on the shelf in the size it says."""
    filling = await filled(world)
    record = await finish_survey(world.services, filling.draft.id)
    queued = media(world.db).find("record_id", record)
    assert [one["kind"] for one in queued] == ["thumb", "thumb", "signature", "photo", "photo"]
    body = body_of(world, record)
    named = {file.sha256 for file in body.files} | {file.thumb_sha256 for file in body.files} - {None}
    assert named == {one["sha256"] for one in queued} == set(world.blobs.files)
    for one in queued:
        assert len(await world.services.blobs.get(one["sha256"])) == one["size"]
    assert {file.path: file.picked for file in body.files if file.kind == "photo"} == {
        "/data/photo": False,
        "/data/people[1]/face": True,
    }


async def test_irrelevant_answers_and_their_files_stay_out(world):
    """Issue 3: not ill after all: no cause, no photo, and the photo leaves the shelf."""
    filling = await filled(world)
    filling.answer("/data/cause", "尿毒症")
    photo = filling.draft.files["/data/photo"].sha256
    filling.answer("/data/ill", "no")
    body = body_of(world, await finish_survey(world.services, filling.draft.id))
    assert "cause" not in body.answers
    assert "photo" not in body.answers
    assert photo not in {file.sha256 for file in body.files}
    assert photo not in world.blobs.files


async def test_an_unfinished_questionnaire_names_the_first_question_at_fault(world):
    """It stays a draft, and the screen can jump there."""
    filling = begin(world)
    with pytest.raises(InputError) as error:
        await finish_survey(world.services, filling.draft.id)
    assert error.value.code == "survey_unfinished"
    assert error.value.details == {"path": "/data/name", "problem": "required", "count": 1}
    assert find_survey(world.services, filling.draft.id) is not None
    assert outbox(world.db).count() == 0


async def test_after_sealing_nothing_can_be_changed(world):
    """A screen that is still open is told; a second tap on 交 too."""
    filling = await filled(world)
    await finish_survey(world.services, filling.draft.id)
    with pytest.raises(InputError, match="survey_missing"):
        filling.answer("/data/name", "赵大山")
    with pytest.raises(InputError, match="survey_missing"):
        await finish_survey(world.services, filling.draft.id)
    assert outbox(world.db).count() == 1


async def test_visits_and_questionnaires_share_one_chain(world):
    """DESIGN §4: seq counts both, prev is the hash of the last of either."""
    first = await finish_survey(world.services, (await filled(world)).draft.id)
    visit = await finish_visit(world.services, await signed(world))
    third = await finish_survey(world.services, (await filled(world, household=world.other.id)).draft.id)
    chain = [head_of(world, one) for one in (first, visit, third)]
    assert [(one.seq, one.type) for one in chain] == [(1, "survey"), (2, "visit"), (3, "survey")]
    hashes = [document["hash"] for one in (first, visit) if (document := records(world.db).get(one))]
    assert [one.prev for one in chain] == [GENESIS, *hashes]
    assert chain_head(world.db).seq == 3


async def test_lists_of_visits_do_not_show_questionnaires(world):
    """A record of another type neither breaks nor fills the visits' lists."""
    survey = await finish_survey(world.services, (await filled(world)).draft.id)
    visit = await finish_visit(world.services, await signed(world))
    assert [one.id for one in world.services.visits.all()] == [visit]
    assert [one.id for one in world.services.visits.of_household(world.household.id)] == [visit]
    assert world.services.visits.get(survey) is None
    assert world.services.surveys.get(visit) is None
    assert [one.id for one in world.services.surveys.all()] == [survey]


async def test_a_visit_is_named_only_while_it_is_known(world):
    """Filled in during a visit: the record names it; a visit thrown away meanwhile is not named."""
    visit = start_visit(world.services, world.household.id).id
    filling = await filled(world, visit=visit)
    assert surveys_of(world.services, visit=visit)[0].id == filling.draft.id
    other = start_visit(world.services, world.other.id).id
    gone = begin(world, visit=other)
    gone.answer("/data/name", "赵大山")
    await discard_visit(world.services, other)
    assert body_of(world, await finish_survey(world.services, filling.draft.id)).visit_id == visit
    assert body_of(world, await finish_survey(world.services, gone.draft.id)).visit_id is None
    assert [one.id for one in surveys_of(world.services, visit=visit)] == [filling.draft.id]


async def test_about_an_organisation_or_nobody(world):
    """S27, S40: the subject is sealed as it is."""
    org = add_org(world)
    publish(world, form_doc(form_id="check", subject="org"), form_doc(form_id="poll", subject="none"))
    sealed = []
    for key, about in (("check@1", {"org": org}), ("poll@1", {})):
        filling = open_survey(world.services, start_survey(world.services, key, **about))
        filling.answer("/data/name", "有")
        sealed.append(body_of(world, await finish_survey(world.services, filling.draft.id)))
    assert [(one.subject, one.org_id, one.household_id) for one in sealed] == [
        ("org", org, None),
        ("none", None, None),
    ]
    assert [one.subject_name for one in surveys_of(world.services, org=org)] == ["红旗机械厂"]


async def test_a_household_that_left_the_phone_can_still_be_handed_in(world):
    """The assignment moved on while the questionnaire was under way: nothing is lost."""
    filling = await filled(world)
    with world.db.batch():
        apply_page(world.db, [Change(kind="household", id=world.household.id)])
    again = kill(world, filling)
    record = await finish_survey(world.services, again.draft.id)
    assert body_of(world, record).household_id == world.household.id
    assert world.services.surveys.all()[0].subject_name == "王秀英"


# --- reading it again -----------------------------------------------------------------------------------


async def test_a_sent_questionnaire_is_read_in_its_own_versions_words(world):
    """The office has changed the words since; the record keeps those it was filled in with."""
    filling = await filled(world)
    filling.answer("/data/cause", "尿毒症")
    record = await finish_survey(world.services, filling.draft.id)
    newer = form_doc().xform.replace("病因", "得的什么病").replace('version="1"', 'version="2"')
    publish(world, form_doc(newer, version="2"), form_doc(current=False))
    reading = read_survey(world.services, record)
    assert reading is not None
    said = {line.path: (line.label, line.text) for line in reading.lines}
    assert said["/data/cause"] == ("病因", "尿毒症")
    assert said["/data/ill"] == ("/data/ill", "〔yes〕")
    photo = next(line for line in reading.lines if line.path == "/data/people[1]/face")
    assert photo.sha256 in world.blobs.files
    assert not photo.received
    assert reading.trouble == ""


async def test_without_its_form_the_bare_answers_are_shown(world):
    """Should never be, and is no crash."""
    record = await finish_survey(world.services, (await filled(world)).draft.id)
    world.db.drop_table("forms")
    reading = read_survey(world.services, record)
    assert reading is not None
    assert reading.trouble == "form_missing"
    assert ("who", "小雨") in [(line.label, line.text) for line in reading.lines]
    assert read_survey(world.services, "nothing") is None


async def test_lists_tell_what_is_under_way_and_what_was_sent(world):
    """Under way first; a household's list has only its own."""
    sent = await finish_survey(world.services, (await filled(world)).draft.id)
    under_way = begin(world, household=world.other.id).draft.id
    assert [(one.id, one.state) for one in surveys_of(world.services)] == [
        (under_way, "draft"),
        (sent, "kept"),
    ]
    assert [one.id for one in surveys_of(world.services, household=world.household.id)] == [sent]
    card = world.services.surveys.get(sent)
    assert card is not None
    assert (card.title, card.photos, card.photos_sent, card.pictures_left) == ("五需评估", 3, 0, 5)


# --- throwing away, wiping ------------------------------------------------------------------------------


async def test_thrown_away_nothing_is_left(world):
    """Draft, parts and files; twice is no error; a sent one is not touched."""
    filling = await filled(world)
    await discard_survey(world.services, filling.draft.id)
    await discard_survey(world.services, filling.draft.id)
    assert surveys(world.db).count() == survey_parts(world.db).count() == 0
    assert world.blobs.files == {}
    assert all_surveys(world.services) == []


async def test_a_questionnaire_under_way_forbids_wiping(world):
    """S25: safe to wipe counts unfinished questionnaires as unfinished visits."""
    assert proof_of(world.services).drafts == 0
    begin(world)
    start_visit(world.services, world.household.id)
    assert proof_of(world.services).drafts == 2
    with pytest.raises(UnsafeWipeError) as error:
        await wipe(world.services)
    assert error.value.details["drafts"] == 2


# --- when the disk or the power fails -------------------------------------------------------------------


async def test_a_full_disk_leaves_the_draft_as_it_was(tmp_path):
    """Nothing is sealed, the end time is not noted, and it works when there is room."""
    disk = Disk()
    world = survey_world(tmp_path, disk)
    filling = await filled(world)
    before, disk.capacity = dict(filling.draft.answers), disk.used()
    with pytest.raises(StoreError, match="disk_full"):
        await finish_survey(world.services, filling.draft.id)
    assert (records(world.db).count(), chain_head(world.db).seq) == (0, 0)
    assert filling.session.answers() == before == filling.draft.answers
    disk.capacity = 10**9
    assert await finish_survey(world.services, filling.draft.id) == filling.draft.id


async def test_throwing_away_works_on_a_full_phone(tmp_path):
    """The ballast gives the room."""
    disk = Disk()
    world = survey_world(tmp_path, disk)
    filling = await filled(world)
    disk.capacity = disk.used()
    await discard_survey(world.services, filling.draft.id)
    assert all_surveys(world.services) == []


async def test_power_lost_at_any_step_leaves_the_draft_or_the_record(tmp_path):
    """At every step of the device: the whole draft, or the whole record with its queue and chain."""
    found = set()
    step = 0
    while True:
        disk = Disk()
        world = survey_world(tmp_path, disk)
        filling = begin(world)
        filling.answer("/data/name", "王秀英")
        await filling.attach("/data/sign", b"strokes", kind="drawing", content_type="image/png")
        survey = filling.draft.id
        disk.crash_at, whole = disk.steps + step, True
        try:
            await finish_survey(world.services, survey)
        except PowerLost:
            whole = False
        for kept in ("written", "flushed", "torn"):
            db = open_database(FakeFolder(disk.after_power_loss(kept)), KEY)
            draft, record = surveys(db).get(survey), records(db).get(survey)
            assert (draft is None) != (record is None)
            assert (survey_parts(db).count() > 0) == (draft is not None)
            assert outbox(db).count() == media(db).count() == chain_head(db).seq == int(record is not None)
            found.add(record is not None)
        if whole:
            break
        step += 1
    assert found == {True, False}


async def test_a_kill_while_files_are_forgotten_leaves_no_file_missing(world):
    """The shelf fails after sealing: a stray file may stay, what the record names is there."""
    filling = await filled(world)
    filling.answer("/data/ill", "no")

    async def gone(name: str) -> None:
        raise PowerLost

    world.blobs.delete = gone  # type: ignore[method-assign]
    with suppress(PowerLost):
        await finish_survey(world.services, filling.draft.id)
    world.reopen()
    body = body_of(world, filling.draft.id)
    assert body.files
    for file in body.files:
        assert await world.services.blobs.has(file.sha256)


async def test_a_shelf_that_cannot_delete_does_not_undo_the_sealing(world):
    """The record is there; the person is not told that it failed."""
    filling = await filled(world)
    filling.answer("/data/ill", "no")

    async def stuck(name: str) -> None:
        raise PlatformError("file_failed")

    world.blobs.delete = stuck  # type: ignore[method-assign]
    assert await finish_survey(world.services, filling.draft.id) == filling.draft.id
    assert records(world.db).get(filling.draft.id) is not None


async def test_a_record_that_does_not_decode_hides_no_other(world):
    """One damaged text is logged; the list shows the rest."""
    world.put_household(make_household("QS-0009", "孙桂兰"))
    one = await finish_survey(world.services, (await filled(world)).draft.id)
    two = await finish_survey(world.services, (await filled(world, household=world.other.id)).draft.id)
    document = records(world.db).get(one)
    assert document is not None
    records(world.db).put({**document, "text": json.dumps({"body": 5})})
    assert [card.id for card in surveys_of(world.services)] == [two]


async def test_a_photo_still_being_worked_on_is_handed_in_too(world, monkeypatch):
    """Shutter, next, hand in: the seal waits for the photo, also when the button is pressed twice."""
    filling = await filled(world)
    reached, free = asyncio.Event(), asyncio.Event()
    put = world.services.blobs.put

    async def slow(name: str, data: bytes) -> None:
        reached.set()
        await free.wait()
        await put(name, data)

    monkeypatch.setattr(world.services.blobs, "put", slow)
    taking = asyncio.ensure_future(filling.attach("/data/photo", jpeg(9), kind="photo"))
    await reached.wait()
    sealing = [asyncio.ensure_future(finish_survey(world.services, filling.draft.id)) for _ in range(2)]
    await asyncio.sleep(0)
    assert records(world.db).all() == []
    free.set()
    photo = await taking
    first, second = await asyncio.gather(*sealing, return_exceptions=True)
    assert first == filling.draft.id
    assert isinstance(second, InputError), "it is one record, not two"
    assert photo.sha256 in {file.sha256 for file in body_of(world, first).files}
