"""Texts by msgid."""

import pytest

from app.lang import LANGUAGES, language, set_language, t


@pytest.fixture(autouse=True)
def _back():
    yield
    set_language("zh_Hans")


def test_placeholders_are_filled():
    """A count stands where it belongs."""
    assert t("common.more", count=12) == "再看 12 户"


@pytest.mark.parametrize("name", LANGUAGES)
def test_every_language_can_be_chosen(name):
    """The switch changes what is shown."""
    set_language(name)
    assert language() == name
    assert t("common.tab.me") == {"zh_Hans": "我的", "zh_Hant": "我的", "en": "Me"}[name]


def test_an_unknown_language_is_the_source_language():
    """A phone set to another language reads Chinese."""
    set_language("fr")
    assert t("common.close") == "关闭"


def test_a_missing_text_shows_its_msgid():
    """Never an empty button."""
    assert t("no.such.text") == "no.such.text"


def test_wrong_blanks_never_lose_the_screen():
    """A text whose blanks do not fit is shown unfilled."""
    assert t("common.more", number=1) == "再看 {count} 户"
