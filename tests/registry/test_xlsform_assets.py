"""The questionnaires we ship, each filled from the first page to the seal (S15, S18, S40, R22)."""

from __future__ import annotations

import importlib
import json
import re
import tomllib
from pathlib import Path

import msgspec
import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]

from forms import Session
from registry.service.xlsform import check
from sync.protocol.forms import PublishRequest
from tests.registry.xlsform_fill import DATA, FORMS, NAMES, definition, fill, opened


@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_spreadsheet_is_clean(name: str) -> None:
    """No error, no warning, small enough for any phone."""
    report = check((FORMS / name).read_bytes())
    assert report.findings == ()
    assert report.ok
    assert (FORMS / name).stat().st_size < 50_000


def test_the_five_needs_are_assessed() -> None:
    """医房学业保: a serious need asks for details, a light visit stays short."""
    session = opened("five_needs.xlsx")
    seen = fill(
        session,
        {
            "household": "h-1",
            "medical_level": "3",
            "medical_who": "serious care",
            "medical_paid": "23000.50",
            "medical_wish": "想报销透析的钱",
            "housing_level": "0",
            "education_level": "2",
            "education_students": "1",
            "employment_level": "0",
            "security_level": "0",
            "urgency": "medical education housing employment security",
            "cause": "illness",
            "other_causes": "schooling",
            "consent": "OK",
        },
    )
    assert "/data/medical/medical_more" in seen
    assert "/data/housing/housing_more" not in seen
    assert session.question("/data/hello").label.startswith("王秀英（东坝头村）")
    assert session.question("/data/summary").label == "共 2 项困难，困难程度合计 5。"
    assert session.finish() == []
    answers = session.to_json()["answers"]
    assert answers["medical"]["medical_more"]["medical_paid"] == "23000.50"
    assert "housing_more" not in answers["housing"]
    assert (answers["needs_count"], answers["level_total"], answers["cadre"]) == ("2", "5", "zhao")
    json.dumps(answers)


def test_the_main_cause_is_not_chosen_twice() -> None:
    """A constraint over another answer, in the form's own words."""
    session = opened("five_needs.xlsx")
    session.set("/data/medical/medical_level", "1")
    session.set("/data/cause", "illness")
    session.set("/data/other_causes", "illness schooling")
    problem = session.check("/data/other_causes")
    assert problem is not None
    assert problem.message == "最多选三个，不要再选主要原因"


def test_a_household_is_surveyed() -> None:
    """入户调查表: members and expenses as rows, net income per head by R22, category from the local line."""
    session = opened("household_survey.xlsx")
    assert session.value("/data/day") == "2026-01-20"
    session.set("/data/result", "met")
    people = [
        ("王秀英", "self", "1968-03-01", "serious", "0"),
        ("李建国", "spouse", "1966-07-15", "good", "2600"),
        ("李小雨", "child", "2008-09-09", "good", "0"),
    ]
    for number, (name, relation, birth, health, monthly) in enumerate(people, 1):
        if number > 1:
            session.add_row("/data/survey/member")
        row = f"/data/survey/member[{number}]"
        for question, answer in zip(
            ("member_name", "relation", "birth", "health", "monthly"),
            (name, relation, birth, health, monthly),
            strict=True,
        ):
            session.set(f"{row}/{question}", answer)
    session.set("/data/survey/expense_count", "1")
    session.set("/data/survey/expense[1]/kind", "illness")
    session.set("/data/survey/expense[1]/amount", "18000")
    fill(
        session,
        {
            "household": "h-1",
            "worker_name": "王秀英",
            "worker_phone": "12900001111",
            "work_state": "sick_leave",
            "subsidy": "3600",
            "bill": "bill.jpg",
            "signature": "sign.png",
        },
    )
    assert [session.value(f"/data/survey/member[{n}]/age") for n in (1, 2, 3)] == ["57", "59", "17"]
    assert not session.is_relevant("/data/survey/member[1]/school")
    assert session.is_relevant("/data/survey/member[3]/school")
    assert session.finish() == []
    survey = session.to_json()["answers"]["survey"]
    # (2600 × 12 + 3600 − 18000) ÷ 3 ÷ 12
    assert (survey["people"], survey["per_head"], survey["category"]) == ("3", "466.67", "deep")
    assert [member["member_name"] for member in survey["member"]] == ["王秀英", "李建国", "李小雨"]
    assert survey["expense"] == [{"kind": "illness", "amount": "18000", "bill": "bill.jpg"}]


def test_nobody_at_home_ends_the_survey_early() -> None:
    """Absent: one note instead of the whole form, and nothing of it is sealed."""
    session = opened("household_survey.xlsx")
    seen = fill(session, {"household": "h-2", "result": "absent", "absent_note": "邻居说去儿子家了"})
    assert not [path for path in seen if path.startswith("/data/survey")]
    assert session.finish() == []
    assert "survey" not in session.to_json()["answers"]


def test_a_draft_goes_on_where_it_stopped() -> None:
    """The app was closed in the middle of the members."""
    session = opened("household_survey.xlsx")
    session.set("/data/result", "met")
    session.add_row("/data/survey/member")
    session.set("/data/survey/member[2]/member_name", "李建国")
    again = Session(session.definition, session.answers(), session.hooks, DATA)
    assert again.to_xml() == session.to_xml()
    assert again.rows("/data/survey/member") == ["/data/survey/member[1]", "/data/survey/member[2]"]


def test_every_shipped_form_says_how_it_is_published() -> None:
    """forms.toml and the spreadsheets name the same forms, in values that the wire knows (S11)."""
    told = tomllib.loads((FORMS / "forms.toml").read_text(encoding="utf-8"))
    assert sorted(f"{name}.xlsx" for name in told) == NAMES
    for entry in told.values():
        assert msgspec.convert(entry, PublishRequest, strict=True)
        assert entry.keys() == {"subject", "in_visit", "roles"}


@pytest.mark.parametrize("name", NAMES)
def test_every_text_is_there_in_both_languages(name: str) -> None:
    """Chinese first; nothing is left untranslated, and no Chinese in the English."""
    form = definition(name)
    assert form.languages == ("中文 (zh)", "English (en)")
    assert form.default_language == "中文 (zh)"
    zh, en = (form.itext[language] for language in form.languages)
    assert zh.keys() == en.keys()
    plain = {ident: "".join(str(part) for part in text[""]) for ident, text in en.items()}
    assert [ident for ident, text in plain.items() if text in ("", "-") or re.search("[一-鿿]", text)] == []


def test_the_spreadsheets_are_what_the_tables_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody changed one and forgot the other."""
    monkeypatch.syspath_prepend(str(FORMS))
    make = importlib.import_module("make")
    monkeypatch.setattr(make, "HERE", tmp_path)
    for form in make.FORMS:
        make.write(form)
        made, kept = (
            {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}
            for book in (
                load_workbook(tmp_path / f"{form.file}.xlsx"),
                load_workbook(FORMS / f"{form.file}.xlsx"),
            )
        )
        assert made == kept
