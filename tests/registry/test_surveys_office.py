"""The office reads filled questionnaires: list, one filling, XML, charts (S18, S40, S54)."""

from __future__ import annotations

from decimal import Decimal
from xml.etree import ElementTree

import msgspec
import pytest
from form_office import ANSWERS, check_form, filling, form_file, person, problem, publish_at_once
from fresh import enrolled
from phone import picture, sha256
from sqlalchemy import select, update

from domain.codes import FileStatus, Role
from domain.identity import checksum
from forms import Hooks, Session, load
from registry.db.tables import audit, users
from registry.service.codes import create_code
from registry.service.surveys.numbers import class_name, class_order, classes, plain
from registry.service.surveys.sensitive import kind_of, veil
from sync.protocol.forms import QuestionsAnswer, QuestionSummary, SurveyDetail, SurveyPage

NUMBER = "99010119600101001"
NUMBER += checksum(NUMBER)


@pytest.fixture
def homes(county, people):
    mine = {one.household_id for one in county.assignments if one.user_id == people.cadre.user_id}
    return [file for file in county.households if file.id in mine and file.status is FileStatus.ACTIVE]


@pytest.fixture
async def doc(office, county, cadre):
    await publish_at_once(office, county, check_form(), subject="household")
    found, _ = await cadre.sync()
    return found["form", "check@1"]


@pytest.fixture
async def statistician(client, county):
    return await person(client, county, Role.STATISTICIAN)


async def send(phone, doc, answers, **about):
    record = phone.seal(filling(phone, doc, answers, **about), type="survey")
    (result,) = (await phone.send(record)).results
    assert result.state == "accepted"
    return record


async def ask(phone, url, model, **params):
    answer = await phone.client.get(url, params=params, headers=phone.auth)
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=model)


async def refused(phone, url, **params):
    return problem(await phone.client.get(url, params=params, headers=phone.auth))


async def test_the_list_and_its_filters(cadre, supervisor, county, people, doc, homes):
    """Newest first, narrowed by form, household, answer, organisation and day; pages lose nothing."""
    one = await send(cadre, doc, ANSWERS, household_id=homes[0].id)
    two = await send(cadre, doc, {"sector": "shop", "people": "0"}, household_id=homes[1].id)
    page = await ask(supervisor, "/v1/surveys", SurveyPage, form_id="check")
    assert [row.id for row in page.rows] == [two.id, one.id]
    assert (page.total, page.next) == (2, None)
    row = page.rows[1]
    assert (row.title, row.subject_name, row.subject_id) == ("检查", homes[0].worker.name, homes[0].id)
    union = next(org for org in county.orgs if org.id == homes[0].org_id)
    assert (row.org_name, row.author_name, row.flags) == (union.name, people.cadre.name, [])

    async def found(**params):
        wanted = {"form_id": "check"} | params
        return {row.id for row in (await ask(supervisor, "/v1/surveys", SurveyPage, **wanted)).rows}

    both = {one.id, two.id}
    assert await found(household=homes[1].id) == {two.id}
    assert await found(question="/data/found", value="safety") == {one.id}
    assert await found(question="/data/found", value="saf") == set()
    assert await found(question="/data/sector", value="shop", version="1") == {two.id}
    assert await found(version="2") == set()
    assert await found(form_id="five_needs") == set()
    assert await found(org=union.id) == both
    elsewhere = next(o for o in county.orgs if o.type == union.type and o.id != union.id)
    assert await found(org=elsewhere.id) == set()
    assert await found(**{"from": "2020-01-01", "to": "2099-01-01"}) == both
    assert await found(**{"from": "2099-01-01"}) == await found(to="2020-01-01") == set()
    assert await found(flagged="true") == set()
    odd = await send(cadre, doc, {"sector": "farm"}, household_id=homes[2].id)
    assert await found(flagged="true") == {odd.id}
    assert await found() == both | {odd.id}
    first = await ask(supervisor, "/v1/surveys", SurveyPage, limit=2)
    second = await ask(supervisor, "/v1/surveys", SurveyPage, limit=2, after=first.next)
    assert [row.id for row in (*first.rows, *second.rows)] == [odd.id, two.id, one.id]
    assert second.next is None


async def test_a_filter_reveals_nothing_that_is_masked(cadre, supervisor, doc, homes):
    """Nobody finds people by an ID number or by health; wrong days and marks are refused."""
    await send(cadre, doc, ANSWERS, household_id=homes[0].id)
    bad = (422, "validation_failed")
    for question in ("/data/worker/id_number", "/data/boss_phone", "/data/health"):
        about = {"form_id": "check", "question": question, "value": "13800138000"}
        assert await refused(supervisor, "/v1/surveys", **about) == bad
    assert await refused(supervisor, "/v1/surveys", question="/data/sector", value="mine") == bad
    assert await refused(supervisor, "/v1/surveys", **{"from": "yesterday"}) == bad
    assert await refused(supervisor, "/v1/surveys", after="x") == bad
    assert await refused(supervisor, "/v1/surveys", org="nowhere") == (404, "not_found")


async def test_one_filling_line_by_line(cadre, supervisor, doc, homes):
    """Groups, rows and answers in the form's order, with labels of the asked language and the files."""
    photo = picture(3)
    files = (form_file(cadre, "/data/photo", "a.jpg", photo),)
    answers = ANSWERS | {"photo": "a.jpg"}
    record = await send(cadre, doc, answers, household_id=homes[0].id, files=files)
    await cadre.upload(photo)
    found = await ask(supervisor, f"/v1/surveys/{record.id}", SurveyDetail)
    assert found.languages == ["简体中文 (zh)", "English (en)"]
    shown = [(line.kind, line.depth, line.path, line.label, line.text) for line in found.lines]
    assert shown == [
        ("question", 0, "/data/sector", "行业", "矿山"),
        ("question", 0, "/data/found", "查出的问题", "欠薪; 安全"),
        ("question", 0, "/data/owed", "欠薪（元）", "12000"),
        ("question", 0, "/data/boss_phone", "负责人电话", "138****8000"),
        ("row", 0, "/data/worker[1]", "职工 1", ""),
        ("question", 1, "/data/worker[1]/worker_name", "姓名", "王秀英"),
        ("question", 1, "/data/worker[1]/id_number", "身份证号", ""),
        ("question", 1, "/data/worker[1]/pay", "月工资", "3000.50"),
        ("row", 0, "/data/worker[2]", "职工 2", ""),
        ("question", 1, "/data/worker[2]/worker_name", "姓名", "李强"),
        ("question", 1, "/data/worker[2]/id_number", "身份证号", ""),
        ("question", 1, "/data/worker[2]/pay", "月工资", ""),
        ("question", 0, "/data/photo", "照片", "a.jpg"),
    ]
    assert (found.lines[-1].sha256, found.lines[-1].received) == (sha256(photo), True)
    english = await ask(supervisor, f"/v1/surveys/{record.id}", SurveyDetail, language="English (en)")
    assert [(line.label, line.text) for line in english.lines[:2]] == [
        ("Sector", "Mine"),
        ("Found", "Wages; Safety"),
    ]
    assert (found.chain.verified, found.record.record) == (True, "")
    assert [(one.code, one.outcome) for one in found.checks] == [("answers_invalid", "pass")]
    assert {one.kind: one.received for one in found.media} == {"photo": True, "thumb": False}
    picture_ = await supervisor.client.get(f"/v1/media/{sha256(photo)}", headers=supervisor.auth)
    assert picture_.content == photo


async def test_personal_answers_are_masked_until_somebody_gives_a_reason(
    cadre, supervisor, statistician, office, doc, homes
):
    """ID number and phone by the question's name or by their look; the reveal is in the trail."""
    workers = [{"worker_name": "王秀英", "id_number": NUMBER}, {"worker_name": f"李强 {NUMBER} 13912345678"}]
    record = await send(cadre, doc, ANSWERS | {"worker": workers}, household_id=homes[0].id)
    url = f"/v1/surveys/{record.id}"
    for path in (url, f"{url}/instance.xml"):
        text = (await supervisor.client.get(path, headers=supervisor.auth)).text
        for secret in (NUMBER, "13800138000", "13912345678"):
            assert secret not in text
        assert "王秀英" in text
        counted = (await statistician.client.get(path, headers=statistician.auth)).text
        assert "王秀英" not in counted
        assert homes[0].worker.name not in counted
    body = {"entity": "survey", "id": record.id, "field": "/data/worker[1]/id_number", "reason": "核对身份"}
    answer = await supervisor.client.post("/v1/reveal", json=body, headers=supervisor.auth)
    assert answer.json() == {"value": NUMBER}
    whole = await supervisor.client.post(
        "/v1/reveal", json=body | {"field": "record"}, headers=supervisor.auth
    )
    assert whole.json()["value"] == record.record
    gone = await supervisor.client.post(
        "/v1/reveal", json=body | {"field": "/data/x"}, headers=supervisor.auth
    )
    assert problem(gone) == (422, "validation_failed")
    xml = await supervisor.client.get(
        f"{url}/instance.xml", params={"reason": "核对"}, headers=supervisor.auth
    )
    assert NUMBER in xml.text
    assert await refused(statistician, f"{url}/instance.xml", reason="核对") == (403, "forbidden")
    async with office.engine.connect() as connection:
        where = audit.c.action == "reveal", audit.c.entity_id == record.id
        rows = (await connection.execute(select(audit.c.reason).where(*where))).scalars().all()
    assert rows == ["核对身份", "核对身份", "核对"]


async def test_the_xml_is_the_phones_own(cadre, supervisor, doc, homes):
    """The instance is what the engine on the phone would have written, calculated values as sealed."""
    session = Session(load(doc["xform"]), hooks=Hooks.live())
    for path, value in {"sector": "shop", "found": "wages", "owed": "5"}.items():
        session.set(f"/data/{path}", value)
    session.set("/data/worker[1]/worker_name", "<王> & 李")
    session.set(session.add_row("/data/worker") + "/worker_name", "李强")
    assert session.finish() == []
    record = await send(cadre, doc, session.to_json()["answers"], household_id=homes[0].id)
    answer = await supervisor.client.get(f"/v1/surveys/{record.id}/instance.xml", headers=supervisor.auth)
    assert answer.text == session.to_xml()
    assert ElementTree.fromstring(answer.text).get("version") == "1"


async def test_an_unknown_form_can_still_be_read(cadre, supervisor, doc, homes):
    """Answers of a version that nobody published show under their own names."""
    other = doc | {"xform": doc["xform"] + " "}
    other["xform_sha256"] = sha256(other["xform"].encode())
    record = await send(cadre, other, ANSWERS | {"id_number": NUMBER}, household_id=homes[0].id)
    found = await ask(supervisor, f"/v1/surveys/{record.id}", SurveyDetail)
    texts = {line.path: line.text for line in found.lines}
    assert texts["/data/worker[1]/worker_name"] == "王秀英"
    assert texts["/data/id_number"] == f"{NUMBER[:6]}********{NUMBER[-4:]}"
    assert found.row.flags == ["form_unknown"]
    assert (await refused(supervisor, f"/v1/surveys/{record.id}/instance.xml"))[0] == 404


async def test_nobody_reads_beyond_the_own_subtree(client, cadre, office, county, doc, homes):
    """A supervisor of another town sees none of it, in no way; a cadre has no list at all."""
    record = await send(cadre, doc, ANSWERS, household_id=homes[0].id)
    other = next(user for user in county.users if Role.CADRE in user.roles and user.org_id != homes[0].org_id)
    async with office.engine.begin() as connection:
        change = update(users).where(users.c.county == county.county_id, users.c.id == other.id)
        await connection.execute(change.values(roles=["supervisor"]))
    outsider = await enrolled(client, await create_code(office, county.county_id, other.id))
    assert (await ask(outsider, "/v1/surveys", SurveyPage)).rows == []
    for path in (f"/v1/surveys/{record.id}", f"/v1/surveys/{record.id}/instance.xml"):
        assert await refused(outsider, path) == (404, "not_found")
    assert await refused(outsider, "/v1/surveys", org=homes[0].org_id) == (404, "not_found")
    chart = await ask(outsider, "/v1/forms/check/summary", QuestionSummary, question="/data/sector")
    assert (chart.asked, chart.answered) == (0, 0)
    for path in ("/v1/surveys", f"/v1/surveys/{record.id}", "/v1/forms/check/questions"):
        assert await refused(cadre, path) == (403, "forbidden")


async def test_a_replaced_filling_is_not_counted(cadre, supervisor, doc, homes):
    """The list and the charts hold the correction; the old one can still be looked at."""
    old = await send(cadre, doc, ANSWERS, household_id=homes[0].id)
    body = filling(cadre, doc, ANSWERS | {"sector": "shop"}, household_id=homes[0].id)
    new = cadre.seal(body, type="survey", corrects=old.id)
    await cadre.send(new)
    assert [r.id for r in (await ask(supervisor, "/v1/surveys", SurveyPage)).rows] == [new.id]
    every = (await ask(supervisor, "/v1/surveys", SurveyPage, replaced="true")).rows
    assert {row.id: row.replaced_by for row in every} == {old.id: new.id, new.id: None}
    assert (await ask(supervisor, f"/v1/surveys/{old.id}", SurveyDetail)).row.replaced_by == new.id
    chart = await ask(supervisor, "/v1/forms/check/summary", QuestionSummary, question="/data/sector")
    assert {one.value: one.count for one in chart.slices} == {"mine": 0, "shop": 1}


async def test_charts_of_choices_and_numbers(cadre, supervisor, county, doc, homes):
    """Choices with their labels, exact statistics and round classes, for all and per organisation."""
    for amount, home in zip(("100", "250", "1000", "20"), homes, strict=False):
        workers = [{"worker_name": "甲", "pay": amount}, {"worker_name": "乙", "pay": "1.5"}]
        await send(
            cadre,
            doc,
            {"sector": "mine", "found": "wages", "owed": amount, "worker": workers},
            household_id=home.id,
        )
    await send(cadre, doc, {"sector": "shop"}, household_id=homes[4].id)
    listed = await ask(supervisor, "/v1/forms/check/questions", QuestionsAnswer, language="English (en)")
    assert [(one.path, one.label, one.type) for one in listed.questions] == [
        ("/data/sector", "Sector", "select_one"),
        ("/data/found", "Found", "select_multiple"),
        ("/data/owed", "Wages owed", "integer"),
        ("/data/worker/pay", "Pay", "decimal"),
        ("/data/people", "people", "calculate"),
    ]

    async def chart(question, **params):
        return await ask(
            supervisor, "/v1/forms/check/summary", QuestionSummary, question=question, by="org", **params
        )

    sectors = await chart("/data/sector")
    assert (sectors.asked, sectors.answered) == (5, 5)
    assert [(one.label, one.count) for one in sectors.slices] == [("矿山", 4), ("商店", 1)]
    union = next(org for org in county.orgs if org.id == homes[0].org_id)
    assert [(one.org_name, one.answered) for one in sectors.by_org] == [(union.name, 5)]
    owed = await chart("/data/owed")
    assert (owed.answered, owed.numbers.count, owed.numbers.sum, owed.numbers.median) == (4, 4, "1370", "175")
    assert (owed.numbers.mean, owed.numbers.min, owed.numbers.max) == ("342.5", "20", "1000")
    assert [(one.value, one.count) for one in owed.slices] == [
        ("0..200", 2),
        ("200..400", 1),
        ("1000..1200", 1),
    ]
    assert owed.by_org[0].numbers == owed.numbers
    pay = await chart("/data/worker/pay", org=union.id)
    assert (pay.answered, pay.numbers.count, pay.numbers.sum) == (4, 8, "1376")
    people = await chart("/data/people")
    assert [(one.value, one.count) for one in people.slices] == []


@pytest.mark.parametrize(
    "question", ["/data/boss_phone", "/data/worker/worker_name", "/data/photo", "/x", "x'y"]
)
async def test_what_is_no_chart_is_refused(cadre, supervisor, doc, question):
    """Texts, files and what the form does not hold cannot be charted."""
    found = await refused(supervisor, "/v1/forms/check/summary", question=question)
    assert found == (422, "validation_failed")


async def test_a_form_nobody_published(supervisor):
    """Its questions and charts are not found."""
    for path in ("/v1/forms/none/questions", "/v1/forms/none/summary?question=/data/x"):
        assert problem(await supervisor.client.get(path, headers=supervisor.auth)) == (404, "not_found")


@pytest.mark.parametrize(
    ("low", "high", "whole", "first", "last"),
    [
        ("0", "0", True, "0..1", "0..1"),
        ("1", "5", True, "1..2", "5..6"),
        ("-3", "12", True, "-4..-2", "12..14"),
        ("0.01", "0.09", False, "0.01..0.02", "0.09..0.1"),
        ("20", "1000", True, "0..200", "1000..1200"),
        ("0", "9999999", True, "0..1000000", "9000000..10000000"),
    ],
)
def test_classes_are_round(low, high, whole, first, last):
    """At most ten classes with round borders hold everything."""
    start, width = classes(Decimal(low), Decimal(high), whole)
    assert start <= Decimal(low)
    top = int((Decimal(high) - start) // width)
    assert top < 10
    assert class_name(start, width, 0) == first
    assert class_name(start, width, top) == last
    assert start + width * (top + 1) > Decimal(high)


def test_anything_can_be_put_in_order():
    """What a phone sent as a number or a day and is none stands with zero; it breaks no chart."""
    values = ["12", "--5", "-3", "1.2.3", "-", "", "3..5"]
    assert sorted(values, key=class_order) == ["-3", "", "-", "--5", "1.2.3", "3..5", "12"]


def test_numbers_are_plain():
    """No exponents, no zeros that say nothing."""
    assert [plain(Decimal(n)) for n in ("1E+3", "2.50000", "0.33333", "100", "-0.1")] == [
        "1000",
        "2.5",
        "0.3333",
        "100",
        "-0.1",
    ]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/data/worker[2]/id_number", "identity"),
        ("/data/worker_id_number", "identity"),
        ("/data/boss_phone", "phone"),
        ("/data/bank_number", "account"),
        ("/data/health", "hidden"),
        ("/data/member_name", "name"),
        ("/data/phones", ""),
        ("/data/username", ""),
        ("/phone/other", ""),
    ],
)
def test_what_is_personal_is_known_by_the_end_of_its_name(path, kind):
    """Whole words between underscores, only the question's own name."""
    assert kind_of(path) == kind


def test_an_answer_is_veiled():
    """Identity numbers only with a right check digit; other digits stay."""
    assert (
        veil("/data/note", f"他的号码是{NUMBER}", named=True)
        == f"他的号码是{NUMBER[:6]}********{NUMBER[-4:]}"
    )
    assert veil("/data/note", "123456789012345678", named=True) == "123456789012345678"
    assert veil("/data/health", "disabled", named=True) == "***"
    assert veil("/data/name", "王秀英", named=False) == "王**"
