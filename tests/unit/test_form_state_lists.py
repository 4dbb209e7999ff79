"""The list of all questions, the rows of a repeat, the last look: what they say in words (S18, S40)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from form_screen import phone_with, publish
from phone_world import make_phone
from visit_world import make_household

from app.actions.fill_survey import open_survey
from app.actions.forms_here import offered
from app.actions.list_surveys import surveys_of, surveys_under_way
from app.actions.start_survey import start_survey
from app.views.form.finish_state import summary
from app.views.form.jump_state import LINES, JumpList
from app.views.form.list_state import offers, org_rows
from app.views.form.rows_state import row_cards
from app.views.form.sheet_state import Sheet
from app.views.form.trail_state import surroundings, trail
from app.views.form.words_state import answer_words, plain_words
from bench.forms import large_form
from forms.engine.tree import find
from tests.unit.forms_kit import ask, bind, choose, fill, repeat, xform

FAMILY = xform(
    '<head/><home><p jr:template=""><x/><y/><z/></p></home><end/>',
    bind("/data/head", type="select1")
    + bind("/data/home/p/x", type="string", required="true()")
    + bind("/data/home/p/y", type="int", constraint=". < 10", jr_constraintMsg="太大了")
    + bind("/data/home/p/z", type="int", calculate="../y + 1")
    + bind("/data/end", type="string"),
    choose("/data/head", "a", "b")
    + '<group ref="/data/home"><label>家里</label>'
    + repeat(
        "/data/home/p", ask("/data/home/p/x", "姓名") + ask("/data/home/p/y", "数") + ask("/data/home/p/z")
    )
    + "</group>"
    + ask("/data/end", "末了"),
)


def sheet_of(folder: Path, source: str) -> Sheet:
    phone, _, survey = phone_with(folder, source)
    return Sheet(open_survey(phone.services, survey))


def family(folder: Path) -> Sheet:
    """Two people, the second with a number that is too large and no name."""
    sheet = sheet_of(folder, FAMILY)
    sheet.answer("/data/head", "b")
    sheet.add_row("/data/home/p")
    sheet.answer("/data/home/p[1]/x", "王小雨")
    sheet.answer("/data/home/p[1]/y", "3")
    sheet.add_row("/data/home/p")
    sheet.answer("/data/home/p[2]/y", "12")
    return sheet


def test_the_list_shows_answers_in_words_and_rows_indented(tmp_path: Path) -> None:
    """Groups, rows by number, questions with the labels of choices, marks for what is missing or wrong."""
    sheet = family(tmp_path)
    found = JumpList(sheet, surroundings(sheet.session.definition))
    lines = found.window("all", 0, 99)
    assert [(one.kind, one.depth, one.label) for one in lines] == [
        ("question", 0, "/data/head"),
        ("group", 0, "家里"),
        ("row", 1, "行 · 第 1 项"),
        ("question", 2, "姓名"),
        ("question", 2, "数"),
        ("question", 2, "/data/home/p/z"),
        ("row", 1, "行 · 第 2 项"),
        ("question", 2, "姓名"),
        ("question", 2, "数"),
        ("question", 2, "/data/home/p/z"),
        ("repeat", 1, "行"),
        ("question", 0, "末了"),
    ]
    questions = {one.path: one for one in lines if one.kind == "question"}
    assert questions["/data/head"].answer == "〔b〕"
    assert questions["/data/home/p[1]/x"].mark == "done"
    assert questions["/data/home/p[2]/x"].mark == "missing"
    assert (questions["/data/home/p[2]/y"].mark, questions["/data/home/p[2]/y"].fault) == ("fault", "太大了")
    assert questions["/data/end"].mark == "open"
    assert questions["/data/home/p[2]/x"].here, "where the person comes from"


def test_only_the_open_ones_and_only_the_wrong_ones(tmp_path: Path) -> None:
    """Without the lines around them each says what it belongs to; calculated ones are nobody's task."""
    sheet = family(tmp_path)
    found = JumpList(sheet, surroundings(sheet.session.definition))
    assert [one.path for one in found.window("open", 0, 99)] == ["/data/home/p[2]/x", "/data/end"]
    wrong = found.window("faults", 0, 99)
    assert [one.path for one in wrong] == ["/data/home/p[2]/x", "/data/home/p[2]/y"]
    assert wrong[0].trail == "家里 · 行 · 第 2 项"
    assert wrong[0].depth == 0
    sheet.jump(wrong[0].path)
    assert sheet.page is not None
    assert sheet.page.path == "/data/home/p[2]/x"


def test_a_large_form_puts_into_words_only_what_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of five hundred lines forty are worked out, beginning near where the person is."""
    sheet = sheet_of(tmp_path, large_form())
    sheet.jump("/data/q300")
    found = JumpList(sheet, surroundings(sheet.session.definition))
    assert found.count("all") > 400
    asked: list[str] = []
    label = sheet.session.texts.label

    def listening(words: Any, node: Any, form: str = "") -> str:
        asked.append(node.name)
        return label(words, node, form)

    monkeypatch.setattr(sheet.session.texts, "label", listening)
    start = found.start()
    lines = found.window("all", start, start + LINES)
    assert len(lines) == LINES
    assert "/data/q300" in [one.path for one in lines[:6]]
    assert len(asked) <= LINES


def test_rows_are_cards_that_tell_who_they_are(tmp_path: Path) -> None:
    """Name and number on the card; what is missing is counted; an empty row may go without a question."""
    sheet = family(tmp_path)
    sheet.add_row("/data/home/p")
    sheet.jump("/data/home/p")
    assert sheet.page is not None
    assert sheet.page.kind == "repeat"
    cards = row_cards(sheet.session, sheet.page)
    assert cards.label == "行"
    assert [(one.number, one.answers, one.faults, one.filled) for one in cards.rows] == [
        (1, ("王小雨", "3", "4"), 0, True),
        (2, ("12", "13"), 2, True),
        (3, (), 1, False),
    ]


def test_a_page_says_what_it_belongs_to(tmp_path: Path) -> None:
    sheet = family(tmp_path)
    around = surroundings(sheet.session.definition)
    assert sheet.page is not None
    assert [one.words for one in trail(sheet.session, around, sheet.page)] == ["家里", "行 · 第 2 项"]
    sheet.jump("/data/home/p")
    assert [one.words for one in trail(sheet.session, around, sheet.page)] == ["家里"]


def test_the_last_look_names_every_fault_in_the_forms_order(tmp_path: Path) -> None:
    """With its label, what it belongs to and what is wrong; mended, nothing is left."""
    sheet = family(tmp_path)
    around = surroundings(sheet.session.definition)
    found = summary(sheet, around)
    assert [(one.path, one.label, one.trail, one.words) for one in found.faults] == [
        ("/data/home/p[2]/x", "姓名", "家里 · 行 · 第 2 项", "这一题要填。"),
        ("/data/home/p[2]/y", "数", "家里 · 行 · 第 2 项", "太大了"),
    ]
    sheet.show_fault(found.faults[0].path)
    assert sheet.error("/data/home/p[2]/x") == "这一题要填。", "said at once where the person lands"
    sheet.answer("/data/home/p[2]/x", "王大山")
    sheet.answer("/data/home/p[2]/y", "2")
    found = summary(sheet, around)
    assert (found.faults, found.wrong, found.tally.open) == ((), 0, 1)


@pytest.mark.parametrize(
    ("kind", "value", "appearance", "words"),
    [
        ("integer", "1234567", ("thousands-sep",), "1,234,567"),
        ("integer", "1234567", (), "1234567"),
        ("date", "1968-03-02", (), "1968年3月2日"),
        ("date", "1968-03-01", ("month-year",), "1968年3月"),
        ("date", "1968-01-01", ("year",), "1968年"),
        ("time", "08:30:00.000+08:00", (), "08:30"),
        ("datetime", "2026-11-22T08:30:00.000+08:00", (), "2026年11月22日 08:30"),
        ("geopoint", "39.0012 83.0031 0 0", (), "北纬 39.0012，东经 83.0031"),
        ("geopoint", "39.0012 83.0031 0 12.4", (), "北纬 39.0012，东经 83.0031，误差约 12 米"),
        ("text", "透析路远", (), "透析路远"),
    ],
)
def test_answers_in_a_persons_words(kind: str, value: str, appearance: tuple[str, ...], words: str) -> None:
    """Dates, times, amounts and places read as one would say them."""
    assert (
        plain_words(kind, value, appearance).replace(" 年", "年").replace("年 ", "年").replace(" 月", "月")
        == words
    )


def test_choices_and_pictures_in_words() -> None:
    """Labels, not codes; an order as an order; a signature as signed."""
    session = fill(
        xform(
            "<one/><many/><order/><sign/><marked/>",
            bind("/data/one", type="string")
            + bind("/data/many", type="string")
            + bind("/data/order", type="odk:rank")
            + bind("/data/sign", type="binary")
            + bind("/data/marked", type="binary"),
            choose("/data/one", "a", "b")
            + choose("/data/many", "a", "b", "c", kind="select")
            + choose("/data/order", "a", "b", kind="odk:rank")
            + '<upload ref="/data/sign" mediatype="image/*" appearance="signature"><label>签</label>'
            '</upload><upload ref="/data/marked" mediatype="image/*" appearance="annotate"><label>标</label>'
            "</upload>",
        )
    )
    for path, value, words in (
        ("/data/one", "b", "〔b〕"),
        ("/data/many", "c a", "〔c〕、〔a〕"),
        ("/data/order", "b a", "〔b〕 → 〔a〕"),
        ("/data/sign", "x.png", "已签名"),
        ("/data/marked", "x.jpg", "已拍照"),  # drawn on or not
    ):
        session.set(path, value)
        node = find(session.root, path)
        assert node.defn is not None
        assert node.defn.control is not None
        assert answer_words(session, node, node.defn.control) == words


def test_a_card_says_what_was_done_with_the_form_here(tmp_path: Path) -> None:
    """New, begun or handed in; a newer version is the same questionnaire."""
    phone = make_phone(tmp_path)
    file, other = make_household("QS-0001", "王秀英"), make_household("QS-0002", "赵大山")
    phone.feed(file, other)
    source = xform("<a/>", bind("/data/a", type="string"), ask("/data/a"))
    key = publish(phone, source, title="甲")
    publish(phone, source, "u", title="乙")
    survey = start_survey(phone.services, key, household=file.id)
    cards = offered(phone.services, "household")
    found = offers(cards, surveys_of(phone.services, household=file.id))
    assert [(one.card.title, one.standing, one.draft) for one in found] == [
        ("乙", "new", ""),
        ("甲", "draft", survey),
    ]
    assert [one.standing for one in offers(cards, surveys_of(phone.services, household=other.id))] == [
        "new",
        "new",
    ]
    assert [one.id for one in surveys_under_way(phone.services)] == [survey]


def test_an_organisation_is_found_by_name_or_code() -> None:
    """Words in any order; full-width digits are digits."""
    documents = [
        {"id": "1", "name": "宏达建筑公司", "type": "enterprise", "code": "E02"},
        {"id": "2", "name": "青山县帮扶中心", "type": "centre", "code": "C01"},
        {"id": "3", "name": "宏达运输公司", "type": "enterprise", "code": "E01"},
    ]
    assert [one.id for one in org_rows(documents, "")] == ["2", "3", "1"]
    assert [one.id for one in org_rows(documents, "公司 宏达")] == ["3", "1"]
    assert [one.id for one in org_rows(documents, "ｅ０２")] == ["1"]
    assert org_rows(documents, "没有") == []
