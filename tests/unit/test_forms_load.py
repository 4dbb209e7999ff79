"""What a form is refused for: always with a code, the question and the reason (S11, issue 3)."""

from __future__ import annotations

import pytest

from forms import FormError, load, problems
from tests.unit.forms_kit import ask, bind, choose, repeat, xform

_Q = "<q/>"
_ASK = ask("/data/q")


def _refused(source: str | bytes) -> list[tuple[str, str]]:
    return [(error.code, error.question) for error in problems(source)]


REFUSED = [
    ("form_unsupported_type", "/data/q", xform(_Q, bind("/data/q", type="geotrace"), _ASK)),
    ("form_unsupported_type", "/data/q", xform(_Q, bind("/data/q", type="geoshape"), _ASK)),
    ("form_unsupported_type", "/data/q", xform(_Q, "", '<upload ref="/data/q" mediatype="video/*"/>')),
    ("form_unsupported_type", "/data/q", xform(_Q, bind("/data/q", type="intent"), _ASK)),
    ("form_unsupported_appearance", "/data/q", xform(_Q, "", ask("/data/q", appearance="ex:other.app"))),
    ("form_unsupported_appearance", "/data/q", xform(_Q, "", ask("/data/q", appearance="w13"))),
    ("form_unsupported_element", "/data/q", xform(_Q, "", '<secret ref="/data/q"/>')),
    ("form_unsupported_element", "/data/q", xform(_Q, '<odk:setgeopoint ref="/data/q"/>', _ASK)),
    ("form_unsupported_bind", "/data/q", xform(_Q, bind("/data/q", p3ptype="x"), _ASK)),
    ("form_unsupported_bind", "/data/q", xform(_Q, "", ask("/data/q", autoplay="audio"))),
    ("form_unsupported_preload", "/data/q", xform(_Q, bind("/data/q", jr_preload="context"))),
    (
        "form_unsupported_event",
        "/data/q",
        xform(_Q, '<setvalue ref="/data/q" event="xforms-revalidate" value="1"/>', _ASK),
    ),
    ("form_external_source", "x", xform(_Q, '<instance id="x" src="jr://file/x.xml"/>', _ASK)),
    ("form_external_source", "x", xform(_Q, '<instance id="x" src="http://example.com/x.csv"/>', _ASK)),
    ("form_external_source", "x", xform(_Q, '<instance id="x" src="jr://instance/last-saved"/>', _ASK)),
    ("form_external_source", "x", xform(_Q, '<instance id="x" src="jr://file-csv/../x.csv"/>', _ASK)),
    ("form_duplicate_instance", "x", xform(_Q, '<instance id="x"><r/></instance>' * 2, _ASK)),
    ("form_duplicate_name", "/data/q", xform(_Q + _Q, "", _ASK)),
    ("form_bound_twice", "/data/q", xform(_Q, bind("/data/q") * 2, _ASK)),
    ("form_bound_twice", "/data/q", xform(_Q, "", _ASK * 2)),
    ("form_unknown_path", "/data/z", xform(_Q, bind("/data/z"), _ASK)),
    ("form_unknown_path", "/data/z", xform(_Q, "", ask("/data/z"))),
    ("form_bad_choices", "/data/q", xform(_Q, "", choose("/data/q", "a", "a"))),
    ("form_bad_choices", "/data/q", xform(_Q, "", choose("/data/q", "a b"))),
    ("form_bad_choices", "/data/q", xform(_Q, "", choose("/data/q"))),
    ("form_bad_number", "/data/q", xform(_Q, "", '<range ref="/data/q" start="1" end="9" step="0"/>')),
    ("form_bad_number", "/data/q", xform(_Q, "", '<range ref="/data/q" start="1" end="1e9" step="1"/>')),
    ("form_bad_number", "/data/q", xform(_Q, bind("/data/q", orx_max_pixels="many"), _ASK)),
    (
        "form_repeat_on_page",
        "/data/p",
        xform(
            "<p><x/></p>", "", f'<group appearance="field-list">{repeat("/data/p", ask("/data/p/x"))}</group>'
        ),
    ),
    (
        "form_unknown_text",
        "/data/q",
        xform(_Q, "", '<input ref="/data/q"><label ref="jr:itext(\'no\')"/></input>'),
    ),
    ("xpath_unknown_name", "/data/q", xform(_Q, bind("/data/q", relevant="/data/nobody = 1"), _ASK)),
    ("xpath_unknown_name", "/data/q", xform(_Q, bind("/data/q", relevant="../nobody = 1"), _ASK)),
    ("xpath_unknown_name", "/data/q", xform(_Q, bind("/data/q", relevant="/other/q = 1"), _ASK)),
    (
        "xpath_unknown_name",
        "/data/q",
        xform(_Q, bind("/data/q", calculate="jr:choice-name('a', '/data/q')"), _ASK),
    ),
    (
        "xpath_unknown_instance",
        "/data/q",
        xform(_Q, bind("/data/q", calculate="count(instance('x')/r)"), _ASK),
    ),
    ("xpath_unknown_function", "/data/q", xform(_Q, bind("/data/q", constraint="eval(.)"), _ASK)),
    ("xpath_unreadable", "/data/q", xform(_Q, bind("/data/q", required=". ="), _ASK)),
    ("xpath_unknown_name", "/data/q", xform(_Q, "", ask("/data/q", '<output value="/data/nobody"/>'))),
]


@pytest.mark.parametrize(
    ("code", "question", "source"), REFUSED, ids=[f"{r[0]}-{i}" for i, r in enumerate(REFUSED)]
)
def test_what_is_not_supported_is_refused_and_named(code: str, question: str, source: str) -> None:
    """Never ignored: the code, the question and the reason come back."""
    assert (code, question) in _refused(source)
    with pytest.raises(FormError):
        load(source)


CYCLES = [
    [("a", "calculate", "/data/b"), ("b", "calculate", "/data/a")],
    [("a", "calculate", "/data/a + 1")],
    [("a", "calculate", ". + 1")],
    [("a", "relevant", "/data/b = 1"), ("b", "relevant", "/data/a = 1")],
    [("a", "calculate", "/data/b"), ("b", "relevant", "/data/a = 1")],
    [("a", "relevant", "/data/a != ''")],
]


@pytest.mark.parametrize("binds", CYCLES)
def test_a_question_that_decides_about_itself_is_refused(binds: list[tuple[str, str, str]]) -> None:
    """A cycle of calculations and conditions has no answer; the message names the way round."""
    model = "".join(bind(f"/data/{name}", **{kind: text}) for name, kind, text in binds)
    found = problems(xform("<a/><b/>", model, ask("/data/a") + ask("/data/b")))
    assert [error.code for error in found] == ["form_cycle"]
    assert "→" in found[0].reason


def test_a_group_hidden_by_its_own_answer_is_a_cycle() -> None:
    """Whether a group is shown must not depend on an answer inside it."""
    source = xform("<g><x/></g>", bind("/data/g", relevant="/data/g/x = 1"), ask("/data/g/x"))
    assert _refused(source) == [("form_cycle", "/data/g")]


def test_a_count_that_depends_on_its_own_rows_is_a_cycle() -> None:
    """jr:count reading what the rows hold."""
    source = xform("<p><x/></p>", "", repeat("/data/p", ask("/data/p/x"), jr_count="count(/data/p/x) + 1"))
    assert ("form_cycle", "/data/p") in _refused(source)


def test_triggers_that_chase_each_other_are_a_cycle() -> None:
    """a sets b, b sets a: refused when the form is loaded."""
    inside = '<setvalue event="xforms-value-changed" ref="/data/{}" value=". + 1"/>'
    body = ask("/data/a", inside=inside.format("b")) + ask("/data/b", inside=inside.format("a"))
    assert ("form_cycle", "/data/a") in _refused(xform("<a/><b/>", "", body))


def test_a_constraint_may_speak_of_its_own_answer() -> None:
    """That is what constraints are for."""
    assert problems(xform(_Q, bind("/data/q", constraint=". < 10 and /data/q > 1"), _ASK)) == []


def test_all_problems_come_at_once() -> None:
    """An administrator corrects a sheet once, not once per mistake."""
    source = xform(
        "<a/><b/>", bind("/data/a", type="geotrace") + bind("/data/b", relevant="(("), ask("/data/a")
    )
    assert {error.code for error in problems(source)} == {"form_unsupported_type", "xpath_unreadable"}


_BOMB = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
HOSTILE = [
    ("form_xml_doctype", f'<!DOCTYPE x [<!ENTITY l0 "ha">{_BOMB}]><x>&l11;</x>'),
    ("form_xml_doctype", '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>'),
    ("form_xml_doctype", '<!DOCTYPE x SYSTEM "http://example.com/x.dtd"><x/>'),
    ("form_xml_broken", "<x>&undefined;</x>"),
    ("form_xml_broken", "<x>"),
    ("form_xml_broken", b"\xff\xfe<x/>"),
    ("form_too_large", "<x>" * 100_000),
    ("form_too_large", "<x>" + "<y/>" * 300_000 + "</x>"),
    ("form_too_large", "x" * (9 * 1024 * 1024)),
    ("form_not_xform", "<x/>"),
]


@pytest.mark.timeout(60)
@pytest.mark.parametrize(("code", "source"), HOSTILE, ids=[f"{r[0]}-{i}" for i, r in enumerate(HOSTILE)])
def test_hostile_xml_is_refused(code: str, source: str | bytes) -> None:
    """No entity is expanded, no file opened, nothing waits."""
    assert [error.code for error in problems(source)] == [code]
