"""Answers as a spreadsheet: labels or codes, a sheet for each repeat, all versions together (S40, S49)."""

from __future__ import annotations

import io
from datetime import date, datetime

import pytest
from form_office import ANSWERS, CHECK, check_form, filling, person, problem, publish_at_once
from openpyxl import load_workbook
from sqlalchemy import select

from domain.codes import FileStatus, Role
from registry.db.tables import audit
from registry.service.surveys import workbook
from registry.service.surveys.columns import Sheet, sheet_name
from registry.service.surveys.workbook import Book, day_cell, moment_cell, number_cell

EVIL = '=HYPERLINK("http://x","click")'
SECOND = [
    *CHECK,
    ("date", "due", "限期", "Due", "", "", "", ""),
    ("note", "bye", "再见", "Bye", "", "", "", ""),
]


@pytest.fixture
def homes(county, people):
    mine = {one.household_id for one in county.assignments if one.user_id == people.cadre.user_id}
    return [file for file in county.households if file.id in mine and file.status is FileStatus.ACTIVE]


async def doc_of(phone, key="check@1"):
    found, _ = await phone.sync()
    return found["form", key]


async def send(phone, doc, answers, **about):
    record = phone.seal(filling(phone, doc, answers, **about), type="survey")
    await phone.send(record)
    return record


async def book(phone, **params):
    answer = await phone.client.get("/v1/forms/check/answers.xlsx", params=params, headers=phone.auth)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"] == 'attachment; filename="check.xlsx"'
    return load_workbook(io.BytesIO(answer.content))


def table(sheet):
    head, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.fixture
async def sent(office, county, cadre, homes):
    """Two fillings of version 1, one of version 2 that asks more."""
    await publish_at_once(office, county, check_form(), subject="household")
    first = await doc_of(cadre)
    answers = ANSWERS | {"worker": [{"worker_name": EVIL, "pay": "3000.50"}, {"worker_name": "李强"}]}
    one = await send(cadre, first, answers, household_id=homes[0].id)
    two = await send(cadre, first, {"sector": "shop"}, household_id=homes[1].id)
    await publish_at_once(office, county, check_form("2", SECOND), subject="household")
    second = await doc_of(cadre, "check@2")
    three = await send(cadre, second, ANSWERS | {"due": "2026-12-01"}, household_id=homes[2].id)
    return one, two, three


async def test_labels_repeats_and_versions_in_one_book(supervisor, people, homes, sent):
    """Read back by another program: one row per filling, one sheet per repeat, columns of all versions."""
    found = await book(supervisor)
    assert found.sheetnames == ["检查", "worker"]
    rows = table(found["检查"])
    assert [row["编号"] for row in rows] == [one.id for one in sent]
    first, second, third = rows
    assert (first["行业"], first["查出的问题"], first["欠薪（元）"]) == ("矿山", "欠薪; 安全", 12000)
    assert (first["户主或单位"], first["档案号"]) == (homes[0].worker.name, homes[0].number)
    assert (first["填表人"], first["问卷版本"], third["问卷版本"]) == (people.cadre.name, "1", "2")
    assert isinstance(first["开始填写"], datetime)
    assert (second["行业"], second["欠薪（元）"], second["限期"]) == ("商店", None, None)
    assert third["限期"].date() == date(2026, 12, 1)
    assert "再见" not in first
    assert first["负责人电话"] == "138****8000"
    workers = table(found["worker"])
    assert [(row["编号"], row["第几项"]) for row in workers] == [
        (sent[0].id, "1"),
        (sent[0].id, "2"),
        (sent[2].id, "1"),
        (sent[2].id, "2"),
    ]
    assert workers[0]["月工资"] == 3000.5


async def test_codes_and_languages(supervisor, sent):
    """Codes for a program, English for whoever reads English; one version alone when asked."""
    coded = table((await book(supervisor, values="codes"))["检查"])
    assert (coded[0]["sector"], coded[0]["found"], coded[0]["_version"]) == ("mine", "wages safety", "1")
    english = table((await book(supervisor, language="English (en)"))["检查"])
    assert (english[0]["Sector"], english[0]["Found"], english[0]["Filling"]) == (
        "Mine",
        "Wages; Safety",
        sent[0].id,
    )
    old = await book(supervisor, version="1")
    assert len(table(old["检查"])) == 2
    assert "限期" not in table(old["检查"])[0]


async def test_nothing_in_it_is_a_formula(supervisor, sent):
    """What begins with = + - @ stays a text, also for the program that opens it."""
    found = await book(supervisor)
    (cell,) = [cell for row in found["worker"].iter_rows() for cell in row if cell.value == EVIL]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    assert not any(cell.data_type == "f" for sheet in found for row in sheet.iter_rows() for cell in row)


async def test_whole_answers_need_a_reason_and_each_export_is_noted(client, county, supervisor, office, sent):
    """Masked unless a reviewer says why; a statistician reads no names; the trail tells of each."""
    whole = table((await book(supervisor, reason="上报核对"))["检查"])
    assert whole[0]["负责人电话"] == "13800138000"
    statistician = await person(client, county, Role.STATISTICIAN)
    masked = await book(statistician)
    assert table(masked["worker"])[1]["姓名"] == "李*"
    assert table(masked["检查"])[0]["户主或单位"].endswith("*")
    refused = {"params": {"reason": "想看"}, "headers": statistician.auth}
    answer = await client.get("/v1/forms/check/answers.xlsx", **refused)
    assert problem(answer) == (403, "forbidden")
    async with office.engine.connect() as connection:
        wanted = select(audit.c.reason, audit.c.details).where(audit.c.action == "survey.export")
        rows = (await connection.execute(wanted.order_by(audit.c.id))).all()
    assert [(row.reason, row.details["fillings"], row.details["whole"]) for row in rows] == [
        ("上报核对", 3, True),
        ("", 3, False),
    ]


async def test_a_reader_gets_the_own_subtree_only(cadre, supervisor, county, homes, sent):
    """Another town's organisation gives an empty book; a cadre gets none; wrong wishes are refused."""
    union = next(org for org in county.orgs if org.id == homes[0].org_id)
    other = next(org for org in county.orgs if org.type == union.type and org.id != union.id)
    assert table((await book(supervisor, org=other.id))["检查"]) == []
    url = "/v1/forms/check/answers.xlsx"
    assert problem(await cadre.client.get(url, headers=cadre.auth)) == (403, "forbidden")
    wrong = await supervisor.client.get(url, params={"values": "both"}, headers=supervisor.auth)
    assert problem(wrong) == (422, "validation_failed")
    none = await supervisor.client.get("/v1/forms/none/answers.xlsx", headers=supervisor.auth)
    assert problem(none) == (404, "not_found")


async def test_two_at_a_time(supervisor, office, sent):
    """A third export is asked to come again instead of slowing everybody."""
    async with office.forms.exports, office.forms.exports:
        answer = await supervisor.client.get("/v1/forms/check/answers.xlsx", headers=supervisor.auth)
    assert problem(answer) == (503, "busy")
    assert (await book(supervisor)).sheetnames


async def test_the_products_own_forms_can_be_asked_and_exported(supervisor):
    """Every question of the seven forms has a label, a chart and a column, before the first answer too."""
    listed = await supervisor.client.get("/v1/forms", headers=supervisor.auth)
    forms = [row["form_id"] for row in listed.json()["rows"]]
    assert len(forms) >= 7
    for form_id in forms:
        url = f"/v1/forms/{form_id}"
        asked = (await supervisor.client.get(f"{url}/questions", headers=supervisor.auth)).json()["questions"]
        assert all(one["label"] for one in asked)
        assert len(asked) >= 8
        for one in (asked[0], asked[-1]):
            chart = await supervisor.client.get(
                f"{url}/summary", params={"question": one["path"], "by": "org"}, headers=supervisor.auth
            )
            assert (chart.status_code, chart.json()["answered"]) == (200, 0)
        answer = await supervisor.client.get(f"{url}/answers.xlsx", headers=supervisor.auth)
        sheets = load_workbook(io.BytesIO(answer.content))
        assert all(sheet.max_row == 1 for sheet in sheets)
        assert sum(sheet.max_column for sheet in sheets) > len(asked)


def test_a_full_sheet_goes_on_in_another(tmp_path, monkeypatch):
    """No row is lost when a sheet has no room left."""
    monkeypatch.setattr(workbook, "MOST_ROWS", 2)
    made = Book(tmp_path / "x.xlsx", [Sheet("", "表", ["a"], ["/data/b"], ["b"])])
    for number in range(5):
        made.add("", [str(number), "x" * 40_000 if number == 4 else float(number)])
    made.close()
    found = load_workbook(tmp_path / "x.xlsx")
    assert found.sheetnames == ["表", "表 2", "表 3"]
    assert [row["a"] for sheet in found for row in table(sheet)] == ["0", "1", "2", "3", "4"]
    assert len(table(found["表 3"])[0]["b"]) == 32_000


@pytest.mark.parametrize(
    ("made", "cell"),
    [
        (number_cell("12.50"), 12.5),
        (number_cell("1234567890123456"), "1234567890123456"),
        (number_cell("deep"), "deep"),
        (number_cell("nan"), "nan"),
        (day_cell("2026-12-01"), date(2026, 12, 1)),
        (day_cell("1899-01-01"), "1899-01-01"),
        (day_cell("soon"), "soon"),
        (moment_cell("2026-12-01T10:00:00"), "2026-12-01T10:00:00"),
        (moment_cell("x"), "x"),
    ],
)
def test_cells_keep_what_they_cannot_hold_as_text(made, cell):
    """Long numbers, old days and times without a zone stay as they were given."""
    assert made == cell


def test_sheet_names_are_as_excel_wants_them():
    """Short, without forbidden characters, never twice."""
    assert sheet_name("a/b:c*" + "x" * 40, set()) == "a b c " + "x" * 25
    assert sheet_name("Worker", {"worker", "worker 2"}) == "Worker 3"
    assert sheet_name("history", set()) == "history 2"
    assert sheet_name("//", set()) == "form"
