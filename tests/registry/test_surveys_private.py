"""Personal answers stay masked by whatever way they would come: labels, computed answers, filters, charts."""

from __future__ import annotations

import io

import msgspec
import pytest
from form_office import ANSWERS, CHECK, check_form, filling, person, problem, publish_at_once
from openpyxl import load_workbook

from domain.codes import Role
from registry.service.surveys.named import named_rows
from sync.protocol.forms import SurveyDetail

PHONE = ANSWERS["boss_phone"]
PRIVATE = [
    *CHECK,
    ("text", "said", "${boss_phone}怎么说", "What ${boss_phone} said", "", "", "", ""),
    ("text", "owner_name", "业主", "Owner", "", "", "", ""),
    ("text", "wish", "${owner_name}的心愿", "Wish of ${owner_name}", "", "", "", ""),
    ("integer", "reached_at", "打哪个号码", "Called", "", "", "", ""),
    ("integer", "debts_private", "私下欠款", "Debts", "", "", "", ""),
    ("calculate", "whole", "", "", "", "", "", "concat('电话', ${boss_phone})"),
]
GIVEN = ANSWERS | {
    "said": "明天付",
    "owner_name": "王秀英",
    "wish": "开店",
    "reached_at": PHONE,
    "debts_private": "123456",
    "whole": f"电话{PHONE}",
}


@pytest.fixture
async def sent(office, county, cadre):
    await publish_at_once(office, county, check_form(rows=PRIVATE), subject="none")
    found, _ = await cadre.sync()
    record = cadre.seal(filling(cadre, found["form", "check@1"], GIVEN), type="survey")
    (result,) = (await cadre.send(record)).results
    assert result.state == "accepted"
    return record


@pytest.fixture
async def statistician(client, county):
    return await person(client, county, Role.STATISTICIAN)


async def get(phone, url, **params):
    return await phone.client.get(url, params=params, headers=phone.auth)


async def test_an_answer_inside_a_label_is_masked_too(supervisor, statistician, sent):
    """A question that says a number or a name again shows it as the answer itself is shown."""
    for phone, owner in ((supervisor, "王秀英"), (statistician, "王**")):
        answer = await get(phone, f"/v1/surveys/{sent.id}")
        found = msgspec.json.decode(answer.content, type=SurveyDetail)
        lines = {line.path: line for line in found.lines}
        assert lines["/data/said"].label == "138****8000怎么说"
        assert lines["/data/wish"].label == f"{owner}的心愿"
        assert lines["/data/owner_name"].text == owner
        assert lines["/data/sector"].text == "矿山"
        assert PHONE not in answer.text


async def test_a_number_under_another_name_is_masked_in_the_spreadsheet(supervisor, sent):
    """Computed texts and numbers that are somebody's telephone leave masked, unless there is a reason."""
    for reason, whole in (("", False), ("上报核对", True)):
        answer = await get(supervisor, "/v1/forms/check/answers.xlsx", values="codes", reason=reason)
        sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
        head, row = [[str(cell.value) for cell in cells] for cells in sheet.iter_rows()]
        found = dict(zip(head, row, strict=True))
        assert found["whole"] == (f"电话{PHONE}" if whole else "电话138****8000")
        assert found["reached_at"] == (PHONE if whole else "138****8000")
        assert found["owed"] == "12000"


async def test_neither_charts_nor_filters_know_such_a_number(supervisor, sent):
    """What is masked on the screen is not counted value by value and finds nobody."""
    for question in ("/data/whole", "/data/reached_at"):
        chart = await get(supervisor, "/v1/forms/check/summary", question=question)
        assert chart.json()["answered"] == 0
        assert PHONE not in chart.text
        about = {"form_id": "check", "question": question, "value": GIVEN[question.rpartition("/")[2]]}
        assert (await get(supervisor, "/v1/surveys", **about)).json()["total"] == 0


async def test_a_hidden_number_has_no_statistics(supervisor, sent):
    """The least and the most of what is hidden would be somebody's answer."""
    chart = await get(supervisor, "/v1/forms/check/summary", question="/data/debts_private")
    assert problem(chart) == (422, "validation_failed")


async def test_only_who_reads_names_finds_people_by_them(supervisor, statistician, sent):
    """A statistician cannot try names out."""
    about = {"form_id": "check", "question": "/data/owner_name", "value": "王秀英"}
    assert (await get(supervisor, "/v1/surveys", **about)).json()["total"] == 1
    assert problem(await get(statistician, "/v1/surveys", **about)) == (422, "validation_failed")


async def test_names_are_looked_up_for_any_number_of_answers(office, county):
    """A chunk of an export holds more answers than a statement has parameters."""
    org = county.orgs[0]
    answers = [*(str(number) for number in range(70_000)), org.id]
    async with office.engine.connect() as connection:
        found = await named_rows(connection, county.county_id, answers)
    assert [row["name"] for row in found.orgs] == [org.id]
