"""A questionnaire all the way: from the office, filled in with no signal, sealed, accepted (S18, S25)."""

from __future__ import annotations

import asyncio
import io
import os
import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest
from loop_phone import CRYPTO, LoopPhone
from openpyxl import load_workbook
from PIL import Image
from sqlalchemy import select

from app.actions.fill_survey import Filling, open_survey
from app.actions.finish_survey import finish_survey
from app.actions.forms_here import offered
from app.actions.preferences import Preferences
from app.actions.read_survey import read_survey
from app.actions.services import Services
from app.actions.start_survey import start_survey
from app.actions.survey_drafts import all_surveys
from app.actions.wipe import proof_of
from app.platform.errors import PlatformError
from app.platform.native.pictures import PillowPictureCodec
from app.store import StoreError
from app.store.sync_port import read_anchor
from app.store.tables import forms, outbox
from domain.models.survey import SurveyBody
from registry.db.tables import ITS_BODY, record_bodies, records, surveys
from registry.service.forms.assets import FOLDER
from registry.service.forms.check_worker import look
from registry.service.forms.versions import put_draft, put_in_use
from sync.http import decode
from sync.protocol.canonical import sha256_hex
from sync.protocol.forms import PublishRequest, SurveyDetail, SurveyPage
from sync.protocol.records import decode_head
from tests.loop.test_loop_media import all_in

pytestmark = pytest.mark.postgres

NEEDS = (FOLDER / "five_needs.xlsx").read_bytes()
FORM = "five_needs"
ANSWERS = {
    "/data/medical/medical_level": "2",
    "/data/medical/medical_more/medical_who": "chronic serious",
    "/data/medical/medical_more/medical_paid": "12000.50",
    "/data/housing/housing_level": "0",
    "/data/education/education_level": "0",
    "/data/employment/employment_level": "0",
    "/data/security/security_level": "0",
    "/data/cause": "illness",
    "/data/consent": "OK",
}
HOUSEHOLD = "/data/household"
CAUSE = "本人或家人患病"
PHOTO = "/data/medical/medical_more/medical_photo"


class NoPlace:
    """Indoors: no satellite answers."""

    async def current(self, timeout_s: float = 20.0) -> Any:
        raise PlatformError("location_timeout")


def app_on(phone: LoopPhone) -> Services:
    """The phone's actions, on what it has open now."""
    platform = SimpleNamespace(
        name="test", crypto=CRYPTO, pictures=PillowPictureCodec(), clock=phone.clock, location=NoPlace()
    )
    return Services(
        platform=cast(Any, platform),
        db=phone.db,
        blobs=phone.shelf,
        runner=phone.runner,
        identity=phone.identity,
        preferences=Preferences(),
        me=phone.session.me,
    )


async def publish(office: Any, county: Any, data: bytes) -> None:
    """As the office does after its upload was checked; the seven of the product are there already."""
    checked = look(data)
    assert checked.report.ok
    report = checked.report
    async with office.engine.begin() as connection:
        await put_draft(connection, county.county_id, data, checked, "")
        wanted = PublishRequest(subject="household", in_visit=True)
        await put_in_use(connection, county.county_id, report.form_id, report.version, wanted)


def picture() -> bytes:
    out = io.BytesIO()
    Image.frombytes("RGB", (640, 480), os.urandom(640 * 480 * 3)).save(out, "JPEG")
    return out.getvalue()


async def fill(phone: LoopPhone, photo: bool = True) -> Filling:
    """Every required answer of the five needs, with no network."""
    services, home = app_on(phone), phone.homes()[0]
    card = next(one for one in offered(services, "household", in_visit=True) if one.form_id == FORM)
    survey = start_survey(services, card.form_key, household=home.id)
    filling = open_survey(services, survey)
    for path, value in ANSWERS.items():
        filling.answer(path, value)
    if photo:
        await filling.attach(PHOTO, picture(), kind="photo")
    return filling


async def sealed(phone: LoopPhone, photo: bool = True) -> str:
    filling = await fill(phone, photo)
    return await finish_survey(app_on(phone), filling.draft.id)


async def held(office: Any, rid: str) -> Any:
    async with office.engine.connect() as connection:
        whole = select(records, record_bodies.c.raw).join(record_bodies, ITS_BODY)
        return (await connection.execute(whole.where(records.c.id == rid))).all()


async def test_from_the_offices_excel_to_the_registry(cadre, office, campaign):
    """Issue 3: published, fetched, filled in offline, sealed; accepted without a flag, photo complete."""
    cadre.line.up = False
    rid = await sealed(cadre)
    await cadre.sync()
    assert cadre.state(rid) == "kept"
    cadre.line.up = True
    await cadre.sync_later()
    assert cadre.state(rid) == "complete"
    assert await all_in(cadre, office)
    (row,) = await held(office, rid)
    assert (row.type, row.flags) == ("survey", [])
    body = msgspec.convert(decode_head(row.raw.decode()).body, SurveyBody)
    assert body.answers["medical"]["medical_more"]["medical_who"] == "chronic serious"
    assert (body.household_id, body.campaign_id) == (cadre.homes()[0].id, campaign)
    async with office.engine.connect() as connection:
        facts = (await connection.execute(select(surveys).where(surveys.c.record_id == rid))).one()
    assert (facts.form_id, facts.household_id) == (FORM, cadre.homes()[0].id)


async def test_the_supervisor_reads_what_the_cadre_filled_in(cadre, supervisor):
    """S18, S9: in the list, line by line with the choices' words, the photo there, the chain computed."""
    rid = await sealed(cadre)
    await cadre.sync()
    await cadre.sync_later()
    client = supervisor.runner.client
    page = decode(await client.call("GET", "/v1/surveys", params={"form_id": FORM}), SurveyPage)
    assert [row.id for row in page.rows] == [rid]
    detail = decode(await client.call("GET", f"/v1/surveys/{rid}"), SurveyDetail)
    assert detail.chain.verified
    assert all(one.received for one in detail.media)
    lines = {line.path: line for line in detail.lines if line.value}
    assert lines["/data/cause"].text == CAUSE
    assert lines[PHOTO].sha256 in {one.sha256 for one in detail.media}
    here = read_survey(app_on(cadre), rid)
    assert here is not None
    mine = {line.path: line for line in here.lines if line.value}
    assert mine.keys() == lines.keys()
    for path in mine.keys() - {HOUSEHOLD}:  # whose name the office sees as its role demands
        assert mine[path].label == lines[path].label
        assert set(re.split("[、;] ?", mine[path].text)) == set(re.split("[、;] ?", lines[path].text))


async def test_the_phone_reads_what_it_sent(cadre):
    """Every answer with its question's words; the household by its name."""
    rid = await sealed(cadre)
    await cadre.sync()
    reading = read_survey(app_on(cadre), rid)
    assert reading is not None
    said = {line.path: line for line in reading.lines}
    assert said["/data/household"].text == cadre.homes()[0].worker.name
    assert said["/data/medical/medical_level"].label == "医方面有多难？"
    assert said[PHOTO].received


async def test_lost_answers_and_double_sends_make_one_record(cadre, office):
    """S25: the registry took it, the phone never heard; sent again it is the same record."""
    rid = await sealed(cadre, photo=False)
    cadre.line.lose_answers("POST", "/v1/records", times=2)
    cadre.line.double("POST", "/v1/records")
    await cadre.sync()
    await cadre.sync_later()
    assert cadre.state(rid) == "complete"
    assert outbox(cadre.db).count() == 0
    assert len(await held(office, rid)) == 1


async def test_a_phone_killed_at_each_moment_goes_on(cadre, office):
    """After every answer, after the photo, after sealing, in the middle of sending: nothing is lost."""
    filling = await fill(cadre)
    survey = filling.draft.id
    for path, value in ANSWERS.items():
        cadre.kill()
        again = open_survey(app_on(cadre), survey)
        assert again.session.value(path) == value
        again.answer(path, "")
        again.answer(path, value)
    # clearing the level made the photo irrelevant for a moment, not forgotten
    assert PHOTO in open_survey(app_on(cadre), survey).draft.files
    assert await finish_survey(app_on(cadre), survey) == survey
    cadre.kill()
    assert all_surveys(app_on(cadre)) == []
    reached = cadre.line.hang("POST", "/v1/records")
    running = asyncio.ensure_future(cadre.sync())
    await asyncio.wait_for(reached.wait(), 30)
    cadre.kill()
    running.cancel()
    cadre.line.faults = []
    await cadre.sync()
    await cadre.sync_later()
    assert cadre.state(survey) == "complete"
    assert await all_in(cadre, office)
    assert len(await held(office, survey)) == 1


async def test_visits_and_questionnaires_arrive_as_one_chain(cadre, campaign, office):
    """DESIGN §4: survey, visit, survey: the registry's checkpoint says all three, and wiping is safe."""
    first = await sealed(cadre, photo=False)
    visit = await cadre.visit(cadre.homes()[1], campaign)
    third = await sealed(cadre, photo=False)
    await cadre.sync()
    await cadre.sync_later()
    seqs = {}
    for rid in (first, visit, third):
        (row,) = await held(office, rid)
        seqs[rid] = row.seq
    assert [seqs[rid] for rid in (first, visit, third)] == [1, 2, 3]
    assert proof_of(app_on(cadre)).safe
    unfinished = await fill(cadre, photo=False)
    proof = proof_of(app_on(cadre))
    assert (proof.safe, proof.drafts) == (False, 1)
    assert unfinished.draft.id


async def test_a_new_version_leaves_the_draft_its_own(cadre, office, county):
    """S11: the office publishes the next version while one is under way; both arrive and are read."""
    filling = await fill(cadre, photo=False)
    old = filling.draft.version
    await publish(office, county, newer_needs())
    await cadre.sync()
    services = app_on(cadre)
    versions = [card.version for card in offered(services, "household") if card.form_id == FORM]
    assert versions == ["2099"]
    assert {one["version"] for one in forms(cadre.db).find("form_id", FORM)} == {old, "2099"}
    rid = await finish_survey(services, filling.draft.id)
    fresh = start_survey(services, f"{FORM}@2099", household=cadre.homes()[0].id)
    other = open_survey(services, fresh)
    for path, value in ANSWERS.items():
        other.answer(path, value)
    await finish_survey(services, fresh)
    await cadre.sync()
    for one, version in ((rid, old), (fresh, "2099")):
        (row,) = await held(office, one)
        assert row.flags == []
        body = msgspec.convert(decode_head(row.raw.decode()).body, SurveyBody)
        stored = forms(cadre.db).get(f"{FORM}@{version}")
        assert stored is not None
        assert (body.version, body.xform_sha256) == (version, sha256_hex(stored["xform"]))


async def test_enrolling_again_keeps_the_draft_and_its_form(cadre):
    """The feed starts anew: the questionnaire under way is still there and can be handed in."""
    filling = await fill(cadre, photo=False)
    store = cadre.store
    session = store.session()
    anchor = read_anchor(cadre.db)
    assert session is not None
    assert anchor is not None
    store.save_enrolment(replace(session, cursor=None), anchor, reset_feed=True)
    cadre.kill()
    assert open_survey(app_on(cadre), filling.draft.id).session.value("/data/cause") == "illness"
    await cadre.sync()
    rid = await finish_survey(app_on(cadre), filling.draft.id)
    await cadre.sync()
    assert cadre.state(rid) == "complete"


async def test_sealing_twice_at_once_makes_one_record(cadre):
    """A double tap on 交: one is refused with a reason, one record is sealed."""
    filling = await fill(cadre, photo=False)
    services = app_on(cadre)
    results = await asyncio.gather(
        *(finish_survey(services, filling.draft.id) for _ in range(2)), return_exceptions=True
    )
    assert sum(isinstance(one, str) for one in results) == 1
    assert not any(isinstance(one, StoreError) for one in results)
    assert outbox(cadre.db).count() == 1


def newer_needs() -> bytes:
    """The same spreadsheet with another version in its settings."""
    book = load_workbook(io.BytesIO(NEEDS))
    sheet = book["settings"]
    column = next(cell.column for cell in sheet[1] if cell.value == "version")
    sheet.cell(row=2, column=column).value = "2099"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
