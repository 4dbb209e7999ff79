"""Every question type takes what it should and nothing else (S18, S27, S40)."""

from __future__ import annotations

import pytest

from forms import AnswerError
from tests.unit.forms_kit import ask, bind, choose, fill, xform

_UPLOAD = '<upload ref="/data/q" mediatype="{}"><label>q</label></upload>'
_BODY = {
    "trigger": '<trigger ref="/data/q"><label>q</label></trigger>',
    "range": '<range ref="/data/q" start="1" end="10" step="0.5"><label>q</label></range>',
    "rank": choose("/data/q", "a", "b", "c", kind="odk:rank"),
    "select1": choose("/data/q", "a", "b"),
    "select": choose("/data/q", "a", "b", kind="select"),
    "image": _UPLOAD.format("image/*"),
    "audio": _UPLOAD.format("audio/*"),
    "file": _UPLOAD.format("application/*"),
    "input": ask("/data/q"),
}

TYPES = [
    # section, control, data type, question type, answers as given → as kept, refused answers
    ("data-types string", "input", "string", "text", {" 王秀英 ": " 王秀英 ", "a\x0bb": "ab"}, []),
    ("data-types int", "input", "int", "integer", {"7": "7", " +07 ": "7", "-3": "-3"}, ["1.5", "x", "٣"]),
    (
        "data-types decimal",
        "input",
        "decimal",
        "decimal",
        {"1.50": "1.50", ".5": ".5"},
        ["1,5", "1e3", "NaN"],
    ),
    ("data-types date", "input", "date", "date", {"2024-02-29": "2024-02-29"}, ["2026-02-29", "29/2/2024"]),
    (
        "data-types time",
        "input",
        "time",
        "time",
        {"08:30:00.000+08:00": "08:30:00.000+08:00"},
        ["25:00", "8"],
    ),
    (
        "data-types dateTime",
        "input",
        "dateTime",
        "datetime",
        {"2026-01-20T08:30:00.000+08:00": "2026-01-20T08:30:00.000+08:00"},
        ["2026-01-20", "2026-13-01T00:00:00Z"],
    ),
    (
        "data-types geopoint",
        "input",
        "geopoint",
        "geopoint",
        {"32.4  105.8 0 5": "32.4 105.8 0 5"},
        ["91 0", "1"],
    ),
    ("data-types barcode", "input", "barcode", "barcode", {"6901234": "6901234"}, []),
    ("data-types binary", "image", "binary", "image", {"a.jpg": "a.jpg"}, ["/etc/passwd", "..\\a"]),
    ("data-types binary", "audio", "binary", "audio", {"a.m4a": "a.m4a"}, ["x/y"]),
    ("data-types binary", "file", "binary", "file", {"a.pdf": "a.pdf"}, ["x/y"]),
    ("body-elements select1", "select1", "string", "select_one", {"a": "a"}, ["a b"]),
    ("body-elements select", "select", "string", "select_multiple", {"b  a": "b a"}, ["a a"]),
    ("body-elements rank", "rank", "odk:rank", "rank", {"c a b": "c a b"}, ["a a b"]),
    ("body-elements trigger", "trigger", "string", "acknowledge", {"OK": "OK"}, []),
    ("body-elements range", "range", "decimal", "range", {"2.5": "2.5"}, ["x"]),
]


@pytest.mark.parametrize(
    ("section", "control", "data_type", "shown", "kept", "refused"), TYPES, ids=[row[0] for row in TYPES]
)
def test_a_question_keeps_answers_of_its_type(
    section: str, control: str, data_type: str, shown: str, kept: dict[str, str], refused: list[str]
) -> None:
    """What does not fit is refused at once, and the answer before it stays."""
    session = fill(xform("<q/>", bind("/data/q", type=data_type), _BODY[control]))
    assert session.question("/data/q").type == shown, section
    for given, stored in kept.items():
        session.set("/data/q", given)
        assert session.value("/data/q") == stored
    before = session.value("/data/q")
    for wrong in refused:
        with pytest.raises(AnswerError) as refusal:
            session.set("/data/q", wrong)
        assert refusal.value.code == "answer_wrong_type"
        assert session.value("/data/q") == before
    session.set("/data/q", "")
    assert session.value("/data/q") == ""


@pytest.mark.parametrize(
    ("control", "data_type", "answer", "code"),
    [
        ("range", "decimal", "2.25", "out_of_range"),
        ("range", "decimal", "10.5", "out_of_range"),
        ("range", "decimal", "10", None),
        ("rank", "odk:rank", "a b", "rank_incomplete"),
        ("rank", "odk:rank", "b a c", None),
        ("select1", "string", "z", "not_a_choice"),
        ("select", "string", "a z", "not_a_choice"),
        ("select", "string", "a b", None),
    ],
)
def test_leaving_a_question_checks_the_answer(
    control: str, data_type: str, answer: str, code: str | None
) -> None:
    """#body-elements: a value outside the range, the choices or the ranking is a problem with a code."""
    session = fill(xform("<q/>", bind("/data/q", type=data_type), _BODY[control]))
    session.set("/data/q", answer)
    problem = session.check("/data/q")
    assert (problem.code if problem else None) == code


def test_a_note_is_shown_and_asks_nothing() -> None:
    """XLSForm notes are read-only texts."""
    session = fill(xform("<q/>", bind("/data/q", readonly="true()"), ask("/data/q", "请先出示证件")))
    question = session.question("/data/q")
    assert (question.type, question.label, question.readonly) == ("note", "请先出示证件", True)
    assert session.check("/data/q") is None


PRELOADS = [
    ("timestamp", "start", "2026-01-20T18:30:15.250+08:00"),
    ("timestamp", "end", ""),
    ("date", "today", "2026-01-20"),
    ("property", "deviceid", "D-1"),
    ("property", "username", "li"),
    ("property", "email", "li@example.cn"),
    ("property", "phonenumber", "13800000000"),
]


@pytest.mark.parametrize(("kind", "params", "value"), PRELOADS)
def test_what_the_device_knows_is_filled_in(kind: str, params: str, value: str) -> None:
    """#preload-attributes: when the filling starts, and the end time when it ends."""
    session = fill(xform("<q/>", bind("/data/q", jr_preload=kind, jr_preloadParams=params)))
    assert session.value("/data/q") == value
    assert session.finish() == []
    assert session.value("/data/q") == (value or "2026-01-20T18:30:15.250+08:00")


def test_each_filling_has_its_own_id() -> None:
    """#metadata: instanceID is uuid: and a random UUID."""
    session = fill(xform("<meta><instanceID/></meta>", bind("/data/meta/instanceID", jr_preload="uid")))
    assert session.to_json()["answers"]["meta"]["instanceID"].startswith("uuid:")
