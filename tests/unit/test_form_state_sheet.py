"""Turning the pages of a questionnaire: on, back, jump, faults at the right moment (S18, issue 3)."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from form_screen import phone_with

from app.actions.fill_survey import open_survey
from app.store.errors import StoreError
from app.views.form.sheet_state import Sheet
from app.views.form.tally_state import count
from bench.forms import large_form
from tests.unit.forms_kit import ask, bind, repeat, xform

PAGES = xform(
    "<name/><age/><school/><note/><total/>",
    bind("/data/name", type="string", required="true()")
    + bind("/data/age", type="int", constraint=". < 150", jr_constraintMsg="年龄不对")
    + bind("/data/school", type="string", relevant="/data/age < 20")
    + bind("/data/note", type="string", readonly="true()")
    + bind("/data/total", type="int", calculate="/data/age + 1"),
    ask("/data/name", "姓名")
    + ask("/data/age", "年龄")
    + ask("/data/school", "学校")
    + ask("/data/note", "说明")
    + ask("/data/total", "明年"),
)
ONE_PAGE = xform(
    "<g><a/><b/><c/></g><z/>",
    bind("/data/g/a", type="string", required="true()")
    + bind("/data/g/b", type="int", constraint=". < 10")
    + bind("/data/g/c", type="string", relevant="/data/g/a = 'x'")
    + bind("/data/z", type="string", relevant="/data/g/b = 1"),
    '<group ref="/data/g" appearance="field-list"><label>一页</label>'
    + ask("/data/g/a")
    + ask("/data/g/b")
    + ask("/data/g/c")
    + "</group>"
    + ask("/data/z"),
)
ROWS = xform(
    '<p jr:template=""><x/><y/></p><end/>',
    bind("/data/p/x", type="string", required="true()") + bind("/data/p/y", type="int"),
    repeat("/data/p", ask("/data/p/x") + ask("/data/p/y")) + ask("/data/end"),
)


def sheet_of(folder: Path, source: str) -> Sheet:
    phone, _, survey = phone_with(folder, source)
    return Sheet(open_survey(phone.services, survey))


def here(sheet: Sheet) -> str:
    return sheet.page.path if sheet.page else ""


HIDING = xform(
    "<g><more/><n/></g>",
    bind("/data/g/more", type="string")
    + bind("/data/g/n", type="int", relevant="/data/g/more = 'yes'", constraint=". < 10"),
    '<group ref="/data/g" appearance="field-list"><label>一页</label>'
    + ask("/data/g/more")
    + ask("/data/g/n")
    + "</group>",
)


def test_what_stood_in_a_hidden_field_does_not_hold_the_page(tmp_path: Path) -> None:
    """A question that went and came back is empty, or has its old answer: there is nothing left to mend."""
    sheet = sheet_of(tmp_path, HIDING)
    for spoil in (
        lambda: sheet.unread("/data/g/n", wrong=True),
        lambda: sheet.answer("/data/g/n", "words"),
    ):
        sheet.answer("/data/g/more", "yes")
        spoil()
        assert sheet.next() == "/data/g/n"
        sheet.answer("/data/g/more", "no")
        sheet.answer("/data/g/more", "yes")
        assert sheet.error("/data/g/n") == ""
        assert sheet.check_page() is None


def test_next_stops_at_a_question_that_must_be_answered(tmp_path: Path) -> None:
    """The page stays, the words stand under the question, and go as soon as it is answered (S15)."""
    sheet = sheet_of(tmp_path, PAGES)
    assert sheet.error("/data/name") == "", "nobody was asked anything yet"
    assert sheet.next() == "/data/name"
    assert here(sheet) == "/data/name"
    assert sheet.error("/data/name") == "这一题要填。"
    sheet.answer("/data/name", "王秀英")
    assert sheet.error("/data/name") == ""
    assert sheet.next() is None
    assert here(sheet) == "/data/age"


def test_the_forms_own_words_are_used(tmp_path: Path) -> None:
    """A form that says what is wrong is quoted."""
    sheet = sheet_of(tmp_path, PAGES)
    sheet.jump("/data/age")
    sheet.answer("/data/age", "200")
    assert sheet.error("/data/age") == "", "while the answer is still being given"
    assert sheet.next() == "/data/age"
    assert sheet.error("/data/age") == "年龄不对"


def test_an_answer_that_does_not_fit_is_refused_and_the_old_one_stays(tmp_path: Path) -> None:
    """Letters in a number: said at once, and Next waits for a number."""
    sheet = sheet_of(tmp_path, PAGES)
    sheet.jump("/data/age")
    sheet.answer("/data/age", "45")
    sheet.answer("/data/age", "四十五")
    assert sheet.error("/data/age")
    assert sheet.session.value("/data/age") == "45"
    assert sheet.next() == "/data/age"
    sheet.answer("/data/age", "46")
    assert sheet.error("/data/age") == ""
    assert sheet.next() is None


def test_words_in_a_number_field_are_not_passed_over(tmp_path: Path) -> None:
    """约三十 is no number: Next says so although no answer was needed, and nothing vanishes unseen."""
    sheet = sheet_of(tmp_path, PAGES)
    sheet.jump("/data/age")
    sheet.unread("/data/age", wrong=True)
    assert sheet.error("/data/age") == ""
    assert sheet.next() == "/data/age"
    assert "数" in sheet.error("/data/age")
    sheet.unread("/data/age", wrong=False)
    assert sheet.error("/data/age") == ""
    assert sheet.next() is None


def test_back_leaves_whatever_is_wrong_and_stops_at_the_first_page(tmp_path: Path) -> None:
    """Somebody who looks something up is not held up by an open question."""
    sheet = sheet_of(tmp_path, PAGES)
    sheet.jump("/data/age")
    sheet.answer("/data/age", "200")
    assert sheet.back()
    assert here(sheet) == "/data/name"
    assert sheet.is_first
    assert not sheet.back()
    sheet.show("/data/age")
    assert sheet.error("/data/age") == "年龄不对", "coming back by the list it says what is wrong"


def test_leaving_one_question_of_a_page_for_another_checks_it(tmp_path: Path) -> None:
    """On a page of several questions a fault is shown once the next one is touched."""
    sheet = sheet_of(tmp_path, ONE_PAGE)
    sheet.answer("/data/g/b", "12")
    assert sheet.error("/data/g/b") == ""
    sheet.answer("/data/g/a", "y")
    assert sheet.error("/data/g/b")
    assert sheet.next() == "/data/g/b"


def test_all_faults_of_a_page_are_shown_and_the_first_is_named(tmp_path: Path) -> None:
    sheet = sheet_of(tmp_path, ONE_PAGE)
    sheet.answer("/data/g/b", "12")
    assert sheet.next() == "/data/g/a"
    assert sheet.error("/data/g/a")
    assert sheet.error("/data/g/b")


def test_an_answer_changes_the_page_and_the_count_of_pages(tmp_path: Path) -> None:
    """A question comes to the page, a page comes after it; the frame is told about the second only."""
    sheet = sheet_of(tmp_path, ONE_PAGE)
    rings = {"turned": 0, "touched": 0}
    sheet.turned.subscribe(lambda: rings.__setitem__("turned", rings["turned"] + 1))
    sheet.touched.subscribe(lambda: rings.__setitem__("touched", rings["touched"] + 1))
    sheet.answer("/data/g/a", "x")
    assert sheet.page is not None
    assert sheet.page.questions == ("/data/g/a", "/data/g/b", "/data/g/c")
    assert rings == {"turned": 0, "touched": 1}
    assert sheet.is_last
    sheet.answer("/data/g/b", "1")
    assert not sheet.is_last
    assert rings == {"turned": 1, "touched": 1}


def test_a_page_that_goes_away_leaves_the_one_that_took_its_place(tmp_path: Path) -> None:
    """The age is corrected from the list: the school is not asked any more."""
    sheet = sheet_of(tmp_path, PAGES)
    sheet.jump("/data/age")
    sheet.answer("/data/age", "12")
    sheet.jump("/data/school")
    assert here(sheet) == "/data/school"
    sheet.answer("/data/age", "45")
    assert here(sheet) == "/data/note"
    sheet.jump("/data/school")
    assert here(sheet) == "/data/note", "what is not asked cannot be jumped to"


def test_the_last_page_leads_to_the_end(tmp_path: Path) -> None:
    sheet = sheet_of(tmp_path, PAGES)
    sheet.jump("/data/total")
    assert sheet.is_last
    assert sheet.next() == ""


def test_only_what_a_person_answers_is_counted(tmp_path: Path) -> None:
    """Read-only and calculated questions are nobody's task."""
    sheet = sheet_of(tmp_path, PAGES)
    assert (sheet.tally().asked, sheet.tally().answered) == (2, 0)
    sheet.answer("/data/age", "12")
    assert (sheet.tally().asked, sheet.tally().answered, sheet.tally().open) == (3, 1, 2)


def test_rows_are_added_filled_and_removed(tmp_path: Path) -> None:
    """Adding leads to the row's first question; after its last the cards come again."""
    sheet = sheet_of(tmp_path, ROWS)
    assert sheet.page is not None
    assert sheet.page.kind == "repeat"
    sheet.add_row("/data/p")
    assert here(sheet) == "/data/p[1]/x"
    sheet.answer("/data/p[1]/x", "王小雨")
    sheet.next()
    sheet.next()
    assert sheet.page.kind == "repeat"
    sheet.add_row("/data/p")
    sheet.answer("/data/p[2]/x", "王大山")
    sheet.jump("/data/p")
    sheet.remove_row("/data/p[1]")
    assert sheet.page.kind == "repeat"
    assert sheet.session.value("/data/p[1]/x") == "王大山"


def test_a_killed_app_opens_at_the_page_where_it_was(tmp_path: Path) -> None:
    """The place is on the disk at every turn; one that is gone meanwhile means the beginning."""
    phone, _, survey = phone_with(tmp_path, PAGES)
    filling = open_survey(phone.services, survey)
    sheet = Sheet(filling)
    sheet.answer("/data/name", "王秀英")
    sheet.next()
    assert filling.draft.page == "/data/age"
    again = Sheet(open_survey(phone.services, survey))
    again.session.walker.jump("/data/name")
    again.resume("/data/age")
    assert here(again) == "/data/age"
    again.resume("/data/no-such-question")
    assert here(again) == "/data/age"


def test_a_full_phone_is_said_and_the_answer_on_the_disk_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No pretended answers: what could not be kept is not on the screen."""
    phone, _, survey = phone_with(tmp_path, PAGES)
    filling = open_survey(phone.services, survey)
    sheet = Sheet(filling)
    sheet.answer("/data/name", "王秀英")

    def full(*_: object, **__: object) -> None:
        raise StoreError("disk_full")

    with monkeypatch.context() as broken:
        broken.setattr("app.actions.fill_survey.write_parts", full)
        sheet.answer("/data/name", "王秀")
    assert sheet.trouble is not None
    assert sheet.trouble.code == "disk_full"
    assert sheet.session.value("/data/name") == "王秀英"
    sheet.answer("/data/name", "王秀")
    assert sheet.trouble is None
    assert sheet.session.value("/data/name") == "王秀"


@pytest.mark.parametrize(
    "source", [ONE_PAGE, PAGES, ROWS, large_form()], ids=["page", "pages", "rows", "large"]
)
def test_counting_on_gives_what_counting_gives(tmp_path: Path, source: str) -> None:
    """The figure above the page is right after every touch, whatever the answers brought or took away."""
    sheet = sheet_of(tmp_path, source)
    chance = random.Random(5)
    for _ in range(60):
        page = sheet.page
        assert page is not None
        if page.kind == "repeat" and chance.random() < 0.4:
            sheet.add_row(page.path)
        elif page.questions and not sheet.session.question(page.questions[0]).readonly:
            sheet.answer(chance.choice(page.questions), chance.choice(["", "1", "12", "x", "200"]))
        assert sheet.tally() == count(sheet.session)
        sheet.jump(chance.choice([one.path for one in sheet.session.pages()]))
        assert sheet.tally() == count(sheet.session)
