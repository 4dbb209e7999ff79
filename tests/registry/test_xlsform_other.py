"""``or_other`` speaks the language of the form, not pyxform's English."""

from __future__ import annotations

from forms import Session, load
from registry.service.xlsform import check
from tests.registry.xlsform_books import workbook

CHOICES = [("list_name", "name", "label::中文 (zh)", "label::English (en)"), ("h", "own", "自有", "Own")]
HEADER = ("type", "name", "label::中文 (zh)", "label::English (en)")


def _session(data: bytes) -> Session:
    return Session(load(check(data).xform))


def _words(session: Session) -> tuple[str, str]:
    session.set("/data/k", "other")
    choices = [choice.label for choice in session.question("/data/k").choices]
    return choices[-1], session.question("/data/k_other").label


def test_a_chinese_form_asks_in_chinese() -> None:
    """No language columns at all: the form's own words say which it is."""
    sheet = workbook([("select_one h or_other", "k", "住房")], [("h", "own", "自有")])
    assert _words(_session(sheet)) == ("其他", "请说明是什么")


def test_an_english_form_stays_english() -> None:
    """Nothing Chinese appears in it."""
    sheet = workbook([("select_one h or_other", "k", "Home")], [("h", "own", "Own")])
    assert _words(_session(sheet)) == ("Other", "Please specify")


def test_each_language_has_its_own_words() -> None:
    """A form in two languages switches these too."""
    session = _session(workbook([("select_one h or_other", "k", "住房", "Home")], CHOICES, header=HEADER))
    assert _words(session) == ("其他", "请说明是什么")
    session.set_language("English (en)")
    assert _words(session) == ("Other", "Please specify")
