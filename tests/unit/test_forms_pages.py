"""Going through a form: pages, field lists, rows, jumps (S18, issue 3)."""

from __future__ import annotations

import pytest

from forms import AnswerError, Page, Session
from forms.load.supported import APPEARANCES
from tests.unit.forms_kit import ask, bind, choose, fill, repeat, xform


def _form() -> Session:
    return fill(
        xform(
            "<a/><g><x/><y/></g><h><z/></h><p><n/><more/></p><last/>",
            bind("/data/g", relevant="/data/a = 'yes'") + bind("/data/p/more", relevant="../n = '2'"),
            choose("/data/a", "yes", "no")
            + f'<group ref="/data/g" appearance="field-list"><label>一页</label>'
            f"{ask('/data/g/x')}<group>{ask('/data/g/y')}</group></group>"
            + f'<group ref="/data/h"><label>节</label>{ask("/data/h/z")}</group>'
            + repeat("/data/p", ask("/data/p/n") + ask("/data/p/more"))
            + ask("/data/last"),
        )
    )


def _paths(session: Session) -> list[tuple[str, str]]:
    return [(page.kind, page.path) for page in session.pages()]


def test_pages_come_in_the_order_of_the_form() -> None:
    """A question is a page, a field list is one page, a repeat ends with its cards."""
    session = _form()
    assert _paths(session) == [
        ("question", "/data/a"),
        ("question", "/data/h/z"),
        ("question", "/data/p[1]/n"),
        ("repeat", "/data/p"),
        ("question", "/data/last"),
    ]
    session.set("/data/a", "yes")
    session.set("/data/p[1]/n", "2")
    session.add_row("/data/p")
    assert _paths(session)[1:6] == [
        ("group", "/data/g"),
        ("question", "/data/h/z"),
        ("question", "/data/p[1]/n"),
        ("question", "/data/p[1]/more"),
        ("question", "/data/p[2]/n"),
    ]
    assert session.pages()[1].questions == ("/data/g/x", "/data/g/y")
    assert session.pages()[6] == Page("repeat", "/data/p", (), ("/data/p[1]", "/data/p[2]"))


def test_forth_and_back_and_the_ends() -> None:
    """Next on the last page and back on the first say so."""
    walker = _form().walker
    seen = [walker.here()]
    while (page := walker.next()) is not None:
        seen.append(page)
    assert [page.path for page in seen if page] == [
        "/data/a",
        "/data/h/z",
        "/data/p[1]/n",
        "/data/p",
        "/data/last",
    ]
    assert walker.progress() == (5, 5)
    back = [page.path for _ in range(4) if (page := walker.previous())]
    assert back == ["/data/p", "/data/p[1]/n", "/data/h/z", "/data/a"]
    assert walker.previous() is None


def test_a_jump_lands_on_the_page_that_shows_the_question() -> None:
    """From the list, or to the first question at fault."""
    session = _form()
    session.set("/data/a", "yes")
    walker = session.walker
    assert walker.jump("/data/g/y").path == "/data/g"
    assert walker.jump("/data/h").path == "/data/h/z"
    assert walker.jump("/data/p[1]").path == "/data/p[1]/n"
    session.set("/data/a", "no")
    with pytest.raises(AnswerError) as refusal:
        walker.jump("/data/g/x")
    assert refusal.value.code == "answer_not_shown"


def test_a_page_that_goes_away_leaves_its_neighbour() -> None:
    """Nobody ends up on a page that is not there."""
    session = _form()
    session.set("/data/a", "yes")
    session.walker.jump("/data/g")
    session.set("/data/a", "no")
    page = session.walker.here()
    assert page is not None
    assert page.path == "/data/h/z"


def test_the_jump_list_shows_groups_rows_and_answers() -> None:
    """Indented by level."""
    session = _form()
    session.set("/data/p[1]/n", "2")
    lines = [(line.kind, line.path, line.depth, line.value) for line in session.walker.outline()]
    assert ("group", "/data/h", 0, "") in lines
    assert ("row", "/data/p[1]", 0, "") in lines
    assert ("question", "/data/p[1]/n", 1, "2") in lines
    assert ("repeat", "/data/p", 0, "") in lines


def test_a_repeat_without_rows_is_still_offered_when_it_is_relevant() -> None:
    """Its cards page is the only way to the first row."""
    source = xform(
        '<a/><p jr:template=""><x/></p>',
        bind("/data/p", relevant="/data/a = 'yes'"),
        choose("/data/a", "yes", "no") + repeat("/data/p", ask("/data/p/x")),
    )
    session = fill(source)
    assert _paths(session) == [("question", "/data/a")]
    session.set("/data/a", "yes")
    assert _paths(session)[-1] == ("repeat", "/data/p")
    assert session.add_row("/data/p") == "/data/p[1]"
    session.remove_row("/data/p[1]")
    assert session.rows("/data/p") == []


def test_a_row_can_be_one_page() -> None:
    """field-list on the repeat: each row is a page."""
    body = repeat("/data/p", ask("/data/p/x") + ask("/data/p/y"), appearance="field-list")
    session = fill(xform("<p><x/><y/></p>", "", body))
    assert session.pages()[0] == Page("group", "/data/p[1]", ("/data/p[1]/x", "/data/p[1]/y"))


def test_a_form_without_questions_has_no_page() -> None:
    """Nothing to show is not an error."""
    walker = fill(xform("<a/>", "", "")).walker
    assert (walker.here(), walker.next(), walker.progress()) == (None, None, (0, 0))


@pytest.mark.parametrize("word", sorted(APPEARANCES))
def test_every_supported_appearance_reaches_the_screen(word: str) -> None:
    """#appearances: the view gets the words as the form has them."""
    session = fill(xform("<q/>", "", ask("/data/q", appearance=f"{word} w1")))
    assert session.question("/data/q").appearance == (word, "w1")
