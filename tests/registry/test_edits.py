"""A visit corrects the family's file, the office does too; where both did, a person decides (S14, R19)."""

from __future__ import annotations

import asyncio

import msgspec
import pytest
import pytest_asyncio
from fresh import enrolled
from sqlalchemy import select, text

from domain.models import FieldChange
from registry.db.tables import audit, file_edits, households
from registry.service.codes import create_code
from sync.protocol.edits import EditPage, EditRow, FileAnswer

PHONE, DETAIL, WORK = "worker.phone", "address.detail", "worker.work_state"
NEW = "13900001111"


@pytest.fixture
def home(county, people):
    mine = {one.household_id for one in county.assignments if one.user_id == people.cadre.user_id}
    return next(one for one in county.households if one.id in mine and one.status == "active")


@pytest_asyncio.fixture
async def editor(client, office, people):
    """A phone of the county's administrator: may change files."""
    return await enrolled(client, await create_code(office, people.admin.county, people.admin.user_id))


def said(field, before, after, reason="本人说的"):
    return FieldChange(field=field, before=before, after=after, reason=reason)


async def visit(phone, county, home, *changes, **other):
    body = phone.visit(home, county.campaign.id, amount=None, changes=changes)
    sealed = phone.seal(body, **other)
    (result,) = (await phone.send(sealed)).results
    assert result.state == "accepted"
    return sealed.id


async def ask(phone, path, model, **params):
    answer = await phone.client.get(f"/v1/{path}", params=params, headers=phone.auth)
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=model)


async def open_edits(phone):
    return (await ask(phone, "edits", EditPage)).rows


async def post(phone, path, **body):
    return await phone.client.post(f"/v1/{path}", json=body, headers=phone.auth)


async def in_file(office, home):
    async with office.engine.connect() as connection:
        where = select(households.c.doc, households.c.version).where(households.c.id == home.id)
        return (await connection.execute(where)).one()


async def office_edit(editor, home, field, value):
    version = (await ask(editor, f"households/{home.id}", FileAnswer)).version
    path = f"households/{home.id}/edits"
    answer = await post(editor, path, field=field, value=value, reason="街道来电", version=version)
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=EditRow)


async def settle(editor, row, choice, **more):
    return await post(editor, f"edits/{row.id}/settle", choice=choice, version=row.version, **more)


async def test_a_correction_of_an_untouched_field_is_in_the_file_at_once(cadre, county, home, office):
    """The phone comes back with the new number: no second typing in the office (S14)."""
    _, cursor = await cadre.sync()
    changes = said(PHONE, home.worker.phone, "139 0000-1111"), said(DETAIL, home.address.detail, "3 栋 502")
    record = await visit(cadre, county, home, *changes)
    row = await in_file(office, home)
    assert (row.doc["worker"]["phone"], row.doc["address"]["detail"], row.version) == (NEW, "3 栋 502", 2)
    found, _ = await cadre.sync(cursor)
    assert found["household", home.id]["worker"]["phone"] == NEW
    assert "edits" not in found["household", home.id]
    assert found["feedback", record]["edits"] == [
        {"field": DETAIL, "state": "applied"},
        {"field": PHONE, "state": "applied"},
    ]


async def test_both_changed_it_and_both_values_stay_until_a_person_decides(
    cadre, county, home, office, editor, supervisor
):
    """The office wrote another number while the cadre was on the way: neither is lost (issue 4, item 3)."""
    _, cursor = await cadre.sync()
    await office_edit(editor, home, PHONE, "13800002222")
    record = await visit(cadre, county, home, said(PHONE, home.worker.phone, NEW))
    assert (await in_file(office, home)).doc["worker"]["phone"] == "13800002222"
    (row,) = await open_edits(supervisor)
    assert (row.state, row.after, row.present, row.record_id) == (
        "conflict",
        "139****1111",
        "138****2222",
        record,
    )
    assert row.present_by == editor.me.name
    found, cursor = await cadre.sync(cursor)
    assert found["household", home.id]["edits"] == [
        {"field": PHONE, "state": "conflict", "record_id": record, "author_id": cadre.me.user_id}
    ]
    assert (await settle(supervisor, row, "take")).json()["code"] == "forbidden"
    answer = await settle(editor, row, "take", reason="打过电话")
    assert (answer.json()["state"], answer.json()["settled_by"]) == ("applied", editor.me.name)
    assert (await in_file(office, home)).doc["worker"]["phone"] == NEW
    found, _ = await cadre.sync(cursor)
    assert found["household", home.id]["worker"]["phone"] == NEW
    assert "edits" not in found["household", home.id]
    assert found["feedback", record]["edits"] == [{"field": PHONE, "state": "applied"}]
    assert await open_edits(editor) == []
    assert (await settle(editor, row, "keep")).json()["code"] == "file_changed"


@pytest.mark.parametrize(("choice", "kept"), [("keep", "13800002222"), ("other", "13700003333")])
async def test_a_person_may_keep_the_files_value_or_write_another(
    cadre, county, home, office, editor, choice, kept
):
    """What the visit said stays readable as declined; the author hears it."""
    await office_edit(editor, home, PHONE, "13800002222")
    record = await visit(cadre, county, home, said(PHONE, home.worker.phone, NEW))
    (row,) = await open_edits(editor)
    value = {"value": kept} if choice == "other" else {}
    assert (await settle(editor, row, choice, **value)).json()["chosen"] == choice
    assert (await in_file(office, home)).doc["worker"]["phone"] == kept
    found, _ = await cadre.sync()
    assert found["feedback", record]["edits"] == [{"field": PHONE, "state": "declined"}]
    history = (await ask(editor, "edits", EditPage, all="true", household=home.id)).rows
    assert {(one.source, one.state) for one in history} >= {("field", "declined"), ("office", "applied")}
    assert (await settle(editor, msgspec.structs.replace(row, version=99), "keep")).json()["code"] in (
        "file_changed",
        "not_found",
    )


async def test_what_hardship_is_judged_by_waits_for_a_yes(cadre, county, home, office, editor):
    """A cadre says the worker has a post again: the office decides; its own edit meanwhile is a conflict."""
    change = said(
        WORK, home.worker.work_state.value, "on_post" if home.worker.work_state != "on_post" else "retired"
    )
    await visit(cadre, county, home, change)
    (row,) = await open_edits(editor)
    assert (row.state, row.flags) == ("waiting", [])
    assert (await in_file(office, home)).doc["worker"]["work_state"] == home.worker.work_state.value
    await office_edit(editor, home, WORK, "sick_leave")
    (row,) = await open_edits(editor)
    assert (row.state, row.present) == ("conflict", "sick_leave")


async def test_a_number_that_a_call_back_would_ask_in_vain_waits(cadre, county, home, people, office, editor):
    """R19: a colleague's number or another household's is not simply written into the file."""
    other = next(one for one in county.households if one.id != home.id and one.worker.phone)
    await visit(cadre, county, home, said(PHONE, home.worker.phone, other.worker.phone))
    async with office.engine.begin() as connection:
        await connection.execute(
            text("UPDATE users SET doc = jsonb_set(doc, '{phone}', '\"13911112222\"') WHERE id = :id"),
            {"id": people.cadre.user_id},
        )
    await visit(cadre, county, home, said(PHONE, home.worker.phone, "13911112222"))
    rows = await open_edits(editor)
    assert [(row.state, row.flags) for row in rows] == [("waiting", ["R19"])] * 2
    assert (await in_file(office, home)).doc["worker"]["phone"] == home.worker.phone


async def test_what_cannot_stand_in_the_file_is_kept_for_a_person(cadre, county, home, editor):
    """An unknown field of a newer app, a number that is none, another's household: nothing refused, nothing
    lost."""
    foreign = next(
        one
        for one in county.households
        if one.id not in {a.household_id for a in county.assignments if a.user_id == cadre.me.user_id}
    )
    await visit(
        cadre, county, home, said("worker.shoe_size", "", "43"), said(PHONE, home.worker.phone, "没有\0")
    )
    await visit(cadre, county, foreign, said(DETAIL, foreign.address.detail, "别处"))
    rows = {row.field: row for row in await open_edits(editor)}
    assert {field: row.flags for field, row in rows.items()} == {
        "worker.shoe_size": ["unknown_field"],
        PHONE: ["invalid"],
        DETAIL: ["out_of_scope"],
    }
    assert (await settle(editor, rows[PHONE], "take")).json()["code"] == "validation_failed"
    assert (await settle(editor, rows["worker.shoe_size"], "keep")).json()["state"] == "declined"


async def test_two_phones_correct_one_field(cadre, delegate, county, home, office, editor):
    """The second one saw an old value: also that is a conflict. Saying the same is none."""
    await visit(cadre, county, home, said(DETAIL, home.address.detail, "3 栋 502"))
    await visit(cadre, county, home, said(DETAIL, home.address.detail, "3 栋 502"))
    assert await open_edits(editor) == []
    await visit(cadre, county, home, said(DETAIL, home.address.detail, "8 栋 101"))
    (row,) = await open_edits(editor)
    assert (row.state, row.present, row.present_by) == ("conflict", "3 栋 502", cadre.me.name)


async def test_a_correction_of_the_visit_takes_the_place_of_its_edits(cadre, county, home, office, editor):
    """The author's own later word is no conflict with his first; what waited is withdrawn."""
    first = await visit(
        cadre,
        county,
        home,
        said(DETAIL, home.address.detail, "3 栋 502"),
        said("address.town", "错", "别的镇"),
    )
    assert len(await open_edits(editor)) == 1
    await visit(cadre, county, home, said(DETAIL, home.address.detail, "3 栋 503"), corrects=first)
    assert (await in_file(office, home)).doc["address"]["detail"] == "3 栋 503"
    assert await open_edits(editor) == []


async def test_what_was_corrected_already_no_longer_edits_the_file(cadre, county, home, office, editor):
    """The correction overtook its original on the road: the older words change nothing and ask nobody."""
    changes = (said(DETAIL, home.address.detail, "3 栋 502"), said(PHONE, home.worker.phone, NEW))
    old = cadre.seal(cadre.visit(home, county.campaign.id, amount=None, changes=changes))
    await visit(cadre, county, home, said(DETAIL, home.address.detail, "3 栋 503"), corrects=old.id)
    await cadre.send(old)
    doc = (await in_file(office, home)).doc
    assert (doc["address"]["detail"], doc["worker"]["phone"]) == ("3 栋 503", home.worker.phone)
    assert await open_edits(editor) == []


async def test_what_a_correction_no_longer_says_is_taken_back(cadre, county, home, office, editor):
    """S14: he had written it into the wrong family's file: the file says again what it said, whichever record
    arrives first; the history keeps both."""
    first = await visit(
        cadre,
        county,
        home,
        said(DETAIL, home.address.detail, "3 栋 502"),
        said(PHONE, home.worker.phone, NEW),
    )
    second = await visit(cadre, county, home, said(PHONE, home.worker.phone, NEW), corrects=first)
    doc = (await in_file(office, home)).doc
    assert (doc["address"]["detail"], doc["worker"]["phone"]) == (home.address.detail, NEW)
    assert await open_edits(editor) == []
    history = (await ask(editor, "edits", EditPage, all="true", household=home.id)).rows
    assert {(row.record_id, row.before, row.after) for row in history if row.field == DETAIL} == {
        (first, home.address.detail, "3 栋 502"),
        (second, "3 栋 502", home.address.detail),
    }


async def test_taking_back_spares_what_others_wrote_since(cadre, county, home, office, editor):
    """S14: the office set the field later, or decided itself: a correction of the visit undoes neither."""
    first = await visit(cadre, county, home, said(DETAIL, home.address.detail, "3 栋 502"))
    await office_edit(editor, home, DETAIL, "5 栋 101")
    await office_edit(editor, home, DETAIL, "3 栋 502")
    await visit(cadre, county, home, corrects=first)
    assert (await in_file(office, home)).doc["address"]["detail"] == "3 栋 502"
    taken = await visit(cadre, county, home, said(DETAIL, "seen long ago", "8 栋 1"))
    (row,) = await open_edits(editor)
    assert (await settle(editor, row, "take")).status_code == 200
    await visit(cadre, county, home, corrects=taken)
    assert (await in_file(office, home)).doc["address"]["detail"] == "8 栋 1"


async def test_another_persons_correction_takes_nothing_back(cadre, delegate, county, home, office):
    """S14: nobody corrects another's record."""
    first = await visit(cadre, county, home, said(DETAIL, home.address.detail, "3 栋 502"))
    await visit(delegate, county, home, corrects=first)
    assert (await in_file(office, home)).doc["address"]["detail"] == "3 栋 502"


async def test_a_resent_visit_changes_nothing_again(cadre, county, home, office):
    """The same bytes a second time: one row, one version."""
    body = cadre.visit(home, county.campaign.id, amount=None, changes=(said(PHONE, home.worker.phone, NEW),))
    sealed = cadre.seal(body)
    for _ in range(2):
        await cadre.send(sealed)
    assert (await in_file(office, home)).version == 2
    async with office.engine.connect() as connection:
        assert len((await connection.execute(select(file_edits))).all()) == 1


async def test_two_people_edit_at_once_and_one_is_told(editor, home, office):
    """The one who read the older file is told so; nothing is overwritten unseen."""
    version = (await ask(editor, f"households/{home.id}", FileAnswer)).version
    path = f"households/{home.id}/edits"
    values = "13700000001", "13700000002"
    answers = await asyncio.gather(
        *[post(editor, path, field=PHONE, value=one, reason="更正", version=version) for one in values]
    )
    assert sorted(one.status_code for one in answers) == [200, 409]
    assert (await in_file(office, home)).version == version + 1


async def test_the_offices_edit_reaches_the_phone_and_the_trail(cadre, editor, supervisor, home, office):
    """The feed brings it; who, which field and why is kept without the value; auditors may not edit (S9)."""
    _, cursor = await cadre.sync()
    await office_edit(editor, home, "address.door", "菜场后门上二楼")
    found, _ = await cadre.sync(cursor)
    assert found["household", home.id]["address"]["door"] == "菜场后门上二楼"
    async with office.engine.connect() as connection:
        row = (await connection.execute(select(audit).where(audit.c.action == "file.edit"))).one()
    assert (row.entity_id, row.reason, row.details) == (home.id, "街道来电", {"field": "address.door"})
    bodies = (
        {"field": "worker.name", "value": "别人"},
        {"field": PHONE, "value": "12"},
        {"field": DETAIL, "value": " "},
    )
    for body in bodies:
        answer = await post(editor, f"households/{home.id}/edits", reason="试一试", version=2, **body)
        assert answer.json()["code"] == "validation_failed"
    body = {"field": PHONE, "value": NEW, "reason": "试一试", "version": 2}
    assert (await post(supervisor, f"households/{home.id}/edits", **body)).json()["code"] == "forbidden"
    assert (await cadre.client.get("/v1/edits", headers=cadre.auth)).json()["code"] == "forbidden"


async def test_both_numbers_can_be_seen_for_a_reason(cadre, county, home, editor):
    """To decide one may have to call both: a reveal with its reason, as for any masked field."""
    await office_edit(editor, home, PHONE, "13800002222")
    await visit(cadre, county, home, said(PHONE, home.worker.phone, NEW))
    (row,) = await open_edits(editor)
    asked = {"entity": "edit", "id": row.id, "reason": "打电话核对"}
    seen = [
        (await post(editor, "reveal", field=one, **asked)).json()["value"] for one in ("after", "present")
    ]
    assert seen == [NEW, "13800002222"]
    assert (await post(editor, "reveal", field="id", **asked)).json()["code"] == "validation_failed"
